import { formatDuration } from "../../charts/numbers.js";
import type { TrainingEvent } from "../../dynamics/training/events.js";
import { candidateText, type TrialEvent } from "../executor/run-event.js";

export type EpochEvent = Extract<TrainingEvent, { kind: "epoch" }>;

/** `[#####.....]` */
export function barOf(done: number, of: number): string {
  const full = Math.round((10 * done) / Math.max(1, of));
  return `[${"#".repeat(full)}${".".repeat(10 - full)}]`;
}

/** `search lti  trial 3/12 [###.......] best 1.1e-2: koopman_dimension 4  ETA 9 s` */
export function trialLine(model: string, { done, of, best, eta_seconds: eta }: TrialEvent): string {
  const count = of === null ? `${done}` : `${done}/${of} ${barOf(done, of)}`;
  const leader = best === null ? "" : ` best ${best.value.toExponential(1)}: ${candidateText(best.params)}`;
  const left = eta === null || eta === 0 ? "" : `  ETA ${formatDuration(eta)}`;
  return `search ${model}  trial ${count}${leader}${left}`;
}

/** `train kbf  phase 2/3 NODE  epoch 120/500 [##........] loss 3.1e-4 best 2.9e-4  410 steps/s  ETA 9 s` */
export function progressLine(model: string, event: EpochEvent): string {
  const { phase, phases, trainer, epoch, epochs, steps_per_second: rate, eta_seconds: eta } = event;
  const best = event.best === null ? "" : ` best ${event.best.toExponential(1)}`;
  const head = `train ${model}  phase ${phase + 1}/${phases} ${trainer}  epoch ${epoch}/${epochs} ${barOf(epoch, epochs)}`;
  const losses = `${head} loss ${event.train_total.toExponential(1)}${best}`;
  if (rate === null) return losses;
  const left = eta === null || eta === 0 ? "" : `  ETA ${formatDuration(eta)}`;
  return `${losses}  ${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)} steps/s${left}`;
}
