import { DymadError } from "../../errors.js";
import { epsilon, requireFinite, requireSquare } from "./finite.js";
import { Matrix } from "./matrix.js";
import { changeAndMultiply } from "./rank-two.js";
import { productOf, reflectorOf } from "./reflections.js";

/** A = vectors diag(values) vectors^T. */
export interface SymmetricEigen {
  /** shape [n], falling */
  readonly values: Float64Array;
  /** orthonormal columns, shape [n, n]; the largest entry of each is positive */
  readonly vectors: Matrix;
}

const maxIterations = 60;
/** Steps after which an entry counts as zero beside the whole matrix, no longer beside its two neighbours. */
const patience = 30;

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix: Householder reduction to tridiagonal form, then QL steps with
 * implicit shifts. Only the symmetric part (A + A^T) / 2 is used. Errors are small beside the largest eigenvalue: where a block is
 * nothing but rounding, its entries are renewed by every step and can be small beside nothing else.
 *
 * @param a   shape [n, n]
 * @returns   values [n] falling, vectors [n, n]
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite; E_NUMERIC when 60 steps split off no eigenvalue
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 8.3; Dubrulle, Martin, Wilkinson 1968, doi:10.1007/BF02165404
 * @example   symmetricEigen(Matrix.from([[2, 1], [1, 2]])).values // [3, 1]
 */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  requireSquare(a, "the matrix of a symmetric eigenvalue problem");
  requireFinite(a, "the matrix of a symmetric eigenvalue problem");
  const n = a.rows;
  const work = new Matrix(n, n);
  let largest = 0;
  for (let k = 0; k < a.data.length; k++) largest = Math.max(largest, Math.abs(a.data[k]));
  const scale = largest > 0 ? 1 / largest : 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) work.set(i, j, (a.get(i, j) * scale + a.get(j, i) * scale) / 2);
  }
  const { diagonal, beside, rows } = tridiagonalise(work);
  iterate(diagonal, beside, rows);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[j] - diagonal[i] || i - j);
  const vectors = new Matrix(n, n);
  order.forEach((source, k) => {
    const v = rows.row(source);
    let peak = 0;
    for (const value of v) if (Math.abs(value) > Math.abs(peak) * (1 + 1e-10)) peak = value;
    for (let i = 0; i < n; i++) vectors.data[i * n + k] = peak < 0 ? -v[i] : v[i];
  });
  return { values: Float64Array.from(order, (i) => diagonal[i] / scale), vectors };
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** beside[k] couples k and k + 1; one spare place at the end */
  readonly beside: Float64Array;
  /** Q^T with A = Q T Q^T: row k becomes the k-th eigenvector */
  readonly rows: Matrix;
}

/** Reflections A - v w^T - w v^T with w = beta A v - (beta^2 / 2) (v^T A v) v; each change waits for the pass of the next. */
function tridiagonalise(work: Matrix): Tridiagonal {
  const n = work.rows;
  const [diagonal, beside] = [new Float64Array(n), new Float64Array(n)];
  const v = new Matrix(Math.max(n - 1, 0), n);
  const betas = new Float64Array(v.rows);
  const unused = new Float64Array(n);
  let [w, next] = [new Float64Array(n), new Float64Array(n)];
  let before: Float64Array = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const row = work.row(k);
    for (let j = k; j < n; j++) row[j] -= before[k] * w[j] + w[k] * before[j];
    diagonal[k] = row[k];
    if (k + 1 === n) break;
    const x = v.row(k);
    x.set(row.subarray(k + 1), k + 1);
    const straight = x.subarray(k + 2).every((value) => value === 0);
    const { beta, head } = straight ? { beta: 0, head: x[k + 1] } : reflectorOf(x.subarray(k + 1));
    betas[k] = beta;
    beside[k] = head;
    changeAndMultiply(work, { v: before, y: w, z: w }, k + 1, k + 1, x, unused, next);
    let overlap = 0;
    for (let i = k + 1; i < n; i++) overlap += x[i] * next[i];
    for (let i = k + 1; i < n; i++) next[i] = beta * (next[i] - 0.5 * beta * overlap * x[i]);
    before = x;
    [w, next] = [next, w];
  }
  return { diagonal, beside, rows: productOf({ v, betas }, n, 1).transpose() };
}

/** QL with implicit shifts until the entries beside the diagonal (at most about 1) vanish; the rotations act on rows of `rows`. */
function iterate(d: Float64Array, e: Float64Array, rows: Matrix): void {
  const n = d.length;
  const cos = new Float64Array(n);
  const sin = new Float64Array(n);
  for (let first = 0; first < n; first++) {
    for (let iteration = 0; ; iteration++) {
      let last = first;
      while (
        last + 1 < n &&
        Math.abs(e[last]) > epsilon * (Math.abs(d[last]) + Math.abs(d[last + 1])) &&
        Math.abs(e[last]) > (iteration < patience ? 1e-300 : epsilon)
      )
        last++;
      if (last === first) break;
      if (iteration === maxIterations) {
        throw new DymadError(
          "E_NUMERIC",
          `the symmetric eigenvalue iteration found no eigenvalue ${first} in ${maxIterations} steps`,
        );
      }
      const p = (d[first + 1] - d[first]) / (2 * e[first]);
      const root = Math.sqrt(p * p + 1);
      let g = d[last] - d[first] + e[first] / (p + (p < 0 ? -root : root));
      let [s, c, shift] = [1, 1, 0];
      let i = last - 1;
      for (; i >= first; i--) {
        const f = s * e[i];
        const b = c * e[i];
        const length = f === 0 && g === 0 ? 0 : Math.sqrt(f * f + g * g);
        e[i + 1] = length;
        if (length === 0) {
          d[i + 1] -= shift;
          break;
        }
        s = f / length;
        c = g / length;
        g = d[i + 1] - shift;
        const t = (d[i] - g) * s + 2 * c * b;
        shift = s * t;
        d[i + 1] = g + shift;
        g = c * t - b;
        cos[i] = c;
        sin[i] = s;
      }
      turnAll(rows, last - 1, i + 1, cos, sin);
      if (i < first) {
        d[first] -= shift;
        e[first] = g;
      }
      e[last] = 0;
    }
  }
}

/** Rotations of rows (k, k + 1) for k = high, high - 1, ..., low, two by two: rows are read and written once for both. */
function turnAll({ data, cols: n }: Matrix, high: number, low: number, cos: Float64Array, sin: Float64Array): void {
  let k = high;
  for (; k > low; k -= 2) turnTwice(data, (k - 1) * n, n, cos[k], sin[k], cos[k - 1], sin[k - 1]);
  if (k === low) turn(data, k * n, n, cos[k], sin[k]);
}

/** Rows (x, y) at `at` and the next become (c x - s y, s x + c y). */
function turn(data: Float64Array, at: number, n: number, c: number, s: number): void {
  for (let j = at; j < at + n; j++) {
    const y = data[j + n];
    data[j + n] = s * data[j] + c * y;
    data[j] = c * data[j] - s * y;
  }
}

/** The same for the second and third row with (c, s), then for the first and second with (c2, s2). */
function turnTwice(data: Float64Array, at: number, n: number, c: number, s: number, c2: number, s2: number): void {
  for (let j = at; j < at + n; j++) {
    const x = data[j];
    const y = data[j + n];
    const z = data[j + 2 * n];
    const turned = c * y - s * z;
    data[j + 2 * n] = s * y + c * z;
    data[j + n] = s2 * x + c2 * turned;
    data[j] = c2 * x - s2 * turned;
  }
}
