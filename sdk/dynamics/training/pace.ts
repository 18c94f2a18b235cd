/** How fast a phase goes, by a clock. */
export interface PaceReading {
  /** gradient steps (least-squares updates) a second; null in the first 0.3 seconds */
  readonly steps_per_second: number | null;
  /** until the end of the phase, should every epoch take as long as those so far; null likewise */
  readonly eta_seconds: number | null;
}

/** Below this many seconds a pace is mostly chance. */
const leastSeconds = 0.3;

/** Counts the steps and epochs that this process has done in a phase. */
export class Pace {
  readonly #now: () => number;
  #start: number;
  #steps = 0;
  #epochs = 0;

  /** @param now  a clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#start = now();
  }

  /** Another phase begins. */
  begin(): void {
    this.#start = this.#now();
    this.#steps = 0;
    this.#epochs = 0;
  }

  step(): void {
    this.#steps++;
  }

  /** Another epoch has ended, with so many left. */
  epoch(left: number): PaceReading {
    this.#epochs++;
    const seconds = (this.#now() - this.#start) / 1000;
    if (seconds < leastSeconds) return { steps_per_second: null, eta_seconds: null };
    return { steps_per_second: this.#steps / seconds, eta_seconds: (left * seconds) / this.#epochs };
  }
}
