import { cos } from "../../numerics/elementary.js";
import type { OptimizerPhase } from "./config.js";

/** Where a schedule stands: epochs done, and the running product of the decay rate. */
export interface RatePosition {
  readonly epoch: number;
  readonly decayed: number;
}

type Words = Pick<
  OptimizerPhase,
  "n_epochs" | "learning_rate" | "schedule" | "decay_rate" | "warmup_epochs" | "min_learning_rate"
>;

/**
 * The learning rate of a phase, epoch by epoch. In the first W = `warmup_epochs` epochs it rises linearly, (k + 1) / W times
 * `learning_rate` in epoch k. Then `exponential` multiplies it by `decay_rate` after each epoch, and `cosine` lets it fall along
 * half a cosine to `min_learning_rate` in the last epoch. It is never below `min_learning_rate`.
 *
 * @see Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", arXiv:1608.03983
 */
export class LearningRate {
  readonly #words: Words;
  #epoch: number;
  #decayed: number;

  constructor(words: Words, at: RatePosition = { epoch: 0, decayed: words.learning_rate }) {
    this.#words = words;
    this.#epoch = at.epoch;
    this.#decayed = at.decayed;
  }

  get position(): RatePosition {
    return { epoch: this.#epoch, decayed: this.#decayed };
  }

  /** The rate of the present epoch. */
  get value(): number {
    return Math.max(this.#scheduled(), this.#words.min_learning_rate);
  }

  #scheduled(): number {
    const { n_epochs, learning_rate, schedule, warmup_epochs, min_learning_rate } = this.#words;
    if (this.#epoch < warmup_epochs) return (learning_rate * (this.#epoch + 1)) / warmup_epochs;
    if (schedule === "exponential") return this.#decayed;
    const way = n_epochs - 1 - warmup_epochs;
    const part = way > 0 ? Math.min(1, (this.#epoch - warmup_epochs) / way) : 0;
    return min_learning_rate + ((learning_rate - min_learning_rate) * (1 + cos(Math.PI * part))) / 2;
  }

  /** Ends an epoch. */
  advance(): void {
    if (this.#epoch >= this.#words.warmup_epochs) this.#decayed *= this.#words.decay_rate;
    this.#epoch++;
  }
}
