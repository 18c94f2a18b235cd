import { workerData } from "node:worker_threads";
import { Problem } from "../../dynamics/training/problem.js";
import { helpPool, type PoolBuffers } from "../../dynamics/training/shared-pool.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { runBackend } from "./backend.js";
import { RunFolder } from "./run-folder.js";
import { earlierOf, partsOf, wholeData } from "./training-data.js";

/** What a helping thread is given: where the run is, and the memory it shares with the thread that trains. */
export interface ShardTask {
  readonly root: string;
  readonly handle: string;
  readonly buffers: PoolBuffers;
  /** the trial of a search; absent: the training of the run itself */
  readonly trial?: CompiledTraining;
}

const { root, handle, buffers, trial } = workerData as ShardTask;
const folder = new RunFolder(root);
const whole = wholeData(folder, handle);
const compiled = trial ?? whole.compiled;
const { train, valid } = partsOf(compiled, whole.train, whole.valid);
const engine = { backend: runBackend, dtype: compiled.config.dtype };
helpPool(new Problem(compiled.config, { train, valid }, engine, earlierOf(folder, compiled)), buffers);
