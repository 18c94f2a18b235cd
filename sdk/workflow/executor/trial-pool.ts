import { Worker } from "node:worker_threads";
import type { CompiledTraining } from "../compiler/compiled.js";
import { HelperThreads } from "./helper-threads.js";
import { memoryFailure } from "./memory-failure.js";
import { builtScript } from "./package-root.js";
import type { TrialAnswer, TrialHelp, TrialTask } from "./trial-thread.js";

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
  /** threads that help with the trial of another */
  readonly #helpers = new Map<Worker, HelperThreads>();
  /** threads that have shared a trial, at most */
  #widest = 1;
  #ended = false;

  constructor(task: TrialTask, workers: number) {
    this.#task = task;
    this.#most = workers;
  }

  /** How many threads have worked at once. */
  get width(): number {
    return Math.max(this.#most, this.#widest);
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
    await Promise.all([...this.#helpers.keys()].map((thread) => this.#dismiss(thread)));
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
    thread.on("message", (answer: TrialAnswer | TrialHelp) => {
      const order = this.#threads.get(thread);
      if ("helpers" in answer) return order ? this.#help(thread, order.trial, answer.helpers) : undefined;
      void this.#dismiss(thread);
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
      void this.#dismiss(thread);
      this.#threads.delete(thread);
      if (this.#idle.includes(thread)) this.#idle.splice(this.#idle.indexOf(thread), 1);
      order?.answer(this.#ended ? { trouble: ended } : (memory ?? { trouble: { code: "E_WORKER", message: last, hint: null } }));
      this.#assign();
    });
    return thread;
  }

  #help(thread: Worker, trial: CompiledTraining, { count, buffers }: TrialHelp["helpers"]): void {
    const { root, handle } = this.#task;
    const helpers = new HelperThreads();
    this.#helpers.set(thread, helpers);
    // when one dies the trial ends with E_WORKER, and says so itself
    helpers.start({ root, handle, buffers, trial }, count, () => {});
    this.#widest = Math.max(this.#widest, count + 1);
  }

  async #dismiss(thread: Worker): Promise<void> {
    const helpers = this.#helpers.get(thread);
    this.#helpers.delete(thread);
    await helpers?.end();
  }
}

const ended = { code: "E_CANCELLED", message: "the search was stopped", hint: null } as const;
