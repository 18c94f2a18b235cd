import { cut, withTrajectories } from "../data/dataset.js";
import type { Dataset } from "../data/series.js";
import { rmse } from "./evaluate.js";
import type { TrainedModel } from "./trained-model.js";

/**
 * Error of free forecasts over the rows from `lead` on, whatever window a model needs: each forecast begins so that row `lead` is the
 * first it makes. Models with different delays are compared on the same rows.
 *
 * @param lead  at least the model's window; rows before it are not counted
 * @returns     mean over trajectories of the RMSE over those rows and all columns, units of `x`; Infinity when one diverged, null
 *              when no trajectory has such a row
 */
export function forecastError(model: TrainedModel, data: Dataset, lead: number): number | null {
  const long = data.trajectories.filter(({ t }) => t.length > lead);
  if (long.length === 0) return null;
  const begun = withTrajectories(
    data,
    long.map((one) => cut(one, lead - model.window, one.t.length)),
  );
  const errors = model.forecast(begun).map(({ x }, i) => {
    const truth = begun.trajectories[i].x;
    return rmse(x.slice(model.window, truth.rows), truth.slice(model.window, truth.rows));
  });
  return errors.reduce((a, b) => a + b, 0) / errors.length;
}
