import type { Dataset } from "../data/series.js";
import { rmse } from "../evaluation/evaluate.js";
import { Simulator } from "../models/simulate.js";
import type { OdeChoice } from "../models/solver.js";
import type { Phase } from "./config.js";
import { type ConstantObservable, constantObservable } from "./constant-observable.js";
import type { TrainingEvent } from "./events.js";
import { type EpochMeans, epochsOf, trainerOf } from "./history.js";
import { Pace } from "./pace.js";
import type { Problem } from "./problem.js";
import { atBeginning, type PhaseRecord } from "./progress.js";
import type { ShardRunner } from "./shards.js";
import { writeSnapshot } from "./snapshot.js";
import type { TrainingState } from "./state.js";

/** Ends a training from inside: the loss is no number any more. */
export class Diverged extends Error {
  readonly epoch: number;
  readonly hint: string;
  constructor(epoch: number, trouble: string | undefined) {
    super(`the training loss is not finite in epoch ${epoch}${trouble === undefined ? "" : `: ${trouble}`}`);
    this.epoch = epoch;
    this.hint =
      "likely causes: a learning rate that is too high, a horizon that is too long for untrained dynamics, data that are not scaled. Lower learning_rate, begin with short sweep_lengths, set clip_norm, or add a scaler";
  }
}

export interface SessionParts {
  readonly problem: Problem;
  readonly state: TrainingState;
  readonly runner: ShardRunner;
  readonly valid: Dataset;
  tell(event: TrainingEvent): void;
  save(checkpoint: Uint8Array): void;
  /** offers the state as it is now; whoever wants it takes its bytes before going on */
  snapshot(bytes: () => Uint8Array): void;
  cancelled(): boolean;
  checkpoint(state: TrainingState): Uint8Array;
}

/** One training under way: the problem, its state, and what all phases do alike. */
export class Session {
  readonly problem: Problem;
  readonly state: TrainingState;
  readonly constant: ConstantObservable | null;
  readonly parts: SessionParts;
  readonly pace: Pace = new Pace();
  readonly #simulator: Simulator;

  constructor(parts: SessionParts) {
    const { problem, state } = parts;
    this.parts = parts;
    this.problem = problem;
    this.state = state;
    this.constant = constantObservable(problem.model, problem.config.transform_x);
    this.constant?.impose(this.state.weights);
    const { backend, dtype } = problem.engine;
    this.#simulator = new Simulator(problem.model, { backend: backend === "tfjs" ? "wasm" : backend, dtype });
  }

  /** Tells of a phase that begins, or goes on. */
  begin(index: number): void {
    const { phases } = this.problem.config;
    const phase = phases[index];
    const told = { index, count: phases.length, name: phase.name, trainer: trainerOf(phase), epochs: epochsOf(phase) };
    this.parts.tell({ kind: "phase", ...told });
    this.pace.begin();
  }

  /** Writes down what a phase has done, and turns to the next. */
  end(index: number, metrics: PhaseRecord["metrics"] = {}): void {
    const { state } = this;
    const phase = this.problem.config.phases[index];
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

  offerSnapshot(): void {
    this.parts.snapshot(() => writeSnapshot(this.state, this.problem));
  }

  diverged(trouble?: string): never {
    throw new Diverged(this.state.epoch + 1, trouble);
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

  /** Mean RMSE of full rollouts over the validation trajectories, units of `x`; Infinity when one diverges. */
  rolloutRmse(weights: Readonly<Record<string, Float64Array>>, ode: OdeChoice): number {
    const { trajectories } = this.parts.valid;
    const { transforms, whole } = this.problem;
    const predictions = this.#simulator.run(
      weights,
      whole.valid.map((s) => s.trajectory),
      ode,
      false,
    );
    const errors = predictions.map(({ x }, i) => {
      const measured = trajectories[i].x;
      return rmse(transforms.restore(x, measured.slice(0, transforms.delay + 1)), measured);
    });
    return errors.reduce((a, b) => a + b, 0) / errors.length;
  }
}

/** The solver of a phase. Phases without one use that of the optimisation before them, else of the first after them. */
export function odeOf(phases: readonly Phase[], index: number): OdeChoice {
  const optimisations = [...phases.slice(0, index + 1).reverse(), ...phases.slice(index + 1)];
  const phase = optimisations.find((p) => p.type === "optimizer");
  return phase === undefined
    ? { method: "dopri5", args: { rtol: 1e-7, atol: 1e-9, max_steps: 10000, step_size: null } }
    : { method: phase.ode_method, args: phase.ode_args };
}
