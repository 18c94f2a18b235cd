import { formatNumber } from "../../charts/numbers.js";
import type { RunEvaluation } from "./evaluate.js";

const causes = "likely: too few epochs, no scaler in transform_x, or rollouts too long at first (short sweep_lengths first)";

/** One line when a trained model forecasts worse than the state held, or not at all; null when it does better. */
export function forecastWarning({ metrics, table, on }: Pick<RunEvaluation, "metrics" | "table" | "on">): string | null {
  const { rmse_mean, n_diverged, n_test_trajectories } = metrics;
  const set = on === "test" ? "test" : "validation";
  if (n_diverged) return `${n_diverged} of ${n_test_trajectories} ${set} rollouts diverged; ${causes}`;
  const held = table.find(({ name }) => name === "persistence")?.rmse ?? Number.POSITIVE_INFINITY;
  if (rmse_mean !== null && rmse_mean < held) return null;
  const rmse = rmse_mean === null ? "not finite" : formatNumber(rmse_mean);
  return `the ${set} RMSE ${rmse} is no better than persistence (${formatNumber(held)}); ${causes}`;
}
