import { DymadError } from "../../errors.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { Dataset } from "../data/series.js";
import type { OdeChoice } from "../models/solver.js";
import type { Forecast, TrainedModel } from "./trained-model.js";

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
  /** root mean square over trajectories and columns at each time since the start */
  readonly horizon: readonly { readonly t: number; readonly rmse: number }[];
  /** what solvers said, one line a diverged trajectory */
  readonly troubles: readonly string[];
  readonly predictions: readonly Matrix[];
}

/**
 * Rolls the model out freely over every trajectory of a data set and compares.
 *
 * rmse = sqrt(mean of (x̂ - x)²) over all rows and columns of a trajectory, measured rows included.
 *
 * @param model  a trained model
 * @param data   trajectories with at least `model.window` samples
 * @param ode    solver; default the one the model was trained with
 * @throws       E_SHAPE when widths differ from the training data or a trajectory is too short; E_DATA when there is no
 *               trajectory, or the step is not that of a discrete model
 */
export function evaluateModel(model: TrainedModel, data: Dataset, ode?: OdeChoice): RolloutEvaluation {
  if (data.trajectories.length === 0) throw new DymadError("E_DATA", "there is no trajectory to evaluate on");
  return compareForecasts(model.forecast(data.trajectories, ode), data);
}

/** Errors of given forecasts against the data. */
export function compareForecasts(forecasts: readonly Forecast[], data: Dataset): RolloutEvaluation {
  const errors = data.trajectories.map((trajectory, i) => rmse(forecasts[i].x, trajectory.x));
  const sorted = [...errors].sort((a, b) => a - b);
  const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
  const middle = Math.floor(sorted.length / 2);
  return {
    rmse_mean: mean,
    rmse_std: Number.isFinite(mean)
      ? Math.sqrt(errors.reduce((sum, e) => sum + (e - mean) * (e - mean), 0) / errors.length)
      : Infinity,
    rmse_median: sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
    rmse_min: sorted[0],
    rmse_max: sorted[sorted.length - 1],
    n_test_trajectories: errors.length,
    n_diverged: errors.filter((e) => !Number.isFinite(e)).length,
    per_trajectory: errors,
    horizon: errorByHorizon(forecasts, data),
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

function errorByHorizon(forecasts: readonly Forecast[], data: Dataset): { t: number; rmse: number }[] {
  const longest = data.trajectories.reduce((a, b) => (b.t.length > a.t.length ? b : a));
  return Array.from(longest.t, (t, k) => {
    let sum = 0;
    let count = 0;
    data.trajectories.forEach(({ x }, i) => {
      if (k >= x.rows) return;
      const [truth, prediction] = [x.row(k), forecasts[i].x.row(k)];
      for (let j = 0; j < truth.length; j++) sum += (prediction[j] - truth[j]) * (prediction[j] - truth[j]);
      count += truth.length;
    });
    const value = Math.sqrt(sum / count);
    return { t: t - longest.t[0], rmse: Number.isFinite(value) ? value : Number.POSITIVE_INFINITY };
  });
}
