import type { Complex, ComplexVector } from "./complex.js";
import { epsilon } from "./finite.js";
import type { Shifted } from "./shifted-triangle.js";

/** Steps before the search begins anew from the best vector so far. */
const mostSteps = 24;
const restarts = 8;
/** A value has arrived when the residual of its vector is below this share of it: the error is that squared over the relative gap. */
const settled = 2e-5;
/** Vectors are foreseen by polynomials of a degree below this. */
const mostDifferences = 4;

/**
 * The smallest singular value of T - z at points z along a path, each by some Lanczos steps on its inverse. The vector that belongs to
 * it is foreseen from those of the last points: on a line of a grid three steps suffice.
 *
 * @see  Trefethen, Embree 2005, "Spectra and Pseudospectra", chapter 39
 */
export class SingularPath {
  readonly #shifted: Shifted;
  /** Lanczos vectors */
  readonly #basis: readonly ComplexVector[];
  /** right singular vector of the last point; before a search, a guess */
  readonly #vector: ComplexVector;
  /** backward differences of the vectors of the last points, the vector itself first */
  readonly #differences: readonly ComplexVector[];
  /** how many of them are of points in equal steps along one line */
  #known = 0;
  #last: Complex = { re: 0, im: 0 };
  #step: Complex = { re: 0, im: 0 };

  constructor(shifted: Shifted) {
    const n = shifted.size;
    this.#shifted = shifted;
    this.#basis = Array.from({ length: Math.min(n, mostSteps) + 1 }, () => vector(n));
    this.#vector = vector(n);
    this.#differences = Array.from({ length: mostDifferences }, () => vector(n));
    // Uneven weights: a start vector orthogonal to the wanted one would need luck.
    for (let i = 0; i < n; i++) this.#vector.re[i] = 1 + 0.1 * ((7 * i) % 5);
  }

  /** sigma_min(T - z) >= 0; 0 at an eigenvalue. Points in equal steps along a line are the fastest. */
  at(z: Complex): number {
    if (this.#shifted.moveTo(z)) return 0;
    this.#foresee(z);
    let best = 0;
    for (let round = 0; round < restarts; round++) {
      const { value, arrived } = this.#lanczos();
      if (arrived || value <= best * (1 + epsilon)) return 1 / Math.sqrt(Math.max(value, best));
      best = value;
    }
    return 1 / Math.sqrt(best);
  }

  /**
   * The vector at z by the polynomial through the last points whose order would have foreseen the last of them best: what an order
   * misses is the next difference. Constant where the path turns.
   */
  #foresee(z: Complex): void {
    const step = { re: z.re - this.#last.re, im: z.im - this.#last.im };
    const bend = Math.abs(step.re - this.#step.re) + Math.abs(step.im - this.#step.im);
    if (bend > 1e-6 * (Math.abs(step.re) + Math.abs(step.im))) this.#known = 0;
    this.#step = step;
    this.#last = z;
    const differences = this.#differences;
    const guess = this.#vector;
    let order = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < this.#known; k++) {
      const missed = exchange(guess, differences[k]);
      if (missed < least) [order, least] = [k, missed];
    }
    if (this.#known < mostDifferences) {
      exchange(guess, differences[this.#known]);
      // an order not tried yet, after one that was the best of all
      if (order + 1 === this.#known) order = this.#known;
      this.#known += 1;
    }
    copy(differences[0], guess);
    for (let k = 1; k <= order; k++) add(differences[k], guess);
  }

  /** Largest eigenvalue of ((T - z)^H (T - z))^-1 by Lanczos steps from the last vector, which it replaces. */
  #lanczos(): { readonly value: number; readonly arrived: boolean } {
    const basis = this.#basis;
    const alpha: number[] = [];
    const beta: number[] = [];
    copy(this.#vector, basis[0]);
    normalise(basis[0]);
    let value = 0;
    let arrived = false;
    for (let step = 0; step + 1 < basis.length && !arrived; step++) {
      const w = basis[step + 1];
      copy(basis[step], w);
      this.#shifted.solveAdjoint(w.re, w.im);
      // |(T - z)^-H v|^2 is the next diagonal entry before anything is subtracted
      alpha.push(squares(w));
      this.#shifted.solve(w.re, w.im);
      for (let k = step; k >= 0; k--) subtract(w, basis[k]);
      const rest = normalise(w);
      value = largestRoot(alpha, beta, Math.max(value, alpha[step]));
      arrived =
        rest * Math.abs(tridiagonalVector(alpha, beta, value)[step]) <= settled * value || step + 1 === this.#shifted.size;
      if (!arrived) beta.push(rest);
    }
    this.#keep(alpha, beta, value);
    return { value, arrived };
  }

  /** The Ritz vector of a value becomes the next start. */
  #keep(alpha: readonly number[], beta: readonly number[], value: number): void {
    const { re, im } = this.#vector;
    re.fill(0);
    im.fill(0);
    tridiagonalVector(alpha, beta, value).forEach((share, k) => {
      const v = this.#basis[k];
      for (let i = 0; i < re.length; i++) {
        re[i] += share * v.re[i];
        im[i] += share * v.im[i];
      }
    });
    normalise(this.#vector);
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

/** The unit eigenvector of a symmetric tridiagonal matrix for an eigenvalue; its first entry is positive. */
function tridiagonalVector(alpha: readonly number[], beta: readonly number[], value: number): number[] {
  const out = [1];
  let sum = 1;
  for (let k = 0; k + 1 < alpha.length; k++) {
    const next = ((value - alpha[k]) * out[k] - (k > 0 ? beta[k - 1] * out[k - 1] : 0)) / beta[k];
    out.push(next);
    sum += next * next;
  }
  const length = Math.sqrt(sum);
  return out.map((entry) => entry / length);
}

const vector = (n: number): ComplexVector => ({ re: new Float64Array(n), im: new Float64Array(n) });

function copy(from: ComplexVector, to: ComplexVector): void {
  to.re.set(from.re);
  to.im.set(from.im);
}

function add(from: ComplexVector, to: ComplexVector): void {
  for (let i = 0; i < to.re.length; i++) {
    to.re[i] += from.re[i];
    to.im[i] += from.im[i];
  }
}

/** `old` becomes `next`, and `next` its excess over `old`, whose square is returned. */
function exchange(next: ComplexVector, old: ComplexVector): number {
  let sum = 0;
  for (let i = 0; i < next.re.length; i++) {
    const [x, y] = [next.re[i], next.im[i]];
    next.re[i] = x - old.re[i];
    next.im[i] = y - old.im[i];
    old.re[i] = x;
    old.im[i] = y;
    sum += next.re[i] * next.re[i] + next.im[i] * next.im[i];
  }
  return sum;
}

function squares({ re, im }: ComplexVector): number {
  let sum = 0;
  for (let i = 0; i < re.length; i++) sum += re[i] * re[i] + im[i] * im[i];
  return sum;
}

/** Makes the length one, in place, and returns what it was. */
function normalise({ re, im }: ComplexVector): number {
  const length = Math.sqrt(squares({ re, im }));
  const scale = length > 0 ? 1 / length : 0;
  for (let i = 0; i < re.length; i++) {
    re[i] *= scale;
    im[i] *= scale;
  }
  return length;
}

/** Removes from `a`, in place, its part along the unit vector b. */
function subtract(a: ComplexVector, b: ComplexVector): void {
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
}
