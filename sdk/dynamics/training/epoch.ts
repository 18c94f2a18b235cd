import type { RandomKey } from "../../numerics/random.js";
import type { EpochMeans } from "./history.js";
import type { BatchPoint } from "./lbfgs.js";
import type { Loader } from "./loader.js";
import type { Evaluation, Objective } from "./objectives/objective.js";
import type { Shard } from "./problem.js";
import type { Session } from "./session.js";
import { combined, shardsOf } from "./shards.js";

/** A batch to step on: its total and gradient at the present weights, and at any others that the state has when it is asked again. */
export interface BatchInHand extends BatchPoint {
  readonly gradient: Record<string, Float64Array>;
  again(): BatchPoint;
}

/** One pass over the batches of a loader; with `step`, training. Means are weighted by samples. */
export function epochOver(
  session: Session,
  objective: Objective,
  cut: Omit<Shard, "rows">,
  loader: Loader,
  key: RandomKey | null = null,
  step: ((batch: BatchInHand) => void) | null = null,
): EpochMeans {
  const sums = Object.fromEntries(objective.names.map((name) => [name, 0]));
  let total = 0;
  let samples = 0;
  for (const { rows, length } of loader.batches(key)) {
    const shards = shardsOf(rows);
    const evaluate = (): Evaluation =>
      combined(
        session.parts.runner.evaluate(
          shards.map((shard) => ({ ...cut, rows: shard })),
          session.state.weights,
          step !== null,
        ),
        shards.map((shard) => shard.length),
      );
    const evaluation = evaluate();
    if (!Number.isFinite(evaluation.total) && step !== null) session.diverged(evaluation.trouble);
    if (step !== null && evaluation.gradient !== null) {
      const { gradient } = pointOf(session, evaluation);
      if (gradient === null) session.diverged("the gradient is not finite");
      step({ value: evaluation.total, gradient, again: () => pointOf(session, evaluate()) });
      session.pace.step();
    }
    const n = rows.length * length;
    for (const name of objective.names) sums[name] += evaluation.losses[name] * n;
    total += evaluation.total * n;
    samples += n;
  }
  return { losses: Object.fromEntries(objective.names.map((name) => [name, sums[name] / samples])), total: total / samples };
}

/** The objective of a batch with its gradient, in which what is held does not count. */
function pointOf(
  { constant }: Session,
  evaluation: Evaluation,
): { value: number; gradient: Record<string, Float64Array> | null } {
  const nothing = { value: Number.POSITIVE_INFINITY, gradient: null };
  if (evaluation.gradient === null || !Number.isFinite(evaluation.total)) return nothing;
  const gradient = { ...evaluation.gradient };
  constant?.hold(gradient);
  if (Object.values(gradient).some((g) => g.some((v) => !Number.isFinite(v)))) return nothing;
  return { value: evaluation.total, gradient };
}
