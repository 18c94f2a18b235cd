import fc from "fast-check";
import { expect, test } from "vitest";
import { columns, joinColumns } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { qr, reduceRows, reflectedQr } from "../../../../sdk/numerics/linalg/qr.js";
import { decomposition, expectClose, f64 } from "../../../tolerance.js";
import { gram, matrices, randomMatrix } from "./samples.js";

function expectQr(a: Matrix): void {
  const { q, r } = qr(a);
  expect([q.rows, q.cols, r.cols]).toEqual([a.rows, Math.min(a.rows, a.cols), a.cols]);
  expectClose(q.multiply(r).data, a.data, decomposition, "q r");
  expectClose(gram(q).data, Matrix.identity(q.cols).data, decomposition, "q^T q");
  for (let i = 0; i < r.rows; i++) {
    expect(r.get(i, i)).toBeGreaterThanOrEqual(0);
    for (let j = 0; j < i; j++) expect(r.get(i, j)).toBe(0);
  }
}

test("the factors rebuild the matrix; q is orthogonal, r triangular with diagonal >= 0", () => {
  fc.assert(fc.property(matrices(), expectQr));
});

test("a tall matrix goes by blocks to the same unique factors", () => {
  const a = randomMatrix(3000, 5, 7);
  expectQr(a);
  expectClose(gram(qr(a).r).data, gram(a).data, decomposition);
});

test("long matrices: the fast way gives the factors of the slow one, and leaves dependent columns to it", () => {
  const a = randomMatrix(1600, 32, 8);
  expectQr(a);
  const slow = reflectedQr(a);
  expectClose(qr(a).q.data, slow.q.data, decomposition);
  expectClose(qr(a).r.data, slow.r.data, decomposition);
  for (let i = 0; i < a.rows; i++) a.set(i, 31, a.get(i, 0) + a.get(i, 1));
  expectQr(a);
});

test("zero columns and repeated columns are factored", () => {
  expectQr(
    Matrix.from([
      [0, 1, 1],
      [0, 2, 2],
      [0, 3, 3],
      [0, 4, 4],
    ]),
  );
  expectQr(new Matrix(4, 2));
});

test("reducing rows keeps every inner product, block by block", () => {
  const a = randomMatrix(1500, 3, 1);
  const b = randomMatrix(1500, 2, 2);
  const { top, rest } = reduceRows(joinColumns(a, b), 3);
  const r = columns(top, 0, 3);
  const c = columns(top, 3, 5);
  expectClose(gram(r).data, gram(a).data, decomposition);
  expectClose(r.transpose().multiply(c).data, a.transpose().multiply(b).data, decomposition);
  for (let j = 0; j < 2; j++) expectClose([gram(c).get(j, j) + rest[3 + j]], [gram(b).get(j, j)], decomposition);
});

test("reflections taken together in blocks give the factors of single ones, dependent columns included", () => {
  // 30,000 entries are the limit; 150 columns are four blocks and a part of one
  for (const a of [randomMatrix(300, 150, 9), randomMatrix(300, 7, 10).multiply(randomMatrix(7, 150, 11))]) {
    const { q, r } = reflectedQr(a);
    expectClose(gram(q).data, Matrix.identity(150).data, decomposition);
    expectClose(q.multiply(r).data, a.data, decomposition);
    const b = joinColumns(a, randomMatrix(300, 40, 12));
    const { top, rest } = reduceRows(b, 150);
    expectClose(gram(columns(top, 0, 150)).data, gram(a).data, f64);
    for (let j = 150; j < 190; j++) {
      const kept = top.column(j).reduce((sum, value) => sum + value * value, 0);
      expectClose([kept + rest[j]], [b.column(j).reduce((sum, value) => sum + value * value, 0)], f64);
    }
  }
});
