import { EigenvalueDecomposition, Matrix as MlMatrix, SingularValueDecomposition } from "ml-matrix";
import { expect, test } from "vitest";
import { eigenvalues } from "../../../../sdk/numerics/linalg/eigen.js";
import { leastSquares } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { svd } from "../../../../sdk/numerics/linalg/svd.js";
import { truncatedSvd } from "../../../../sdk/numerics/linalg/truncated-svd.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";

// a second implementation that shares no line with ours
const random = (rows: number, cols: number, seed: number): Matrix => new Matrix(rows, cols, keyed(seed).normal(rows * cols));
const other = (a: Matrix): MlMatrix => new MlMatrix(a.toRows());

for (const [rows, cols] of [
  [6, 6],
  [20, 7],
  [5, 12],
]) {
  test(`singular values of a ${rows} x ${cols} matrix agree with ml-matrix`, () => {
    const a = random(rows, cols, rows + cols);
    expectClose(svd(a).s, new SingularValueDecomposition(other(a), { autoTranspose: true }).diagonal, f64);
  });
}

test("the five leading singular triples of a 25 x 100 matrix agree with ml-matrix", () => {
  const a = new Matrix(25, 100, keyed(5).uniform(2500));
  const { u, s, v } = truncatedSvd(a, { count: 5 });
  const theirs = new SingularValueDecomposition(other(a), { autoTranspose: true });
  expectClose(s, theirs.diagonal.slice(0, 5), f64);
  for (let k = 0; k < 5; k++) {
    // signs are free, but those of both sides go together
    const column = v.column(k);
    const sign = Math.sign(theirs.rightSingularVectors.getColumn(k).reduce((sum, value, i) => sum + value * column[i], 0));
    const turned = (vectors: MlMatrix): number[] => vectors.getColumn(k).map((value) => sign * value);
    expectClose(u.column(k), turned(theirs.leftSingularVectors), f64);
    expectClose(column, turned(theirs.rightSingularVectors), f64);
  }
});

test("eigenvalues of a general matrix agree with ml-matrix", () => {
  const a = random(12, 12, 3);
  const ours = eigenvalues(a);
  const theirs = new EigenvalueDecomposition(other(a));
  const sorted = (re: ArrayLike<number>, im: ArrayLike<number>): number[][] =>
    Array.from(re, (v, i) => [v, im[i]]).sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  expectClose(sorted(ours.re, ours.im).flat(), sorted(theirs.realEigenvalues, theirs.imaginaryEigenvalues).flat(), f64);
});

test("a least-squares solution agrees with that of ml-matrix's pseudo-inverse", () => {
  const [a, b] = [random(15, 4, 5), random(15, 2, 6)];
  const theirs = new SingularValueDecomposition(other(a), { autoTranspose: true }).solve(other(b)).to2DArray();
  expectClose(leastSquares(a, b).x.data, theirs.flat(), f64);
  expect(theirs.length).toBe(4);
});
