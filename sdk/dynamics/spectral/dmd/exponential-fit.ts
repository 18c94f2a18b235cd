import { cos, exp, sin } from "../../../numerics/elementary.js";
import { ComplexMatrix, type ComplexVector } from "../../../numerics/linalg/complex.js";
import { scaleRow } from "../../../numerics/linalg/complex-lines.js";
import { solveComplex } from "../../../numerics/linalg/complex-lu.js";
import { complexSvd } from "../../../numerics/linalg/complex-svd.js";
import { epsilon } from "../../../numerics/linalg/finite.js";

/** Samples at any times. */
export interface Recording {
  /** shape [T], units of `t` */
  readonly t: Float64Array;
  /** shape [T, n] */
  readonly y: ComplexMatrix;
}

/** What rates may be: anything, not growing, or neither growing nor decaying. */
export type GrowthLimit = "free" | "decaying" | "none";

export interface ExponentialFit {
  /** w_j, shape [r] */
  readonly rates: ComplexVector;
  /** B of y(t) close to sum_j exp(w_j t) B_j, one for each recording, shape [r, n] */
  readonly coefficients: readonly ComplexMatrix[];
  /** sum of squares of what is left */
  readonly misfit: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const maxIterations = 100;
/** Rates that move by less than this share of their size, or of 1 / duration, have arrived. */
const arrived = 1e-9;

/**
 * Sums of exponentials by variable projection: coefficients are eliminated by least squares, the rates move by damped Gauss-Newton
 * steps (the first term of the projection's derivative). The normal equations are the entrywise product of two Gram matrices, so a step
 * costs no more than a projection.
 *
 * @param recordings  times [T_i] and samples [T_i, n]; all share the rates, each has its own coefficients
 * @param start       rates to begin with, shape [r]
 * @param limit       what rates may be
 * @see               Askham, Kutz 2018, "Variable projection methods for an optimized dynamic mode decomposition", doi:10.1137/M1124176
 */
export function fitExponentials(recordings: readonly Recording[], start: ComplexVector, limit: GrowthLimit): ExponentialFit {
  let rates = limited(start, limit);
  let here = recordings.map((recording) => project(recording, rates));
  let misfit = total(here);
  let damping = 1e-2;
  const duration = recordings.reduce((most, { t }) => Math.max(most, t[t.length - 1] - t[0]), 0);
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const { normal, gradient } = equations(here);
    let moved = false;
    for (let attempt = 0; attempt < 12 && !moved; attempt++) {
      const step = solveComplex(damped(normal, damping), gradient);
      const trial = limited({ re: rates.re.map((v, j) => v + step.re[j]), im: rates.im.map((v, j) => v + step.im[j]) }, limit);
      const there = recordings.map((recording) => project(recording, trial));
      const left = total(there);
      const length = distance(trial, rates);
      if (left <= misfit) {
        moved = true;
        damping = Math.max(damping / 10, 1e-12);
        [rates, here, misfit] = [trial, there, left];
      } else damping *= 10;
      if (length <= arrived * (1 / duration + size(rates))) {
        return { rates, coefficients: here.map(({ b }) => b), misfit, iterations: iteration, converged: true };
      }
    }
    if (!moved) break;
  }
  return { rates, coefficients: here.map(({ b }) => b), misfit, iterations: maxIterations, converged: false };
}

/** exp(w_j t_i), shape [T, r]. */
export function exponentials(t: Float64Array, { re, im }: ComplexVector): ComplexMatrix {
  const out = new ComplexMatrix(t.length, re.length);
  for (let i = 0, at = 0; i < t.length; i++) {
    for (let j = 0; j < re.length; j++, at++) {
      const length = exp(re[j] * t[i]);
      out.re[at] = length * cos(im[j] * t[i]);
      out.im[at] = length * sin(im[j] * t[i]);
    }
  }
  return out;
}

