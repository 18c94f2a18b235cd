import { DymadError } from "../../errors.js";
import { canonicalJson } from "../../formats/canonical.js";
import type { Weights } from "../models/parameters.js";
import type { OptimizerPhase } from "./config.js";
import { type BatchInHand, epochOver } from "./epoch.js";
import { HistoryColumns } from "./history.js";
import { type BatchPoint, lbfgsStep } from "./lbfgs.js";
import { LearningRate } from "./learning-rate.js";
import { Loader } from "./loader.js";
import { freshMoments } from "./moments.js";
import type { Objective } from "./objectives/objective.js";
import { clip, optimiserStep } from "./optimiser.js";
import { notWaited, waitFor } from "./patience.js";
import type { Session } from "./session.js";
import { sweepOf } from "./sweep.js";

/** An optimisation by gradient, from where the state says; false when it was cancelled. */
export function gradientPhase(session: Session, phase: OptimizerPhase, index: number): boolean {
  const { problem, state } = session;
  const { dataloader, selection } = problem.config;
  const objective = problem.objective(index);
  if (state.progress.epoch === 0) {
    takeMoments(session, phase);
    checkHorizons(session, objective, phase, index);
  }
  const { optimizer } = phase;
  const rule = optimizer === "lbfgs" ? null : { ...phase, optimizer };
  const sweep = sweepOf(phase, state.progress.sweep ?? undefined);
  const rate = new LearningRate(phase, state.progress.rate ?? undefined);
  const loaders = (): { train: Loader; valid: Loader } => ({
    train: new Loader(problem.stretches(index, "train", sweep.length), dataloader.batch_size),
    valid: new Loader(problem.stretches(index, "valid", sweep.length), dataloader.batch_size),
  });
  let { train, valid } = loaders();
  const history = new HistoryColumns(state, phase, objective.names);
  while (state.progress.epoch < phase.n_epochs && !state.progress.finished) {
    const { progress } = state;
    const epoch = progress.epoch + 1;
    const key = dataloader.shuffle ? problem.key.fold("shuffle").fold(state.epoch) : null;
    const cut = { phase: index, length: sweep.length };
    let applied = rate.value;
    const trained = epochOver(session, objective, { ...cut, part: "train" }, train, key, (batch) => {
      if (rule === null) applied = curvedSteps(session, phase, batch);
      else {
        if (phase.clip_norm !== null) clip(batch.gradient, phase.clip_norm);
        const { moments } = state;
        const moved = optimiserStep(rule, moments, movable(session), batch.gradient, applied);
        state.moments = { ...moved, powers: { ...moments.powers, ...moved.powers } };
      }
      session.constant?.impose(state.weights);
    });
    const moved = sweep.advance(trained.total);
    const due = epoch % phase.valid_interval === 0 || epoch === phase.n_epochs || moved.stop;
    const validated = due ? epochOver(session, objective, { ...cut, part: "valid" }, valid) : null;
    history.add(state.epoch, trained, validated, applied);
    state.advance(trained.total, validated?.total ?? null);
    rate.advance();
    let { bestOfHorizon, patience } = progress;
    const better = validated !== null && validated.total < (bestOfHorizon ?? Number.POSITIVE_INFINITY);
    if (better) bestOfHorizon = validated.total;
    if (better && selection.metric === "valid_total") state.keep(validated.total, null);
    if (state.epoch % phase.save_interval === 0) {
      const rmse = session.measure(index);
      patience = waitFor(patience, selection.metric === "valid_total" ? (bestOfHorizon ?? Number.POSITIVE_INFINITY) : rmse);
    }
    const tired = phase.patience !== null && patience.waited >= phase.patience;
    if (moved.changed) {
      // losses of another horizon cannot be compared with those before
      bestOfHorizon = null;
      patience = notWaited;
      // neither can their curvature
      state.moments = { ...state.moments, pairs: [] };
      ({ train, valid } = loaders());
    }
    const finished = moved.stop || (tired && !moved.changed);
    state.progress = { epoch, rate: rate.position, sweep: sweep.position, bestOfHorizon, patience, finished };
    session.epochDone(index, trained, validated, applied);
    if (state.epoch % phase.save_interval === 0) session.offerSnapshot();
    if (session.parts.cancelled()) return false;
  }
  return true;
}

/** The steps of L-BFGS on one batch, with the weights' decay as a part of the objective; gives the length of the last. */
function curvedSteps(
  { state, constant }: Session,
  { steps_per_batch, weight_decay }: OptimizerPhase,
  batch: BatchInHand,
): number {
  const decayed = ({ value, gradient }: BatchPoint): BatchPoint => {
    if (gradient === null || weight_decay === 0) return { value, gradient };
    let squares = 0;
    for (const [name, w] of Object.entries(state.weights)) {
      for (let i = 0; i < w.length; i++) {
        gradient[name][i] += weight_decay * w[i];
        squares += w[i] * w[i];
      }
    }
    constant?.hold(gradient);
    return { value: value + (weight_decay / 2) * squares, gradient };
  };
  let here = decayed(batch);
  let length = 0;
  for (let k = 0; k < steps_per_batch; k++) {
    const taken = lbfgsStep(state.moments, state.weights, here, () => decayed(batch.again()));
    ({ here, step: length } = taken);
    state.moments = taken.state;
    if (length === 0) break;
  }
  return length;
}

/** The weights that an optimiser moves: samples that a kernel stands on are none. */
function movable({ problem, state }: Session): Weights {
  const fixed = new Set(problem.model.parameters.flatMap(({ name, fixed }) => (fixed === true ? [name] : [])));
  return fixed.size === 0
    ? state.weights
    : Object.fromEntries(Object.entries(state.weights).filter(([name]) => !fixed.has(name)));
}

/** Moments of another objective, or of another rule, point elsewhere: they live on only where both are the same. */
function takeMoments({ state }: Session, phase: OptimizerPhase): void {
  const { trainer, optimizer, criterion, weak_form_params, kwargs } = phase;
  const owner = canonicalJson({ trainer, optimizer, criterion, weak_form_params, kwargs });
  if (phase.reset_optimizer || state.momentsOwner !== owner) state.moments = freshMoments(state.weights);
  state.momentsOwner = owner;
}

/** Every horizon of the phase must leave something to train on; validation trajectories that are all shorter stay whole. */
function checkHorizons(session: Session, objective: Objective, phase: OptimizerPhase, index: number): void {
  const { problem } = session;
  for (const length of phase.sweep_lengths) {
    if (objective.stretches(problem.wholeAt(index, "train"), length).length === 0) {
      throw new DymadError("E_DATA", `no trajectory is long enough for the horizon of ${length} samples`, {
        path: ["phases", index, "sweep_lengths"],
        hint: "use shorter horizons or longer trajectories",
      });
    }
    if (objective.stretches(problem.wholeAt(index, "valid"), length).length === 0) {
      const message = `no validation trajectory has the ${length} samples of a horizon of ${phase.name}: its validation loss is that of whole trajectories`;
      session.warn(message);
    }
  }
}
