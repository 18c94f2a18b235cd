import { expect, test } from "vitest";
import { keyed } from "../../../sdk/numerics/random.js";
import { sobol, sobolDimensions } from "../../../sdk/numerics/sobol.js";

test("the first points are those of scipy.stats.qmc.Sobol(21, scramble=False), SciPy 1.17.1", () => {
  const columns = [0, 1, 2, 9, 20];
  expect(sobol(8, 21).map((row) => columns.map((j) => row[j]))).toEqual([
    [0, 0, 0, 0, 0],
    [0.5, 0.5, 0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25, 0.75, 0.25],
    [0.25, 0.75, 0.75, 0.25, 0.75],
    [0.375, 0.375, 0.625, 0.625, 0.125],
    [0.875, 0.875, 0.125, 0.125, 0.625],
    [0.625, 0.125, 0.875, 0.375, 0.375],
    [0.125, 0.625, 0.375, 0.875, 0.875],
  ]);
});

test("of 2^k points each of 2^k equal intervals holds one, in every dimension, shifted or not", () => {
  for (const key of [undefined, keyed(3), keyed(4)]) {
    const points = sobol(256, sobolDimensions, key);
    for (let j = 0; j < sobolDimensions; j++) {
      expect(new Set(points.map((row) => Math.floor(row[j] * 256))).size).toBe(256);
    }
  }
  expect(sobol(1, 2, keyed(3))).not.toEqual(sobol(1, 2, keyed(4)));
});

test("more dimensions than direction numbers are refused", () => {
  expect(() => sobol(1, 22)).toThrow(expect.objectContaining({ code: "E_UNSUPPORTED" }));
});
