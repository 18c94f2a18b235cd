import { Worker } from "node:worker_threads";
import type { CompiledTraining } from "../compiler/compiled.js";
import { memoryFailure } from "./memory-failure.js";
import { builtScript } from "./package-root.js";
import type { TrialAnswer, TrialTask } from "./trial-thread.js";

interface Order {
  readonly trial: CompiledTraining;
  readonly begun: () => void;
  readonly answer: (answer: TrialAnswer) => void;
}

/** Threads that carry out trials, one each at a time, in the order they were asked for. A thread that dies is replaced. */
export class TrialPool {
  readonly #task: TrialTask;
  readonly #most: number;
  readonly #waiting: Order[] = [];
  readonly #idle: Worker[] = [];
  readonly #threads = new Map<Worker, Order | null>();
  #ended = false;

  constructor(task: TrialTask, workers: number) {
    this.#task = task;
    this.#most = workers;
  }

  /** @param begun  told when a thread takes the trial */
  carryOut(trial: CompiledTraining, begun: () => void): Promise<TrialAnswer> {
    return new Promise((answer) => {
      this.#waiting.push({ trial, begun, answer });
      this.#assign();
    });
  }

  /** Ends all threads at once; what they worked on is answered as cancelled. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all([...this.#threads.keys()].map((thread) => thread.terminate()));
    for (const order of this.#waiting.splice(0)) order.answer({ trouble: ended });
  }

  #assign(): void {
    while (this.#waiting.length > 0 && !this.#ended) {
      const thread = this.#idle.pop() ?? (this.#threads.size < this.#most ? this.#start() : null);
      if (thread === null) return;
      const order = this.#waiting.shift() as Order;
      this.#threads.set(thread, order);
      order.begun();
      thread.postMessage(order.trial);
    }
  }

  #start(): Worker {
    const thread = new Worker(builtScript("trial-thread.js"), { workerData: this.#task });
    this.#threads.set(thread, null);
    let last = "the thread of the trial ended without an answer";
    let memory: TrialAnswer | null = null;
    thread.on("message", (answer: TrialAnswer) => {
      const order = this.#threads.get(thread);
      this.#threads.set(thread, null);
      this.#idle.push(thread);
      order?.answer(answer);
      this.#assign();
    });
    thread.on("error", (error) => {
      last = error instanceof Error ? error.message : String(error);
      const order = this.#threads.get(thread);
      const known = order ? memoryFailure(error, order.trial) : null;
      if (known !== null) memory = { trouble: { code: known.code, message: known.message, hint: known.hint ?? null } };
    });
    thread.on("exit", () => {
      const order = this.#threads.get(thread);
      this.#threads.delete(thread);
      if (this.#idle.includes(thread)) this.#idle.splice(this.#idle.indexOf(thread), 1);
      order?.answer(this.#ended ? { trouble: ended } : (memory ?? { trouble: { code: "E_WORKER", message: last, hint: null } }));
      this.#assign();
    });
    return thread;
  }
}

const ended = { code: "E_CANCELLED", message: "the search was stopped", hint: null } as const;
