import { DymadError } from "../../errors.js";
import { writeCheckpoint } from "../../formats/checkpoint.js";
import type { BackendName } from "../../numerics/engine/program.js";
import type { RandomKey } from "../../numerics/random.js";
import { type Batch, batchOf } from "../data/batch.js";
import type { Dataset } from "../data/series.js";
import { rmse } from "../evaluation/evaluate.js";
import type { ModelRecord } from "../evaluation/trained-model.js";
import { initialWeights } from "../models/parameters.js";
import { Simulator } from "../models/simulate.js";
import type { OdeChoice } from "../models/solver.js";
import { type AdamState, adamStep, clip, forget, freshAdam } from "./adam.js";
import type { LinearSolvePhase, OptimizerPhase, TrainingConfig } from "./config.js";
import { type ConstantObservable, constantObservable } from "./constant-observable.js";
import type { PhaseHistory, TrainingEvent } from "./events.js";
import { type EpochMeans, HistoryColumns, trainerOf } from "./history.js";
import { LinearUpdate } from "./linear.js";
import { Loader } from "./loader.js";
import type { Objective } from "./objectives/objective.js";
import { type Part, Problem, type Shard } from "./problem.js";
import type { TrainingResult } from "./result.js";
import { combined, oneThread, type ShardRunner, shardsOf } from "./shards.js";
import { sweepOf } from "./sweep.js";

export interface TrainOptions {
  readonly config: TrainingConfig;
  readonly train: Dataset;
  readonly valid: Dataset;
  readonly backend: BackendName;
  readonly onEvent?: (event: TrainingEvent) => void;
  /** called with the bytes of a checkpoint when the best model changed, at most once per `save_interval` and at the end of phases */
  readonly onCheckpoint?: (checkpoint: Uint8Array) => void;
  /** who evaluates shards of a batch; default this thread alone. The result has the same bits whoever does */
  readonly runner?: (problem: Problem) => ShardRunner;
  /** asked after each epoch; true stops the training as CANCELLED with the best model so far */
  readonly cancelled?: () => boolean;
}

/** Ends a training from inside: the loss is no number any more. */
class Diverged extends Error {
  readonly epoch: number;
  readonly hint: string;
  constructor(message: string, hint: string, epoch: number) {
    super(message);
    this.epoch = epoch;
    this.hint = hint;
  }
}

/**
 * Trains a model: runs the phases in order and keeps the best weights.
 *
 * A training that diverges or is cancelled returns what it has: the best weights so far are in the checkpoint.
 *
 * @throws  E_SPEC, E_SHAPE, E_DATA, E_UNSUPPORTED when configuration and data do not fit together: before the first epoch
 */
export function train(options: TrainOptions): TrainingResult {
  for (const part of ["train", "valid"] as const) {
    if (options[part].trajectories.length === 0) {
      throw new DymadError("E_DATA", `there is no trajectory in the data to ${part === "train" ? "train" : "validate"} on`, {
        path: [part],
      });
    }
  }
  return new Training(options).run();
}

class Training {
  readonly #options: TrainOptions;
  readonly #config: TrainingConfig;
  readonly #problem: Problem;
  readonly #runner: ShardRunner;
  readonly #simulator: Simulator;
  readonly #weights: Record<string, Float64Array>;
  readonly #constant: ConstantObservable | null;
  readonly #history: PhaseHistory[] = [];
  readonly #evaluations: [number, number][] = [];
  #adam: AdamState;
  #adamOwner: string | null = null;
  #epoch = 0;
  #best: { weights: Record<string, Float64Array>; epoch: number; value: number; rmse: number | null; unsaved: boolean };
  #bestTotal: number | null = null;
  #lastTrain: number | null = null;
  #lastValid: number | null = null;

  constructor(options: TrainOptions) {
    this.#options = options;
    this.#config = options.config;
    const { config, backend } = options;
    const engine = { backend, dtype: backend === "reference" ? ("float64" as const) : config.dtype };
    this.#problem = new Problem(config, { train: options.train, valid: options.valid }, engine);
    this.#runner = options.runner?.(this.#problem) ?? oneThread(this.#problem);
    this.#simulator = new Simulator(this.#problem.model, engine);
    this.#weights = initialWeights(this.#problem.model.parameters, this.#problem.key.fold("weights"));
    this.#constant = constantObservable(this.#problem.model, config.transform_x);
    this.#constant?.impose(this.#weights);
    this.#adam = freshAdam(this.#weights);
    this.#best = { weights: this.#copy(), epoch: 0, value: Number.POSITIVE_INFINITY, rmse: null, unsaved: false };
  }

