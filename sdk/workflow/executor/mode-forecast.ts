import type { Dataset } from "../../dynamics/data/series.js";
import { compareForecasts, type RolloutEvaluation } from "../../dynamics/evaluation/evaluate.js";
import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import type { Retained } from "../../dynamics/spectral/retained.js";
import type { Spectrum } from "../../dynamics/spectral/spectrum.js";
import { forecastByModes } from "../../dynamics/spectral/state-spectrum.js";

/** What the kept eigenvalues alone forecast from the first samples of each trajectory, beside the data. */
export interface ModeForecast {
  readonly dataset: Dataset;
  /** errors and forecasts, units of `x` */
  readonly result: RolloutEvaluation;
  /** places in the full spectrum of what was summed: the kept eigenvalues, and those left out as 1 */
  readonly which: readonly number[];
}

/** Constants are summed too: they carry the state that a system comes to rest at, and have nothing to be judged by. */
export function modeForecast(model: TrainedModel, spectrum: Spectrum, retained: Retained, dataset: Dataset): ModeForecast {
  const which = [...retained.indices, ...retained.ones.map((point) => spectrum.points.indexOf(point))].sort((a, b) => a - b);
  const forecasts = dataset.trajectories.map((trajectory) => ({
    x: forecastByModes(model, spectrum, trajectory, which),
    trouble: "",
  }));
  return { dataset, result: compareForecasts(forecasts, dataset, { window: model.window }), which };
}
