import { DymadError } from "../../errors.js";
import { requireFinite, requireSquare } from "./finite.js";
import { Matrix } from "./matrix.js";

/** P A = L U: unit lower and upper factor packed in one matrix, `order[i]` the row of A that stands in row i. */
export interface Lu {
  readonly packed: Matrix;
  readonly order: readonly number[];
  /** sign of the permutation */
  readonly sign: 1 | -1;
}

/**
 * LU decomposition with partial pivoting.
 *
 * @param a   shape [n, n]
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 3.4
 */
export function lu(a: Matrix): Lu {
  requireSquare(a, "the matrix to factor");
  requireFinite(a, "the matrix to factor");
  const n = a.rows;
  const packed = a.clone();
  const order = Array.from({ length: n }, (_, i) => i);
  let sign: 1 | -1 = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(packed.get(i, k)) > Math.abs(packed.get(pivot, k))) pivot = i;
    if (pivot !== k) {
      const old = packed.row(k).slice();
      packed.row(k).set(packed.row(pivot));
      packed.row(pivot).set(old);
      [order[k], order[pivot]] = [order[pivot], order[k]];
      sign = sign === 1 ? -1 : 1;
    }
    const head = packed.get(k, k);
    if (head === 0) continue;
    const source = packed.row(k);
    for (let i = k + 1; i < n; i++) {
      const row = packed.row(i);
      const factor = row[k] / head;
      row[k] = factor;
      if (factor !== 0) for (let j = k + 1; j < n; j++) row[j] -= factor * source[j];
    }
  }
  return { packed, order, sign };
}

/**
 * Solves A X = B.
 *
 * @param a   shape [n, n], or its factors when several right-hand sides come one after the other
 * @param b   shape [n, p]
 * @returns   X, shape [n, p]
 * @throws    E_SHAPE when the sizes do not fit; E_NUMERIC when A is exactly singular
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 3.4
 * @example   solve(Matrix.from([[2, 0], [0, 4]]), Matrix.from([[2], [4]])).toRows() // [[1], [1]]
 */
export function solve(a: Matrix | Lu, b: Matrix): Matrix {
  const { packed, order } = a instanceof Matrix ? lu(a) : a;
  const n = packed.rows;
  if (b.rows !== n) throw new DymadError("E_SHAPE", `the two sides have ${n} and ${b.rows} rows`);
  const x = new Matrix(n, b.cols);
  for (let i = 0; i < n; i++) {
    const row = x.row(i);
    row.set(b.row(order[i]));
    for (let k = 0; k < i; k++) subtract(row, x.row(k), packed.get(i, k));
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = x.row(i);
    for (let k = i + 1; k < n; k++) subtract(row, x.row(k), packed.get(i, k));
    const head = packed.get(i, i);
    if (head === 0) {
      throw new DymadError("E_NUMERIC", `the matrix is singular: pivot ${i} is zero`, { hint: "use least squares instead" });
    }
    for (let j = 0; j < row.length; j++) row[j] /= head;
  }
  return x;
}

/** The inverse. @throws as solve */
export function invert(a: Matrix): Matrix {
  return solve(a, Matrix.identity(a.rows));
}

/** The determinant. @throws E_SHAPE when not square */
export function determinant(a: Matrix): number {
  const { packed, sign } = lu(a);
  let product: number = sign;
  for (let i = 0; i < a.rows; i++) product *= packed.get(i, i);
  return product;
}

function subtract(target: Float64Array, source: Float64Array, factor: number): void {
  if (factor === 0) return;
  for (let j = 0; j < target.length; j++) target[j] -= factor * source[j];
}
