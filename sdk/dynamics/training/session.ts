import type { DymadError, ErrorCode } from "../../errors.js";
import type { Dataset } from "../data/series.js";
import { rmse } from "../evaluation/evaluate.js";
import type { Weights } from "../models/parameters.js";
import { Simulator } from "../models/simulate.js";
import type { OdeChoice } from "../models/solver.js";
import { type ConstantObservable, constantObservable } from "./constant-observable.js";
import type { TrainingEvent } from "./events.js";
import type { TrainingExport } from "./export-phase.js";
import { type EpochMeans, epochsOf, trainerOf } from "./history.js";
import { Loader } from "./loader.js";
import { Cache } from "./objectives/programs.js";
import { odeOf } from "./ode-of.js";
import { Pace } from "./pace.js";
import type { Part, Problem } from "./problem.js";
import { atBeginning, type PhaseRecord } from "./progress.js";
import type { ShardRunner } from "./shards.js";
import { writeSnapshot } from "./snapshot.js";
import type { TrainingState } from "./state.js";

/** Ends a training from inside: its numbers do not allow it to go on. */
export class Failed extends Error {
  readonly code: ErrorCode;
  readonly epoch: number;
  readonly hint: string;
  constructor(code: ErrorCode, epoch: number, message: string, hint: string) {
    super(message);
    this.code = code;
    this.epoch = epoch;
    this.hint = hint;
  }
}

const causes =
  "likely causes: a learning rate that is too high, a horizon that is too long for untrained dynamics, data that are not scaled. Lower learning_rate, begin with short sweep_lengths, set clip_norm, or add a scaler";

export interface SessionParts {
  readonly problem: Problem;
  readonly state: TrainingState;
  readonly runner: ShardRunner;
  readonly data: Readonly<Record<Part, Dataset>>;
  tell(event: TrainingEvent): void;
  save(checkpoint: Uint8Array): void;
  export(made: TrainingExport): void;
  /** offers the state as it is now; whoever wants it takes its bytes before going on */
  snapshot(bytes: () => Uint8Array): void;
  cancelled(): boolean;
  checkpoint(state: TrainingState): Uint8Array;
}

/** One training under way: the problem, its state, and what all phases do alike. */
export class Session {
  readonly problem: Problem;
  readonly state: TrainingState;
  readonly parts: SessionParts;
  readonly pace: Pace = new Pace();
  /** the state where the training was cancelled */
  stopped: Uint8Array | null = null;
  readonly #simulators = new Cache<Simulator>();

  constructor(parts: SessionParts) {
    const { problem, state } = parts;
    this.parts = parts;
    this.problem = problem;
    this.state = state;
    problem.adopt(state.weights);
    this.constant?.impose(state.weights);
  }

  /** The constant observable of the present model. */
  get constant(): ConstantObservable | null {
    return constantObservable(this.problem.model, this.problem.config.transform_x);
  }

