import { pow } from "../elementary.js";
import type { Tableau } from "./tableaus.js";

/** One trial step of an explicit method whose last stage is the rate at the new point. */
export interface Trial {
  /** y(t + h), shape [size]; owned by the caller afterwards */
  readonly y: Float64Array;
  /** all stages, shape [stages, size]; owned by the caller afterwards */
  readonly k: Float64Array;
}

/** A step that was accepted, with what its way back needs. */
export interface AcceptedStep {
  readonly t: number;
  readonly h: number;
  readonly y: Float64Array;
  readonly k: Float64Array;
  /** whether its first stage was asked anew, not taken over from the step before */
  readonly fresh: boolean;
  /** outputs inside this step: index into the grid, and where in the step (0, 1] */
  readonly outputs: readonly { readonly index: number; readonly theta: number }[];
}

export interface AdaptiveOptions {
  readonly tableau: Tableau;
  /** start, shape [size] */
  readonly y0: Float64Array;
  /** output times, increasing; the first is the start; units of `t` */
  readonly grid: Float64Array;
  readonly rtol: number;
  readonly atol: number;
  readonly maxSteps: number;
  /** times at which the rate is not smooth, increasing: steps end there instead of feeling for the place; default none */
  readonly breaks?: ArrayLike<number>;
  /** whether the rate jumps at the breaks, so that it is asked anew there; default false */
  readonly jumps?: boolean;
  /** the rate at (t, y); at a jump the one after it */
  rate(t: number, y: Float64Array): Float64Array;
  /** a step of size h from (t, y) with rate k0 there; one that ends at a jump sees the rates before it, also at its end */
  trial(t: number, h: number, y: Float64Array, k0: Float64Array): Trial;
}

export interface AdaptiveSolution {
  readonly status: "ok" | "max-steps" | "non-finite" | "step-underflow";
  /** what happened and what to do, when status is not ok */
  readonly message: string;
  /** values at the output times, shape [times, size] */
  readonly values: Float64Array;
  /** the rate at the start, shape [size] */
  readonly k0: Float64Array;
  readonly steps: readonly AcceptedStep[];
  readonly rejected: number;
}

const SAFETY = 0.9;
const LARGEST_GROWTH = 10;
const SMALLEST_GROWTH = 0.2;

/**
 * Integrates dy/dt = rate with steps chosen so that the local error stays below atol + rtol max(|y0|, |y1|) in the mean square
 * over all entries; values between steps by the method's dense output. How it ended is a value, not an exception.
 *
 * @see Hairer, Nørsett & Wanner 1993, "Solving Ordinary Differential Equations I", sections II.4 to II.6
 */
export function solveAdaptive(options: AdaptiveOptions): AdaptiveSolution {
  const { tableau, y0, grid, rtol, atol, maxSteps, breaks = [], jumps = false, rate, trial } = options;
  const size = y0.length;
  const end = grid[grid.length - 1];
  const values = new Float64Array(grid.length * size);
  values.set(y0);
  const order = tableau.errorOrder ?? tableau.order;
  const exponent = -1 / (Math.min(order, tableau.order) + 1);
  const steps: AcceptedStep[] = [];
  const k0 = rate(grid[0], y0).slice();
  let rejected = 0;
  const finish = (status: AdaptiveSolution["status"], message = ""): AdaptiveSolution => ({
    status,
    message,
    values,
    k0,
    steps,
    rejected,
  });
  if (grid.length === 1) return finish("ok");

  let t = grid[0];
  let y: Float64Array = y0.slice();
  let k: Float64Array = k0;
  let next = 1;
  let ahead = 0;
  let fresh = true;
  let h = firstStep(options, k0);
  while (next < grid.length) {
    if (steps.length + rejected >= maxSteps) {
      return finish(
        "max-steps",
        `${maxSteps} steps reached only t = ${t} of ${end}: raise max_steps, loosen rtol and atol, or shorten the horizon`,
      );
    }
    while (ahead < breaks.length && breaks[ahead] <= t) ahead++;
    const limit = ahead < breaks.length ? Math.min(breaks[ahead], end) : end;
    // land on the limit exactly; a sliver left over would be a step of rounding errors
    const smallest = 16 * Number.EPSILON * Math.max(Math.abs(t), Math.abs(end));
    const landing = t + h * (1 + 1e-9) + smallest >= limit;
    const width = landing ? limit - t : h;
    if (!(width > smallest)) {
      return finish(
        "step-underflow",
        `the step shrank to ${width} at t = ${t}, |y| = ${norm(y)}: the rates may be discontinuous or blow up there`,
      );
    }
    const step = trial(t, width, y, k);
    const error = errorNorm(tableau, width, y, step, rtol, atol);
    if (!Number.isFinite(error)) {
      if (!Number.isFinite(norm(step.k.subarray(0, size)))) {
        return finish("non-finite", `the rate is not finite at t = ${t}, |y| = ${norm(y)}: the model diverges`);
      }
      h = width * SMALLEST_GROWTH;
      rejected++;
      continue;
    }
    const factor =
      error === 0 ? LARGEST_GROWTH : Math.min(LARGEST_GROWTH, Math.max(SMALLEST_GROWTH, SAFETY * pow(error, exponent)));
    if (error > 1) {
      h = width * Math.min(factor, 1);
      rejected++;
      continue;
    }
    const reached = landing ? limit : t + width;
    const outputs: { index: number; theta: number }[] = [];
    while (next < grid.length && grid[next] <= reached) {
      const theta = grid[next] === reached ? 1 : (grid[next] - t) / width;
      outputs.push({ index: next, theta });
      interpolate(tableau, width, theta, y, step, values.subarray(next * size, (next + 1) * size));
      next++;
    }
    steps.push({ t, h: width, y, k: step.k, fresh, outputs });
    t = reached;
    y = step.y;
    fresh = jumps && landing && limit < end;
    k = fresh ? rate(t, y).slice() : step.k.slice(step.k.length - size);
    // a step cut short by a break says little against the longer one that was planned
    h = landing ? Math.max(h, width * factor) : width * factor;
  }
  return finish("ok");
}

