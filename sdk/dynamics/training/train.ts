import { DymadError } from "../../errors.js";
import type { BackendName, Device, Engine } from "../../numerics/engine/index.js";
import type { Dataset } from "../data/series.js";
import { uniformStep } from "../data/step.js";
import { analysisPhase } from "./analysis-phase.js";
import type { LinearSolvePhase, OptimizerPhase, Phase, TrainingConfig } from "./config.js";
import { dataPhase } from "./data-phase.js";
import { type Earlier, namesTogether } from "./earlier.js";
import type { TrainingEvent } from "./events.js";
import { exportPhase, type TrainingExport } from "./export-phase.js";
import { gradientPhase } from "./gradient-phase.js";
import { linearPhase } from "./linear-phase.js";
import { odeOf } from "./ode-of.js";
import { isLeastSquares } from "./phase-kinds.js";
import { Problem } from "./problem.js";
import type { TrainingResult } from "./result.js";
import { Failed, Session } from "./session.js";
import { oneThread, type ShardRunner } from "./shards.js";
import { readSnapshot, writeSnapshot } from "./snapshot.js";
import { TrainingState } from "./state.js";
import { summaryOf } from "./summary.js";

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
  /**
   * offered the state every `save_interval` epochs and at the end of phases: whoever wants it takes its bytes at once. A training
   * that is given them as `resume` ends with the same bits as one that went on
   */
  readonly onSnapshot?: (bytes: () => Uint8Array) => void;
  /** gets what export phases hand out */
  readonly onExport?: (made: TrainingExport) => void;
  /** an earlier training whose pairs count too (phases of least squares with `streaming`); its transforms are taken as they are */
  readonly earlier?: Earlier | undefined;
  /** a snapshot of a training with the same configuration and data: it goes on from there */
  readonly resume?: Uint8Array | undefined;
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
 * @throws  E_SPEC, E_SHAPE, E_DATA, E_UNSUPPORTED when configuration and data do not fit together: before the first epoch;
 *          E_FORMAT, E_CONFLICT when `resume` is no snapshot, or one of another configuration
 */
export function train(options: TrainOptions): TrainingResult {
  const started = Date.now();
  const { session, checkpoint } = begin(options);
  const { state, problem } = session;
  const { phases } = problem.config;
  let status: TrainingResult["status"] = "SUCCEEDED";
  let failure: TrainingResult["failure"] = null;
  try {
    for (const [index, phase] of phases.entries()) {
      if (index < state.phase) continue;
      session.begin(index);
      if (runPhase(session, phase, index)) continue;
      status = "CANCELLED";
      break;
    }
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    status = "FAILED";
    failure = { code: error.code, message: error.message, hint: error.hint, epoch: error.epoch };
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
    snapshot: session.stopped,
    history: state.history,
    evaluations: state.evaluations,
    records: state.records,
    summary: summaryOf(state, problem.config),
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

/** One phase, from where the state says; false when it was cancelled. */
function runPhase(session: Session, phase: Phase, index: number): boolean {
  switch (phase.type) {
    case "data":
      session.end(index, dataPhase(session, phase, index));
      return true;
    case "analysis":
      session.end(index, analysisPhase(session, phase, index));
      return true;
    case "export":
      exportPhase(session, phase, index);
      session.end(index);
      return true;
    default:
      return trainingPhase(session, phase, index);
  }
}

/** A phase that changes the weights: the rollout error is measured at its end. */
function trainingPhase(session: Session, phase: OptimizerPhase | LinearSolvePhase, index: number): boolean {
  const { finished, metrics } = isLeastSquares(phase)
    ? linearPhase(session, phase, index)
    : { finished: gradientPhase(session, phase, index), metrics: {} };
  // before the last measurement, which a training that goes on does not make here
  if (!finished) session.stopped = writeSnapshot(session.state, session.problem);
  const rmse = session.measure(index);
  if (!finished) return false;
  const { lastTrain, lastValid } = session.state;
  const valid_rmse = Number.isFinite(rmse) ? rmse : null;
  session.end(index, { ...metrics, train_total: lastTrain, valid_total: lastValid, valid_rmse });
  return true;
}

function begin(options: TrainOptions): { session: Session; checkpoint: (state: TrainingState) => Uint8Array } {
  const { config, backend, device, train: data, valid, runner, onEvent, onCheckpoint, onSnapshot, onExport, cancelled } = options;
  for (const [part, set] of Object.entries({ train: data, validate: valid })) {
    if (set.trajectories.length > 0) continue;
    throw new DymadError("E_DATA", `there is no trajectory in the data to ${part} on`, {
      path: [part === "train" ? "train" : "valid"],
    });
  }
  const engine: Engine = { backend, device, dtype: backend === "reference" ? "float64" : config.dtype };
  const problem = new Problem(config, { train: data, valid }, engine, options.earlier ?? null);
  const { model, transforms } = problem;
  const checkpoint = (state: TrainingState): Uint8Array =>
    state.checkpoint(problem, {
      model: config.model,
      widths: { x: model.dims.x, u: model.dims.u, p: model.dims.p },
      ...(model.layout === null ? {} : { graph: model.layout }),
      transforms: transforms.states,
      names: namesTogether(options.earlier?.record.names, data.names),
      ode: odeOf(config.phases, config.phases.length - 1),
      dtype: engine.dtype,
      ...(config.model.time_domain === "discrete" ? { dt: uniformStep(data) } : {}),
    });
  const { resume } = options;
  const state = resume === undefined ? new TrainingState(problem) : readSnapshot(resume, problem);
  const session = new Session({
    problem,
    state,
    runner: runner?.(problem) ?? oneThread(problem),
    data: { train: data, valid },
    tell: (event) => onEvent?.(event),
    save: (bytes) => onCheckpoint?.(bytes),
    export: (made) => onExport?.(made),
    snapshot: (bytes) => onSnapshot?.(bytes),
    cancelled: () => cancelled?.() === true,
    checkpoint,
  });
  if (resume !== undefined) {
    const { phase, progress, epoch } = state;
    session.parts.tell({ kind: "resumed", phase, epoch: progress.epoch, total_epoch: epoch });
  }
  for (const message of problem.notes) session.warn(message);
  return { session, checkpoint };
}
