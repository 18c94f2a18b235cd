import { appendFileSync } from "node:fs";
import { formatNumber } from "../../charts/numbers.js";
import type { Phase } from "../../dynamics/training/config.js";
import { candidateText, type RunEvent, type TrialEvent } from "./run-event.js";
import type { RunFolder } from "./run-folder.js";

/** Writes what a training tells: every event as a JSON line, and readable lines at the pace of `log_interval`. */
export class RunLog {
  readonly #folder: RunFolder;
  readonly #phases: readonly Phase[];

  constructor(folder: RunFolder, phases: readonly Phase[]) {
    this.#folder = folder;
    this.#phases = phases;
  }

  line(text: string): void {
    appendFileSync(this.#folder.path("log"), `${new Date().toISOString()} ${text}\n`);
  }

  event(event: RunEvent): void {
    appendFileSync(this.#folder.path("events"), `${JSON.stringify(event)}\n`);
    const text = this.#readable(event);
    if (text !== null) this.line(text);
  }

  #epochs(index: number, epochs: number): string {
    return this.#phases[index]?.type === "optimizer" ? `, ${epochs} epochs` : "";
  }

  #readable(event: RunEvent): string | null {
    switch (event.kind) {
      case "phase":
        return `phase ${event.index + 1}/${event.count} ${event.name}: ${event.trainer}${this.#epochs(event.index, event.epochs)}${batchesText(event.batches)}`;
      case "phase_end":
        return metricsLine(event.metrics);
      case "epoch": {
        const phase = this.#phases[event.phase];
        const every = phase?.type === "optimizer" ? phase.log_interval : 1;
        if (event.epoch !== 1 && event.epoch !== event.epochs && event.epoch % every !== 0) return null;
        const valid = event.valid_total === null ? "" : ` valid ${event.valid_total.toExponential(3)}`;
        const best = event.best === null ? "" : ` best ${event.best.toExponential(3)}`;
        return `epoch ${event.epoch}/${event.epochs} train ${event.train_total.toExponential(3)}${valid}${best} lr ${event.learning_rate.toExponential(2)}`;
      }
      case "evaluation":
        return event.best ? `validation rmse ${event.valid_rmse.toExponential(3)}, the best so far` : null;
      case "resumed":
        return `resumed after ${event.total_epoch} epochs, in phase ${event.phase + 1} after its epoch ${event.epoch}`;
      case "trial":
        return trialText(event);
      case "warning":
        return `warning: ${event.message}`;
      default:
        return event satisfies never;
    }
  }
}

/** `, 128 windows in 8 steps` */
function batchesText(batches: Extract<RunEvent, { kind: "phase" }>["batches"]): string {
  if (batches === null) return "";
  const { pieces, count, steps } = batches;
  return `, ${count} ${count === 1 ? (pieces === "windows" ? "window" : "trajectory") : pieces} in ${steps} step${steps === 1 ? "" : "s"}`;
}

/** `trial 3/12 done: candidate 1 (gain 2), fold 0: 1.2e-2, best 1.1e-2 (candidate 0)` */
function trialText(event: TrialEvent): string | null {
  if (event.state === "started") return null;
  const { candidate, params, fold, value, failure, reused, done, of, best } = event;
  const where = `candidate ${candidate} (${candidateText(params)}), ${fold === "all" ? "on all data" : `fold ${fold}`}`;
  const result = value === null ? `failed: ${failure ?? "no finite metric"}` : value.toExponential(3);
  const leader = best === null ? "" : `, best ${best.value.toExponential(3)} (candidate ${best.candidate})`;
  return `trial ${done}${of === null ? "" : `/${of}`} done: ${where}: ${result}${reused ? ", made before" : ""}${leader}`;
}

/** What a phase has measured; null when that is nothing. */
function metricsLine(metrics: Readonly<Record<string, number | null>>): string | null {
  const parts = Object.entries(metrics).map(([name, value]) => `${name} ${value === null ? "not finite" : formatNumber(value)}`);
  return parts.length === 0 ? null : `measured ${parts.join(", ")}`;
}
