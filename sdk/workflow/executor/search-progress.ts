import type { Parameters } from "../../dynamics/tuning/parameter.js";
import type { Fold } from "../compiler/compiled.js";
import type { TrialEvent } from "./run-event.js";
import type { RunLog } from "./run-log.js";

interface Telling {
  readonly candidate: number;
  readonly fold: Fold;
  readonly params: Parameters;
}

/** Counts the trials of a search and tells of them. */
export class SearchProgress {
  readonly #log: RunLog;
  readonly #of: number | null;
  readonly #started = Date.now();
  #made = 0;
  done = 0;
  best: TrialEvent["best"] = null;

  /** @param of  trials there will be; null when nobody knows */
  constructor(log: RunLog, of: number | null) {
    this.#log = log;
    this.#of = of;
  }

  started(trial: Telling): void {
    this.#tell({ ...trial, state: "started", value: null, failure: null, reused: false, seconds: null });
  }

  finished(trial: Telling & Pick<TrialEvent, "value" | "failure" | "reused" | "seconds">): void {
    this.done += 1;
    if (!trial.reused) this.#made += 1;
    this.#tell({ ...trial, state: "finished" });
  }

  #tell(event: Omit<TrialEvent, "kind" | "done" | "of" | "best" | "eta_seconds">): void {
    const left = this.#of === null ? null : Math.max(0, this.#of - this.done);
    const pace = this.#made === 0 ? null : (Date.now() - this.#started) / 1000 / this.#made;
    const eta_seconds = left === null || pace === null ? null : left * pace;
    this.#log.event({ kind: "trial", ...event, done: this.done, of: this.#of, best: this.best, eta_seconds });
  }
}
