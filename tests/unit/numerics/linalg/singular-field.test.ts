import fc from "fast-check";
import { expect, test } from "vitest";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { complexSvd } from "../../../../sdk/numerics/linalg/complex-svd.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { SingularField } from "../../../../sdk/numerics/linalg/singular-field.js";
import { crossing, expectClose, f64, ritz, type Tolerance } from "../../../tolerance.js";
import { randomMatrix } from "./samples.js";

/** Rows of a grid, each from left to right, as a pseudospectrum goes. */
const plane = Array.from({ length: 12 }, (_, row) =>
  Array.from({ length: 40 }, (_, k) => ({ re: -2.6 + 0.13 * k, im: -1.7 + 0.3 * row })),
).flat();

/** Two random blocks with the given coupling above the diagonal. */
function coupled(coupling: number, seed: number): Matrix {
  const [first, second, between] = [5, 5, 5].map((n, k) => randomMatrix(n, n, seed + k));
  const out = new Matrix(10, 10);
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 5; j++) {
      out.set(i, j, first.get(i, j));
      out.set(5 + i, 5 + j, second.get(i, j));
      out.set(i, 5 + j, coupling * between.get(i, j));
    }
  }
  return out;
}

function expectField(a: Matrix, tolerance: Tolerance): void {
  for (const field of [new SingularField(a), new SingularField(ComplexMatrix.fromReal(a))]) {
    for (const { re, im } of plane) {
      const m = ComplexMatrix.fromReal(a);
      for (let i = 0; i < a.rows; i++) {
        m.re[i * a.rows + i] -= re;
        m.im[i * a.rows + i] -= im;
      }
      expectClose([field.at({ re, im })], [complexSvd(m).s[a.rows - 1]], tolerance);
    }
  }
}

test("of a normal operator it is the distance to the nearest eigenvalue, wherever the path has come from", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 8 }), (values) => {
      const a = new Matrix(values.length, values.length);
      values.forEach((value, i) => {
        a.set(i, i, value);
      });
      const field = new SingularField(a);
      for (const { re, im } of plane) {
        const nearest = Math.min(...values.map((value) => Math.hypot(re - value, im)));
        expectClose([field.at({ re, im })], [nearest], f64);
      }
    }),
    { numRuns: 20 },
  );
});

test("parts that are not coupled are followed each by itself, however non-normal they are", () => {
  for (const seed of [1, 11]) expectField(coupled(0, seed), ritz);
});

test("parts that are hardly coupled: the smaller one is found where they cross", () => {
  for (const coupling of [1e-13, 1e-7]) expectField(coupled(coupling, 21), crossing);
});

test("at an eigenvalue it is zero, beside it not", () => {
  const field = new SingularField(Matrix.from([[0.5, 0], [0, 0.25]])); // biome-ignore format: short
  expect([0, 0.25, 0.5, 0.75].map((re) => field.at({ re, im: 0 }))).toEqual([0.25, 0, 0, 0.25]);
});
