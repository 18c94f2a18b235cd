import { DymadError } from "../../../errors.js";
import { atan2, log } from "../../../numerics/elementary.js";
import { ComplexMatrix, type ComplexVector, divideComplex, modulus } from "../../../numerics/linalg/complex.js";
import { complexLeastSquares } from "../../../numerics/linalg/complex-lstsq.js";
import { complexSchur } from "../../../numerics/linalg/complex-schur.js";
import { requireFiniteComplex } from "../../../numerics/linalg/finite.js";
import { leadingDirections } from "../../../numerics/linalg/leading-directions.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import type { Recording } from "./exponential-fit.js";

export interface TimedSamples {
  /** sample times, increasing at any steps, shape [T], units of `t` */
  readonly t: Float64Array;
  /** real or complex samples, shape [T, n], units of `x` */
  readonly x: Matrix | ComplexMatrix;
}

/** Samples as complex numbers, when they can carry `rank` exponentials. */
export function recordingsOf(trajectories: readonly TimedSamples[], rank: number): Recording[] {
  const cols = trajectories[0]?.x.cols ?? 0;
  const most = Math.min(
    cols,
    trajectories.reduce((sum, { t }) => sum + t.length, 0),
  );
  if (!(Number.isInteger(rank) && rank >= 1 && rank <= most)) {
    throw new DymadError("E_SPEC", `cannot fit ${rank} exponentials to ${most} directions of samples`, {
      path: ["rank"],
      hint: rank > most ? "give delays: windows of several samples have more directions" : "give a whole number from 1 on",
    });
  }
  return trajectories.map(({ t, x }, i) => {
    if (x.cols !== cols || x.rows !== t.length) {
      throw new DymadError("E_SHAPE", `trajectory ${i} has ${t.length} times for samples of ${x.rows} x ${x.cols}`);
    }
    const y = x instanceof Matrix ? ComplexMatrix.fromReal(x) : x;
    requireFiniteComplex(y, `trajectory ${i}`);
    if (t.length <= rank || !t.every((value, k) => k === 0 || value > t[k - 1])) {
      throw new DymadError("E_DATA", `trajectory ${i} has ${t.length} samples, or times that do not increase`, {
        hint: `${rank} exponentials need more than ${rank} samples in each trajectory`,
      });
    }
    return { t, y };
  });
}

/** The `rank` directions of most energy over all recordings, shape [n, rank]. */
export const commonDirections = (recordings: readonly Recording[], rank: number): ComplexMatrix =>
  leadingDirections(stacked(recordings.map(({ y }) => y)), rank);

/**
 * Rates from differences against means of neighbours, (y1 - y0) / h close to (y1 + y0) / 2 S, which takes steps of any length; the
 * bilinear map undoes what the trapezoidal rule does to an exponential at the mean step, so that even exact samples give exact rates.
 *
 * @param recordings  samples of as many columns as rates are wanted
 * @returns           shape [n]
 */
export function firstRates(recordings: readonly Recording[]): ComplexVector {
  const rows = recordings.map(({ t, y }) => {
    const [mean, slope] = [new ComplexMatrix(t.length - 1, y.cols), new ComplexMatrix(t.length - 1, y.cols)];
    for (let k = 0; k + 1 < t.length; k++) {
      for (let j = 0; j < y.cols; j++) {
        const [now, next] = [y.get(k, j), y.get(k + 1, j)];
        const h = t[k + 1] - t[k];
        mean.set(k, j, { re: (next.re + now.re) / 2, im: (next.im + now.im) / 2 });
        slope.set(k, j, { re: (next.re - now.re) / h, im: (next.im - now.im) / h });
      }
    }
    return { mean, slope };
  });
  const count = recordings.reduce((sum, { t }) => sum + t.length - 1, 0);
  const step = recordings.reduce((sum, { t }) => sum + t[t.length - 1] - t[0], 0) / count;
  const { x } = complexLeastSquares(stacked(rows.map(({ mean }) => mean)), stacked(rows.map(({ slope }) => slope)));
  const { t } = complexSchur(x);
  const rates = Array.from({ length: t.rows }, (_, j) => bilinear(t.get(j, j), step));
  return { re: Float64Array.from(rates, ({ re }) => re), im: Float64Array.from(rates, ({ im }) => im) };
}

/** ln((1 + h s / 2) / (1 - h s / 2)) / h. */
function bilinear({ re, im }: { re: number; im: number }, h: number): { re: number; im: number } {
  const half = { re: (re * h) / 2, im: (im * h) / 2 };
  const { re: x, im: y } = divideComplex({ re: 1 + half.re, im: half.im }, { re: 1 - half.re, im: -half.im });
  return { re: log(Math.max(modulus(x, y), 1e-12)) / h, im: atan2(y, x) / h };
}

function stacked(parts: readonly ComplexMatrix[]): ComplexMatrix {
  const { cols } = parts[0];
  const out = new ComplexMatrix(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    cols,
  );
  let at = 0;
  for (const { re, im } of parts) {
    out.re.set(re, at);
    out.im.set(im, at);
    at += re.length;
  }
  return out;
}
