import type { Engine } from "../../numerics/engine/index.js";
import { keyed, type RandomKey } from "../../numerics/random.js";
import { type Batch, batchOf, type Stretch } from "../data/batch.js";
import { layoutOf } from "../data/graphs/layout.js";
import type { Dataset } from "../data/series.js";
import { type SmoothingSpec, smoothTrajectories } from "../data/smoothing.js";
import type { LossSpec } from "../losses/spec.js";
import { buildModel, formOf, type Model, withForm } from "../models/model.js";
import type { Weights } from "../models/parameters.js";
import type { TransformChain } from "../transforms/chain.js";
import { type FieldTransforms, fitFields, restoreFields } from "../transforms/fields.js";
import type { LinearSolvePhase, OptimizerPhase, TrainingConfig } from "./config.js";
import type { Earlier } from "./earlier.js";
import { nodeObjective } from "./objectives/node.js";
import { type Evaluation, lossNames, type Objective, pointwise } from "./objectives/objective.js";
import { oneStepObjective } from "./objectives/one-step.js";
import { Cache } from "./objectives/programs.js";
import { together } from "./objectives/together.js";
import { weakObjective } from "./objectives/weak.js";
import { odeOf } from "./ode-of.js";
import { changesData, isLeastSquares } from "./phase-kinds.js";

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
 * What a training is about, without its state: transforms fitted on the training data (or those of an earlier training, which this one goes on with), the model, data cut as each phase wants
 * them, and the objectives. Two threads that make it from the same configuration and data have the same problem, bit by bit.
 */
export class Problem {
  readonly config: TrainingConfig;
  readonly engine: Engine;
  readonly key: RandomKey;
  readonly transforms: FieldTransforms;
  /** the training whose pairs count too, in the coordinates of its transforms */
  readonly earlier: Earlier | null;
  /** what fitting the transforms has noticed, now or in the earlier training */
  readonly notes: readonly string[];
  /** whole trajectories as the data have them */
  readonly whole: Readonly<Record<Part, readonly Stretch[]>>;
  #model: Model;
  readonly #models = new Cache<Model>();
  readonly #smoothed = new Cache<readonly Stretch[]>();
  readonly #objectives = new Cache<Objective>();
  readonly #stretches = new Cache<readonly Stretch[]>();
  readonly #batches = new Map<string, Batch>();

