import { writeCheckpoint } from "../../formats/checkpoint.js";
import type { ShapedArray } from "../../formats/npy.js";
import type { ModelRecord } from "../evaluation/trained-model.js";
import { initialWeights, type Weights } from "../models/parameters.js";
import type { PairSums } from "../spectral/dmd/pair-sums.js";
import { sumsParts } from "./earlier.js";
import type { PhaseHistory } from "./events.js";
import { freshMoments, type Moments } from "./moments.js";
import type { Problem } from "./problem.js";
import { atBeginning, type PhaseProgress, type PhaseRecord } from "./progress.js";

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

/**
 * What changes while a model is trained: weights, moments, counts, the best so far, and where in the schedule it stands. A
 * checkpoint is what of it makes a model; a snapshot (`snapshot.ts`) is all of it, to go on from.
 */
export class TrainingState {
  weights: Record<string, Float64Array>;
  moments: Moments;
  /** the objective and rule that the moments belong to */
  momentsOwner: string | null = null;
  /** epochs done, over all phases */
  epoch = 0;
  /** the phase under way, or the next one */
  phase = 0;
  /** how far it has come */
  progress: PhaseProgress = atBeginning;
  best: Kept;
  lastTrain: number | null = null;
  lastValid: number | null = null;
  /** smallest validation loss of any epoch; losses of different phases are different things, see docs/training.md */
  bestTotal: number | null = null;
  /** sums of all pairs, where a phase of least squares is `streaming`; null before it */
  sums: PairSums | null = null;
  /** losses, phase by phase */
  readonly history: PhaseHistory[] = [];
  /** [epoch, RMSE of full validation rollouts] */
  readonly evaluations: [number, number][] = [];
  /** the phases that are over */
  readonly records: PhaseRecord[] = [];
  /** what a reader of the result must know, in the order in which it was found */
  readonly warnings: string[] = [];
  #unsaved = false;

  constructor(problem: Problem) {
    this.weights = initialWeights(problem.model.parameters, problem.key.fold("weights"));
    this.moments = freshMoments(this.weights);
    this.best = { weights: copyOf(this.weights), epoch: 0, value: Number.POSITIVE_INFINITY, rmse: null };
  }

  /** The value of the best so far; null while there is none. */
  get bestValue(): number | null {
    return Number.isFinite(this.best.value) ? this.best.value : null;
  }

  /** Ends an epoch: counts it and notes its losses; `valid` is null when it was not measured. A loss that is no number is never the best. */
  advance(train: number, valid: number | null): void {
    this.epoch++;
    this.lastTrain = train;
    if (valid === null) return;
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
    const sums = sumsParts(this.sums);
    const arrays = {
      ...sums.arrays,
      ...arraysOf("best", this.best.weights, problem),
      ...arraysOf("last", this.weights, problem),
      ...arraysOf("moments/m", this.moments.m, problem),
      ...arraysOf("moments/v", this.moments.v, problem),
    };
    const { steps, powers } = this.moments;
    const training = {
      epoch: this.epoch,
      best_epoch: this.best.epoch,
      best_value: this.bestValue,
      moments: { steps, powers, owner: this.momentsOwner },
    };
    const notes = this.sums === null || problem.notes.length === 0 ? {} : { notes: problem.notes };
    return writeCheckpoint({ json: { record, config: problem.config, training, ...sums.json, ...notes }, arrays });
  }
}

function copyOf(weights: Readonly<Record<string, Float64Array>>): Record<string, Float64Array> {
  return Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, w.slice()]));
}

/** The arrays of all parameters, named for a checkpoint, in the order of the model. */
export function arraysOf(prefix: string, weights: Weights, problem: Problem): Record<string, ShapedArray> {
  return Object.fromEntries(
    problem.modelOf(weights).parameters.map(({ name, shape }) => [`${prefix}/${name}`, { shape, data: weights[name] }]),
  );
}
