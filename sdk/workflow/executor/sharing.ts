import { availableParallelism } from "node:os";
import { leadPool, type PoolBuffers } from "../../dynamics/training/shared-pool.js";
import type { TrainOptions } from "../../dynamics/training/train.js";
import type { CompiledTraining } from "../compiler/compiled.js";

/**
 * How a training shares its work: not at all on one thread; with `auto`, when it was found to pay.
 *
 * @param start  asked for so many threads that help, when the time has come
 */
export function sharing(
  { run }: CompiledTraining,
  start: (count: number, buffers: PoolBuffers) => void,
): Pick<TrainOptions, "runner"> {
  const threads = run.threads === "auto" ? availableParallelism() : run.threads;
  if (threads < 2) return {};
  const when = run.threads === "auto" ? "measured" : "now";
  return { runner: (problem) => leadPool(problem, { start: (buffers) => start(threads - 1, buffers), when }) };
}
