import fc from "fast-check";
import { expect, test } from "vitest";
import { cos, sin } from "../../../sdk/numerics/elementary.js";
import { timeDerivative } from "../../../sdk/numerics/finite-difference.js";
import { Matrix } from "../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64, narrowDifference } from "../../tolerance.js";

const sampled = (f: (t: number) => number, rows: number, dt: number): Matrix =>
  Matrix.from(Array.from({ length: rows }, (_, k) => [f(k * dt), 1]));

test.each([1, 2, 4] as const)("order %i is exact for polynomials of that degree, ends included", (order) => {
  const coefficient = fc.double({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(coefficient, { minLength: order + 1, maxLength: order + 1 }),
      fc.integer({ min: order + 1, max: 12 }),
      (c, rows) => {
        const dt = 0.25;
        const value = (t: number): number => c.reduceRight((sum, ck) => sum * t + ck, 0);
        const slope = (t: number): number => c.reduce((sum, ck, k) => sum + (k > 0 ? k * ck * t ** (k - 1) : 0), 0);
        const got = timeDerivative(sampled(value, rows, dt), dt, order);
        expectClose(
          got.column(0),
          Float64Array.from({ length: rows }, (_, k) => slope(k * dt)),
          f64,
        );
        expectClose(got.column(1), new Float64Array(rows), f64);
      },
    ),
  );
});

test("order 1 is the forward difference with its last value repeated", () => {
  expect(timeDerivative(Matrix.from([[0], [1], [4], [9]]), 1, 1).toRows()).toEqual([[1], [3], [5], [5]]);
});

test.each([1, 2, 4] as const)("the error of order %i falls as dt to that power, at every sample", (order) => {
  const error = (n: number): number => {
    const dt = 1 / n;
    const got = timeDerivative(sampled(Math.sin, n + 1, dt), dt, order);
    return Math.max(...Array.from({ length: n + 1 }, (_, k) => Math.abs(got.get(k, 0) - Math.cos(k * dt))));
  };
  expect(Math.round(Math.log2(error(40) / error(80)))).toBe(order);
});

test("over three samples 1e-6 apart it is a central difference: known derivatives to 2e-10", () => {
  const h = 1e-6;
  const along = (f: (x: readonly number[]) => number[], at: readonly number[], v: readonly number[]): Float64Array =>
    timeDerivative(Matrix.from([-h, 0, h].map((s) => f(at.map((x, j) => x + s * v[j])))), h).row(1);
  expectClose(
    along(([x]) => [x * x + 3 * x + 2], [1], [1]),
    [5],
    narrowDifference,
  );
  const pair = ([a, b]: readonly number[]): number[] => [a * a + b, sin(a) + cos(b)];
  const at = [1, 0.5];
  expectClose(along(pair, at, [1, 0]), [2, Math.cos(1)], narrowDifference);
  expectClose(along(pair, at, [0, 1]), [1, -Math.sin(0.5)], narrowDifference);
  expectClose(along(pair, at, [0.5, 0.5]), [1.5, (Math.cos(1) - Math.sin(0.5)) / 2], narrowDifference);
});

test("too few samples, a step of zero and an unknown order are refused by code", () => {
  const x = new Matrix(4, 1);
  expect(() => timeDerivative(x, 1, 4)).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => timeDerivative(x, 0)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  expect(() => timeDerivative(x, 1, 3 as 2)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});
