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
  const { q, h } = hessenberg(a);
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
  return { q, t: h };
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
  const n = h.rows;
  const c = h.get(k + 1, k);
  const p = (h.get(k, k) - h.get(k + 1, k + 1)) / 2;
  const discriminant = p * p + h.get(k, k + 1) * c;
  if (discriminant < 0 || c === 0) return;
  const z = p + (p < 0 ? -1 : 1) * Math.sqrt(discriminant);
  const scale = Math.abs(c) + Math.abs(z);
  const length = Math.sqrt((c / scale) * (c / scale) + (z / scale) * (z / scale));
  const sin = c / scale / length;
  const cos = z / scale / length;
  for (let j = k; j < n; j++) {
    const x = h.get(k, j);
    const y = h.get(k + 1, j);
    h.set(k, j, cos * x + sin * y);
    h.set(k + 1, j, cos * y - sin * x);
  }
  turnColumns(h, k, k + 2, cos, sin);
  turnColumns(q, k, n, cos, sin);
  h.set(k + 1, k, 0);
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
    const [p, r, s] = column;
    const scale = Math.abs(p) + Math.abs(r) + Math.abs(s);
    if (scale === 0) continue;
    const [a, b, c] = [p / scale, r / scale, s / scale];
    const length = (a < 0 ? -1 : 1) * Math.sqrt(a * a + b * b + c * c);
    if (k > start) {
      d[k * n + k - 1] = -length * scale;
      for (let i = 1; i < size; i++) d[(k + i) * n + k - 1] = 0;
    } else if (start > low) d[k * n + k - 1] *= -1;
    // The reflection is I - u v^T with u = (1, b', c') and v = (a + length, b, c) / length.
    const v = [(a + length) / length, b / length, c / length];
    const u = [1, b / (a + length), c / (a + length)];
    reflectRows(h, k, size, u, v);
    reflectColumns(h, k, size, u, v, Math.min(high, k + 3) + 1);
    reflectColumns(q, k, size, u, v, n);
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

/** Rows k .. k + size - 1; a third row that does not exist is a stand-in with weight zero, which keeps the loop free of branches. */
function reflectRows(h: Matrix, k: number, size: number, u: readonly number[], v: readonly number[]): void {
  const [first, second] = [h.row(k), h.row(k + 1)];
  const third = size === 3 ? h.row(k + 2) : new Float64Array(h.cols);
  const [u1, u2, v0, v1, v2] = [u[1], u[2], v[0], v[1], v[2]];
  for (let j = k; j < first.length; j++) {
    const sum = first[j] + u1 * second[j] + u2 * third[j];
    first[j] -= v0 * sum;
    second[j] -= v1 * sum;
    third[j] -= v2 * sum;
  }
}

function reflectColumns(m: Matrix, k: number, size: number, u: readonly number[], v: readonly number[], rows: number): void {
  const d = m.data;
  const end = rows * m.cols;
  const [u1, u2, v0, v1, v2] = [u[1], u[2], v[0], v[1], v[2]];
  if (size === 3) {
    for (let at = k; at < end; at += m.cols) {
      const sum = v0 * d[at] + v1 * d[at + 1] + v2 * d[at + 2];
      d[at] -= sum;
      d[at + 1] -= u1 * sum;
      d[at + 2] -= u2 * sum;
    }
    return;
  }
  for (let at = k; at < end; at += m.cols) {
    const sum = v0 * d[at] + v1 * d[at + 1];
    d[at] -= sum;
    d[at + 1] -= u1 * sum;
  }
}
