import type { Engine } from "../../numerics/engine/index.js";
import { keyed, type RandomKey } from "../../numerics/random.js";
import { type Batch, batchOf, type Stretch } from "../data/batch.js";
import type { Dataset } from "../data/series.js";
import { buildModel, type Model } from "../models/model.js";
import { type FieldTransforms, fitFields } from "../transforms/fields.js";
import type { OptimizerPhase, TrainingConfig } from "./config.js";
import { nodeObjective } from "./objectives/node.js";
import type { Evaluation, Objective } from "./objectives/objective.js";
import { Cache } from "./objectives/programs.js";
import { weakObjective } from "./objectives/weak.js";

/** Which of the two data sets. */
export type Part = "train" | "valid";

/** Some stretches of one part, evaluated together under one phase's objective. */
export interface Shard {
  readonly phase: number;
  readonly part: Part;
  /** horizon in samples; null = full length */
  readonly length: number | null;
  /** places in `stretches(phase, part, length)` */
  readonly rows: readonly number[];
}

/**
 * What a training is about, without its state: transforms fitted on the training data, the model, data cut as each phase wants
 * them, and the objectives. Two threads that make it from the same configuration and data have the same problem, bit by bit.
 */
export class Problem {
  readonly config: TrainingConfig;
  readonly engine: Engine;
  readonly key: RandomKey;
  readonly transforms: FieldTransforms;
  readonly model: Model;
  readonly whole: Readonly<Record<Part, readonly Stretch[]>>;
  readonly #objectives = new Cache<Objective>();
  readonly #stretches = new Cache<readonly Stretch[]>();
  readonly #batches = new Map<string, Batch>();

  constructor(config: TrainingConfig, data: Readonly<Record<Part, Dataset>>, engine: Engine) {
    this.config = config;
    this.engine = engine;
    this.key = keyed(config.seed);
    this.transforms = fitFields(config.transform_x, config.transform_u, data.train);
    this.model = buildModel(config.model, this.transforms.x.outputDim, this.transforms.u?.outputDim ?? 0);
    this.whole = { train: this.#prepared(data.train), valid: this.#prepared(data.valid) };
  }

  /** The objective of an optimizer phase trained by gradient. */
  objective(phase: number): Objective {
    return this.#objectives.get(String(phase), () => {
      const options = this.config.phases[phase] as OptimizerPhase;
      return options.trainer === "Weak"
        ? weakObjective(this.model, options, this.engine)
        : nodeObjective(this.model, options, this.engine);
    });
  }

  /** The data as a phase cuts them for a horizon. Validation trajectories that are all shorter stay whole. */
  stretches(phase: number, part: Part, length: number | null): readonly Stretch[] {
    return this.#stretches.get(`${phase}:${part}:${length}`, () => {
      const cut = this.objective(phase).stretches(this.whole[part], length);
      return part === "valid" && cut.length === 0 ? this.whole[part] : cut;
    });
  }

  /** Losses of one shard and, when asked for, the derivatives of their total. */
  evaluate(shard: Shard, weights: Readonly<Record<string, Float64Array>>, withGradient: boolean): Evaluation {
    return this.objective(shard.phase).evaluate(this.#batch(shard), weights, withGradient);
  }

  /** Shards come again in every epoch unless they are shuffled: their arrays are kept, the oldest forgotten first. */
  #batch({ phase, part, length, rows }: Shard): Batch {
    const key = `${phase}:${part}:${length}:${rows.join()}`;
    const known = this.#batches.get(key);
    if (known !== undefined) return known;
    const stretches = this.stretches(phase, part, length);
    const made = batchOf(rows.map((row) => stretches[row]));
    const oldest = this.#batches.keys().next();
    if (this.#batches.size >= keptBatches && !oldest.done) this.#batches.delete(oldest.value);
    this.#batches.set(key, made);
    return made;
  }

  #prepared(data: Dataset): Stretch[] {
    return data.trajectories.map((tr) => {
      const trajectory = this.transforms.prepare(tr, this.config.model.input_order);
      return { trajectory, start: 0, length: trajectory.t.length };
    });
  }
}

const keptBatches = 256;
