import fc from "fast-check";
import { expect, test } from "vitest";
import { columnGroups, differenceJacobian } from "../../../../sdk/numerics/ode/jacobian.js";
import { expectClose, f32, finiteDifference } from "../../../tolerance.js";

const structure = fc
  .integer({ min: 1, max: 12 })
  .chain((n) => fc.array(fc.uniqueArray(fc.nat(n - 1)), { minLength: n, maxLength: n }).map((sparsity) => ({ n, sparsity })));

test("every column is in one group, and no row meets two columns of a group", () => {
  fc.assert(
    fc.property(structure, ({ n, sparsity }) => {
      const groups = columnGroups(n, sparsity);
      expect(groups.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, j) => j));
      for (const row of sparsity) {
        for (const group of groups) expect(group.filter((j) => row.includes(j)).length).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test("a tridiagonal matrix needs three groups whatever its size", () => {
  const band = Array.from({ length: 50 }, (_, i) => [i - 1, i, i + 1].filter((j) => j >= 0 && j < 50));
  expect(columnGroups(50, band).length).toBe(3);
});

test("grouped differences give the Jacobian of every structure", () => {
  fc.assert(
    fc.property(structure, ({ n, sparsity }) => {
      const weight = (i: number, j: number): number => 1 + ((3 * i + 5 * j) % 7);
      let evaluations = 0;
      const f = (_t: number, y: Float64Array, dy: Float64Array): void => {
        evaluations++;
        sparsity.forEach((row, i) => {
          dy[i] = row.reduce((sum, j) => sum + weight(i, j) * y[j] * y[j], 0);
        });
      };
      const y = Float64Array.from({ length: n }, (_, j) => 0.5 + j / n);
      const out = new Float64Array(n * n);
      differenceJacobian({ f, n, sparsity, rtol: 1e-6, atol: 1e-9 })(0, y, out, 1e-3);
      const exact = new Float64Array(n * n);
      sparsity.forEach((row, i) => {
        for (const j of row) exact[i * n + j] = 2 * weight(i, j) * y[j];
      });
      expectClose(out, exact, finiteDifference);
      expect(evaluations).toBe(1 + columnGroups(n, sparsity).length);
    }),
  );
});

test("an entry of 1e-14 beside one of 1 keeps its slope", () => {
  const f = (_t: number, y: Float64Array, dy: Float64Array): void => {
    dy[0] = -0.04 * y[0] + 3e7 * y[1] * y[1];
    dy[1] = 0;
  };
  const out = new Float64Array(4);
  differenceJacobian({ f, n: 2, sparsity: null, rtol: 1e-6, atol: 1e-14 })(0, Float64Array.of(1e-8, 1e-14), out, 1);
  expectClose(out.subarray(0, 2), [-0.04, 6e-7], f32);
});
