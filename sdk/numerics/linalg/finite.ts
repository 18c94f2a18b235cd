import { DymadError } from "../../errors.js";

/** Machine epsilon of float64: the gap between 1 and the next larger number. */
export const epsilon: number = Number.EPSILON;

/** The first index of values [n] whose value is NaN or infinite, or -1. */
export function firstNonFinite(values: Float64Array): number {
  // infinite or missing times zero is NaN: one sum answers for most matrices
  let zeros = 0;
  for (let i = 0; i < values.length; i++) zeros += values[i] * 0;
  if (zeros === 0) return -1;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}

/**
 * Refuses a matrix with NaN or infinite entries: every decomposition would loop or answer NaN.
 *
 * @param a      shape [m, n]
 * @param what   how the caller names the matrix
 * @throws       E_DATA naming the first bad entry
 */
export function requireFinite(a: { readonly cols: number; readonly data: Float64Array }, what: string): void {
  const index = firstNonFinite(a.data);
  if (index < 0) return;
  const place = `(${Math.floor(index / a.cols)}, ${index % a.cols})`;
  throw new DymadError("E_DATA", `${what} has the value ${a.data[index]} at ${place}`, {
    hint: "remove or repair missing values before a decomposition",
  });
}

/** The same for a complex matrix [m, n]. @throws E_DATA naming the part and the first bad entry */
export function requireFiniteComplex(
  a: { readonly cols: number; readonly re: Float64Array; readonly im: Float64Array },
  what: string,
): void {
  requireFinite({ cols: a.cols, data: a.re }, `the real part of ${what}`);
  requireFinite({ cols: a.cols, data: a.im }, `the imaginary part of ${what}`);
}

/** Refuses a matrix that is not square. @throws E_SHAPE with both sizes */
export function requireSquare(a: { readonly rows: number; readonly cols: number }, what: string): void {
  if (a.rows !== a.cols)
    throw new DymadError("E_SHAPE", `${what} must be square, got ${a.rows} x ${a.cols}`, {
      hint: "give as many rows as columns; singular values exist for any shape: svd",
    });
}
