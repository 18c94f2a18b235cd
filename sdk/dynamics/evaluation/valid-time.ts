import type { Matrix } from "../../numerics/linalg/matrix.js";
import { medianOf } from "./median.js";
import { rootMeanSquare, squaredError } from "./normalised.js";

/** How long forecasts stay close to something, counted from the last sample they were given. */
export interface ValidTime {
  /** normalised error at which a forecast counts as lost */
  readonly threshold: number;
  /** median over trajectories, units of t; a forecast that is never lost counts with its whole length */
  readonly median: number;
  /** trajectories that were lost before their end; when fewer than half, `median` is a lower bound */
  readonly n_lost: number;
  readonly per_trajectory: readonly number[];
}

/** Two courses of one trajectory: row k of both belongs to time t[k]. */
export interface Pair {
  readonly t: Float64Array;
  readonly prediction: Matrix;
  readonly truth: Matrix;
}

/**
 * The valid prediction time: the first time after the given samples at which the normalised error reaches a threshold.
 *
 * e(t) = sqrt(mean over columns of ((x̂(t) - x(t)) / σ)²), VPT = min{ t : e(t) >= threshold }
 *
 * @param spread     σ, the scale of each column, shape [n], units of `x`
 * @param window     samples the forecast was given; times count from the last of them
 * @param threshold  default 0.4
 * @returns          null when no column has a spread, or no trajectory is longer than the window
 * @see              Vlachas et al. 2020, "Backpropagation algorithms and reservoir computing in recurrent neural networks for the
 *                   forecasting of complex spatiotemporal dynamics", doi:10.1016/j.neunet.2020.02.016
 */
export function validTime(pairs: readonly Pair[], spread: Float64Array, window: number, threshold = 0.4): ValidTime | null {
  if (spread.every((s) => s === 0)) return null;
  const times: number[] = [];
  let lost = 0;
  for (const { t, prediction, truth } of pairs) {
    if (t.length <= window) continue;
    let k = window;
    while (k < t.length && rootMeanSquare([squaredError(prediction, truth, spread, k, k + 1)]) < threshold) k++;
    if (k < t.length) lost++;
    times.push(t[Math.min(k, t.length - 1)] - t[window - 1]);
  }
  if (times.length === 0) return null;
  return { threshold, median: medianOf(times), n_lost: lost, per_trajectory: times };
}
