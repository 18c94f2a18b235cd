import { DymadError } from "../../errors.js";
import { type Complex, ComplexMatrix, divideComplex, modulus, multiplyComplex, sqrtComplex } from "./complex.js";
import { type ComplexRotation, conjugate, rotationOf, turnColumns, turnRows } from "./complex-rotation.js";
import { epsilon, requireFiniteComplex, requireSquare } from "./finite.js";

/** A = Q S Z^H and B = Q T Z^H with Q, Z unitary, S, T upper triangular and the diagonal of T real and not negative. */
export interface GeneralisedSchur {
  readonly q: ComplexMatrix;
  readonly z: ComplexMatrix;
  readonly s: ComplexMatrix;
  readonly t: ComplexMatrix;
}

const maxIterations = 60;

/**
 * Generalised Schur decomposition of the pencil A - lambda B: reduction to Hessenberg and triangular form, then QZ steps with one
 * shift in complex arithmetic. The eigenvalues are s_kk / t_kk; diagonal entries of T below rounding of |B| become exact zeros,
 * which are the infinite eigenvalues.
 *
 * @param a   shape [n, n]
 * @param b   shape [n, n], may be singular
 * @returns   q, z, s, t, each [n, n]
 * @throws    E_SHAPE when not square or of different size; E_DATA when an entry is not finite; E_NUMERIC when 60 steps split off no
 *            eigenvalue
 * @see       Moler, Stewart 1973, "An algorithm for generalized matrix eigenvalue problems", doi:10.1137/0710024
 */
export function generalisedSchur(a: ComplexMatrix, b: ComplexMatrix): GeneralisedSchur {
  requireSquare(a, "the first matrix of a pencil");
  requireSquare(b, "the second matrix of a pencil");
  if (a.rows !== b.rows) throw new DymadError("E_SHAPE", `a pencil needs equal sizes, got ${a.rows} and ${b.rows}`);
  for (const m of [a, b]) requireFiniteComplex(m, "a matrix of a pencil");
  const n = a.rows;
  const pencil = new Pencil(a, b);
  pencil.reduce();
  let last = n - 1;
  let iteration = 0;
  while (last >= 0) {
    const first = pencil.split(last);
    if (first === last) {
      last -= 1;
      iteration = 0;
      continue;
    }
    const zero = pencil.zeroOfT(first, last);
    if (zero >= 0) {
      pencil.deflateInfinite(zero, first, last);
      iteration = 0;
      continue;
    }
    iteration += 1;
    if (iteration > maxIterations) {
      throw new DymadError(
        "E_NUMERIC",
        `the QZ iteration found no eigenvalue of block ${first}..${last} in ${maxIterations} steps`,
      );
    }
    pencil.step(first, last, iteration);
  }
  pencil.makePositive();
  return { q: pencil.q, z: pencil.z, s: pencil.s, t: pencil.t };
}

/** The pencil while it is reduced: A = Q S Z^H and B = Q T Z^H hold after every method. */
class Pencil {
  readonly q: ComplexMatrix;
  readonly z: ComplexMatrix;
  readonly s: ComplexMatrix;
  readonly t: ComplexMatrix;
  readonly #negligibleS: number;
  readonly #negligibleT: number;

  constructor(a: ComplexMatrix, b: ComplexMatrix) {
    this.s = a.clone();
    this.t = b.clone();
    this.q = ComplexMatrix.identity(a.rows);
    this.z = ComplexMatrix.identity(a.rows);
    this.#negligibleS = epsilon * a.norm();
    this.#negligibleT = epsilon * b.norm();
  }

  /** T triangular, then S Hessenberg, one entry at a time. */
  reduce(): void {
    const { s, t } = this;
    const n = s.rows;
    for (let j = 0; j < n - 1; j++) for (let i = n - 1; i > j; i--) this.#clearByRows(t, i, j, i - 1, 0);
    for (let j = 0; j + 2 < n; j++) {
      for (let i = n - 1; i > j + 1; i--) {
        this.#clearByRows(s, i, j, i - 1, j);
        this.#clearByColumns(t, i, i - 1, i, n);
      }
    }
  }

