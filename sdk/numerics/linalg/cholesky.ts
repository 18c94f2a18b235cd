import { DymadError } from "../../errors.js";
import { requireFinite, requireSquare } from "./finite.js";
import { Matrix } from "./matrix.js";

/**
 * The lower triangular L with A = L L^T of a symmetric positive definite matrix; only the lower triangle of A is read.
 *
 * @param a   shape [n, n]
 * @returns   L, shape [n, n]
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite; E_NUMERIC when not positive definite
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 4.2
 * @example   cholesky(Matrix.from([[4, 2], [2, 2]])).toRows() // [[2, 0], [1, 1]]
 */
export function cholesky(a: Matrix): Matrix {
  requireSquare(a, "the matrix to factor");
  requireFinite(a, "the matrix to factor");
  const n = a.rows;
  const l = new Matrix(n, n);
  for (let i = 0; i < n; i++) {
    const row = l.row(i);
    for (let j = 0; j <= i; j++) {
      const other = l.row(j);
      let sum = a.get(i, j);
      for (let k = 0; k < j; k++) sum -= row[k] * other[k];
      if (j < i) row[j] = sum / other[j];
      else if (sum > 0) row[i] = Math.sqrt(sum);
      else {
        throw new DymadError("E_NUMERIC", `the matrix is not positive definite: pivot ${i} is ${sum}`, {
          hint: "add a small multiple of the identity, or use least squares",
        });
      }
    }
  }
  return l;
}

/**
 * Solves L L^T X = B.
 *
 * @param l   lower triangular factor, shape [n, n]
 * @param b   shape [n, p]
 * @returns   X, shape [n, p]
 * @throws    E_SHAPE when the rows differ
 */
export function solveCholesky(l: Matrix, b: Matrix): Matrix {
  if (l.rows !== b.rows) throw new DymadError("E_SHAPE", `the two sides have ${l.rows} and ${b.rows} rows`);
  const n = l.rows;
  const x = b.clone();
  const subtract = (target: number, source: number, factor: number): void => {
    const row = x.row(target);
    const other = x.row(source);
    for (let j = 0; j < row.length; j++) row[j] -= factor * other[j];
  };
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) subtract(i, k, l.get(i, k));
    for (let j = 0; j < x.cols; j++) x.data[i * x.cols + j] /= l.get(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) subtract(i, k, l.get(k, i));
    for (let j = 0; j < x.cols; j++) x.data[i * x.cols + j] /= l.get(i, i);
  }
  return x;
}
