import { leastSquares } from "../../numerics/linalg/lstsq.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import { positiveZeros } from "./transform.js";

/** A larger part of the largest value than this is worth a word. */
const LOSS = 1e-6;

/** x ~ z C. */
export interface LinearInverse {
  /** shape [columns of z, columns of x] */
  readonly C: readonly (readonly number[])[];
  /** columns of z that others span, and what of x is lost */
  readonly notes: readonly string[];
}

/**
 * The way back from observables by least squares over the training samples.
 *
 * @param z     the observables, shape [M, m]
 * @param x     the samples, shape [M, n], units of the field
 * @param what  the observables in words, for the notes
 */
export function linearInverse(z: Matrix, x: Matrix, what: string): LinearInverse {
  const { x: C, rank, residual } = leastSquares(z, x);
  const lost = Math.sqrt(residual.reduce((sum, r) => sum + r * r, 0) / x.data.length);
  const largest = x.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const notes = rank < z.cols ? [`the ${z.cols} ${what} have rank ${rank} on ${z.rows} samples`] : [];
  if (lost > LOSS * largest) notes.push(`x is found again from the ${what} with a root mean square error of ${lost}`);
  return { C: C.toRows().map(positiveZeros), notes };
}
