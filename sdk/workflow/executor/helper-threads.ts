import { Worker } from "node:worker_threads";
import { endPool, type PoolBuffers } from "../../dynamics/training/shared-pool.js";
import { builtScript } from "./package-root.js";
import type { ShardTask } from "./shard-thread.js";

/** The threads that help one training. When one dies, the training is told and ends with E_WORKER instead of waiting for it. */
export class HelperThreads {
  readonly #threads: Worker[] = [];
  readonly #buffers: PoolBuffers[] = [];
  #ended = false;

  get count(): number {
    return this.#threads.length;
  }

  /** @param onDeath  told what a thread said when it died */
  start(task: ShardTask, count: number, onDeath: (message: string) => void): void {
    this.#buffers.push(task.buffers);
    for (let i = 0; i < count; i++) {
      const thread = new Worker(builtScript("shard-thread.js"), { workerData: task });
      thread.on("error", (error) => onDeath(error instanceof Error ? (error.stack ?? error.message) : String(error)));
      thread.on("exit", () => {
        if (!this.#ended) endPool(task.buffers, "dead");
      });
      this.#threads.push(thread);
    }
  }

  async end(): Promise<void> {
    this.#ended = true;
    for (const buffers of this.#buffers) endPool(buffers, "closed");
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}