/** Times since the first: the size of a mode belongs to the first sample, so that a growing one is not counted from long before. */
export const sinceStart = (t: Float64Array): Float64Array => t.map((value) => value - t[0]);

/** A recording seen through the exponentials of some rates. */
interface Projection {
  /** t exp(w t) less its part in the span of the exponentials, shape [T, r] */
  readonly derivative: ComplexMatrix;
  /** coefficients, shape [r, n] */
  readonly b: ComplexMatrix;
  /** what the exponentials leave, shape [T, n] */
  readonly rest: ComplexMatrix;
}

function project({ t, y }: Recording, rates: ComplexVector): Projection {
  const since = sinceStart(t);
  const phi = exponentials(since, rates);
  if (!phi.re.every(Number.isFinite)) return { derivative: phi, b: phi, rest: phi };
  const { u, s, v } = complexSvd(phi);
  const inner = u.adjoint().multiply(y);
  const rest = minus(y, u.multiply(inner));
  s.forEach((value, k) => {
    scaleRow(inner, k, { re: value > epsilon * t.length * s[0] ? 1 / value : 0, im: 0 });
  });
  const slope = phi;
  for (let i = 0; i < slope.rows; i++) scaleRow(slope, i, { re: since[i], im: 0 });
  return { derivative: minus(slope, u.multiply(u.adjoint().multiply(slope))), b: v.multiply(inner), rest };
}

function total(projections: readonly Projection[]): number {
  const sum = projections.reduce((all, { rest }) => all + rest.norm() * rest.norm(), 0);
  return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY;
}

/** J^H J and -J^H (rest) for the columns J_j = -(derivative_j)(b_j), summed over recordings. */
function equations(here: readonly Projection[]): { readonly normal: ComplexMatrix; readonly gradient: ComplexMatrix } {
  const r = here[0].b.rows;
  const normal = new ComplexMatrix(r, r);
  const gradient = new ComplexMatrix(r, 1);
  for (const { derivative, b, rest } of here) {
    const times = derivative.adjoint().multiply(derivative);
    const places = b.multiply(b.adjoint());
    const pull = derivative.adjoint().multiply(rest.multiply(b.adjoint()));
    for (let i = 0; i < r; i++) {
      gradient.re[i] += pull.re[i * r + i];
      gradient.im[i] += pull.im[i * r + i];
      for (let j = 0; j < r; j++) {
        // sum_n conj(b_in) b_jn is the entry (j, i) of B B^H
        const [at, to] = [i * r + j, j * r + i];
        normal.re[at] += times.re[at] * places.re[to] - times.im[at] * places.im[to];
        normal.im[at] += times.re[at] * places.im[to] + times.im[at] * places.re[to];
      }
    }
  }
  return { normal, gradient };
}

/** The diagonal made larger by a share; a mode that vanished has none, and gets a little of the largest. */
function damped(normal: ComplexMatrix, share: number): ComplexMatrix {
  const out = normal.clone();
  const r = out.rows;
  let largest = Number.MIN_VALUE / epsilon;
  for (let i = 0; i < r; i++) largest = Math.max(largest, out.re[i * r + i]);
  for (let i = 0; i < r; i++) out.re[i * r + i] += share * out.re[i * r + i] + epsilon * largest;
  return out;
}

function limited({ re, im }: ComplexVector, limit: GrowthLimit): ComplexVector {
  if (limit === "free") return { re, im };
  return { re: re.map((growth) => (limit === "none" ? 0 : Math.min(growth, 0))), im };
}

const size = ({ re, im }: ComplexVector): number => new ComplexMatrix(re.length, 1, re, im).norm();

const distance = (a: ComplexVector, b: ComplexVector): number =>
  size({ re: a.re.map((value, j) => value - b.re[j]), im: a.im.map((value, j) => value - b.im[j]) });

export function minus(a: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  return new ComplexMatrix(
    a.rows,
    a.cols,
    a.re.map((value, i) => value - b.re[i]),
    a.im.map((value, i) => value - b.im[i]),
  );
}
