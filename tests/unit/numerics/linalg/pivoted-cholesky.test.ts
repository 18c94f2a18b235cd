import { expect, test } from "vitest";
import { pickColumns } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { pivotedCholesky } from "../../../../sdk/numerics/linalg/pivoted-cholesky.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { decomposition, expectClose } from "../../../tolerance.js";

const random = (rows: number, cols: number, seed: number): Matrix => new Matrix(rows, cols, keyed(seed).normal(rows * cols));

/** exp(-(i - j)^2 / (2 width^2)) on whole numbers. */
const gaussian = (n: number, width: number): Matrix =>
  new Matrix(n, n, Float64Array.from({ length: n * n }, (_, k) => Math.exp(-(((k % n) - Math.floor(k / n)) ** 2) / (2 * width * width)))); // biome-ignore format: short

test("the factor of a matrix of low rank stops at its rank and rebuilds it", () => {
  const half = random(40, 13, 1);
  const a = half.multiply(half.transpose());
  const { pivots, factor } = pivotedCholesky(a);
  expect(pivots.length).toBe(13);
  expect(new Set(pivots).size).toBe(13);
  expectClose(factor.transpose().multiply(factor).data.map((v) => v / 40), a.data.map((v) => v / 40), decomposition); // biome-ignore format: pair
  const upper = pickColumns(factor, pivots);
  for (let i = 0; i < 13; i++) for (let j = 0; j < i; j++) expect(upper.get(i, j)).toBe(0);
});

test("what remains is positive semidefinite, and its trace the share that was allowed", () => {
  const a = gaussian(120, 12);
  const few = pivotedCholesky(a, 1e-6, 60);
  expect(few.arrived).toBe(true);
  const again = few.factor.transpose().multiply(few.factor);
  const left = Array.from({ length: 120 }, (_, i) => a.get(i, i) - again.get(i, i));
  expect(Math.min(...left)).toBeGreaterThan(-1e-13);
  expect(left.reduce((x, y) => x + y)).toBeLessThan(1e-6 * 120);
  expect(few.pivots.length).toBeLessThan(30);
  // the error of a positive semidefinite matrix is bounded by its trace
  for (let k = 0; k < a.data.length; k++) expect(Math.abs(a.data[k] - again.data[k])).toBeLessThan(1e-6 * 120);
});

test("a kernel that tells all rows apart is given up, and zeros have no rows", () => {
  const given = pivotedCholesky(gaussian(80, 0.3), 1e-6, 40);
  expect(given.arrived).toBe(false);
  expect(given.pivots.length).toBe(5);
  expect(pivotedCholesky(new Matrix(5, 5)).pivots).toEqual([]);
});
