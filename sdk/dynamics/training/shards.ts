import type { Evaluation } from "./objectives/objective.js";
import type { Problem, Shard } from "./problem.js";

/** Rows of a shard, unless a batch is so large that more than `mostShards` of them would be needed. */
const shardRows = 16;
const mostShards = 16;

/**
 * Rows of a batch cut into shards. The cut follows the batch alone, never the number of threads: sums over shards, in their order,
 * then have the same bits on one thread or on eight.
 */
export function shardsOf(rows: readonly number[]): number[][] {
  const size = Math.max(shardRows, Math.ceil(rows.length / mostShards));
  const out: number[][] = [];
  for (let i = 0; i < rows.length; i += size) out.push(rows.slice(i, i + size));
  return out;
}

/** Who evaluates shards: this thread alone, or several together. Results stand in the order of the shards. */
export interface ShardRunner {
  evaluate(shards: readonly Shard[], weights: Readonly<Record<string, Float64Array>>, withGradient: boolean): Evaluation[];
}

/** This thread alone. */
export const oneThread = (problem: Problem): ShardRunner => ({
  evaluate: (shards, weights, withGradient) => shards.map((shard) => problem.evaluate(shard, weights, withGradient)),
});

/** The mean over the rows of all shards: losses, total and gradient weighted by rows, summed in the order of the shards. */
export function combined(evaluations: readonly Evaluation[], rows: readonly number[]): Evaluation {
  const all = rows.reduce((a, b) => a + b, 0);
  const [first] = evaluations;
  if (evaluations.length === 1) return first;
  const trouble = evaluations.find((e) => e.trouble !== undefined)?.trouble;
  const mean = (value: (e: Evaluation) => number): number =>
    evaluations.reduce((sum, e, s) => sum + value(e) * (rows[s] / all), 0);
  const losses = Object.fromEntries(Object.keys(first.losses).map((name) => [name, mean((e) => e.losses[name])]));
  const total = mean((e) => e.total);
  if (evaluations.some((e) => e.gradient === null)) {
    return { losses, total, gradient: null, ...(trouble === undefined ? {} : { trouble }) };
  }
  const gradient = Object.fromEntries(
    Object.entries(first.gradient ?? {}).map(([name, g]) => {
      const sum = new Float64Array(g.length);
      evaluations.forEach((e, s) => {
        const part = (e.gradient as Readonly<Record<string, Float64Array>>)[name];
        const share = rows[s] / all;
        for (let i = 0; i < sum.length; i++) sum[i] += part[i] * share;
      });
      return [name, sum];
    }),
  );
  return { losses, total, gradient };
}
