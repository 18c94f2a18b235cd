import { formatNumber } from "../../charts/numbers.js";
import { hasKernel } from "../../dynamics/models/composition.js";
import type { TrainingConfig } from "../../dynamics/training/config.js";
import { hasObjective, isLeastSquares } from "../../dynamics/training/phase-kinds.js";
import type { RunEvaluation } from "./evaluate.js";

/** What the causes depend on. */
type Trained = Pick<TrainingConfig, "model" | "transform_x" | "phases">;

/** What may be wrong, the likeliest first, each with where to change it: more epochs help nothing that is solved at once. */
function likelyCauses({ model, transform_x, phases }: Trained): string {
  const fits = phases.filter(hasObjective);
  if (fits.length === 0 || !fits.every(isLeastSquares))
    return "too few epochs, no scaler in transform_x, or rollouts too long at first (short sweep_lengths first)";
  if (hasKernel(model) || transform_x.some(({ type }) => type === "kernel"))
    return "a kernel too narrow or too wide (lengthscale_init), no scaler in transform_x, samples that are not the whole state (delay in transform_x), or too few of them";
  return "samples that are not the whole state (delay in transform_x), too few observables (lift or kernel in transform_x), noise (fewer directions by svd in transform_x, or another method of the phase), or too few samples";
}

/** One line when a trained model forecasts worse than the state held, or not at all; null when it does better. */
export function forecastWarning(
  { metrics, table, on }: Pick<RunEvaluation, "metrics" | "table" | "on">,
  trained: Trained,
): string | null {
  const { rmse_mean, n_diverged, n_test_trajectories } = metrics;
  const set = on === "test" ? "test" : "validation";
  if (n_diverged) return `${n_diverged} of ${n_test_trajectories} ${set} rollouts diverged; likely: ${likelyCauses(trained)}`;
  const held = table.find(({ name }) => name === "persistence")?.rmse ?? Number.POSITIVE_INFINITY;
  if (rmse_mean !== null && rmse_mean < held) return null;
  const rmse = rmse_mean === null ? "not finite" : formatNumber(rmse_mean);
  return `the ${set} RMSE ${rmse} is no better than persistence (${formatNumber(held)}); likely: ${likelyCauses(trained)}`;
}
