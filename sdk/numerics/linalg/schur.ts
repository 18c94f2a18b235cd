import { DymadError } from "../../errors.js";
import { epsilon, requireFinite, requireSquare } from "./finite.js";
import { hessenberg } from "./hessenberg.js";
import type { Matrix } from "./matrix.js";

/** A = Q T Q^T with Q orthogonal and T upper triangular but for 2 x 2 diagonal blocks of complex conjugate pairs. */
export interface Schur {
  readonly q: Matrix;
  readonly t: Matrix;
}

const maxIterations = 60;

/**
 * Real Schur decomposition: Householder reduction to Hessenberg form, then Francis' implicit double-shift QR steps.
 *
 * @param a   shape [n, n]
 * @returns   q, t, each [n, n]
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite; E_NUMERIC when 60 steps split off no eigenvalue
 * @see       Francis 1961, "The QR transformation", doi:10.1093/comjnl/4.3.265; Golub, Van Loan 2013, section 7.5
 */
export function schur(a: Matrix): Schur {
  requireSquare(a, "the matrix of a Schur decomposition");
  requireFinite(a, "the matrix of a Schur decomposition");
  const { q: start, h } = hessenberg(a);
  // Q is kept transposed: its columns lie in memory as the steps take them
  const q = start.transpose();
  let norm = 0;
  for (const value of h.data) norm += Math.abs(value);
  let high = a.rows - 1;
  let iteration = 0;
  while (high >= 0) {
    const low = splitPoint(h, high, norm);
    if (low === high) {
      high -= 1;
      iteration = 0;
    } else if (low === high - 1) {
      splitRealPair(h, q, low);
      high -= 2;
      iteration = 0;
    } else {
      iteration += 1;
      if (iteration > maxIterations) {
        throw new DymadError(
          "E_NUMERIC",
          `the QR iteration found no eigenvalue of block ${low}..${high} in ${maxIterations} steps`,
          {
            hint: "scale the matrix, or look for entries of very different size",
          },
        );
      }
      francisStep(h, q, low, high, iteration);
    }
  }
  return { q: q.transpose(), t: h };
}

/** First row of the trailing block that no negligible subdiagonal entry cuts. */
function splitPoint(h: Matrix, high: number, norm: number): number {
  for (let low = high; low > 0; low--) {
    const around = Math.abs(h.get(low - 1, low - 1)) + Math.abs(h.get(low, low));
    if (Math.abs(h.get(low, low - 1)) <= epsilon * (around === 0 ? norm : around)) {
      h.set(low, low - 1, 0);
      return low;
    }
  }
  return 0;
}

/** Turns a 2 x 2 block with real eigenvalues into a triangle; leaves complex pairs alone. */
function splitRealPair(h: Matrix, q: Matrix, k: number): void {
  const c = h.get(k + 1, k);
  const p = (h.get(k, k) - h.get(k + 1, k + 1)) / 2;
  const discriminant = p * p + h.get(k, k + 1) * c;
  if (discriminant < 0 || c === 0) return;
  const z = p + (p < 0 ? -1 : 1) * Math.sqrt(discriminant);
  const scale = Math.abs(c) + Math.abs(z);
  const length = Math.sqrt((c / scale) * (c / scale) + (z / scale) * (z / scale));
  const sin = c / scale / length;
  const cos = z / scale / length;
  turnRows(h, k, k, cos, sin);
  turnColumns(h, k, k + 2, cos, sin);
  turnRows(q, k, 0, cos, sin);
  h.set(k + 1, k, 0);
}

function turnRows(m: Matrix, k: number, from: number, cos: number, sin: number): void {
  for (let j = from; j < m.cols; j++) {
    const x = m.get(k, j);
    const y = m.get(k + 1, j);
    m.set(k, j, cos * x + sin * y);
    m.set(k + 1, j, cos * y - sin * x);
  }
}

function turnColumns(m: Matrix, k: number, rows: number, cos: number, sin: number): void {
  for (let i = 0; i < rows; i++) {
    const x = m.get(i, k);
    const y = m.get(i, k + 1);
    m.set(i, k, cos * x + sin * y);
    m.set(i, k + 1, cos * y - sin * x);
  }
}

