import { type Batch, batchOf } from "../data/batch.js";
import type { LinearSolvePhase, OptimizerPhase } from "./config.js";
import { epochsOf, HistoryColumns } from "./history.js";
import { LinearUpdate } from "./linear.js";
import { Loader } from "./loader.js";
import { forget } from "./moments.js";
import type { Part, Problem } from "./problem.js";
import type { Session } from "./session.js";

/** Least-squares updates of the linear dynamics; false when cancelled. */
export function linearPhase(session: Session, phase: OptimizerPhase | LinearSolvePhase, index: number): boolean {
  const { problem, state } = session;
  const update = new LinearUpdate(problem.model, problem.engine);
  const [train, valid] = (["train", "valid"] as const).map((part) => wholeBatches(problem, part));
  const spec = phase.type === "optimizer" ? phase.criterion.dynamics : problem.config.criterion.dynamics;
  const history = new HistoryColumns(state, phase, ["dynamics"]);
  while (state.progress.epoch < epochsOf(phase)) {
    const [{ name }] = update.map.parameters;
    state.weights[name].set(update.solve(train, state.weights, phase.method ?? "full", phase.params, phase.kwargs));
    session.constant?.impose(state.weights);
    if (phase.reset_optimizer) state.moments = forget(state.moments, [name]);
    const [trained, validated] = [train, valid].map((batches) => {
      const loss = update.loss(batches, state.weights, spec, phase.kwargs.order);
      return { losses: { dynamics: loss }, total: loss };
    });
    if (!Number.isFinite(trained.total)) session.diverged("the least-squares solution is not finite");
    history.add(state.epoch, trained, validated, 0);
    state.advance(trained.total, validated.total);
    if (problem.config.selection.metric === "valid_total") state.keep(validated.total, null);
    state.progress = { ...state.progress, epoch: state.progress.epoch + 1 };
    session.pace.step();
    session.epochDone(index, trained, validated, 0);
    if (session.parts.cancelled()) return false;
  }
  return true;
}

/** Whole trajectories, side by side. */
function wholeBatches({ whole, config }: Problem, part: Part): Batch[] {
  const loader = new Loader(whole[part], config.dataloader.batch_size);
  return loader.batches(null).map(({ rows }) => batchOf(rows.map((row) => whole[part][row])));
}
