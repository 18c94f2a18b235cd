import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type BlockTridiagonal,
  factorBlockTridiagonal,
  factorPositiveBlockTridiagonal,
} from "../../../../sdk/numerics/linalg/block-tridiagonal.js";
import { solve } from "../../../../sdk/numerics/linalg/lu.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { stackRows } from "../../../../sdk/numerics/linalg/qr.js";
import { decomposition, expectClose, wholeSolution } from "../../../tolerance.js";
import { gram, randomMatrix } from "./samples.js";

const blocks = (count: number, rows: number, cols: number, seed: number): Matrix[] =>
  Array.from({ length: count }, (_, k) => randomMatrix(rows, cols, seed + k));

function plusIdentity(a: Matrix, factor: number): Matrix {
  const out = a.clone();
  for (let i = 0; i < a.rows; i++) out.set(i, i, out.get(i, i) + factor);
  return out;
}

/** The whole matrix, of size T n. */
function dense({ diagonal, upper, lower }: BlockTridiagonal): Matrix {
  const n = diagonal[0].rows;
  const out = new Matrix(diagonal.length * n, diagonal.length * n);
  const put = (block: Matrix, row: number, col: number): void => {
    for (let i = 0; i < n; i++) out.row(row * n + i).set(block.row(i), col * n);
  };
  for (const [k, block] of diagonal.entries()) put(block, k, k);
  for (const [k, block] of upper.entries()) put(block, k, k + 1);
  for (const [k, block] of lower.entries()) put(block, k + 1, k);
  return out;
}

test("the solution satisfies the dense equations", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      fc.nat(1e6),
      (T, n, p, seed) => {
        // diagonal blocks that outweigh their neighbours
        const diagonal = blocks(T, n, n, seed).map((block) => plusIdentity(block, 4 * n));
        const a = { diagonal, upper: blocks(T - 1, n, n, seed + 20), lower: blocks(T - 1, n, n, seed + 40) };
        const b = blocks(T, n, p, seed + 60);
        const x = factorBlockTridiagonal(a).solve(b);
        expectClose(dense(a).multiply(stackRows(x)).data, stackRows(b).data, decomposition);
      },
    ),
    { numRuns: 50 },
  );
});

/** T blocks of n x n whose diagonal outweighs its neighbours; what is symmetric is positive definite. */
function dominant(T: number, n: number, seed: number, symmetric: boolean): BlockTridiagonal {
  const diagonal = blocks(T, n, n, seed).map((block) => (symmetric ? plusIdentity(gram(block), 3) : plusIdentity(block, 2 * n)));
  const upper = blocks(T - 1, n, n, seed + 20).map(
    (block) =>
      new Matrix(
        n,
        n,
        block.data.map((value) => value / 4),
      ),
  );
  const lower = symmetric ? upper.map((block) => block.transpose()) : blocks(T - 1, n, n, seed + 40);
  return { diagonal, upper, lower };
}

/** |X - Y|_F <= 1e-15 |Y|_F for the solution of the dense equations. */
function expectDenseSolution(x: readonly Matrix[], a: BlockTridiagonal, b: readonly Matrix[]): void {
  const y = solve(dense(a), stackRows(b)).data;
  const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  expectClose([norm(stackRows(x).data.map((value, k) => value - y[k])) / norm(y)], [0], wholeSolution);
}

test.each([
  [8, 4, 1],
  [7, 3, 4],
])("positive definite, %i blocks of %i rows, %i sides: the dense solution by either factorisation", (T, n, p) => {
  const a = dominant(T, n, T, true);
  const factor = factorPositiveBlockTridiagonal(a.diagonal, a.upper);
  // one factor serves any number of sides
  for (const seed of [60, 80]) {
    const b = blocks(T, n, p, seed);
    expectDenseSolution(factor.solve(b), a, b);
    expectDenseSolution(factorBlockTridiagonal(a).solve(b), a, b);
  }
});

test("not symmetric, 9 blocks of 4 rows, 3 sides: the dense solution", () => {
  const a = dominant(9, 4, 9, false);
  const b = blocks(9, 4, 3, 60);
  expectDenseSolution(factorBlockTridiagonal(a).solve(b), a, b);
});

test("three positive definite systems of 6 blocks of 3 rows, 5 sides, one after the other", () => {
  for (const seed of [0, 100, 200]) {
    const a = dominant(6, 3, seed, true);
    const b = blocks(6, 3, 5, seed + 60);
    expectDenseSolution(factorPositiveBlockTridiagonal(a.diagonal, a.upper).solve(b), a, b);
  }
});

test("wrong shapes, singular and indefinite pivots are refused by code", () => {
  const one = Matrix.identity(2);
  const shape = expect.objectContaining({ code: "E_SHAPE" });
  const numeric = expect.objectContaining({ code: "E_NUMERIC" });
  expect(() => factorBlockTridiagonal({ diagonal: [one, one], upper: [], lower: [] })).toThrow(shape);
  expect(() => factorBlockTridiagonal({ diagonal: [one, one], upper: [new Matrix(2, 3)], lower: [one] })).toThrow(shape);
  expect(() => factorBlockTridiagonal({ diagonal: [one, one], upper: [one], lower: [one] }).solve([one])).toThrow(shape);
  expect(() =>
    factorBlockTridiagonal({ diagonal: [one, one], upper: [one], lower: [one] }).solve([new Matrix(2, 1), new Matrix(2, 1)]),
  ).toThrow(numeric);
  expect(() => factorPositiveBlockTridiagonal([one, one], [plusIdentity(one, 1)])).toThrow(numeric);
});
