import { type Complex, type ComplexMatrix, type ComplexVector, modulus } from "./complex.js";
import { epsilon } from "./finite.js";

/** Steps before the search begins anew from the best vector so far. */
const mostSteps = 24;
const restarts = 8;
/** A value has arrived when the residual of its vector is below this share of it: the error is that squared over the relative gap. */
const settled = 2e-5;

/**
 * Solutions with T - z for one triangular T and many z, as a resolvent on a grid needs them: a step costs n^2 operations. The vector that
 * belongs to the smallest singular value is kept from point to point, so that on a grid two or three steps suffice.
 *
 * @see  Trefethen, Embree 2005, "Spectra and Pseudospectra", chapter 39
 */
export class TriangularResolvent {
  readonly #n: number;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #dre: Float64Array;
  readonly #dim: Float64Array;
  readonly #norm: number;
  /** Lanczos vectors */
  readonly #basis: readonly ComplexVector[];
  /** right singular vector of the last point, and of the one before it */
  readonly #start: ComplexVector;
  readonly #before: ComplexVector;
  readonly #points: [Complex, Complex] = [
    { re: Number.NaN, im: 0 },
    { re: Number.NaN, im: 0 },
  ];

  /** @param t  upper triangular, shape [n, n]; kept, not copied */
  constructor(t: ComplexMatrix) {
    const n = t.rows;
    this.#n = n;
    this.#re = t.re;
    this.#im = t.im;
    this.#dre = new Float64Array(n);
    this.#dim = new Float64Array(n);
    this.#norm = t.norm();
    this.#basis = Array.from({ length: Math.min(n, mostSteps) + 1 }, () => vector(n));
    this.#start = vector(n);
    this.#before = vector(n);
    // Uneven weights: a start vector orthogonal to the wanted one would need luck.
    for (let i = 0; i < n; i++) this.#start.re[i] = 1 + 0.1 * ((7 * i) % 5);
  }

  /**
   * Solves (T - z) x = b in place. Where z is an eigenvalue the divisor is a rounding error of T instead of zero.
   *
   * @param z  a point of the plane
   * @param b  shape [n]; becomes x
   */
  solve(z: Complex, b: ComplexVector): void {
    this.#invertDiagonal(z);
    this.#solve(b.re, b.im);
  }

  /** The smallest singular value of T - z, >= 0. Points in order along a line are the fastest. */
  smallestSingular(z: Complex): number {
    if (this.#invertDiagonal(z)) return 0;
    this.#foresee(z);
    let best = 0;
    for (let round = 0; round < restarts; round++) {
      const { value, arrived } = this.#lanczos();
      if (arrived || value <= best * (1 + epsilon)) return 1 / Math.sqrt(Math.max(value, best));
      best = value;
    }
    return 1 / Math.sqrt(best);
  }

  /** On a line of equal steps the vector is continued through the last two: what is left to find is of second order in the step. */
  #foresee(z: Complex): void {
    const [last, earlier] = this.#points;
    const bend = Math.abs(z.re - 2 * last.re + earlier.re) + Math.abs(z.im - 2 * last.im + earlier.im);
    const step = Math.abs(z.re - last.re) + Math.abs(z.im - last.im);
    const straight = bend <= 1e-6 * step;
    const { re, im } = this.#start;
    for (let i = 0; i < re.length; i++) {
      const [x, y] = [re[i], im[i]];
      if (straight) {
        re[i] = 2 * x - this.#before.re[i];
        im[i] = 2 * y - this.#before.im[i];
      }
      this.#before.re[i] = x;
      this.#before.im[i] = y;
    }
    this.#points[1] = last;
    this.#points[0] = z;
  }

  /** 1 / (t_ii - z); true when an entry is zero. */
  #invertDiagonal({ re, im }: Complex): boolean {
    const n = this.#n;
    const smallest = epsilon * (this.#norm || 1);
    let singular = false;
    for (let i = 0; i < n; i++) {
      let a = this.#re[i * n + i] - re;
      const b = this.#im[i * n + i] - im;
      if (a === 0 && b === 0) {
        singular = true;
        a = smallest;
      }
      const size = modulus(a, b);
      this.#dre[i] = a / size / size;
      this.#dim[i] = -b / size / size;
    }
    return singular;
  }

  /** Largest eigenvalue of ((T - z)^H (T - z))^-1 by Lanczos steps from the last vector, which it replaces. */
  #lanczos(): { readonly value: number; readonly arrived: boolean } {
    const basis = this.#basis;
    const alpha: number[] = [];
    const beta: number[] = [];
    copy(this.#start, basis[0]);
    normalise(basis[0]);
    let value = 0;
    let arrived = false;
    for (let step = 0; step + 1 < basis.length && !arrived; step++) {
      const w = basis[step + 1];
      copy(basis[step], w);
      this.#solveAdjoint(w.re, w.im);
      // |(T - z)^-H v|^2 is the next diagonal entry before anything is subtracted
      alpha.push(squares(w));
      this.#solve(w.re, w.im);
      for (let k = step; k >= 0; k--) subtract(w, basis[k]);
      const rest = normalise(w);
      value = largestRoot(alpha, beta, Math.max(value, alpha[step]));
      arrived = rest * Math.abs(tridiagonalVector(alpha, beta, value)[step]) <= settled * value || step + 1 === this.#n;
      if (!arrived) beta.push(rest);
    }
    this.#keep(alpha, beta, value);
    return { value, arrived };
  }

  /** The Ritz vector of a value becomes the next start. */
  #keep(alpha: readonly number[], beta: readonly number[], value: number): void {
    const { re, im } = this.#start;
    re.fill(0);
    im.fill(0);
    tridiagonalVector(alpha, beta, value).forEach((share, k) => {
      const v = this.#basis[k];
      for (let i = 0; i < re.length; i++) {
        re[i] += share * v.re[i];
        im[i] += share * v.im[i];
      }
    });
    normalise(this.#start);
  }

  // Two rows or columns at a time: every entry of the vector that is read serves both.
  #solve(re: Float64Array, im: Float64Array): void {
    const n = this.#n;
    const tre = this.#re;
    const tim = this.#im;
    let i = n - 1;
    for (; i > 0; i -= 2) {
      const lower = i * n;
      const upper = lower - n;
      let a = re[i];
      let b = im[i];
      let c = re[i - 1];
      let d = im[i - 1];
      for (let j = i + 1; j < n; j++) {
        const u = re[j];
        const v = im[j];
        const x = tre[lower + j];
        const y = tim[lower + j];
        const p = tre[upper + j];
        const q = tim[upper + j];
        a -= x * u - y * v;
        b -= x * v + y * u;
        c -= p * u - q * v;
        d -= p * v + q * u;
      }
      const u = a * this.#dre[i] - b * this.#dim[i];
      const v = a * this.#dim[i] + b * this.#dre[i];
      c -= tre[upper + i] * u - tim[upper + i] * v;
      d -= tre[upper + i] * v + tim[upper + i] * u;
      re[i] = u;
      im[i] = v;
      re[i - 1] = c * this.#dre[i - 1] - d * this.#dim[i - 1];
      im[i - 1] = c * this.#dim[i - 1] + d * this.#dre[i - 1];
    }
    if (i < 0) return;
    let a = re[0];
    let b = im[0];
    for (let j = 1; j < n; j++) {
      a -= tre[j] * re[j] - tim[j] * im[j];
      b -= tre[j] * im[j] + tim[j] * re[j];
    }
    re[0] = a * this.#dre[0] - b * this.#dim[0];
    im[0] = a * this.#dim[0] + b * this.#dre[0];
  }

  #solveAdjoint(re: Float64Array, im: Float64Array): void {
    const n = this.#n;
    const tre = this.#re;
    const tim = this.#im;
    for (let i = 0; i < n; i += 2) {
      const upper = i * n;
      const u = re[i] * this.#dre[i] + im[i] * this.#dim[i];
      const v = im[i] * this.#dre[i] - re[i] * this.#dim[i];
      re[i] = u;
      im[i] = v;
      if (i + 1 === n) return;
      const lower = upper + n;
      const a = re[i + 1] - (tre[upper + i + 1] * u + tim[upper + i + 1] * v);
      const b = im[i + 1] - (tre[upper + i + 1] * v - tim[upper + i + 1] * u);
      const c = a * this.#dre[i + 1] + b * this.#dim[i + 1];
      const d = b * this.#dre[i + 1] - a * this.#dim[i + 1];
      re[i + 1] = c;
      im[i + 1] = d;
      for (let j = i + 2; j < n; j++) {
        const x = tre[upper + j];
        const y = tim[upper + j];
        const p = tre[lower + j];
        const q = tim[lower + j];
        re[j] -= x * u + y * v + (p * c + q * d);
        im[j] -= x * v - y * u + (p * d - q * c);
      }
    }
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