  /** First row of the trailing block that no negligible entry below the diagonal of S cuts. */
  split(last: number): number {
    for (let k = last; k > 0; k--) {
      if (size(this.s, k, k - 1) > this.#negligibleS) continue;
      this.s.set(k, k - 1, { re: 0, im: 0 });
      return k;
    }
    return 0;
  }

  /** The last row of the block where the diagonal of T vanishes, or -1. */
  zeroOfT(first: number, last: number): number {
    for (let k = last; k >= first; k--) {
      if (size(this.t, k, k) > this.#negligibleT) continue;
      this.t.set(k, k, { re: 0, im: 0 });
      return k;
    }
    return -1;
  }

  /** Moves a zero of T's diagonal to the end of the block and splits it off. */
  deflateInfinite(zero: number, first: number, last: number): void {
    const { s, t } = this;
    for (let k = zero; k < last; k++) {
      this.#clearByRows(t, k + 1, k + 1, k, Math.max(first, k - 1));
      if (k > first) this.#clearByColumns(s, k + 1, k - 1, k, k + 2);
    }
    this.#clearByColumns(s, last, last - 1, last, last + 1);
  }

  /** One QZ sweep over rows first .. last. */
  step(first: number, last: number, iteration: number): void {
    const { s, t } = this;
    const shift = iteration % 10 === 0 ? this.#unusualShift(last) : this.#shift(last);
    const moved = multiplyComplex(shift, t.get(first, first));
    const head = s.get(first, first);
    const rotation = rotationOf({ re: head.re - moved.re, im: head.im - moved.im }, s.get(first + 1, first));
    this.#turnRows(first, rotation, first);
    for (let k = first; k < last; k++) {
      if (k > first) this.#clearByRows(s, k + 1, k - 1, k, k - 1);
      this.#clearByColumns(t, k + 1, k, k + 1, Math.min(k + 2, last) + 1);
    }
  }

  /** Turns the phases of Z's columns so that the diagonal of T is real and not negative. */
  makePositive(): void {
    for (let k = 0; k < this.t.rows; k++) {
      const { re, im } = this.t.get(k, k);
      const length = modulus(re, im);
      if (length <= this.#negligibleT) {
        this.t.set(k, k, { re: 0, im: 0 });
        continue;
      }
      const phase = { re: re / length, im: -im / length };
      for (const m of [this.s, this.t, this.z]) {
        for (let i = 0; i < m.rows; i++) m.set(i, k, multiplyComplex(m.get(i, k), phase));
      }
      this.t.set(k, k, { re: length, im: 0 });
    }
  }

  /** The eigenvalue of the last 2 x 2 block of S T^-1 that lies nearer to its last entry. */
  #shift(last: number): Complex {
    const { s, t } = this;
    const before = last - 1;
    const [t11, t22] = [t.get(before, before), t.get(last, last)];
    const ratio = divideComplex(t.get(before, last), t22);
    const a11 = divideComplex(s.get(before, before), t11);
    const a21 = divideComplex(s.get(last, before), t11);
    const a12 = minus(divideComplex(s.get(before, last), t22), multiplyComplex(ratio, a11));
    const a22 = minus(divideComplex(s.get(last, last), t22), multiplyComplex(ratio, a21));
    const gap = minus(a11, a22);
    const half = { re: gap.re / 2, im: gap.im / 2 };
    const product = multiplyComplex(a12, a21);
    const square = multiplyComplex(half, half);
    const root = sqrtComplex({ re: square.re + product.re, im: square.im + product.im });
    const sign = half.re * root.re + half.im * root.im < 0 ? -1 : 1;
    const divisor = { re: half.re + sign * root.re, im: half.im + sign * root.im };
    return modulus(divisor.re, divisor.im) === 0 ? a22 : minus(a22, divideComplex(product, divisor));
  }

  /** An unusual shift breaks the rare cycle in which the usual ones repeat. */
  #unusualShift(last: number): Complex {
    const { s, t } = this;
    const near = divideComplex(s.get(last, last), t.get(last, last));
    const step = divideComplex(s.get(last, last - 1), t.get(last - 1, last - 1));
    return { re: near.re + modulus(step.re, step.im), im: near.im };
  }

  /** Sends entry (row, col) of m, S or T, to zero by turning its row against row `other`; columns before `from` are zero in both. */
  #clearByRows(m: ComplexMatrix, row: number, col: number, other: number, from: number): void {
    this.#turnRows(other, rotationOf(m.get(other, col), m.get(row, col)), from);
    m.set(row, col, { re: 0, im: 0 });
  }

  #turnRows(upper: number, rotation: ComplexRotation, from: number): void {
    turnRows(this.s, upper, upper + 1, rotation, from);
    turnRows(this.t, upper, upper + 1, rotation, from);
    turnColumns(this.q, upper, upper + 1, conjugate(rotation));
  }

  /** Sends entry (row, col) of m to zero by turning its column against column `other`; rows from `rows` on are zero in both. */
  #clearByColumns(m: ComplexMatrix, row: number, col: number, other: number, rows: number): void {
    const rotation = rotationOf(m.get(row, other), m.get(row, col));
    turnColumns(this.s, other, col, rotation, rows);
    turnColumns(this.t, other, col, rotation, rows);
    turnColumns(this.z, other, col, rotation);
    m.set(row, col, { re: 0, im: 0 });
  }
}

const size = (m: ComplexMatrix, i: number, j: number): number => modulus(m.get(i, j).re, m.get(i, j).im);
const minus = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });
