import { DymadError } from "../../errors.js";
import { type Batch, batchOf } from "../data/batch.js";
import { withRegression } from "../models/kernel-dynamics.js";
import { withLinearMap } from "../models/linear-map.js";
import type { LinearSolvePhase, OptimizerPhase } from "./config.js";
import { epochOver } from "./epoch.js";
import { epochsOf, HistoryColumns } from "./history.js";
import { LinearUpdate, type Solved } from "./linear.js";
import { doubtAbout } from "./linear-methods.js";
import { Loader } from "./loader.js";
import { fitted, forget } from "./moments.js";
import { inFloat64, type Part, type Problem } from "./problem.js";
import type { Session } from "./session.js";

/** What a phase of least squares leaves: how well it fits, and how much of the features it used. */
export interface LinearReport {
  readonly finished: boolean;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Least-squares updates of the linear dynamics, from where the state says. */
export function linearPhase(session: Session, phase: OptimizerPhase | LinearSolvePhase, index: number): LinearReport {
  const { problem, state } = session;
  const train = wholeBatches(problem, index, "train");
  const history = new HistoryColumns(state, phase, problem.objective(index).names);
  let metrics: Record<string, number> = {};
  while (state.progress.epoch < epochsOf(phase)) {
    const solution = solve(session, phase, train);
    take(session, solution, phase.reset_optimizer);
    metrics = metricsOf(solution);
    const doubts = "kernel" in solution ? [] : [doubtAbout(solution), ...(solution.doubts ?? [])];
    for (const doubt of doubts) if (doubt !== null) session.warn(`${phase.name}: ${doubt}`);
    const [trained, validated] = (["train", "valid"] as const).map((part) => {
      const loader = new Loader(problem.stretches(index, part, null), problem.config.dataloader.batch_size);
      return epochOver(session, problem.objective(index), { phase: index, length: null, part }, loader);
    });
    if (!Number.isFinite(trained.losses.dynamics)) session.diverged("the least-squares solution is not finite");
    history.add(state.epoch, trained, validated, 0);
    state.advance(trained.total, validated.total);
    if (problem.config.selection.metric === "valid_total") state.keep(validated.total, null);
    state.progress = { ...state.progress, epoch: state.progress.epoch + 1 };
    session.pace.step();
    session.epochDone(index, trained, validated, 0);
    if (session.parts.cancelled()) return { finished: false, metrics };
  }
  return { finished: true, metrics };
}

function metricsOf(solution: Solved): Record<string, number> {
  if ("kernel" in solution) return { linear_solve_loss: solution.loss, points: solution.kernel.points };
  const { loss, rank, columns, rows, condition, metrics } = solution;
  return { linear_solve_loss: loss, rank, columns, rows, ...(condition === null ? {} : { condition }), ...metrics };
}

function solve(session: Session, phase: OptimizerPhase | LinearSolvePhase, train: readonly Batch[]): Solved {
  const { problem, state } = session;
  const update = new LinearUpdate(problem.model, inFloat64(problem.engine));
  const earlier = problem.earlier?.sums ?? null;
  try {
    return update.solve(train, state.weights, phase.method ?? "full", phase.params, phase.kwargs, earlier);
  } catch (error) {
    // what the numbers of this training do not allow is an outcome of it
    if (error instanceof DymadError && error.code === "E_NUMERIC") session.failed(error);
    throw error;
  }
}

/** Puts a solution into the weights, in whatever form, and whatever they were before. */
function take(session: Session, solution: Solved, forgets: boolean): void {
  const { problem, state } = session;
  const weights =
    "kernel" in solution
      ? withRegression(state.weights, solution.kernel.arrays, solution.kernel.frames)
      : withLinearMap(state.weights, solution.map);
  problem.adopt(weights);
  if ("sums" in solution) state.sums = solution.sums ?? null;
  const { parameters, linear, kernel } = problem.model;
  state.weights = Object.fromEntries(parameters.map(({ name }) => [name, weights[name]]));
  session.constant?.impose(state.weights);
  state.moments = fitted(state.moments, state.weights);
  if (forgets)
    state.moments = forget(
      state.moments,
      ((linear ?? kernel)?.parameters ?? []).map((p) => p.name),
    );
}

/** Whole trajectories, side by side. */
function wholeBatches(problem: Problem, index: number, part: Part): Batch[] {
  const whole = problem.wholeAt(index, part);
  const loader = new Loader(whole, problem.config.dataloader.batch_size);
  return loader.batches(null).map(({ rows }) => batchOf(rows.map((row) => whole[row])));
}
