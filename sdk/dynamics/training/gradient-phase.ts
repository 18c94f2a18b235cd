import { DymadError } from "../../errors.js";
import type { RandomKey } from "../../numerics/random.js";
import { adamStep, clip, freshAdam } from "./adam.js";
import type { OptimizerPhase } from "./config.js";
import { type EpochMeans, HistoryColumns } from "./history.js";
import { Loader } from "./loader.js";
import type { Objective } from "./objectives/objective.js";
import type { Shard } from "./problem.js";
import type { Session } from "./session.js";
import { combined, shardsOf } from "./shards.js";
import { sweepOf } from "./sweep.js";

/** An optimisation by gradient; false when it was cancelled. */
export function gradientPhase(session: Session, phase: OptimizerPhase, index: number): boolean {
  const { problem, state } = session;
  const { dataloader, selection } = problem.config;
  const objective = problem.objective(index);
  // moments of another objective point elsewhere: they live on only within one kind of trainer
  if (phase.reset_optimizer || state.adamOwner !== phase.trainer) state.adam = freshAdam(state.weights);
  state.adamOwner = phase.trainer;
  checkHorizons(session, objective, phase, index);
  const sweep = sweepOf(phase);
  const loaders = (): { train: Loader; valid: Loader } => ({
    train: new Loader(problem.stretches(index, "train", sweep.length), dataloader.batch_size),
    valid: new Loader(problem.stretches(index, "valid", sweep.length), dataloader.batch_size),
  });
  let { train, valid } = loaders();
  const history = new HistoryColumns(phase, objective.names);
  session.history.push(history.record);
  let rate = phase.learning_rate;
  let bestOfHorizon = Number.POSITIVE_INFINITY;
  for (let epoch = 1; epoch <= phase.n_epochs; epoch++) {
    const key = dataloader.shuffle ? problem.key.fold("shuffle").fold(state.epoch) : null;
    const applied = Math.max(rate, phase.min_learning_rate);
    const cut = { phase: index, length: sweep.length };
    const trained = epochOver(session, objective, { ...cut, part: "train" }, train, key, (gradient) => {
      if (phase.clip_norm !== null) clip(gradient, phase.clip_norm);
      state.adam = adamStep(state.adam, state.weights, gradient, applied);
    });
    const validated = epochOver(session, objective, { ...cut, part: "valid" }, valid, null, null);
    history.add(state.epoch, trained, validated, applied);
    state.advance(trained.total, validated.total);
    rate *= phase.decay_rate;
    if (selection.metric === "valid_total" && validated.total < bestOfHorizon) {
      bestOfHorizon = validated.total;
      state.keep(validated.total, null);
    }
    const moved = sweep.advance(trained.total);
    if (state.epoch % phase.save_interval === 0) session.measure(index);
    if (session.epochDone(index, epoch, trained.total, validated.total, applied)) return false;
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
function checkHorizons({ problem, parts }: Session, objective: Objective, phase: OptimizerPhase, index: number): void {
  for (const length of phase.sweep_lengths) {
    if (objective.stretches(problem.whole.train, length).length === 0) {
      throw new DymadError("E_DATA", `no trajectory is long enough for the horizon of ${length} samples`, {
        path: ["phases", index, "sweep_lengths"],
        hint: "use shorter horizons or longer trajectories",
      });
    }
    if (objective.stretches(problem.whole.valid, length).length === 0) {
      const message = `no validation trajectory has the ${length} samples of a horizon of ${phase.name}: its validation loss is that of whole trajectories`;
      parts.tell({ kind: "warning", message });
    }
  }
}

/** One pass over the batches of a loader; with `step`, training. Means are weighted by samples. */
function epochOver(
  session: Session,
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
    const parts = session.parts.runner.evaluate(
      shards.map((shard) => ({ ...cut, rows: shard })),
      session.state.weights,
      step !== null,
    );
    const evaluation = combined(
      parts,
      shards.map((shard) => shard.length),
    );
    if (!Number.isFinite(evaluation.total) && step !== null) session.diverged(evaluation.trouble);
    if (step !== null && evaluation.gradient !== null) {
      const gradient = { ...evaluation.gradient };
      session.constant?.hold(gradient);
      if (Object.values(gradient).some((g) => g.some((v) => !Number.isFinite(v)))) session.diverged("the gradient is not finite");
      step(gradient);
    }
    const n = rows.length * length;
    for (const name of objective.names) sums[name] += evaluation.losses[name] * n;
    total += evaluation.total * n;
    samples += n;
  }
  return { losses: Object.fromEntries(objective.names.map((name) => [name, sums[name] / samples])), total: total / samples };
}
