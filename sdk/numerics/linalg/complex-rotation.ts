import { type Complex, type ComplexMatrix, modulus } from "./complex.js";

/** The unitary [[c, s], [-conj(s), c]] with c real. */
export interface ComplexRotation {
  readonly c: number;
  readonly sre: number;
  readonly sim: number;
}

/**
 * The rotation that sends (a, b) to (r, 0).
 *
 * @param a   kept
 * @param b   sent to zero
 * @returns   c and s with c b = conj(s) a; the identity when b is zero
 * @see       Bindel, Demmel, Kahan, Marques 2002, "On computing Givens rotations reliably and efficiently", doi:10.1145/567806.567809
 */
export function rotationOf(a: Complex, b: Complex): ComplexRotation {
  const [sizeA, sizeB] = [modulus(a.re, a.im), modulus(b.re, b.im)];
  if (sizeB === 0) return { c: 1, sre: 0, sim: 0 };
  if (sizeA === 0) return { c: 0, sre: b.re / sizeB, sim: -b.im / sizeB };
  const norm = modulus(sizeA, sizeB);
  // s = (a / |a|) conj(b) / norm
  const [pre, pim] = [a.re / sizeA, a.im / sizeA];
  const [qre, qim] = [b.re / norm, -b.im / norm];
  return { c: sizeA / norm, sre: pre * qre - pim * qim, sim: pre * qim + pim * qre };
}

/**
 * Rows (x, y) become (c x + s y, c y - conj(s) x), in place.
 *
 * @param m         shape [m, n]
 * @param x         one row
 * @param y         the other
 * @param rotation  c and s
 * @param from      first column
 */
export function turnRows(m: ComplexMatrix, x: number, y: number, rotation: ComplexRotation, from = 0): void {
  const { re, im, cols } = m;
  const { c, sre, sim } = rotation;
  const [xs, ys] = [x * cols, y * cols];
  for (let j = from; j < cols; j++) {
    const [xre, xim, yre, yim] = [re[xs + j], im[xs + j], re[ys + j], im[ys + j]];
    re[xs + j] = c * xre + sre * yre - sim * yim;
    im[xs + j] = c * xim + sre * yim + sim * yre;
    re[ys + j] = c * yre - sre * xre - sim * xim;
    im[ys + j] = c * yim - sre * xim + sim * xre;
  }
}

/**
 * Columns (x, y) become (c x + s y, c y - conj(s) x), in place.
 *
 * @param m         shape [m, n]
 * @param x         one column
 * @param y         the other
 * @param rotation  c and s
 * @param rows      how many rows, from the first
 */
export function turnColumns(m: ComplexMatrix, x: number, y: number, rotation: ComplexRotation, rows = m.rows): void {
  const { re, im, cols } = m;
  const { c, sre, sim } = rotation;
  for (let at = 0; at < rows * cols; at += cols) {
    const [xre, xim, yre, yim] = [re[at + x], im[at + x], re[at + y], im[at + y]];
    re[at + x] = c * xre + sre * yre - sim * yim;
    im[at + x] = c * xim + sre * yim + sim * yre;
    re[at + y] = c * yre - sre * xre - sim * xim;
    im[at + y] = c * yim - sre * xim + sim * xre;
  }
}

/** The rotation with s conjugated: what the columns of Q take when the rows of Q^H A are turned. */
export const conjugate = ({ c, sre, sim }: ComplexRotation): ComplexRotation => ({ c, sre, sim: -sim });
