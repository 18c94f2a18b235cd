import fc from "fast-check";
import { expect } from "vitest";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { decomposition } from "../../../tolerance.js";

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
