import type { ComplexVector } from "./complex.js";
import { epsilon } from "./finite.js";

/** Steps before a search begins anew from the best vector so far. */
const mostSteps = 24;
const restarts = 8;

/** What a search has found. */
export interface LargestValue {
  readonly value: number;
  /** whether the residual of the vector is as small as was asked */
  readonly arrived: boolean;
}

/**
 * The largest eigenvalue of positive Hermitian operators of one size, by Lanczos steps that keep all vectors of a search orthogonal.
 *
 * @see  Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 10.1
 */
export class HermitianLanczos {
  readonly #basis: readonly ComplexVector[];
  readonly #settled: number;

  /**
   * @param size     n
   * @param settled  a value has arrived when the residual of its vector is below this share of it: its error is that squared over the
   *                 relative gap
   */
  constructor(size: number, settled: number) {
    this.#basis = Array.from({ length: Math.min(size, mostSteps) + 1 }, () => vector(size));
    this.#settled = settled;
  }

  /**
   * @param guess  a vector to begin with, shape [n]; becomes the unit vector that belongs to the value
   * @param apply  the operator, on a vector in place
   */
  largest(guess: ComplexVector, apply: (w: ComplexVector) => void): LargestValue {
    let best = 0;
    for (let round = 0; round < restarts; round++) {
      const { value, arrived } = this.#search(guess, apply);
      if (arrived || value <= best * (1 + epsilon)) return { value: Math.max(value, best), arrived };
      best = value;
    }
    return { value: best, arrived: false };
  }

  #search(guess: ComplexVector, apply: (w: ComplexVector) => void): LargestValue {
    const basis = this.#basis;
    const size = guess.re.length;
    const alpha: number[] = [];
    const beta: number[] = [];
    copy(guess, basis[0]);
    normalise(basis[0]);
    let value = 0;
    let arrived = false;
    for (let step = 0; step + 1 < basis.length && !arrived; step++) {
      const w = basis[step + 1];
      copy(basis[step], w);
      apply(w);
      alpha.push(subtract(w, basis[step]));
      for (let k = step - 1; k >= 0; k--) subtract(w, basis[k]);
      const rest = normalise(w);
      value = largestRoot(alpha, beta, Math.max(value, alpha[step]));
      const share = Math.abs(tridiagonalVector(alpha, beta, value)[step]);
      arrived = rest * share <= this.#settled * value || step + 1 === size;
      if (!arrived) beta.push(rest);
    }
    this.#combine(tridiagonalVector(alpha, beta, value), guess);
    return { value, arrived };
  }

  /** The Ritz vector. */
  #combine(shares: readonly number[], into: ComplexVector): void {
    const { re, im } = into;
    re.fill(0);
    im.fill(0);
    shares.forEach((share, k) => {
      const v = this.#basis[k];
      for (let i = 0; i < re.length; i++) {
        re[i] += share * v.re[i];
        im[i] += share * v.im[i];
      }
    });
    normalise(into);
  }
}

/**
 * The largest eigenvalue of a symmetric tridiagonal matrix, by Newton's steps down from a bound above it, where they are monotone.
 *
 * @param alpha  diagonal, shape [k]
 * @param beta   beside it, shape [k - 1]
 * @param least  known not to exceed the eigenvalue
 */
function largestRoot(alpha: readonly number[], beta: readonly number[], least: number): number {
  const last = alpha.length - 1;
  let x = least;
  for (let k = 0; k <= last; k++) x = Math.max(x, alpha[k] + (k > 0 ? beta[k - 1] : 0) + (k < last ? beta[k] : 0));
  for (let iteration = 0; iteration < 60; iteration++) {
    // the quotients p_k / p_(k-1) of the characteristic polynomial and the logarithmic derivative p' / p
    let [quotient, slope, derivative] = [x - alpha[0], 1, 0];
    derivative = slope / quotient;
    for (let k = 1; k <= last; k++) {
      const square = beta[k - 1] * beta[k - 1];
      slope = 1 + (square * slope) / (quotient * quotient);
      quotient = x - alpha[k] - square / quotient;
      derivative += slope / quotient;
    }
    const next = x - 1 / derivative;
    if (!(next < x) || !(next >= least) || !Number.isFinite(next))
      return Math.max(least, Number.isFinite(next) ? Math.min(x, next) : x);
    if (x - next <= 1e-15 * x) return next;
    x = next;
  }
  return x;
}

/**
 * The unit eigenvector of a symmetric tridiagonal matrix for its largest eigenvalue; all entries are positive. Pivots from both ends meet
 * where they agree best: recurrences from one end alone lose small entries, by which convergence is told.
 *
 * @see  Fernando 1997, "On computing an eigenvector of a tridiagonal matrix", doi:10.1137/S0895479895294484
 */
function tridiagonalVector(alpha: readonly number[], beta: readonly number[], value: number): number[] {
  const last = alpha.length - 1;
  const down: number[] = [];
  const up: number[] = [];
  for (let k = 0; k <= last; k++) down[k] = value - alpha[k] - (k > 0 ? (beta[k - 1] * beta[k - 1]) / down[k - 1] : 0) || tiny;
  for (let k = last; k >= 0; k--) up[k] = value - alpha[k] - (k < last ? (beta[k] * beta[k]) / up[k + 1] : 0) || tiny;
  let meeting = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k <= last; k++) {
    const gap = Math.abs(down[k] + up[k] - (value - alpha[k]));
    if (gap < least) [meeting, least] = [k, gap];
  }
  const out: number[] = [];
  out[meeting] = 1;
  for (let k = meeting - 1; k >= 0; k--) out[k] = (beta[k] * out[k + 1]) / down[k];
  for (let k = meeting + 1; k <= last; k++) out[k] = (beta[k - 1] * out[k - 1]) / up[k];
  const length = Math.sqrt(out.reduce((sum, entry) => sum + entry * entry, 0));
  return out.map((entry) => entry / length);
}

/** Stands for a pivot of zero. */
const tiny = Number.MIN_VALUE;

/** A vector of zeros. */
export const vector = (n: number): ComplexVector => ({ re: new Float64Array(n), im: new Float64Array(n) });

/** One vector into another of its length. */
export function copy(from: ComplexVector, to: ComplexVector): void {
  to.re.set(from.re);
  to.im.set(from.im);
}

function squares({ re, im }: ComplexVector): number {
  let sum = 0;
  for (let i = 0; i < re.length; i++) sum += re[i] * re[i] + im[i] * im[i];
  return sum;
}

/** Makes the length one, in place, and returns what it was. */
export function normalise({ re, im }: ComplexVector): number {
  const length = Math.sqrt(squares({ re, im }));
  const scale = length > 0 ? 1 / length : 0;
  for (let i = 0; i < re.length; i++) {
    re[i] *= scale;
    im[i] *= scale;
  }
  return length;
}

/** Removes from `a`, in place, its part along the unit vector b; returns the real part of its share, b^H a. */
export function subtract(a: ComplexVector, b: ComplexVector): number {
  let re = 0;
  let im = 0;
  for (let i = 0; i < a.re.length; i++) {
    re += b.re[i] * a.re[i] + b.im[i] * a.im[i];
    im += b.re[i] * a.im[i] - b.im[i] * a.re[i];
  }
  for (let i = 0; i < a.re.length; i++) {
    a.re[i] -= re * b.re[i] - im * b.im[i];
    a.im[i] -= re * b.im[i] + im * b.re[i];
  }
  return re;
}
