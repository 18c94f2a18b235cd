import { pow } from "../elementary.js";

const SAFETY = 0.9;
const LARGEST_GROWTH = 10;
const SMALLEST_GROWTH = 0.2;

/**
 * How the next step follows from the error norms of this and the last accepted step (1 = as large as tolerated):
 * h' = h 0.9 e^(-(1 - 0.75 k b) / k) e_last^b for an error that shrinks with h^k, between 0.2 h and 10 h.
 *
 * @see Gustafsson 1991, "Control theoretic techniques for stepsize selection in explicit Runge-Kutta methods", doi:10.1145/210232.210242
 * @see Hairer, Wanner 1996, "Solving Ordinary Differential Equations II", section IV.2
 */
export class StepControl {
  readonly #power: number;
  readonly #beta: number;
  #last = 1;
  #rejected = false;

  /**
   * @param power  k
   * @param beta   b, the weight of the last error: 0 = each step for itself
   */
  constructor(power: number, beta: number) {
    this.#power = power;
    this.#beta = beta;
  }

  /** The factor on h after an accepted step; a step that was retried is not followed by a larger one. */
  accepted(error: number): number {
    const largest = this.#rejected ? 1 : LARGEST_GROWTH;
    const present = error === 0 ? LARGEST_GROWTH : SAFETY * pow(error, 0.75 * this.#beta - 1 / this.#power);
    const factor = this.#beta === 0 ? present : present * pow(this.#last, this.#beta);
    this.#last = Math.max(error, 1e-4);
    this.#rejected = false;
    return Math.min(largest, Math.max(SMALLEST_GROWTH, factor));
  }

  /** The factor on h after a rejected step; an error that is no number gives the smallest. */
  rejected(error: number): number {
    this.#rejected = true;
    if (!Number.isFinite(error)) return SMALLEST_GROWTH;
    return Math.min(1, Math.max(SMALLEST_GROWTH, SAFETY * pow(error, -1 / this.#power)));
  }
}
