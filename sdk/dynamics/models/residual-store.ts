import type { Values } from "../../numerics/engine/index.js";

/**
 * What the steps of a solve hand to their way back, one after the other in one array. It grows up to a limit; steps that do not
 * fit are not kept, and their way back makes them again.
 */
export class ResidualStore {
  readonly #limit: number;
  #values: Values | null = null;
  #used = 0;
  #starts: number[] = [];
  #full = false;

  /** @param limit  bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Forgets all steps. */
  clear(): void {
    this.#used = 0;
    this.#starts = [];
    this.#full = false;
  }

  /** Keeps the residuals of the next step, or notes that it is not kept. */
  push(values: Values): void {
    const end = this.#used + values.length;
    this.#full ||= end * values.BYTES_PER_ELEMENT > this.#limit;
    if (this.#full) return;
    if (this.#values === null || this.#values.length < end) {
      const most = Math.floor(this.#limit / values.BYTES_PER_ELEMENT);
      const length = Math.min(most, Math.max(2 * end, 64 * values.length));
      const grown = values instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
      if (this.#values !== null) grown.set(this.#values.subarray(0, this.#used));
      this.#values = grown;
    }
    this.#values.set(values, this.#used);
    this.#starts.push(this.#used);
    this.#used = end;
  }

  /** The residuals of `count` steps from `first` on, end to end; null when the last one is not kept. */
  rows(first: number, count: number): Values | null {
    const after = first + count;
    if (this.#values === null || after > this.#starts.length) return null;
    return this.#values.subarray(this.#starts[first], this.#starts[after] ?? this.#used);
  }
}
