import fc from "fast-check";
import { expect } from "vitest";
import { ComplexMatrix, type ComplexVector } from "../../../../sdk/numerics/linalg/complex.js";
import { columnNorm } from "../../../../sdk/numerics/linalg/complex-lines.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { decomposition, expectClose, type Tolerance } from "../../../tolerance.js";

/** Numbers in [-1, 1) from a seed (mulberry32): enough for test matrices, the same on every machine. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

export function randomMatrix(rows: number, cols: number, seed: number): Matrix {
  const next = uniform(seed);
  return new Matrix(rows, cols, Float64Array.from({ length: rows * cols }, next));
}

/** Small random matrices with shrinkable size. */
export const matrices = (maxRows = 9, maxCols = 7): fc.Arbitrary<Matrix> =>
  fc
    .tuple(fc.integer({ min: 1, max: maxRows }), fc.integer({ min: 1, max: maxCols }), fc.nat(1e6))
    .map(([rows, cols, seed]) => randomMatrix(rows, cols, seed));

export const squares = (max = 7): fc.Arbitrary<Matrix> =>
  fc.tuple(fc.integer({ min: 1, max }), fc.nat(1e6)).map(([n, seed]) => randomMatrix(n, n, seed));

export const gram = (a: Matrix): Matrix => a.transpose().multiply(a);

export function diagonal(values: ArrayLike<number>): Matrix {
  const out = new Matrix(values.length, values.length);
  for (let i = 0; i < values.length; i++) out.set(i, i, values[i]);
  return out;
}

/** I + 0.1 of a random 4 x 4 matrix. */
export function nearIdentity(seed: number): Matrix {
  const out = randomMatrix(4, 4, seed);
  for (let k = 0; k < 16; k++) out.data[k] = 0.1 * out.data[k] + (k % 5 === 0 ? 1 : 0);
  return out;
}

/** A V = B V diag(lambda), W^H A = diag(lambda) W^H B, W^H B V = I, W^H A V = diag(lambda), and both vectors of a pair equally long. */
export function expectEigen(
  pairs: { readonly values: ComplexVector; readonly right: ComplexMatrix; readonly left: ComplexMatrix },
  A: Matrix,
  B: Matrix,
  tolerance: Tolerance,
): void {
  const { values, right, left } = pairs;
  const [a, b] = [ComplexMatrix.fromReal(A), ComplexMatrix.fromReal(B)];
  const wb = left.adjoint().multiply(b);
  const lambda = new ComplexMatrix(A.rows, A.rows, diagonal(values.re).data, diagonal(values.im).data);
  const equal = (found: ComplexMatrix, wanted: ComplexMatrix, what: string): void => {
    expectClose(found.re, wanted.re, tolerance, what);
    expectClose(found.im, wanted.im, tolerance, what);
  };
  equal(a.multiply(right), b.multiply(right).multiply(lambda), "right vectors");
  equal(left.adjoint().multiply(a), lambda.multiply(wb), "left vectors");
  equal(wb.multiply(right), ComplexMatrix.identity(A.rows), "products");
  equal(left.adjoint().multiply(a).multiply(right), lambda, "diagonal form");
  for (let j = 0; j < A.rows; j++) expectClose([columnNorm(left, j)], [columnNorm(right, j)], tolerance, "lengths");
}

export const randomComplex = (rows: number, cols: number, seed: number): ComplexMatrix =>
  new ComplexMatrix(rows, cols, randomMatrix(rows, cols, seed).data, randomMatrix(rows, cols, seed + 1).data);

export const complexMatrices = (maxRows = 9, maxCols = 7): fc.Arbitrary<ComplexMatrix> =>
  fc
    .tuple(fc.integer({ min: 1, max: maxRows }), fc.integer({ min: 1, max: maxCols }), fc.nat(1e6))
    .map(([rows, cols, seed]) => randomComplex(rows, cols, seed));

export const minusComplex = (a: ComplexMatrix, b: ComplexMatrix): ComplexMatrix =>
  new ComplexMatrix(
    a.rows,
    a.cols,
    a.re.map((value, k) => value - b.re[k]),
    a.im.map((value, k) => value - b.im[k]),
  );

/** |A - B|_F <= 1e-13 |A|_F. */
export const expectNearComplex = (rebuilt: ComplexMatrix, a: ComplexMatrix): void =>
  expect(minusComplex(rebuilt, a).norm()).toBeLessThanOrEqual(decomposition.rtol * a.norm());

export const expectUnitary = (a: ComplexMatrix): void =>
  expectNearComplex(a.adjoint().multiply(a), ComplexMatrix.identity(a.cols));

/** The real matrix [[X, -Y], [Y, X]] that does to (re, im) what X + iY does. */
export function embedded({ rows, cols, re, im }: ComplexMatrix): Matrix {
  const out = new Matrix(2 * rows, 2 * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const [x, y] = [re[i * cols + j], im[i * cols + j]];
      out.set(i, j, x);
      out.set(i, cols + j, -y);
      out.set(rows + i, j, y);
      out.set(rows + i, cols + j, x);
    }
  }
  return out;
}
