import { ComplexMatrix, type ComplexVector, modulus } from "../../../numerics/linalg/complex.js";
import { columnNorm, innerProduct } from "../../../numerics/linalg/complex-lines.js";
import { complexLeastSquares } from "../../../numerics/linalg/complex-lstsq.js";
import { complexSvd } from "../../../numerics/linalg/complex-svd.js";
import { sumOfSquares } from "../../../numerics/linalg/matrix.js";
import { type Rates, ratesOf } from "../rates.js";
import type { Diagnostic } from "./diagnostic.js";
import { exponentials, type Recording, sinceStart } from "./exponential-fit.js";

export interface OptimisedPoint extends Rates {
  /** mean over the trajectories of the length of the mode's coefficient at the first sample, units of `x` */
  readonly amplitude: number;
  /** share of the mode's coefficient over all times that is not its exponential, 0 to 1 or so */
  readonly residual: number;
  /** "spurious" where the residual exceeds a half */
  readonly flag: "ok" | "spurious" | "aliased";
}

export interface OptimisedDmd {
  /** by falling amplitude, conjugate pairs of real data adjacent */
  readonly points: readonly OptimisedPoint[];
  /** growth + i angular frequency, shape [r], 1 / units of `t` */
  readonly rates: ComplexVector;
  /** unit vectors in rows, shape [r, n]; the largest entry of each is real and positive */
  readonly modes: ComplexMatrix;
  /** coefficients of the modes at the first sample of each trajectory, shape [S, r], units of `x` */
  readonly coefficients: ComplexMatrix;
  /** |x - fit| / |x| over all trajectories */
  readonly misfit: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Modes, coefficients and residuals of fitted rates, on the samples themselves. */
export function describeFit(
  recordings: readonly Recording[],
  fit: { readonly rates: ComplexVector; readonly iterations: number; readonly converged: boolean },
  real: boolean,
): OptimisedDmd {
  const rates = real ? symmetric(fit.rates) : fit.rates;
  const r = rates.re.length;
  const parts = recordings.map(({ t, y }) => {
    const phi = exponentials(sinceStart(t), rates);
    const { x: b, residual } = complexLeastSquares(phi, y);
    return { phi, b, left: sumOfSquares(residual), all: sumOfSquares(y.re) + sumOfSquares(y.im) };
  });
  const shapes = new ComplexMatrix(r, recordings[0].y.cols);
  const coefficients = new ComplexMatrix(recordings.length, r);
  for (let j = 0; j < r; j++) {
    const { mode, sizes } = sharedShape(
      parts.map(({ b }) => b),
      j,
    );
    shapes.re.set(mode.re, j * shapes.cols);
    shapes.im.set(mode.im, j * shapes.cols);
    for (let k = 0; k < recordings.length; k++) coefficients.set(k, j, { re: sizes.re[k], im: sizes.im[k] });
  }
  const residuals = unexplained(
    recordings,
    parts.map(({ phi }) => phi),
    shapes,
  );
  const step = recordings.reduce(
    (least, { t }) => t.reduce((a, value, k) => (k > 0 ? Math.min(a, value - t[k - 1]) : a), least),
    Number.POSITIVE_INFINITY,
  );
  const order = byAmplitude(rates, coefficients);
  const points = order.map((j): OptimisedPoint => {
    const sizes = Array.from({ length: recordings.length }, (_, k) => coefficients.get(k, j)).map(({ re, im }) =>
      modulus(re, im),
    );
    const flag = residuals[j] > 0.5 ? "spurious" : Math.abs(rates.im[j]) * step > Math.PI ? "aliased" : "ok";
    const amplitude = sizes.reduce((sum, value) => sum + value, 0) / sizes.length;
    return { ...ratesOf("continuous", rates.re[j], rates.im[j], step), amplitude, residual: residuals[j], flag };
  });
  return {
    points,
    rates: { re: Float64Array.from(order, (j) => rates.re[j]), im: Float64Array.from(order, (j) => rates.im[j]) },
    modes: shapes.adjoint().pickColumns(order).adjoint(),
    coefficients: coefficients.pickColumns(order),
    misfit: Math.sqrt(total(parts.map(({ left }) => left)) / total(parts.map(({ all }) => all))),
    iterations: fit.iterations,
    converged: fit.converged,
    diagnostics: diagnoseFit(fit, points),
  };
}

/**
 * One shape for row j of several coefficient matrices, b_k = size_k mode, by its leading right singular vector, whose largest entry is
 * real and positive.
 */
function sharedShape(
  parts: readonly ComplexMatrix[],
  j: number,
): { readonly mode: ComplexVector; readonly sizes: ComplexVector } {
  const rows = new ComplexMatrix(parts.length, parts[0].cols);
  parts.forEach(({ re, im, cols }, k) => {
    rows.re.set(re.subarray(j * cols, (j + 1) * cols), k * cols);
    rows.im.set(im.subarray(j * cols, (j + 1) * cols), k * cols);
  });
  const { u, s, v } = complexSvd(rows);
  const mode = v.column(0);
  const size = u.column(0);
  return {
    mode: { re: mode.re, im: mode.im.map((value) => -value) },
    sizes: { re: size.re.map((value) => value * s[0]), im: size.im.map((value) => value * s[0]) },
  };
}

/** For each mode |a - exp(w t) a'| / |a|: a is the mode's coefficient in the samples, a' the best constant before its exponential. */
function unexplained(recordings: readonly Recording[], phis: readonly ComplexMatrix[], modes: ComplexMatrix): Float64Array {
  // x close to a M in rows
  const { x: inverse } = complexLeastSquares(modes, ComplexMatrix.identity(modes.rows));
  const seen = recordings.map(({ y }) => y.multiply(inverse));
  return Float64Array.from({ length: modes.rows }, (_, j) => {
    let [left, all] = [0, 0];
    seen.forEach((a, k) => {
      const size = columnNorm(a, j);
      const [along, length] = [innerProduct(phis[k], j, a, j), columnNorm(phis[k], j)];
      const part = length === 0 ? 0 : modulus(along.re, along.im) / length;
      left += Math.max(0, size * size - part * part);
      all += size * size;
    });
    return Math.sqrt(left / all);
  });
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Real samples have rates in conjugate pairs: those that are so but for rounding become so exactly. */
function symmetric({ re, im }: ComplexVector): ComplexVector {
  const out = { re: re.slice(), im: im.slice() };
  const free = new Set(re.keys());
  for (const j of re.keys()) {
    if (!free.delete(j)) continue;
    const gap = (k: number): number => modulus(re[j] - re[k], im[j] + im[k]);
    const partner = Array.from(free).reduce((best, k) => (gap(k) < gap(best) ? k : best), j);
    if (gap(partner) > 1e-6 * modulus(re[j], im[j])) continue;
    free.delete(partner);
    out.re[j] = out.re[partner] = (re[j] + re[partner]) / 2;
    out.im[j] = partner === j ? 0 : (im[j] - im[partner]) / 2;
    out.im[partner] = -out.im[j] + 0;
  }
  return out;
}

/** Falling amplitude; the positive frequency of a pair first. */
function byAmplitude({ re, im }: ComplexVector, coefficients: ComplexMatrix): number[] {
  const amplitude = Float64Array.from(re, (_, j) => columnNorm(coefficients, j));
  return Array.from(re.keys()).sort((i, j) => {
    const close = Math.abs(amplitude[i] - amplitude[j]) <= 1e-6 * (amplitude[i] + amplitude[j]);
    const pair = close && Math.abs(re[i] - re[j]) + Math.abs(im[i] + im[j]) === 0;
    return pair ? im[j] - im[i] : amplitude[j] - amplitude[i] || i - j;
  });
}

function diagnoseFit(
  fit: { readonly converged: boolean; readonly iterations: number },
  points: readonly OptimisedPoint[],
): Diagnostic[] {
  const out: Diagnostic[] = [];
  if (!fit.converged) {
    out.push({
      code: "unconverged",
      message: `the rates still moved after ${fit.iterations} steps`,
      hint: "lower the rank, or begin nearer by `start`: two rates that run into each other never settle",
    });
  }
  const spurious = points.filter(({ flag }) => flag === "spurious").length;
  if (spurious > 0) {
    out.push({
      code: "unconfirmed",
      message: `${spurious} of ${points.length} exponentials explain less of their mode than half its size`,
      hint: "lower the rank: what they fit is noise",
    });
  }
  return out;
}