  run(): TrainingResult {
    const started = Date.now();
    const { phases } = this.#config;
    let status: TrainingResult["status"] = "SUCCEEDED";
    let failure: TrainingResult["failure"] = null;
    try {
      phases.forEach((phase, index) => {
        if (status === "CANCELLED") return;
        const epochs = phase.type === "optimizer" ? phase.n_epochs : 1;
        this.#tell({ kind: "phase", index, count: phases.length, name: phase.name, trainer: trainerOf(phase), epochs });
        const finished =
          phase.type === "linear_solve" || phase.trainer === "Linear"
            ? this.#linearPhase(phase, index)
            : this.#gradientPhase(phase, index);
        if (!finished) status = "CANCELLED";
        this.#measure(index);
      });
    } catch (error) {
      if (!(error instanceof Diverged)) throw error;
      status = "FAILED";
      failure = { code: "E_DIVERGED", message: error.message, hint: error.hint, epoch: error.epoch };
    }
    if (this.#best.rmse === null && this.#best.epoch > 0) {
      // weights chosen by their loss may stand between two measurements
      const value = this.#rolloutRmse(this.#best.weights, odeOf(phases, phases.length - 1));
      if (Number.isFinite(value)) this.#best.rmse = value;
    }
    return {
      status,
      failure,
      checkpoint: this.#checkpoint(),
      history: this.#history,
      evaluations: this.#evaluations,
      metrics: {
        best_valid_total: this.#bestTotal,
        final_train_loss: this.#lastTrain,
        final_valid_loss: this.#lastValid,
        best_valid_rmse: this.#best.rmse,
        best_epoch: this.#best.epoch,
        epochs: this.#epoch,
        parameters: this.#problem.model.parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0),
      },
      seconds: (Date.now() - started) / 1000,
    };
  }

  /** An optimisation by gradient; false when it was cancelled. */
  #gradientPhase(phase: OptimizerPhase, index: number): boolean {
    const objective = this.#problem.objective(index);
    // moments of another objective point elsewhere: they live on only within one kind of trainer
    if (phase.reset_optimizer || this.#adamOwner !== phase.trainer) this.#adam = freshAdam(this.#weights);
    this.#adamOwner = phase.trainer;
    const sweep = sweepOf(phase);
    const size = this.#config.dataloader.batch_size;
    this.#checkHorizons(objective, phase, index);
    const loaders = (): { train: Loader; valid: Loader } => ({
      train: new Loader(this.#problem.stretches(index, "train", sweep.length), size),
      valid: new Loader(this.#problem.stretches(index, "valid", sweep.length), size),
    });
    let { train, valid } = loaders();
    const history = new HistoryColumns(phase, objective.names);
    this.#history.push(history.record);
    let rate = phase.learning_rate;
    let bestOfHorizon = Number.POSITIVE_INFINITY;
    for (let epoch = 1; epoch <= phase.n_epochs; epoch++) {
      const key = this.#config.dataloader.shuffle ? this.#problem.key.fold("shuffle").fold(this.#epoch) : null;
      const applied = Math.max(rate, phase.min_learning_rate);
      const cut = { phase: index, length: sweep.length };
      const trained = this.#epochOver(objective, { ...cut, part: "train" }, train, key, (gradient) => {
        if (phase.clip_norm !== null) clip(gradient, phase.clip_norm);
        this.#adam = adamStep(this.#adam, this.#weights, gradient, applied);
      });
      const validated = this.#epochOver(objective, { ...cut, part: "valid" }, valid, null, null);
      this.#epoch++;
      rate *= phase.decay_rate;
      this.#lastTrain = trained.total;
      this.#lastValid = validated.total;
      this.#note(validated.total);
      history.add(this.#epoch - 1, trained, validated, applied);
      if (this.#config.selection.metric === "valid_total" && validated.total < bestOfHorizon) {
        bestOfHorizon = validated.total;
        this.#keep(validated.total, null);
      }
      const moved = sweep.advance(trained.total);
      if (this.#epoch % phase.save_interval === 0) this.#measure(index);
      this.#tell({
        kind: "epoch",
        phase: index,
        phases: this.#config.phases.length,
        name: phase.name,
        trainer: phase.trainer,
        epoch,
        epochs: phase.n_epochs,
        train_total: trained.total,
        valid_total: validated.total,
        best: Number.isFinite(this.#best.value) ? this.#best.value : null,
        learning_rate: applied,
      });
      if (this.#options.cancelled?.() === true) return false;
      if (moved.stop) break;
      if (moved.changed) {
        // losses of another horizon cannot be compared with those before
        bestOfHorizon = Number.POSITIVE_INFINITY;
        ({ train, valid } = loaders());
      }
    }
    return true;
  }

  /** Every horizon of the phase must leave something to train on; validation trajectories that are all shorter stay whole. */
  #checkHorizons(objective: Objective, phase: OptimizerPhase, index: number): void {
    for (const length of phase.sweep_lengths) {
      if (objective.stretches(this.#problem.whole.train, length).length === 0) {
        throw new DymadError("E_DATA", `no trajectory is long enough for the horizon of ${length} samples`, {
          path: ["phases", index, "sweep_lengths"],
          hint: "use shorter horizons or longer trajectories",
        });
      }
      if (objective.stretches(this.#problem.whole.valid, length).length === 0) {
        const message = `no validation trajectory has the ${length} samples of a horizon of ${phase.name}: its validation loss is that of whole trajectories`;
        this.#tell({ kind: "warning", message });
      }
    }
  }

  /** One pass over the batches of a loader; with `step`, training. Means are weighted by samples. */
  #epochOver(
    objective: Objective,
    cut: Omit<Shard, "rows">,
    loader: Loader,
    key: RandomKey | null,
    step: ((gradient: Record<string, Float64Array>) => void) | null,
  ): EpochMeans {
    const sums = Object.fromEntries(objective.names.map((name) => [name, 0]));
    let total = 0;
    let samples = 0;
    for (const { rows, length } of loader.batches(key)) {
      const shards = shardsOf(rows);
      const parts = this.#runner.evaluate(
        shards.map((shard) => ({ ...cut, rows: shard })),
        this.#weights,
        step !== null,
      );
      const evaluation = combined(
        parts,
        shards.map((shard) => shard.length),
      );
      if (!Number.isFinite(evaluation.total) && step !== null) this.#diverged(evaluation.trouble);
      if (step !== null && evaluation.gradient !== null) {
        const gradient = { ...evaluation.gradient };
        this.#constant?.hold(gradient);
        if (Object.values(gradient).some((g) => g.some((v) => !Number.isFinite(v)))) this.#diverged("the gradient is not finite");
        step(gradient);
      }
      const n = rows.length * length;
      for (const name of objective.names) sums[name] += evaluation.losses[name] * n;
      total += evaluation.total * n;
      samples += n;
    }
    return { losses: Object.fromEntries(objective.names.map((name) => [name, sums[name] / samples])), total: total / samples };
  }

  #diverged(trouble: string | undefined): never {
    const epoch = this.#epoch + 1;
    throw new Diverged(
      `the training loss is not finite in epoch ${epoch}${trouble === undefined ? "" : `: ${trouble}`}`,
      "likely causes: a learning rate that is too high, a horizon that is too long for untrained dynamics, data that are not scaled. Lower learning_rate, begin with short sweep_lengths, set clip_norm, or add a scaler",
      epoch,
    );
  }

