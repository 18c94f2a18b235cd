import { expect, test } from "vitest";
import { closestName } from "../../../sdk/formats/spelling.js";

test("a slip of the finger finds its word, another word finds none", () => {
  const names = ["rtol", "atol", "method"];
  expect(["rtoll", "Method", "ratl", "mehtod", "rtlo"].map((word) => closestName(word, names))).toEqual([
    "rtol",
    "method",
    null,
    "method",
    "rtol",
  ]);
  expect(closestName("weights", names)).toBeNull();
  expect(closestName("x", [])).toBeNull();
});
