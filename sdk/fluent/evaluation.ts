import { formatNumber } from "../charts/numbers.js";
import type { Dataset } from "../dynamics/data/series.js";
import type { Matrix } from "../numerics/linalg/matrix.js";
import type { RunEvaluation } from "../workflow/app/evaluate.js";
import { inspectText } from "./text.js";

/** Errors of free rollouts, units of x. */
export class Evaluation {
  readonly handle: string;
  /** what was rolled out: test data, or the validation trajectories when there are none */
  readonly on: "test" | "valid";
  /** rmse_mean, rmse_std, rmse_median, rmse_min, rmse_max, n_test_trajectories, n_diverged; null for an error that is not finite */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** error when the state is held where the forecast starts */
  readonly baseline: { readonly name: string; readonly rmse_mean: number };
  readonly perTrajectory: readonly (number | null)[];
  /** root mean square error at each time since the start */
  readonly horizon: readonly { readonly t: number; readonly rmse: number }[];
  /** one matrix [T, n] for each trajectory of `dataset` */
  readonly predictions: readonly Matrix[];
  readonly dataset: Dataset;

  constructor({ evaluation_handle, on, metrics, baseline, per_trajectory, result, dataset }: RunEvaluation) {
    this.handle = evaluation_handle;
    this.on = on;
    this.metrics = metrics;
    this.baseline = baseline;
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
    return `Evaluation rollout RMSE ${formatNumber(this.rmse)} on ${n_test_trajectories} ${this.on} trajectories (${this.baseline.name}: ${formatNumber(this.baseline.rmse_mean)})${diverged}`;
  }

  toString(): string {
    return this.describe();
  }

  [inspectText](): string {
    return this.describe();
  }
}
