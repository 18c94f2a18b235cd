import { DymadError } from "../../errors.js";
import { choleskyQr, solveUpper } from "./cholesky-qr.js";
import { epsilon, requireFinite } from "./finite.js";
import { multiplyLarge } from "./large-product.js";
import { Matrix, scaled } from "./matrix.js";
import { isLong, reflectedQr } from "./qr.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/** A = U diag(s) V^T: `u` [m, k] and `v` [n, k] with orthonormal columns, `s` [k] descending, k = min(m, n). */
export interface Svd {
  readonly u: Matrix;
  readonly s: Float64Array;
  readonly v: Matrix;
}

const maxSweeps = 60;
/** Rows shorter than this are zero: their squares would underflow. */
const negligible = 1e-140;

/**
 * Thin singular value decomposition: QR, then one-sided Jacobi on the columns of the triangle. Large tall matrices take CholeskyQR2
 * in place of Householder reflections where its own check allows it. Errors are some 1e-15 of the largest singular value; Jacobi
 * was chosen because small singular values of a matrix with badly scaled rows or columns keep their own relative accuracy, and
 * u, v are orthogonal to rounding.
 *
 * @param a      shape [m, n]
 * @returns      u [m, k], s [k] descending, v [n, k]; the largest entry of each column of v is positive, so signs are reproducible
 * @throws       E_DATA when an entry is not finite; E_NUMERIC when 60 sweeps do not converge
 * @see          Drmac, Veselic 2008, "New fast and accurate Jacobi SVD algorithm", doi:10.1137/050639193
 * @example      svd(Matrix.from([[3, 0], [0, 4]])).s // [4, 3]
 */
export function svd(a: Matrix): Svd {
  requireFinite(a, "the matrix to decompose");
  if (a.rows < a.cols) {
    const { u, s, v } = svd(a.transpose());
    return signed({ u: v, s, v: u });
  }
  const scale = powerOfTwoNear(a.data);
  return tallSvd(scale === 1 ? a : scaled(a, 1 / scale), scale);
}

/** The decomposition of a matrix without extreme entries; `scale` multiplies the singular values. */
function tallSvd(a: Matrix, scale: number): Svd {
  const fast = isLong(a) ? choleskyQr(a) : null;
  const { q, r } = fast === null ? reflectedQr(a) : { q: fast.first, r: fast.r };
  const { u, s, v } = triangleSvd(r);
  const turn = fast === null ? u : solveUpper(fast.second, u);
  return { u: multiplyLarge(q, turn, q), s: s.map((value) => value * scale), v };
}

/** The decomposition of a triangle, by one-sided Jacobi on its columns. */
function triangleSvd(r: Matrix): Svd {
  const n = r.cols;
  const columns = r.transpose();
  const turn = Matrix.identity(n);
  precondition(columns, turn);
  orthogonaliseRows(columns, turn);
  const norms = Float64Array.from({ length: n }, (_, i) => Math.sqrt(dot(columns.row(i), columns.row(i))));
  const order = Array.from(norms.keys()).sort((i, j) => norms[j] - norms[i] || i - j);
  const left = new Matrix(n, n);
  const right = new Matrix(n, n);
  order.forEach((i, k) => {
    right.row(k).set(turn.row(i));
    if (norms[i] > 0) left.row(k).set(columns.row(i).map((value) => value / norms[i]));
  });
  completeRows(left, norms.filter((norm) => norm > negligible).length);
  return signed({ u: left.transpose(), s: Float64Array.from(order, (i) => norms[i]), v: right.transpose() });
}

/**
 * Turns rows by the eigenvectors of their Gram matrix, which leaves Jacobi little to do. A Gram matrix sees half the digits: rows
 * that fall below are freed from the longer ones and taken again, by themselves.
 */
function precondition(rows: Matrix, turn: Matrix): void {
  const n = rows.rows;
  for (let start = 0; n - start > 24; ) {
    const some = rows.slice(start, n);
    const { values, vectors } = symmetricEigen(multiplyLarge(some, some.transpose()));
    const back = vectors.transpose();
    for (const target of [some, turn.slice(start, n)]) target.data.set(multiplyLarge(back, target).data);
    const kept = values.findIndex((value) => value < 1e-12 * values[0]);
    if (kept <= 0) return;
    const pairs = new RowPairs(rows, turn);
    for (let p = start; p < start + kept; p++) for (let q = start + kept; q < n; q++) pairs.rotate(p, q);
    start += kept;
  }
}

/** The singular values alone, descending, shape [min(m, n)]. @throws as svd */
export function singularValues(a: Matrix): Float64Array {
  return svd(a).s;
}

/** Rows that are made orthogonal pair by pair; what happens to them happens to the rows of `turn`. */
class RowPairs {
  readonly squares: Float64Array;
  readonly #rows: readonly Float64Array[];
  readonly #turns: readonly Float64Array[];
  readonly #tolerance: number;

