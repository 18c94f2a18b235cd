import { DymadError } from "../../errors.js";
import type { BackendName, Device, Engine } from "../../numerics/engine/index.js";
import type { Dataset } from "../data/series.js";
import { uniformStep } from "../data/step.js";
import type { TrainingConfig } from "./config.js";
import type { TrainingEvent } from "./events.js";
import { gradientPhase } from "./gradient-phase.js";
import { trainerOf } from "./history.js";
import { linearPhase } from "./linear-phase.js";
import { Problem } from "./problem.js";
import type { TrainingResult } from "./result.js";
import { Diverged, odeOf, Session } from "./session.js";
import { oneThread, type ShardRunner } from "./shards.js";
import type { TrainingState } from "./state.js";

export interface TrainOptions {
  readonly config: TrainingConfig;
  readonly train: Dataset;
  readonly valid: Dataset;
  readonly backend: BackendName;
  /** where the tfjs backend computes; rollouts that choose the best weights and least squares stay on the CPU */
  readonly device?: Device | undefined;
  readonly onEvent?: (event: TrainingEvent) => void;
  /** called with the bytes of a checkpoint when the best model changed, at most once per `save_interval` and at the end of phases */
  readonly onCheckpoint?: (checkpoint: Uint8Array) => void;
  /** who evaluates shards of a batch; default this thread alone. The result has the same bits whoever does */
  readonly runner?: (problem: Problem) => ShardRunner;
  /** asked after each epoch; true stops the training as CANCELLED with the best model so far */
  readonly cancelled?: () => boolean;
}

/**
 * Trains a model: runs the phases in order and keeps the best weights.
 *
 * A training that diverges or is cancelled returns what it has: the best weights so far are in the checkpoint.
 *
 * @throws  E_SPEC, E_SHAPE, E_DATA, E_UNSUPPORTED when configuration and data do not fit together: before the first epoch
 */
export function train(options: TrainOptions): TrainingResult {
  const started = Date.now();
  const { session, checkpoint } = begin(options);
  const { state, problem } = session;
  const { phases } = problem.config;
  let status: TrainingResult["status"] = "SUCCEEDED";
  let failure: TrainingResult["failure"] = null;
  try {
    phases.forEach((phase, index) => {
      if (status === "CANCELLED") return;
      const epochs = phase.type === "optimizer" ? phase.n_epochs : 1;
      session.parts.tell({ kind: "phase", index, count: phases.length, name: phase.name, trainer: trainerOf(phase), epochs });
      const byGradient = phase.type === "optimizer" && phase.trainer !== "Linear";
      const finished = byGradient ? gradientPhase(session, phase, index) : linearPhase(session, phase, index);
      if (!finished) status = "CANCELLED";
      session.measure(index);
    });
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
    status = "FAILED";
    failure = { code: "E_DIVERGED", message: error.message, hint: error.hint, epoch: error.epoch };
  }
  if (state.best.rmse === null && state.best.epoch > 0) {
    // weights chosen by their loss may stand between two measurements
    const value = session.rolloutRmse(state.best.weights, odeOf(phases, phases.length - 1));
    if (Number.isFinite(value)) state.noteRmse(value);
  }
  return {
    status,
    failure,
    checkpoint: checkpoint(state),
    history: session.history,
    evaluations: session.evaluations,
    metrics: {
      best_valid_total: state.bestTotal,
      final_train_loss: state.lastTrain,
      final_valid_loss: state.lastValid,
      best_valid_rmse: state.best.rmse,
      best_epoch: state.best.epoch,
      epochs: state.epoch,
      parameters: problem.model.parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0),
    },
    seconds: (Date.now() - started) / 1000,
  };
}

function begin(options: TrainOptions): { session: Session; checkpoint: (state: TrainingState) => Uint8Array } {
  const { config, backend, device, train: data, valid, runner, onEvent, onCheckpoint, cancelled } = options;
  for (const [part, set] of Object.entries({ train: data, validate: valid })) {
    if (set.trajectories.length > 0) continue;
    throw new DymadError("E_DATA", `there is no trajectory in the data to ${part} on`, {
      path: [part === "train" ? "train" : "valid"],
    });
  }
  const engine: Engine = { backend, device, dtype: backend === "reference" ? "float64" : config.dtype };
  const problem = new Problem(config, { train: data, valid }, engine);
  const { model, transforms } = problem;
  const checkpoint = (state: TrainingState): Uint8Array =>
    state.checkpoint(problem, {
      model: config.model,
      widths: { x: model.dims.x, u: model.dims.u },
      transforms: { x: transforms.x.states, u: transforms.u?.states ?? null },
      names: data.names,
      ode: odeOf(config.phases, config.phases.length - 1),
      dtype: engine.dtype,
      ...(config.model.time_domain === "discrete" ? { dt: uniformStep(data) } : {}),
    });
  const session = new Session({
    problem,
    runner: runner?.(problem) ?? oneThread(problem),
    valid,
    tell: (event) => onEvent?.(event),
    save: (bytes) => onCheckpoint?.(bytes),
    cancelled: () => cancelled?.() === true,
    checkpoint,
  });
  return { session, checkpoint };
}
