import type { RandomKey } from "../../numerics/random.js";
import type { EpochMeans } from "./history.js";
import type { Loader } from "./loader.js";
import type { Objective } from "./objectives/objective.js";
import type { Shard } from "./problem.js";
import type { Session } from "./session.js";
import { combined, shardsOf } from "./shards.js";

/** One pass over the batches of a loader; with `step`, training. Means are weighted by samples. */
export function epochOver(
  session: Session,
  objective: Objective,
  cut: Omit<Shard, "rows">,
  loader: Loader,
  key: RandomKey | null = null,
  step: ((gradient: Record<string, Float64Array>) => void) | null = null,
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
      session.pace.step();
    }
    const n = rows.length * length;
    for (const name of objective.names) sums[name] += evaluation.losses[name] * n;
    total += evaluation.total * n;
    samples += n;
  }
  return { losses: Object.fromEntries(objective.names.map((name) => [name, sums[name] / samples])), total: total / samples };
}
