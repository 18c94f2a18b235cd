import type { Table } from "../../charts/table.js";
import type { RolloutEvaluation } from "../../dynamics/evaluation/evaluate.js";
import type { ValidTime } from "../../dynamics/evaluation/valid-time.js";

/** One forecaster in the table of an evaluation; null for what is not finite or does not apply. */
export interface EvaluationRow {
  /** model, persistence or linear */
  readonly name: string;
  /** mean over trajectories, units of x */
  readonly rmse: number | null;
  /** mean over trajectories, in standard deviations of the data */
  readonly nrmse: number | null;
  /** median valid prediction time, units of t */
  readonly vpt: number | null;
  readonly n_diverged: number;
}

export function evaluationTable(
  entries: readonly { readonly name: string; readonly result: RolloutEvaluation }[],
): readonly EvaluationRow[] {
  return entries.map(({ name, result }) => ({
    name,
    rmse: finite(result.rmse_mean),
    nrmse: finite(result.nrmse_mean),
    vpt: result.valid_time?.median ?? null,
    n_diverged: result.n_diverged,
  }));
}

/** The same as a table for people. */
export function comparisonTable(rows: readonly EvaluationRow[]): Table {
  return {
    columns: [
      { title: "forecast" },
      { title: "RMSE", best: "min" },
      { title: "RMSE / deviation", best: "min" },
      { title: "valid time", best: "max" },
      { title: "diverged" },
    ],
    rows: rows.map(({ name, rmse, nrmse, vpt, n_diverged }) => [name, rmse, nrmse, vpt, n_diverged]),
  };
}

/**
 * The numbers of an evaluation by name.
 *
 * @param agreement  how long two tolerances of the solver agree
 * @param exponent   largest Lyapunov exponent, 1/units of t: valid times count in 1/exponent
 */
export function metricsOf(
  result: RolloutEvaluation,
  agreement: ValidTime | null,
  exponent: number | null,
): Readonly<Record<string, number | null>> {
  const { rmse_mean, rmse_std, rmse_median, rmse_min, rmse_max, n_test_trajectories, n_diverged } = result;
  const vpt = result.valid_time?.median ?? null;
  const metrics = {
    rmse_mean,
    rmse_std,
    rmse_median,
    rmse_min,
    rmse_max,
    nrmse_mean: result.nrmse_mean,
    nrmse_median: result.nrmse_median,
    vpt_median: vpt,
    ...(exponent === null ? {} : { vpt_lyapunov_times: vpt === null ? null : vpt * exponent }),
    n_vpt_lost: result.valid_time?.n_lost ?? null,
    solver_agreement: agreement?.median ?? null,
    n_test_trajectories,
    n_diverged,
  };
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value === null ? null : finite(value)]));
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
