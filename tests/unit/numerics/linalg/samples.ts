import fc from "fast-check";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";

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