/** Weights of the stages at theta: y(t + theta h) = y + h sum_i w_i k_i. */
export function denseWeights(tableau: Tableau, theta: number): Float64Array {
  const dense = tableau.dense;
  if (dense === null || theta === 1) return Float64Array.from(tableau.c, (_, i) => tableau.b[i] ?? 0);
  return Float64Array.from(dense, (row) => row.reduceRight((sum, c) => (sum + c) * theta, 0));
}

function interpolate(tableau: Tableau, h: number, theta: number, y: Float64Array, step: Trial, out: Float64Array): void {
  if (theta === 1) {
    out.set(step.y);
    return;
  }
  const weights = denseWeights(tableau, theta);
  out.set(y);
  weights.forEach((w, i) => {
    const k = step.k.subarray(i * y.length, (i + 1) * y.length);
    for (let j = 0; j < out.length; j++) out[j] += h * w * k[j];
  });
}

function errorNorm(tableau: Tableau, h: number, y: Float64Array, step: Trial, rtol: number, atol: number): number {
  const size = y.length;
  const weights = tableau.error as readonly number[];
  let sum = 0;
  for (let j = 0; j < size; j++) {
    let e = 0;
    for (let i = 0; i < weights.length; i++) e += weights[i] * step.k[i * size + j];
    const scaled = (h * e) / (atol + rtol * Math.max(Math.abs(y[j]), Math.abs(step.y[j])));
    sum += scaled * scaled;
  }
  return Math.sqrt(sum / Math.max(1, size));
}

/** The starting step of Hairer, Nørsett & Wanner, section II.4: a tenth of what an Euler step suggests. */
function firstStep(options: AdaptiveOptions, k0: Float64Array): number {
  const { tableau, y0, grid, rtol, atol, rate } = options;
  const span = grid[grid.length - 1] - grid[0];
  const scale = y0.map((v) => atol + rtol * Math.abs(v));
  const rms = (v: Float64Array): number =>
    Math.sqrt(v.reduce((sum, x, j) => sum + (x / scale[j]) * (x / scale[j]), 0) / Math.max(1, v.length));
  const d0 = rms(y0);
  const d1 = rms(k0);
  const guess = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1;
  const h0 = Math.min(guess, span);
  const k1 = rate(
    grid[0] + h0,
    y0.map((v, j) => v + h0 * k0[j]),
  );
  const d2 = rms(k1.map((v, j) => v - k0[j])) / h0;
  const steepest = Math.max(d1, d2);
  const h1 = steepest <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : pow(0.01 / steepest, 1 / (tableau.order + 1));
  const h = Math.min(100 * h0, h1, span);
  return Number.isFinite(h) && h > 0 ? h : span * 1e-6;
}

const norm = (v: Float64Array): number => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