  constructor(config: TrainingConfig, data: Readonly<Record<Part, Dataset>>, engine: Engine, earlier: Earlier | null = null) {
    this.config = config;
    this.engine = engine;
    this.earlier = earlier;
    this.key = keyed(config.seed);
    const { transform_y: y, transform_p, transform_ew: ew, transform_ea: ea } = config;
    const all = [...data.train.trajectories, ...data.valid.trajectories];
    const some = config.model.graph_mode === "none" ? undefined : all.find(({ graph }) => graph !== undefined);
    const nodes = some?.graph?.nodes ?? null;
    this.transforms =
      earlier === null
        ? fitFields(config.transform_x, config.transform_u, data.train, { y, p: transform_p, ew, ea }, nodes)
        : restoreFields(earlier.record.transforms, nodes);
    this.notes = earlier?.notes ?? this.transforms.notes;
    const layout = nodes === null ? null : layoutOf(all.map(this.transforms.onEdges));
    const p = this.transforms.p?.outputDim ?? data.train.trajectories[0]?.p?.length ?? 0;
    const width = (chain: TransformChain | null): number => (nodes ?? 1) * (chain?.outputDim ?? 0);
    this.#model = buildModel(config.model, width(this.transforms.x), width(this.transforms.u), { p, layout });
    this.whole = { train: this.#prepared(data.train), valid: this.#prepared(data.valid) };
  }

  /** The model, its dynamics in the form that was last adopted. */
  get model(): Model {
    return this.#model;
  }

  /** Whose weights these are: the model with its dynamics in their form. */
  modelOf(weights: Weights): Model {
    const form = formOf(this.#model, weights);
    return form === this.#model.form ? this.#model : this.ofForm(form);
  }

  /** The model with its dynamics in a form. */
  ofForm(form: number | null): Model {
    return this.#models.get(String(form), () => withForm(this.#model, form));
  }

  /** Forms that the dynamics may take on the way, the largest among them. */
  get forms(): readonly (number | null)[] {
    const { linear, kernel, node, axis, spec } = this.#model;
    const samples = this.whole.train.reduce((n, { length }) => n + length, 0) * axis.nodes;
    if (kernel !== null) return [1, spec.kernel?.random_features ?? spec.kernel?.landmarks ?? samples];
    return linear === null ? [null] : [null, Math.min(node.s, node.z)];
  }

  /** Goes on with the model that these weights belong to. */
  adopt(weights: Weights): void {
    this.#models.get(String(this.#model.form), () => this.#model);
    this.#model = this.modelOf(weights);
  }

  /** What a phase minimises, or measures: of optimisations and least squares. */
  objective(phase: number): Objective {
    return this.#objectives.get(`${phase}:${this.#model.form}`, () => this.#makeObjective(phase));
  }

  #makeObjective(index: number): Objective {
    const phase = this.config.phases[index] as OptimizerPhase | LinearSolvePhase;
    const { method, args } = odeOf(this.config.phases, index);
    const given = phase.type === "optimizer" ? phase.criterion : this.config.criterion;
    const criterion = isLeastSquares(phase) ? plain(given) : given;
    const rollouts = { criterion, ode_method: method, ode_args: args, chop_mode: "initial", chop_step: 1 } as const;
    if (phase.type === "optimizer" && phase.trainer === "NODE") return nodeObjective(this.#model, phase, this.engine);
    const engine = isLeastSquares(phase) ? inFloat64(this.engine) : this.engine;
    const own =
      phase.type === "optimizer" && phase.trainer === "Weak"
        ? weakObjective(this.#model, phase, engine)
        : oneStepObjective(this.#model, { criterion, order: phase.kwargs.order }, engine);
    const others = lossNames(criterion).filter((name) => !pointwise(name));
    return others.length === 0 ? own : together(own, nodeObjective(this.#model, rollouts, engine, others));
  }

  /** Whole trajectories as a phase sees them: the data phases before it have changed them. */
  wholeAt(phase: number, part: Part): readonly Stretch[] {
    const before = this.config.phases.slice(0, phase).filter((one) => changesData(one, part));
    const last = before.at(-1);
    if (last === undefined) return this.whole[part];
    const place = this.config.phases.lastIndexOf(last, phase - 1);
    return this.#smoothed.get(`${place}:${part}`, () => {
      const stretches = this.wholeAt(place, part);
      const { trajectories } = smoothTrajectories(
        stretches.map((stretch) => stretch.trajectory),
        last.smoothing as SmoothingSpec,
      );
      return trajectories.map((trajectory) => ({ trajectory, start: 0, length: trajectory.t.length }));
    });
  }

  /** The data as a phase cuts them for a horizon. Validation trajectories that are all shorter stay whole. */
  stretches(phase: number, part: Part, length: number | null): readonly Stretch[] {
    return this.#stretches.get(`${phase}:${part}:${length}`, () => {
      const whole = this.wholeAt(phase, part);
      const cut = this.objective(phase).stretches(whole, length);
      return part === "valid" && cut.length === 0 ? whole : cut;
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

/** What least squares is measured by: it weighs all latent coordinates alike, while weights may be meant for rollouts of x. */
function plain(criterion: Readonly<Record<string, LossSpec>>): Readonly<Record<string, LossSpec>> {
  const { dynamics } = criterion;
  return { ...criterion, dynamics: { type: dynamics.type === "mae" ? "mae" : "mse", weight: dynamics.weight, params: {} } };
}

/** Differences of float32 latents would lose the digits that least squares needs. */
export const inFloat64 = ({ backend }: Engine): Engine => ({
  backend: backend === "reference" ? "reference" : "wasm",
  dtype: "float64",
});
