import type { TrainingEvent } from "../../dynamics/training/events.js";

/** Events let through at once, and how many a second are let through after that. */
const burst = 500;
const perSecond = 50;

/**
 * Lets through what a reader can follow. A small model does ten thousand epochs a second; written down one by one they would fill
 * the disk and hold up the end of the run. The first 500 events pass, then 50 a second; phases, warnings, and the first and last
 * epoch of a phase always pass. The history of losses is complete all the same: it is kept by the training.
 */
export class EventSieve {
  readonly #now: () => number;
  #tokens = burst;
  #filled: number;

  /** @param now  a clock in milliseconds */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#filled = now();
  }

  admits(event: TrainingEvent): boolean {
    const time = this.#now();
    this.#tokens = Math.min(burst, this.#tokens + ((time - this.#filled) / 1000) * perSecond);
    this.#filled = time;
    if (mustPass(event)) return true;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

function mustPass(event: TrainingEvent): boolean {
  if (event.kind === "epoch") return event.epoch === 1 || event.epoch === event.epochs;
  return event.kind !== "evaluation";
}
