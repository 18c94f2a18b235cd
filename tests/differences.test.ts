import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lostTests, root } from "./pages.js";

const page = readFileSync(join(root, "docs/differences-from-dymad.md"), "utf8");
const rows = [...page.matchAll(/^\| ([A-Z]-?\d+) \| (.+) \| (.+) \| (.+) \|$/gm)].map(([, id, was, is, tested]) => ({
  id,
  was,
  is,
  lost: lostTests(tested),
}));

/** How many points each list of the study has. */
const lists: readonly (readonly [string, number])[] = [
  ["W-", 61],
  ["S", 18],
  ["T", 13],
  ["D", 12],
  ["P", 8],
  ["N", 5],
  ["M", 27],
];

test("every point of every list has its line, once and in order", () => {
  const wanted = lists.flatMap(([prefix, count]) =>
    Array.from({ length: count }, (_, i) => `${prefix}${prefix === "W-" ? String(i + 1).padStart(2, "0") : i + 1}`),
  );
  expect(rows.map(({ id }) => id)).toEqual(wanted);
});

test("what a line says is tested in is a file of tests", () => {
  expect(rows.flatMap(({ id, lost }) => lost.map((file) => `${id}: ${file}`))).toEqual([]);
});

test("a numeric check says what was asked and measured, and in which file it is tested", () => {
  const page = readFileSync(join(root, "docs/numeric-checks.md"), "utf8");
  const checks = [...page.matchAll(/^\| (?!what )(.+) \| (.+) \| (.+) \| (.+) \|$/gm)];
  expect(checks.length).toBe([...page.matchAll(/^\| /gm)].length - [...page.matchAll(/^\| what /gm)].length);
  expect(checks.flatMap(([, what, , , tested]) => lostTests(tested).map((file) => `${what}: ${file}`))).toEqual([]);
});