  /** Tells of a phase that begins, or goes on. */
  begin(index: number): void {
    const { phases } = this.problem.config;
    const phase = phases[index];
    const told = { index, count: phases.length, name: phase.name, trainer: trainerOf(phase), epochs: epochsOf(phase) };
    this.parts.tell({ kind: "phase", ...told, batches: this.#batchesOf(index) });
    this.pace.begin();
  }

  /** The pieces of the training data at the first horizon of a phase of gradient steps, and in how many steps an epoch takes them. */
  #batchesOf(index: number): Extract<TrainingEvent, { kind: "phase" }>["batches"] {
    const phase = this.problem.config.phases[index];
    if (phase.type !== "optimizer" || phase.trainer === "Linear") return null;
    const unfolds = phase.trainer === "NODE" && phase.chop_mode === "unfold";
    const stretches = this.problem.stretches(index, "train", phase.trainer === "NODE" ? phase.sweep_lengths[0] : null);
    const steps = new Loader(stretches, this.problem.config.dataloader.batch_size).batches(null).length;
    return { pieces: unfolds ? "windows" : "trajectories", count: stretches.length, steps };
  }

  /** Writes down what a phase has done, and turns to the next. */
  end(index: number, found: PhaseRecord["metrics"] = {}): void {
    const { state } = this;
    const phase = this.problem.config.phases[index];
    const metrics = Object.fromEntries(Object.entries(found).map(([name, v]) => [name, Number.isFinite(v) ? v : null]));
    this.parts.tell({ kind: "phase_end", index, name: phase.name, trainer: trainerOf(phase), metrics });
    state.records.push({
      name: phase.name,
      kind: trainerOf(phase),
      started_epoch: state.epoch - state.progress.epoch,
      completed_epoch: state.epoch,
      metrics,
    });
    state.phase = index + 1;
    state.progress = atBeginning;
    this.offerSnapshot();
  }

  /** Tells of an epoch that has ended. */
  epochDone(index: number, train: EpochMeans, valid: EpochMeans | null, learningRate: number): void {
    const { phases } = this.problem.config;
    const phase = phases[index];
    const { epoch, finished } = this.state.progress;
    this.parts.tell({
      kind: "epoch",
      phase: index,
      phases: phases.length,
      name: phase.name,
      trainer: trainerOf(phase),
      epoch,
      epochs: epochsOf(phase),
      total_epoch: this.state.epoch,
      train_total: train.total,
      valid_total: valid?.total ?? null,
      train: train.losses,
      valid: valid?.losses ?? null,
      best: this.state.bestValue,
      learning_rate: learningRate,
      ...this.pace.epoch(finished ? 0 : epochsOf(phase) - epoch),
    });
  }

  /** Tells of something that a reader of the result must know, and keeps it with the result; once, however often it is found. */
  warn(message: string): void {
    if (this.state.warnings.includes(message)) return;
    this.state.warnings.push(message);
    this.parts.tell({ kind: "warning", message });
  }

  offerSnapshot(): void {
    this.parts.snapshot(() => writeSnapshot(this.state, this.problem));
  }

  diverged(trouble?: string): never {
    const epoch = this.state.epoch + 1;
    const why = trouble === undefined ? "" : `: ${trouble}`;
    throw new Failed("E_DIVERGED", epoch, `the training loss is not finite in epoch ${epoch}${why}`, causes);
  }

  failed({ code, message, hint }: DymadError): never {
    throw new Failed(code, this.state.epoch + 1, message, hint ?? "");
  }

  /**
   * Full-length rollouts over the validation trajectories, in the units of the data; keeps the weights when they are the best.
   *
   * @returns  their mean RMSE; that of the last measurement when the epoch has been measured before
   */
  measure(phase: number): number {
    const { state } = this;
    const last = state.evaluations.at(-1);
    if (last?.[0] === state.epoch) return last[1];
    const { phases, selection } = this.problem.config;
    const value = this.rolloutRmse(state.weights, odeOf(phases, phase));
    state.evaluations.push([state.epoch, value]);
    // while every rollout diverges, later weights are the better guess
    const better = value < state.best.value || !Number.isFinite(state.best.value);
    const finite = Number.isFinite(value) ? value : null;
    if (selection.metric === "last" || (selection.metric === "rollout_rmse" && better)) state.keep(value, finite);
    else if (selection.metric === "valid_total" && state.best.epoch === state.epoch) state.noteRmse(finite);
    this.parts.tell({ kind: "evaluation", epoch: state.epoch, valid_rmse: value, best: state.best.epoch === state.epoch });
    if (state.takeUnsaved()) this.parts.save(this.parts.checkpoint(state));
    return value;
  }

  /**
   * Mean RMSE of full rollouts over the trajectories of a part as the data have them, units of `x`; Infinity when one diverges.
   *
   * @param most  only the first so many trajectories
   */
  rolloutRmse(weights: Weights, ode: OdeChoice, part: Part = "valid", most: number = Number.POSITIVE_INFINITY): number {
    const { problem, parts } = this;
    const { transforms, engine } = problem;
    const model = problem.modelOf(weights);
    const backend = engine.backend === "tfjs" ? "wasm" : engine.backend;
    const simulator = this.#simulators.get(String(model.form), () => new Simulator(model, { backend, dtype: engine.dtype }));
    const whole = problem.whole[part].slice(0, most);
    const predictions = simulator.run(
      weights,
      whole.map((s) => s.trajectory),
      ode,
      false,
    );
    const errors = predictions.map(({ x }, i) => {
      const measured = parts.data[part].trajectories[i].x;
      return rmse(transforms.restore(x, measured.slice(0, transforms.delay + 1)), measured);
    });
    return errors.reduce((a, b) => a + b, 0) / errors.length;
  }
}