  constructor(rows: Matrix, turn: Matrix) {
    // Views made once: a row is touched some thousand times.
    this.#rows = Array.from({ length: rows.rows }, (_, i) => rows.row(i));
    this.#turns = this.#rows.map((_, i) => turn.row(i));
    this.squares = Float64Array.from(this.#rows, (row) => dot(row, row));
    this.#tolerance = 4 * epsilon * Math.sqrt(rows.rows);
  }

  /** Makes rows i and j orthogonal, the longer one staying the longer; answers whether they were not. */
  rotate(i: number, j: number): boolean {
    const { squares } = this;
    const falling = squares[i] >= squares[j];
    const p = falling ? i : j;
    const q = falling ? j : i;
    if (squares[q] <= negligible * negligible) return false;
    const product = dot(this.#rows[p], this.#rows[q]);
    if (Math.abs(product) <= this.#tolerance * Math.sqrt(squares[p]) * Math.sqrt(squares[q])) return false;
    const zeta = (squares[q] - squares[p]) / (2 * product);
    const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
    const c = 1 / Math.sqrt(1 + t * t);
    rotate(this.#rows[p], this.#rows[q], c, c * t);
    rotate(this.#turns[p], this.#turns[q], c, c * t);
    squares[p] = dot(this.#rows[p], this.#rows[p]);
    squares[q] = dot(this.#rows[q], this.#rows[q]);
    return true;
  }
}

/** Rotates pairs of rows of `r` (and of `turn` alike) until all are orthogonal. */
function orthogonaliseRows(r: Matrix, turn: Matrix): void {
  const n = r.rows;
  const pairs = new RowPairs(r, turn);
  const place = Array.from({ length: n }, (_, i) => i);
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    let rotated = false;
    // The order is fixed within a sweep: swapping places as pairs go by would skip some of them.
    place.sort((i, j) => pairs.squares[j] - pairs.squares[i] || i - j);
    for (let i = 0; i < n - 1; i++) for (let j = i + 1; j < n; j++) rotated = pairs.rotate(place[i], place[j]) || rotated;
    if (!rotated) return;
  }
  throw new DymadError("E_NUMERIC", `the singular value decomposition did not converge in ${maxSweeps} sweeps`, {
    hint: "scale the columns of the matrix to similar size",
  });
}

function rotate(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let i = 0; i < x.length; i++) {
    const old = x[i];
    x[i] = c * old - s * y[i];
    y[i] = s * old + c * y[i];
  }
}

/** Two sums, so that neither waits for the other: most of Jacobi's time goes here. */
function dot(x: Float64Array, y: Float64Array): number {
  const last = x.length - 1;
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i < last; i += 2) {
    even += x[i] * y[i];
    odd += x[i + 1] * y[i + 1];
  }
  return i === last ? even + odd + x[i] * y[i] : even + odd;
}

/**
 * Makes the rows orthogonal at any rank. The first `good` rows are so already; rows of zeros, and rows so short that their products
 * underflow, are replaced by a unit vector orthogonal to those before them.
 */
function completeRows(v: Matrix, good: number): void {
  for (let k = good; k < v.rows; k++) {
    const row = v.row(k);
    let rest = orthogonalTo(v, k, row);
    for (let axis = 0; axis < v.cols && dot(rest, rest) < 0.25; axis++) {
      const unit = new Float64Array(v.cols);
      unit[axis] = 1;
      const candidate = orthogonalTo(v, k, unit);
      // among n axes one keeps at least 1/sqrt(n) of its length
      if (dot(candidate, candidate) > 0.25 / v.cols)
        rest = candidate.map((value) => value / Math.sqrt(dot(candidate, candidate)));
    }
    const norm = Math.sqrt(dot(rest, rest));
    row.set(rest.map((value) => value / norm));
  }
}

/** What is left of a vector without its parts along the first k rows. Twice is enough (Kahan, Parlett). */
function orthogonalTo(v: Matrix, k: number, vector: Float64Array): Float64Array {
  const rest = vector.slice();
  for (let pass = 0; pass < 2; pass++) {
    for (let i = 0; i < k; i++) {
      const other = v.row(i);
      const overlap = dot(rest, other);
      for (let j = 0; j < rest.length; j++) rest[j] -= overlap * other[j];
    }
  }
  return rest;
}

/** The sign rule: the entry of largest magnitude in each column of v (the first such) is positive. */
function signed({ u, s, v }: Svd): Svd {
  const k = s.length;
  const peaks = new Float64Array(k);
  for (let i = 0; i < v.rows; i++) {
    const row = v.row(i);
    for (let j = 0; j < k; j++) if (Math.abs(row[j]) > Math.abs(peaks[j])) peaks[j] = row[j];
  }
  const signs = peaks.map((peak) => (peak < 0 ? -1 : 1));
  for (const side of [u, v]) {
    for (let i = 0; i < side.rows; i++) {
      const row = side.row(i);
      for (let j = 0; j < k; j++) row[j] *= signs[j];
    }
  }
  return { u, s, v };
}

/** A power of two near an extreme largest entry: dividing by it is exact and keeps squares from over- or underflow. */
function powerOfTwoNear(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  if (largest > 1e-20 && largest < 1e20) return 1;
  let power = 1;
  while (largest > power && power < 8e307) power *= 2;
  while (largest > 0 && largest < power / 2 && power > 1e-300) power /= 2;
  return power;
}
