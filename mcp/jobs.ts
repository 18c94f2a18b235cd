import { DymadError } from "../sdk/errors.js";
import type { Envelope } from "./envelope.js";
import type { Handed, TaskPool } from "./task-pool.js";
import type { Task } from "./task-thread.js";

export interface JobState {
  readonly id: string;
  readonly tool: string;
  readonly state: "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  readonly seconds: number;
}

export interface PolledJob {
  readonly job: JobState;
  /** the envelope of the tool; null while it runs */
  readonly result: Envelope | null;
}

interface Job {
  readonly id: string;
  readonly task: Task;
  readonly key: string;
  readonly handed: Handed;
  readonly started: number;
  seconds: number | null;
  result: Envelope | null;
}

/** Jobs that have ended are remembered so long as there are not more of them. */
const remembered = 100;

/** Long work that a client may wait for, leave and come back to, as long as the server lives. */
export class Jobs {
  readonly #pool: TaskPool;
  readonly #limit: number;
  readonly #jobs = new Map<string, Job>();

  /** @param limit  milliseconds after which a job is ended */
  constructor(pool: TaskPool, limit: number) {
    this.#pool = pool;
    this.#limit = limit;
  }

  /** Begins a task, or joins the same task that runs already, and waits for it; null when it has not ended by then. */
  async begin(task: Task, waitMs: number): Promise<{ readonly state: JobState; readonly result: Envelope | null }> {
    const key = JSON.stringify([task.tool, task.args]);
    const running = [...this.#jobs.values()].find((job) => job.result === null && job.key === key);
    const job = running ?? this.#start(task, key);
    await settled(job.handed.done, waitMs);
    return { state: stateOf(job), result: job.result };
  }

  async poll(id: string, waitMs: number): Promise<PolledJob> {
    const job = this.#find(id);
    await settled(job.handed.done, waitMs);
    return { job: stateOf(job), result: job.result };
  }

  async cancel(id: string): Promise<PolledJob> {
    const job = this.#find(id);
    job.handed.cancel("the job was cancelled");
    return this.poll(id, 1000);
  }

  #start(task: Task, key: string): Job {
    const handed = this.#pool.hand(task);
    const id = `job_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
    const job: Job = { id, task, key, handed, started: Date.now(), seconds: null, result: null };
    this.#jobs.set(id, job);
    const timer = setTimeout(() => handed.cancel(`the job took more than ${this.#limit / 1000} seconds`), this.#limit);
    timer.unref();
    void handed.done.then((result) => {
      clearTimeout(timer);
      job.result = result;
      job.seconds = (Date.now() - job.started) / 1000;
      this.#forget();
    });
    return job;
  }

  #find(id: string): Job {
    const job = this.#jobs.get(id);
    if (job !== undefined) return job;
    throw new DymadError("E_NOT_FOUND", `there is no job ${id}`, {
      path: ["job_id"],
      hint: "jobs live as long as the server: call the tool again, what it has kept keeps its handle",
    });
  }

  #forget(): void {
    const ended = [...this.#jobs.values()].filter(({ result }) => result !== null);
    for (const { id } of ended.slice(0, Math.max(0, ended.length - remembered))) this.#jobs.delete(id);
  }
}

function stateOf({ id, task, result, seconds, started }: Job): JobState {
  const cancelled = result?.ok === false && result.error.code === "E_CANCELLED";
  const state = result === null ? "RUNNING" : result.ok ? "SUCCEEDED" : cancelled ? "CANCELLED" : "FAILED";
  return { id, tool: task.tool, state, seconds: seconds ?? (Date.now() - started) / 1000 };
}

/** Resolves when the work is done or the time is over, whichever is first. */
async function settled(done: Promise<unknown>, waitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((end) => {
    timer = setTimeout(end, waitMs);
  });
  await Promise.race([done, over]);
  clearTimeout(timer);
}
