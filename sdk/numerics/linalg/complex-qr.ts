import { ComplexMatrix } from "./complex.js";
import { scaleRow } from "./complex-lines.js";
import { type ComplexReflector, phaseOf, reflectorOf, reflectRows } from "./complex-reflection.js";
import { requireFiniteComplex } from "./finite.js";

/** A = Q R with orthonormal columns in `q` [m, k] and upper triangular `r` [k, n], k = min(m, n), diagonal of r real and >= 0. */
export interface ComplexQr {
  readonly q: ComplexMatrix;
  readonly r: ComplexMatrix;
}

/**
 * Thin QR decomposition of a complex matrix by Householder reflections.
 *
 * @param a      shape [m, n]
 * @returns      q [m, k], r [k, n] with k = min(m, n); the diagonal of r is real and not negative, which makes the factors unique at
 *               full rank
 * @throws       E_DATA when an entry is not finite
 * @see          Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 5.2
 * @example      complexQr(new ComplexMatrix(2, 1, Float64Array.of(3, 0), Float64Array.of(0, 4))).r.re // [5]
 */
export function complexQr(a: ComplexMatrix): ComplexQr {
  const { r, reflectors } = triangularise(a);
  const k = r.rows;
  const q = new ComplexMatrix(a.rows, k);
  reflectors.forEach(({ head }, j) => {
    const phase = phaseOf(head);
    q.set(j, j, phase);
    scaleRow(r, j, { re: phase.re, im: -phase.im });
    // rounding, and zeros with a sign, go
    r.im[j * r.cols + j] = 0;
    for (const part of [r.re, r.im]) part.fill(0, j * r.cols, j * r.cols + j);
  });
  for (let j = k - 1; j >= 0; j--) reflectRows(q, reflectors[j], j, j);
  return { q, r };
}

/**
 * The triangle alone; its diagonal has any phase.
 *
 * @param a   shape [m, n]
 * @returns   r [k, n], k = min(m, n), and the reflections: a = H_0 H_1 ... [r; 0]
 * @throws    E_DATA when an entry is not finite
 */
export function triangularise(a: ComplexMatrix): { readonly r: ComplexMatrix; readonly reflectors: ComplexReflector[] } {
  requireFiniteComplex(a, "the matrix to factor");
  const k = Math.min(a.rows, a.cols);
  const work = a.clone();
  const reflectors: ComplexReflector[] = [];
  for (let j = 0; j < k; j++) {
    const reflector = reflectorOf(work.column(j, j));
    reflectors.push(reflector);
    reflectRows(work, reflector, j, j + 1);
    work.set(j, j, reflector.head);
    for (let i = j + 1; i < a.rows; i++) work.set(i, j, { re: 0, im: 0 });
  }
  return { r: new ComplexMatrix(k, a.cols, work.re.slice(0, k * a.cols), work.im.slice(0, k * a.cols)), reflectors };
}
