import type { AnalysisPhase } from "./config.js";
import { odeOf } from "./ode-of.js";
import type { PhaseRecord } from "./progress.js";
import type { Session } from "./session.js";

/**
 * Measures free rollouts with the weights as they are, which does not choose the best.
 *
 * @returns  mean RMSE in units of `x` (null when one diverged) over how many trajectories
 */
export function analysisPhase(session: Session, phase: AnalysisPhase, index: number): PhaseRecord["metrics"] {
  const { problem, state } = session;
  const trajectories = phase.evaluate_all ? problem.whole[phase.split].length : 1;
  const rmse = session.rolloutRmse(state.weights, odeOf(problem.config.phases, index), phase.split, trajectories);
  return { rollout_rmse: Number.isFinite(rmse) ? rmse : null, trajectories };
}