  /** Least-squares updates of the linear dynamics; false when cancelled. */
  #linearPhase(phase: OptimizerPhase | LinearSolvePhase, index: number): boolean {
    const update = new LinearUpdate(this.#problem.model, this.#problem.engine);
    const size = this.#config.dataloader.batch_size;
    const { train, valid } = this.#wholeBatches(size);
    const spec = phase.type === "optimizer" ? phase.criterion.dynamics : this.#config.criterion.dynamics;
    const history = new HistoryColumns(phase, ["dynamics"]);
    this.#history.push(history.record);
    const epochs = phase.type === "optimizer" ? phase.n_epochs : 1;
    const name = this.#problem.model.linearWeight as string;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const W = update.solve(train, this.#weights, phase.method ?? "full", phase.params, phase.kwargs);
      this.#weights[name].set(W);
      this.#constant?.impose(this.#weights);
      if (phase.reset_optimizer) this.#adam = forget(this.#adam, [name]);
      const [trainLoss, validLoss] = [train, valid].map((b) => update.loss(b, this.#weights, spec, phase.kwargs.order));
      if (!Number.isFinite(trainLoss)) this.#diverged("the least-squares solution is not finite");
      this.#epoch++;
      this.#lastTrain = trainLoss;
      this.#lastValid = validLoss;
      this.#note(validLoss);
      history.add(
        this.#epoch - 1,
        { losses: { dynamics: trainLoss }, total: trainLoss },
        { losses: { dynamics: validLoss }, total: validLoss },
        0,
      );
      if (this.#config.selection.metric === "valid_total") this.#keep(validLoss, null);
      this.#tell({
        kind: "epoch",
        phase: index,
        phases: this.#config.phases.length,
        name: phase.name,
        trainer: trainerOf(phase),
        epoch,
        epochs,
        train_total: trainLoss,
        valid_total: validLoss,
        best: Number.isFinite(this.#best.value) ? this.#best.value : null,
        learning_rate: 0,
      });
      if (this.#options.cancelled?.() === true) return false;
    }
    return true;
  }

  /** Full-length rollouts over the validation trajectories, in the units of the data; keeps the weights when they are the best. */
  #measure(phase: number): void {
    if (this.#evaluations.at(-1)?.[0] === this.#epoch) return;
    const value = this.#rolloutRmse(this.#weights, odeOf(this.#config.phases, phase));
    this.#evaluations.push([this.#epoch, value]);
    const { metric } = this.#config.selection;
    // while every rollout diverges, later weights are the better guess
    const better = value < this.#best.value || !Number.isFinite(this.#best.value);
    const finite = Number.isFinite(value) ? value : null;
    if (metric === "last" || (metric === "rollout_rmse" && better)) this.#keep(value, finite);
    else if (metric === "valid_total" && this.#best.epoch === this.#epoch) this.#best.rmse = finite;
    this.#tell({ kind: "evaluation", epoch: this.#epoch, valid_rmse: value, best: this.#best.epoch === this.#epoch });
    if (this.#best.unsaved && this.#options.onCheckpoint !== undefined) {
      this.#best.unsaved = false;
      this.#options.onCheckpoint(this.#checkpoint());
    }
  }

  /** Mean RMSE of full rollouts over the validation trajectories, units of `x`; Infinity when one diverges. */
  #rolloutRmse(weights: Record<string, Float64Array>, ode: OdeChoice): number {
    const { trajectories } = this.#options.valid;
    const predictions = this.#simulator.run(
      weights,
      this.#problem.whole.valid.map((s) => s.trajectory),
      ode,
      false,
    );
    const errors = predictions.map(({ x }, i) => {
      const measured = trajectories[i].x;
      return rmse(this.#problem.transforms.restore(x, measured.slice(0, this.#problem.transforms.delay + 1)), measured);
    });
    return errors.reduce((a, b) => a + b, 0) / errors.length;
  }

  /** The smallest validation loss so far; a loss that is no number is none. */
  #note(validTotal: number): void {
    if (validTotal < (this.#bestTotal ?? Number.POSITIVE_INFINITY)) this.#bestTotal = validTotal;
  }

  #keep(value: number, rolloutRmse: number | null): void {
    this.#best = { weights: this.#copy(), epoch: this.#epoch, value, rmse: rolloutRmse, unsaved: true };
  }

  #copy(): Record<string, Float64Array> {
    return Object.fromEntries(Object.entries(this.#weights).map(([name, w]) => [name, w.slice()]));
  }

  /** Whole trajectories of both parts, side by side. */
  #wholeBatches(size: number): Record<Part, Batch[]> {
    const of = (part: Part): Batch[] => {
      const stretches = this.#problem.whole[part];
      return new Loader(stretches, size).batches(null).map(({ rows }) => batchOf(rows.map((row) => stretches[row])));
    };
    return { train: of("train"), valid: of("valid") };
  }

  #checkpoint(): Uint8Array {
    const { config, train } = this.#options;
    const record: ModelRecord = {
      model: config.model,
      widths: { x: this.#problem.model.dims.x, u: this.#problem.model.dims.u },
      transforms: { x: this.#problem.transforms.x.states, u: this.#problem.transforms.u?.states ?? null },
      names: train.names,
      ode: odeOf(config.phases, config.phases.length - 1),
      dtype: this.#problem.engine.dtype,
    };
    const arrays: Record<string, { shape: readonly number[]; data: Float64Array }> = {};
    for (const { name, shape } of this.#problem.model.parameters) {
      arrays[`best/${name}`] = { shape, data: this.#best.weights[name] };
      arrays[`last/${name}`] = { shape, data: this.#weights[name] };
      arrays[`adam/m/${name}`] = { shape, data: this.#adam.m[name] };
      arrays[`adam/v/${name}`] = { shape, data: this.#adam.v[name] };
    }
    const { steps, powers } = this.#adam;
    const json = {
      record,
      config,
      training: {
        epoch: this.#epoch,
        best_epoch: this.#best.epoch,
        best_value: Number.isFinite(this.#best.value) ? this.#best.value : null,
        adam: { steps, powers, owner: this.#adamOwner },
      },
    };
    return writeCheckpoint({ json, arrays });
  }

  #tell(event: TrainingEvent): void {
    this.#options.onEvent?.(event);
  }
}

/** The solver of a phase. Least squares has none of its own: it uses that of the optimisation before it, else of the first after it. */
function odeOf(phases: readonly (OptimizerPhase | LinearSolvePhase)[], index: number): OdeChoice {
  const optimisations = [...phases.slice(0, index + 1).reverse(), ...phases.slice(index + 1)];
  const phase = optimisations.find((p) => p.type === "optimizer");
  return phase === undefined
    ? { method: "dopri5", args: { rtol: 1e-7, atol: 1e-9, max_steps: 10000, step_size: null } }
    : { method: phase.ode_method, args: phase.ode_args };
}