/** One double-shift sweep over rows low .. high. */
function francisStep(h: Matrix, q: Matrix, low: number, high: number, iteration: number): void {
  const n = h.rows;
  const d = h.data;
  let x = d[high * n + high];
  let y = d[(high - 1) * n + high - 1];
  let w = d[high * n + high - 1] * d[(high - 1) * n + high];
  if (iteration % 10 === 0) {
    // An unusual shift breaks the rare cycle in which the usual ones repeat.
    const s = Math.abs(d[high * n + high - 1]) + Math.abs(d[(high - 1) * n + high - 2]);
    x = 0.75 * s + x;
    y = x;
    w = -0.4375 * s * s;
  }
  const column = new Float64Array(3);
  const start = bulgeStart(h, low, high, x, y, w, column);
  for (let k = start; k < high; k++) {
    const size = k < high - 1 ? 3 : 2;
    if (k > start) for (let i = 0; i < 3; i++) column[i] = i < size ? d[(k + i) * n + k - 1] : 0;
    const p = column[0];
    const r = column[1];
    const s = column[2];
    const scale = Math.abs(p) + Math.abs(r) + Math.abs(s);
    if (scale === 0) continue;
    const a = p / scale;
    const b = r / scale;
    const c = s / scale;
    const length = (a < 0 ? -1 : 1) * Math.sqrt(a * a + b * b + c * c);
    if (k > start) {
      d[k * n + k - 1] = -length * scale;
      for (let i = 1; i < size; i++) d[(k + i) * n + k - 1] = 0;
    } else if (start > low) d[k * n + k - 1] *= -1;
    // The reflection is I - u v^T with u = (1, b', c') and v = (a + length, b, c) / length.
    const v0 = (a + length) / length;
    const v1 = b / length;
    const v2 = c / length;
    const u1 = b / (a + length);
    const u2 = c / (a + length);
    if (size === 3) {
      reflectRows(d, n, k, k, u1, u2, v0, v1, v2);
      reflectColumns(d, n, k, Math.min(high, k + 3) + 1, u1, u2, v0, v1, v2);
      // Q^T takes on its rows what H takes on its columns: u and v change places
      reflectRows(q.data, n, k, 0, v1 / v0, v2 / v0, v0, v0 * u1, v0 * u2);
    } else {
      reflectTwoRows(d, n, k, k, u1, v0, v1);
      reflectTwoColumns(d, n, k, high + 1, u1, v0, v1);
      reflectTwoRows(q.data, n, k, 0, v1 / v0, v0, v0 * u1);
    }
  }
}

/** Where the sweep may begin, and the first column of (H - shift 1)(H - shift 2) there. */
function bulgeStart(h: Matrix, low: number, high: number, x: number, y: number, w: number, column: Float64Array): number {
  for (let m = high - 2; ; m--) {
    const z = h.get(m, m);
    const r = x - z;
    const s = y - z;
    column[0] = (r * s - w) / h.get(m + 1, m) + h.get(m, m + 1);
    column[1] = h.get(m + 1, m + 1) - z - r - s;
    column[2] = h.get(m + 2, m + 1);
    const scale = Math.abs(column[0]) + Math.abs(column[1]) + Math.abs(column[2]);
    for (let i = 0; i < 3; i++) column[i] /= scale;
    if (m === low) return m;
    const coupling = Math.abs(h.get(m, m - 1)) * (Math.abs(column[1]) + Math.abs(column[2]));
    const around = Math.abs(h.get(m - 1, m - 1)) + Math.abs(z) + Math.abs(h.get(m + 1, m + 1));
    if (coupling <= epsilon * Math.abs(column[0]) * around) return m;
  }
}

/** Rows k, k + 1, k + 2 minus (v0, v1, v2) times their sum with weights (1, u1, u2), from column `from` on. */
function reflectRows(
  d: Float64Array,
  n: number,
  k: number,
  from: number,
  u1: number,
  u2: number,
  v0: number,
  v1: number,
  v2: number,
): void {
  const end = (k + 1) * n;
  for (let at = k * n + from; at < end; at++) {
    const sum = d[at] + u1 * d[at + n] + u2 * d[at + 2 * n];
    d[at] -= v0 * sum;
    d[at + n] -= v1 * sum;
    d[at + 2 * n] -= v2 * sum;
  }
}

function reflectTwoRows(d: Float64Array, n: number, k: number, from: number, u1: number, v0: number, v1: number): void {
  const end = (k + 1) * n;
  for (let at = k * n + from; at < end; at++) {
    const sum = d[at] + u1 * d[at + n];
    d[at] -= v0 * sum;
    d[at + n] -= v1 * sum;
  }
}

/** Columns k, k + 1, k + 2 minus (1, u1, u2) times their sum with weights (v0, v1, v2), in the first `rows` rows. */
function reflectColumns(
  d: Float64Array,
  n: number,
  k: number,
  rows: number,
  u1: number,
  u2: number,
  v0: number,
  v1: number,
  v2: number,
): void {
  const end = rows * n;
  for (let at = k; at < end; at += n) {
    const sum = v0 * d[at] + v1 * d[at + 1] + v2 * d[at + 2];
    d[at] -= sum;
    d[at + 1] -= u1 * sum;
    d[at + 2] -= u2 * sum;
  }
}

function reflectTwoColumns(d: Float64Array, n: number, k: number, rows: number, u1: number, v0: number, v1: number): void {
  const end = rows * n;
  for (let at = k; at < end; at += n) {
    const sum = v0 * d[at] + v1 * d[at + 1];
    d[at] -= sum;
    d[at + 1] -= u1 * sum;
  }
}
