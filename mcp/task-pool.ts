import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { DymadError } from "../sdk/errors.js";
import type { WorkspaceOptions } from "../sdk/workflow/app/workspace/workspace.js";
import { packageRoot } from "../sdk/workflow/executor/package-root.js";
import { type Envelope, failed } from "./envelope.js";
import type { Task } from "./task-thread.js";

/** Work that was handed in: its answer, and a way to end it. */
export interface Handed {
  readonly done: Promise<Envelope>;
  /** ends it; `done` then answers E_CANCELLED with the reason */
  cancel(reason: string): void;
}

interface Pending {
  readonly task: Task;
  readonly finish: (answer: Envelope) => void;
}

/**
 * Threads in which tools read data and compute, so that the server answers meanwhile. A thread is kept for the next task; one that is
 * cancelled, or dies, is replaced.
 */
export class TaskPool {
  readonly #options: WorkspaceOptions;
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Pending, Worker>();
  readonly #waiting: Pending[] = [];

  constructor(options: WorkspaceOptions, size: number) {
    this.#options = options;
    this.#size = size;
  }

  hand(task: Task): Handed {
    let finish: (answer: Envelope) => void = () => {};
    const done = new Promise<Envelope>((answer) => {
      finish = answer;
    });
    const pending: Pending = { task, finish };
    this.#waiting.push(pending);
    this.#next();
    return { done, cancel: (reason) => this.#cancel(pending, reason) };
  }

  async close(): Promise<void> {
    const threads = [...this.#idle, ...this.#busy.values()];
    for (const pending of [...this.#busy.keys(), ...this.#waiting]) pending.finish(cancelled("the server stops"));
    this.#busy.clear();
    this.#waiting.length = 0;
    this.#idle.length = 0;
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  #next(): void {
    if (this.#waiting.length === 0 || this.#busy.size >= this.#size) return;
    const pending = this.#waiting.shift() as Pending;
    const thread = this.#idle.pop() ?? this.#start();
    this.#busy.set(pending, thread);
    thread.ref();
    thread.postMessage(pending.task);
  }

  #start(): Worker {
    const thread = new Worker(builtThread(), { workerData: this.#options, stdout: true });
    thread.on("message", (answer: Envelope) => this.#end(thread, answer, true));
    thread.on("error", (error) => this.#end(thread, failed(error), false));
    thread.on("exit", () => this.#end(thread, failed(new Error("the thread that worked on this has ended")), false));
    return thread;
  }

  /** What a thread has answered; `alive`: it can take another task. */
  #end(thread: Worker, answer: Envelope, alive: boolean): void {
    const at = this.#idle.indexOf(thread);
    if (!alive && at >= 0) this.#idle.splice(at, 1);
    const found = [...this.#busy].find(([, worker]) => worker === thread);
    if (found === undefined) return;
    this.#busy.delete(found[0]);
    if (alive) {
      thread.unref();
      this.#idle.push(thread);
    }
    found[0].finish(answer);
    this.#next();
  }

  #cancel(pending: Pending, reason: string): void {
    const place = this.#waiting.indexOf(pending);
    if (place >= 0) this.#waiting.splice(place, 1);
    const thread = this.#busy.get(pending);
    this.#busy.delete(pending);
    void thread?.terminate();
    pending.finish(cancelled(reason));
    this.#next();
  }
}

const cancelled = (reason: string): Envelope => failed(new DymadError("E_CANCELLED", reason));

/** The built thread: run from TypeScript sources (in tests) it is the one in dist/, because a plain node cannot start the source. */
function builtThread(): string {
  const path = join(packageRoot(), "dist", "mcp", "task-thread.js");
  if (existsSync(path)) return path;
  throw new DymadError("E_INTERNAL", `${path} is missing`, { hint: "build the package first: npm run build" });
}
