import type { Evaluation } from "../../sdk/fluent/evaluation.js";
import { comparisonTable } from "../../sdk/workflow/app/evaluation-table.js";
import type { View } from "../bundle.js";
import { chartsOf } from "./run-view.js";

/** An evaluation: the trajectory of median error beside its forecast, error along the horizon, the model beside the baselines. */
export function evaluationView(evaluation: Evaluation): View {
  const { dataset, predictions, horizon, table, perTrajectory } = evaluation;
  const finite = perTrajectory.flatMap((error, i) => (error === null ? [] : [{ error, i }])).sort((a, b) => a.error - b.error);
  const shown = finite[(finite.length - 1) >> 1]?.i ?? 0;
  const { t, x } = dataset.trajectories[shown];
  return {
    text: evaluation.describe(),
    title: evaluation.describe(),
    charts: chartsOf({
      forecast: { t, truth: x, names: dataset.names.x, trainEnd: null, forecasts: [{ name: "model", t, x: predictions[shown] }] },
      horizon: {
        horizons: horizon.map((at) => at.t),
        metric: "RMSE",
        series: [{ name: "model", errors: horizon.map(({ rmse }) => rmse) }],
      },
    }),
    tables: [{ title: "Forecasts compared", table: comparisonTable(table) }],
  };
}
