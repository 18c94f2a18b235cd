import { writeCheckpoint } from "../../formats/checkpoint.js";
import type { ModelRecord } from "../evaluation/trained-model.js";
import { initialWeights } from "../models/parameters.js";
import { type AdamState, freshAdam } from "./adam.js";
import type { Problem } from "./problem.js";

/** Weights worth keeping, and why. */
export interface Kept {
  readonly weights: Readonly<Record<string, Float64Array>>;
  /** epochs done when they were kept */
  readonly epoch: number;
  /** value of the selection metric; Infinity before anything was measured */
  readonly value: number;
  /** RMSE of their validation rollouts, units of `x`; null when it was not measured or not finite */
  readonly rmse: number | null;
}

/** What changes while a model is trained: weights, moments, counts, the best so far. A checkpoint is this state written down. */
export class TrainingState {
  readonly weights: Record<string, Float64Array>;
  adam: AdamState;
  /** trainer whose objective the moments of Adam belong to */
  adamOwner: string | null = null;
  /** epochs done, over all phases */
  epoch = 0;
  best: Kept;
  lastTrain: number | null = null;
  lastValid: number | null = null;
  /** smallest validation loss of any epoch; losses of different phases are different things, see docs/training.md */
  bestTotal: number | null = null;
  #unsaved = false;

  constructor(problem: Problem) {
    this.weights = initialWeights(problem.model.parameters, problem.key.fold("weights"));
    this.adam = freshAdam(this.weights);
    this.best = { weights: copyOf(this.weights), epoch: 0, value: Number.POSITIVE_INFINITY, rmse: null };
  }

  /** The value of the best so far; null while there is none. */
  get bestValue(): number | null {
    return Number.isFinite(this.best.value) ? this.best.value : null;
  }

  /** Ends an epoch: counts it and notes its losses. A loss that is no number is never the best. */
  advance(train: number, valid: number): void {
    this.epoch++;
    this.lastTrain = train;
    this.lastValid = valid;
    if (valid < (this.bestTotal ?? Number.POSITIVE_INFINITY)) this.bestTotal = valid;
  }

  /** Keeps the present weights as the best. */
  keep(value: number, rmse: number | null): void {
    this.best = { weights: copyOf(this.weights), epoch: this.epoch, value, rmse };
    this.#unsaved = true;
  }

  /** Notes the rollout error of the best weights, measured after they were kept. */
  noteRmse(rmse: number | null): void {
    this.best = { ...this.best, rmse };
  }

  /** Whether the best has changed since this was last asked. */
  takeUnsaved(): boolean {
    const unsaved = this.#unsaved;
    this.#unsaved = false;
    return unsaved;
  }

  /** The bytes of a checkpoint: best weights, last weights, optimiser state, and the record that makes a model of them. */
  checkpoint(problem: Problem, record: ModelRecord): Uint8Array {
    const arrays: Record<string, { shape: readonly number[]; data: Float64Array }> = {};
    for (const { name, shape } of problem.model.parameters) {
      arrays[`best/${name}`] = { shape, data: this.best.weights[name] };
      arrays[`last/${name}`] = { shape, data: this.weights[name] };
      arrays[`adam/m/${name}`] = { shape, data: this.adam.m[name] };
      arrays[`adam/v/${name}`] = { shape, data: this.adam.v[name] };
    }
    const { steps, powers } = this.adam;
    const training = {
      epoch: this.epoch,
      best_epoch: this.best.epoch,
      best_value: this.bestValue,
      adam: { steps, powers, owner: this.adamOwner },
    };
    return writeCheckpoint({ json: { record, config: problem.config, training }, arrays });
  }
}

function copyOf(weights: Readonly<Record<string, Float64Array>>): Record<string, Float64Array> {
  return Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, w.slice()]));
}
