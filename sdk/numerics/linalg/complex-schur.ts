import { DymadError } from "../../errors.js";
import { type Complex, ComplexMatrix, modulus, multiplyComplex, sqrtComplex } from "./complex.js";
import { reflectColumns, reflectorOf, reflectRows } from "./complex-reflection.js";
import { conjugate, rotationOf, turnColumns, turnRows } from "./complex-rotation.js";
import { epsilon, requireFiniteComplex, requireSquare } from "./finite.js";

/** A = Q T Q^H with Q unitary and T upper triangular. */
export interface ComplexSchur {
  readonly q: ComplexMatrix;
  readonly t: ComplexMatrix;
}

const maxIterations = 60;

/**
 * Complex Schur decomposition: Householder reduction to Hessenberg form, then implicit QR steps with Wilkinson's shift.
 *
 * @param a   shape [n, n]
 * @returns   q, t, each [n, n]; the diagonal of t holds the eigenvalues
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite; E_NUMERIC when 60 steps split off no eigenvalue
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 7.5
 */
export function complexSchur(a: ComplexMatrix): ComplexSchur {
  requireSquare(a, "the matrix of a Schur decomposition");
  requireFiniteComplex(a, "the matrix of a Schur decomposition");
  const t = a.clone();
  const q = ComplexMatrix.identity(a.rows);
  const n = a.rows;
  for (let k = 0; k + 2 < n; k++) {
    const reflector = reflectorOf(t.column(k, k + 1));
    reflectRows(t, reflector, k + 1, k + 1);
    for (const m of [t, q]) reflectColumns(m, reflector, 0, k + 1);
    t.set(k + 1, k, reflector.head);
    for (let i = k + 2; i < n; i++) t.set(i, k, { re: 0, im: 0 });
  }
  const norm = t.norm();
  let high = n - 1;
  let iteration = 0;
  while (high > 0) {
    const low = splitPoint(t, high, norm);
    if (low === high) {
      high -= 1;
      iteration = 0;
      continue;
    }
    iteration += 1;
    if (iteration > maxIterations) {
      throw new DymadError(
        "E_NUMERIC",
        `the QR iteration found no eigenvalue of block ${low}..${high} in ${maxIterations} steps`,
      );
    }
    const shift = iteration % 10 === 0 ? unusualShift(t, high) : wilkinsonShift(t, high);
    let head = minus(t.get(low, low), shift);
    for (let k = low; k < high; k++) {
      turn(t, q, k, head, t.get(k + 1, k > low ? k - 1 : k), Math.max(low, k - 1));
      if (k > low) t.set(k + 1, k - 1, { re: 0, im: 0 });
      if (k + 1 < high) head = t.get(k + 1, k);
    }
  }
  return { q, t };
}

function splitPoint(t: ComplexMatrix, high: number, norm: number): number {
  const size = (i: number, j: number): number => modulus(t.get(i, j).re, t.get(i, j).im);
  for (let low = high; low > 0; low--) {
    const around = size(low, low) + size(low - 1, low - 1);
    if (size(low, low - 1) <= epsilon * (around === 0 ? norm : around)) {
      t.set(low, low - 1, { re: 0, im: 0 });
      return low;
    }
  }
  return 0;
}

const minus = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });

/** The eigenvalue of the last 2 x 2 block that lies nearer to its last entry. */
function wilkinsonShift(t: ComplexMatrix, high: number): Complex {
  const d = t.get(high, high);
  const half = minus(t.get(high - 1, high - 1), d);
  const p = { re: half.re / 2, im: half.im / 2 };
  const bc = multiplyComplex(t.get(high - 1, high), t.get(high, high - 1));
  const square = multiplyComplex(p, p);
  const root = sqrtComplex({ re: square.re + bc.re, im: square.im + bc.im });
  const sign = p.re * root.re + p.im * root.im > 0 ? -1 : 1;
  return { re: d.re + p.re + sign * root.re, im: d.im + p.im + sign * root.im };
}

/** An unusual shift breaks the rare cycle in which the usual ones repeat. */
function unusualShift(t: ComplexMatrix, high: number): Complex {
  const entry = t.get(high, high - 1);
  return { re: t.get(high, high).re + modulus(entry.re, entry.im), im: t.get(high, high).im };
}

/** A similarity by the rotation of rows k, k+1 that sends (a, b) to (r, 0); rows act from column `start` on. */
function turn(t: ComplexMatrix, q: ComplexMatrix, k: number, a: Complex, b: Complex, start: number): void {
  const rotation = rotationOf(a, b);
  if (rotation.sre === 0 && rotation.sim === 0) return;
  turnRows(t, k, k + 1, rotation, start);
  for (const m of [t, q]) turnColumns(m, k, k + 1, conjugate(rotation));
}
