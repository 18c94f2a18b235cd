import type { TrainingConfig } from "./config.js";
import type { PhaseHistory } from "./events.js";
import { lossNames } from "./objectives/objective.js";
import { hasObjective } from "./phase-kinds.js";
import type { PhaseRecord } from "./progress.js";
import type { TrainingState } from "./state.js";

/** Everything that was measured in a training. */
export interface TrainingSummary {
  readonly phases: readonly PhaseHistory[];
  /** the phases that are over, with their metrics */
  readonly records: readonly PhaseRecord[];
  /** what a reader of the result must know: data that do not determine the dynamics, stages that do nothing, .. */
  readonly warnings: readonly string[];
  /** names and weights of the losses of each phase that has any */
  readonly criteria: readonly { readonly phase: string; readonly losses: Readonly<Record<string, number>> }[];
  /** what chose the best weights */
  readonly selection: string;
  /** [epoch, RMSE of full validation rollouts], units of `x` */
  readonly evaluations: readonly (readonly [number, number])[];
  /** the weights that are kept: epochs done, value of `selection`, rollout RMSE */
  readonly best: { readonly epoch: number; readonly value: number | null; readonly rmse: number | null };
}

export function summaryOf(state: TrainingState, config: TrainingConfig): TrainingSummary {
  return {
    phases: state.history,
    records: state.records,
    warnings: state.warnings,
    criteria: config.phases.filter(hasObjective).map((phase) => {
      const criterion = phase.type === "optimizer" ? phase.criterion : config.criterion;
      return {
        phase: phase.name,
        losses: Object.fromEntries(lossNames(criterion).map((name) => [name, criterion[name].weight])),
      };
    }),
    selection: config.selection.metric,
    evaluations: state.evaluations,
    best: { epoch: state.best.epoch, value: state.bestValue, rmse: state.best.rmse },
  };
}
