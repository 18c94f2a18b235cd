import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../../../sdk/formats/canonical.js";
import { sha256Hex } from "../../../sdk/formats/sha256.js";

const json = fc.jsonValue({ maxDepth: 4 });

test("the text parses back to the value", () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("the order in which keys were written does not matter", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), (record) => {
      const reversed = Object.fromEntries(Object.entries(record).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(record));
    }),
  );
});

test("minus zero and absent keys have one spelling", () => {
  expect(canonicalJson({ b: -0, a: undefined, c: [1e21, 0.1] })).toBe('{"b":0,"c":[1e+21,0.1]}');
});

test("what JSON cannot hold is refused with its path", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1, 1n, new Date(0), new Map(), new Float64Array(1)]) {
    expect(() => canonicalJson({ phases: [{ lr: 1 }, { lr: [bad] }] })).toThrow(
      expect.objectContaining({ code: "E_SPEC", path: ["phases", 1, "lr", 0] }),
    );
  }
});

test("SHA-256 of 'abc' and of nothing (FIPS 180-4 example values)", () => {
  expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(sha256Hex(new Uint8Array(0))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});
