import { DymadError } from "../../errors.js";
import { epsilon, requireFinite, requireSquare } from "./finite.js";
import { francisStep } from "./francis.js";
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
  for (let k = 0; k < h.data.length; k++) norm += Math.abs(h.data[k]);
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
