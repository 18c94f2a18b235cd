import { denoisingMetrics } from "../../numerics/smoothing/denoising-metrics.js";
import type { DataPhase } from "./config.js";
import type { PhaseRecord } from "./progress.js";
import type { Session } from "./session.js";

/**
 * A phase that changes the data of those after it. The change itself is made where the data are cut (`Problem.wholeAt`): it depends
 * on the configuration alone, so helping threads and resumed trainings see the same. Rollouts that choose the best weights start
 * from the data as they are.
 *
 * @returns  how many trajectories there are, and for each smoothed part what smoothing changed
 */
export function dataPhase({ problem }: Session, phase: DataPhase, index: number): PhaseRecord["metrics"] {
  const metrics: Record<string, number> = {
    train_size: problem.whole.train.length,
    valid_size: problem.whole.valid.length,
  };
  if (phase.smoothing === null) return metrics;
  for (const part of phase.splits) {
    const [before, after] = [index, index + 1].map((at) => problem.wholeAt(at, part).map((s) => s.trajectory.x));
    for (const [name, value] of Object.entries(denoisingMetrics(before, after))) metrics[`${part}_${name}`] = value;
  }
  return metrics;
}
