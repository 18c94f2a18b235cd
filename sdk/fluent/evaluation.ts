import { formatNumber } from "../charts/numbers.js";
import type { Dataset } from "../dynamics/data/series.js";
import type { Matrix } from "../numerics/linalg/matrix.js";
import type { RunEvaluation } from "../workflow/app/evaluate.js";
import type { EvaluationRow } from "../workflow/app/evaluation-table.js";
import { inspectText } from "./text.js";

/** Errors of free rollouts, units of x. */
export class Evaluation {
  readonly handle: string;
  /** what was rolled out: test data, or the validation trajectories when there are none */
  readonly on: "test" | "valid";
  /**
   * rmse_mean, rmse_std, rmse_median, rmse_min, rmse_max, nrmse_mean, nrmse_median, vpt_median, n_vpt_lost, solver_agreement,
   * n_test_trajectories, n_diverged; null for what is not finite or does not apply (docs/evaluation.md)
   */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** the better one of persistence and the linear map: what a model has to beat */
  readonly baseline: { readonly name: string; readonly rmse_mean: number };
  /** the model and the baselines in the same words */
  readonly table: readonly EvaluationRow[];
  readonly perTrajectory: readonly (number | null)[];
  /** error at each time since the start: root mean square, and the same in deviations of the data */
  readonly horizon: readonly { readonly t: number; readonly rmse: number; readonly nrmse: number }[];
  /** one matrix [T, n] for each trajectory of `dataset` */
  readonly predictions: readonly Matrix[];
  readonly dataset: Dataset;

  constructor({ evaluation_handle, on, metrics, baseline, table, per_trajectory, result, dataset }: RunEvaluation) {
    this.handle = evaluation_handle;
    this.on = on;
    this.metrics = metrics;
    this.baseline = baseline;
    this.table = table;
    this.perTrajectory = per_trajectory;
    this.horizon = result.horizon;
    this.predictions = result.predictions;
    this.dataset = dataset;
    Object.freeze(this);
  }

  /** mean over trajectories of the rollout RMSE, units of x; Infinity when one diverged */
  get rmse(): number {
    return this.metrics.rmse_mean ?? Number.POSITIVE_INFINITY;
  }

  describe(): string {
    const { n_test_trajectories, n_diverged } = this.metrics;
    const diverged = n_diverged ? `, ${n_diverged} diverged` : "";
    const kind = this.on === "test" ? "test" : "validation";
    const many = n_test_trajectories === 1 ? "trajectory" : "trajectories";
    return `Evaluation rollout RMSE ${formatNumber(this.rmse)} on ${n_test_trajectories} ${kind} ${many} (${this.baseline.name}: ${formatNumber(this.baseline.rmse_mean)})${diverged}`;
  }

  toString(): string {
    return this.describe();
  }

  [inspectText](): string {
    return this.describe();
  }
}
