import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyed, normalQuantile, threefry2x32 } from "../../../sdk/numerics/random.js";
import { expectClose, f64, statistical } from "../../tolerance.js";

const hex = (words: readonly number[]): string => words.map((w) => w.toString(16).padStart(8, "0")).join(" ");

test("Threefry gives the known answers of Random123 (kat_vectors, threefry2x32 20)", () => {
  expect(hex(threefry2x32(0, 0, 0, 0))).toBe("6b200159 99ba4efe");
  const ones = 0xffffffff;
  expect(hex(threefry2x32(ones, ones, ones, ones))).toBe("1cb996fc bb002be7");
  expect(hex(threefry2x32(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3))).toBe("c4923a9c 483df7a0");
});

describe("keys", () => {
  test("the same path gives the same numbers, whatever was drawn between", () => {
    const key = keyed(5).fold("weights");
    const first = key.uniform(4);
    key.normal(100);
    expect(keyed(5).fold("weights").uniform(4)).toEqual(first);
    expect(key.uniform(2)).toEqual(first.subarray(0, 2));
  });

  test("different seeds, names and kinds of name give different numbers", () => {
    const keys = [
      keyed(1),
      keyed(2),
      keyed(2 ** 32 + 1),
      keyed(1).fold("a"),
      keyed(1).fold("b"),
      keyed(1).fold("ab"),
      keyed(1).fold("a").fold("b"),
      keyed(1).fold(""),
      keyed(1).fold(3),
      keyed(1).fold("3"),
      keyed(1).fold(-3),
      keyed(1).fold(3 + 2 ** 32),
    ];
    expect(new Set(keys.map((key) => key.uniform(1)[0])).size).toBe(keys.length);
  });

  test("seeds that are no whole numbers are refused", () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => keyed(seed)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
    }
  });
});

describe("draws", () => {
  const n = 40_000;

  test("uniform numbers stay in their range and have the mean and variance of a uniform law", () => {
    const u = keyed(11).uniform(n);
    expect(u.every((v) => v >= 0 && v < 1)).toBe(true);
    const mean = u.reduce((s, v) => s + v, 0) / n;
    const variance = u.reduce((s, v) => s + (v - 0.5) * (v - 0.5), 0) / n;
    expectClose([mean, variance], [1 / 2, 1 / 12], statistical(n));
    expectClose(
      keyed(11).uniform(3, -2, 4),
      Array.from(u.subarray(0, 3), (v) => -2 + 6 * v),
      f64,
    );
  });

  test("normal numbers have the first four moments of a normal law", () => {
    const z = keyed(12).normal(n);
    const moment = (k: number): number => z.reduce((s, v) => s + v ** k, 0) / n;
    // var(z^k) = 1, 2, 15, 96: each moment is divided by its own standard deviation
    expectClose(
      [moment(1), moment(2) / Math.sqrt(2), moment(3) / Math.sqrt(15), moment(4) / Math.sqrt(96)],
      [0, 1 / Math.sqrt(2), 0, 3 / Math.sqrt(96)],
      statistical(n),
    );
  });

  test("integers reach both ends and nothing else", () => {
    const k = keyed(13).integers(2000, -2, 3);
    expect([...new Set(k)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    expect(() => keyed(1).integers(1, 3, 3)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  });

  test("a permutation holds every index once", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(), (size, seed) => {
        expect(
          keyed(seed)
            .permutation(size)
            .sort((a, b) => a - b),
        ).toEqual(Array.from({ length: size }, (_, i) => i));
      }),
    );
  });

  test("all six orders of three things are equally likely", () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = keyed(seed).permutation(3).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const p = 1 / 6;
    const z = [...counts.values()].map((c) => (c / 6000 - p) / Math.sqrt(p * (1 - p)));
    expect(z.length).toBe(6);
    expectClose(
      z,
      z.map(() => 0),
      statistical(6000),
    );
  });
});

test("the normal quantile meets values computed with SciPy 1.17 (scipy.special.ndtri) in centre and tails", () => {
  const p = [0.5, 0.025, 0.975, 0.07, 1e-5, 1e-12, 1e-20, 1 - 1e-9];
  const z = [
    0.0, -1.9599639845400545, 1.959963984540054, -1.4757910281791706, -4.264890793922825, -7.034483825301131, -9.262340089798409,
    5.997807019601637,
  ];
  expectClose(p.map(normalQuantile), z, f64);
});
