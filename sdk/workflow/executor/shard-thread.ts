import { workerData } from "node:worker_threads";
import { Problem } from "../../dynamics/training/problem.js";
import { helpPool, type PoolBuffers } from "../../dynamics/training/shared-pool.js";
import { runBackend } from "./backend.js";
import { RunFolder } from "./run-folder.js";
import { trainingData } from "./training-data.js";

/** What a helping thread is given: where the run is, and the memory it shares with the thread that trains. */
export interface ShardTask {
  readonly root: string;
  readonly handle: string;
  readonly buffers: PoolBuffers;
}

const { root, handle, buffers } = workerData as ShardTask;
const { compiled, train, valid } = trainingData(new RunFolder(root), handle);
helpPool(new Problem(compiled.config, { train, valid }, { backend: runBackend, dtype: compiled.config.dtype }), buffers);
