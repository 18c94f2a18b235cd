import type { Evaluation } from "../../sdk/fluent/evaluation.js";
import { comparisonTable } from "../../sdk/workflow/app/evaluation-table.js";
import { chooseTrajectories } from "../../sdk/workflow/app/report.js";
import type { View } from "../bundle.js";
import { figuresOf } from "./run-view.js";

/**
 * An evaluation: the trajectory of median error beside its forecast, error along the horizon, the model beside the baselines, and the
 * error of each trajectory.
 */
export function evaluationView(evaluation: Evaluation): View {
  const { dataset, predictions, horizon, table, perTrajectory } = evaluation;
  const errors = perTrajectory.map((error) => error ?? Number.POSITIVE_INFINITY);
  const [shown] = chooseTrajectories(errors, "median", 1);
  const { t, x } = dataset.trajectories[shown];
  return {
    text: evaluation.describe(),
    title: evaluation.describe(),
    figures: figuresOf({
      forecast: { t, truth: x, names: dataset.names.x, trainEnd: null, forecasts: [{ name: "model", t, x: predictions[shown] }] },
      horizon: {
        horizons: horizon.map((at) => at.t),
        metric: "RMSE",
        series: [{ name: "model", errors: horizon.map(({ rmse }) => rmse) }],
      },
    }),
    tables: [
      { title: "Forecasts compared", table: comparisonTable(table) },
      {
        title: "Trajectories, worst first",
        table: {
          columns: [{ title: "trajectory" }, { title: "RMSE" }],
          rows: chooseTrajectories(errors, "worst", errors.length).map((i) => [i, perTrajectory[i]]),
        },
      },
    ],
  };
}
