import { DymadError } from "../../errors.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { Dataset } from "../data/series.js";
import type { OdeChoice } from "../models/solver.js";
import { medianOf } from "./median.js";
import { rootMeanSquare, spreadOf, squaredError } from "./normalised.js";
import type { Forecast, TrainedModel } from "./trained-model.js";
import { type ValidTime, validTime } from "./valid-time.js";

/** Errors of free rollouts over a data set, units of `x`. Trajectories that diverged count as infinite in every mean. */
export interface RolloutEvaluation {
  readonly rmse_mean: number;
  readonly rmse_std: number;
  readonly rmse_median: number;
  readonly rmse_min: number;
  readonly rmse_max: number;
  readonly n_test_trajectories: number;
  readonly n_diverged: number;
  /** rmse of each trajectory over all its rows and columns, units of `x`; Infinity when it diverged */
  readonly per_trajectory: readonly number[];
  /**
   * mean and median over trajectories of the normalised error sqrt(mean of ((x̂ - x) / σ)²), σ the standard deviation of each
   * column over the data set: 1 is what the mean of the data would do. NaN when no column varies
   */
  readonly nrmse_mean: number;
  readonly nrmse_median: number;
  /** how long the forecasts stay below a normalised error; null when no column varies or nothing is forecast */
  readonly valid_time: ValidTime | null;
  /** over trajectories and columns at each time since the start: root mean square, and the same normalised (NaN: no column varies) */
  readonly horizon: readonly { readonly t: number; readonly rmse: number; readonly nrmse: number }[];
  /** samples each forecast was given */
  readonly window: number;
  /** what solvers said, one line a diverged trajectory */
  readonly troubles: readonly string[];
  readonly predictions: readonly Matrix[];
}

/** What an evaluation measures beside the errors themselves. */
export interface EvaluateSettings {
  /** solver; default the one the model was trained with */
  readonly ode?: OdeChoice | undefined;
  /** normalised error at which a forecast counts as lost; default 0.4 */
  readonly threshold?: number | undefined;
}

/**
 * Rolls the model out freely over every trajectory of a data set and compares.
 *
 * rmse = sqrt(mean of (x̂ - x)²) over all rows and columns of a trajectory, measured rows included.
 *
 * @param model  a trained model
 * @param data   trajectories with at least `model.window` samples
 * @throws       E_SHAPE when widths differ from the training data or a trajectory is too short; E_DATA when there is no
 *               trajectory, or the step is not that of a discrete model
 */
export function evaluateModel(model: TrainedModel, data: Dataset, settings: EvaluateSettings = {}): RolloutEvaluation {
  if (data.trajectories.length === 0) throw new DymadError("E_DATA", "there is no trajectory to evaluate on");
  return compareForecasts(model.forecast(data.trajectories, settings.ode), data, { ...settings, window: model.window });
}

/**
 * Errors of given forecasts against the data.
 *
 * @param options  `window`: samples the forecasts were given, default 1; `threshold` of the valid time, default 0.4
 */
export function compareForecasts(
  forecasts: readonly Forecast[],
  data: Dataset,
  options: { readonly window?: number; readonly threshold?: number | undefined } = {},
): RolloutEvaluation {
  const { window = 1, threshold } = options;
  const spread = spreadOf(data);
  const pairs = data.trajectories.map(({ t, x }, i) => ({ t, truth: x, prediction: forecasts[i].x }));
  const normalised = pairs.map(({ prediction, truth }) =>
    rootMeanSquare([squaredError(prediction, truth, spread, 0, truth.rows)]),
  );
  const errors = data.trajectories.map((trajectory, i) => rmse(forecasts[i].x, trajectory.x));
  const sorted = [...errors].sort((a, b) => a - b);
  const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
  return {
    rmse_mean: mean,
    rmse_std: Number.isFinite(mean)
      ? Math.sqrt(errors.reduce((sum, e) => sum + (e - mean) * (e - mean), 0) / errors.length)
      : Infinity,
    rmse_median: medianOf(errors),
    rmse_min: sorted[0],
    rmse_max: sorted[sorted.length - 1],
    n_test_trajectories: errors.length,
    n_diverged: errors.filter((e) => !Number.isFinite(e)).length,
    per_trajectory: errors,
    nrmse_mean: normalised.reduce((a, b) => a + b, 0) / normalised.length,
    nrmse_median: medianOf(normalised),
    valid_time: validTime(pairs, spread, window, threshold),
    horizon: errorByHorizon(forecasts, data, spread),
    window,
    troubles: forecasts.flatMap((f, i) => (f.trouble === "" ? [] : [`trajectory ${i}: ${f.trouble}`])),
    predictions: forecasts.map((f) => f.x),
  };
}

/** Root mean square difference of two equal shapes; Infinity when an entry is not finite. */
export function rmse(prediction: Matrix, truth: Matrix): number {
  let sum = 0;
  for (let i = 0; i < truth.data.length; i++) {
    const e = prediction.data[i] - truth.data[i];
    sum += e * e;
  }
  const value = Math.sqrt(sum / Math.max(1, truth.data.length));
  return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
}

function errorByHorizon(forecasts: readonly Forecast[], data: Dataset, spread: Float64Array): RolloutEvaluation["horizon"] {
  const longest = data.trajectories.reduce((a, b) => (b.t.length > a.t.length ? b : a));
  const unit = spread.map(() => 1);
  return Array.from(longest.t, (t, k) => {
    const over = (scale: Float64Array): number =>
      rootMeanSquare(
        data.trajectories.flatMap(({ x }, i) => (k < x.rows ? [squaredError(forecasts[i].x, x, scale, k, k + 1)] : [])),
      );
    return { t: t - longest.t[0], rmse: over(unit), nrmse: over(spread) };
  });
}
