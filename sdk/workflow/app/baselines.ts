import type { Dataset } from "../../dynamics/data/series.js";
import { compareForecasts, type RolloutEvaluation } from "../../dynamics/evaluation/evaluate.js";
import { fitLinearBaseline } from "../../dynamics/evaluation/linear-baseline.js";
import { persistenceForecast } from "../../dynamics/evaluation/persistence.js";
import type { Forecast, TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { DymadError } from "../../errors.js";
import type { RunFolder } from "../executor/run-folder.js";
import { trainingData } from "../executor/training-data.js";

/** A cheap forecast of the same trajectories from the same samples. */
export interface Baseline {
  /** persistence: the state held; linear: the least-squares linear map with the model's delays, fitted on the training data */
  readonly name: string;
  readonly rmse_mean: number;
  readonly horizon: RolloutEvaluation["horizon"];
}

/** The baselines that suit the data: persistence always, the linear map where the training data are at hand and evenly sampled. */
export function evaluateBaselines(
  folder: RunFolder,
  { window }: TrainedModel,
  data: Dataset,
  threshold: number,
): readonly { readonly name: string; readonly result: RolloutEvaluation }[] {
  const train = trainPart(folder);
  const linear = train === null ? null : (fitLinearBaseline(train, window)?.forecast(data) ?? null);
  const of = (name: string, forecasts: readonly Forecast[]) => ({
    name,
    result: compareForecasts(forecasts, data, { window, threshold }),
  });
  return [of("persistence", persistenceForecast(data, window)), ...(linear === null ? [] : [of("linear", linear)])];
}

/** The baseline with the least error. */
export function strongest(baselines: readonly Baseline[]): Baseline {
  return baselines.reduce((best, one) => (one.rmse_mean < best.rmse_mean ? one : best));
}

/** What the run was trained on; null when a file has gone or changed: a model is evaluated without it all the same. */
function trainPart(folder: RunFolder): Dataset | null {
  try {
    return trainingData(folder, folder.manifest().training_run_handle).train;
  } catch (error) {
    if (error instanceof DymadError || (error as { code?: string }).code === "ENOENT") return null;
    throw error;
  }
}
