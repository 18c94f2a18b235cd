import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type BlockTridiagonal,
  factorBlockTridiagonal,
  factorPositiveBlockTridiagonal,
} from "../../../../sdk/numerics/linalg/block-tridiagonal.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { stackRows } from "../../../../sdk/numerics/linalg/qr.js";
import { decomposition, expectClose } from "../../../tolerance.js";
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

test("positive definite: both factorisations agree, one factor serves several sides", () => {
  const [T, n] = [8, 4];
  const diagonal = blocks(T, n, n, 1).map((block) => plusIdentity(gram(block), 3));
  const upper = blocks(T - 1, n, n, 31).map(
    (block) =>
      new Matrix(
        n,
        n,
        block.data.map((value) => value / 4),
      ),
  );
  const a = { diagonal, upper, lower: upper.map((block) => block.transpose()) };
  const factor = factorPositiveBlockTridiagonal(diagonal, upper);
  for (const p of [1, 3]) {
    const b = blocks(T, n, p, 50 + p);
    const x = factor.solve(b);
    expectClose(dense(a).multiply(stackRows(x)).data, stackRows(b).data, decomposition);
    expectClose(stackRows(x).data, stackRows(factorBlockTridiagonal(a).solve(b)).data, decomposition);
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
