import { DymadError } from "../../errors.js";
import type { Weights } from "../models/parameters.js";
import type { Evaluation } from "./objectives/objective.js";
import { Cache } from "./objectives/programs.js";
import { hasObjective } from "./phase-kinds.js";
import type { Part, Problem, Shard } from "./problem.js";
import type { ShardRunner } from "./shards.js";

/**
 * Memory that the threads of one training share. Everything is in buffers: whoever holds them can help, in Node or in a browser
 * page that is cross-origin isolated.
 */
export interface PoolBuffers {
  /** see `cells`; then one mark a task: the generation in which its result was written */
  readonly control: SharedArrayBuffer;
  /** tasks: phase, part, horizon, with gradient, number of rows, start of its rows, form of the weights; then the rows */
  readonly tasks: SharedArrayBuffer;
  readonly weights: SharedArrayBuffer;
  /** results of each task: ok, total, losses, gradient */
  readonly results: SharedArrayBuffer;
}

/** Places in the control buffer. `next` holds generation and index of the next task in one number, so that a claim is one step. */
const cells = { next: 0, generation: 1, count: 2, done: 4, closed: 5, dead: 6, marks: 8 } as const;

/** Tasks of a generation at most, as many as a claim has room for. */
const mostTasks = 64;
const indexBits = 12;
const indexMask = (1 << indexBits) - 1;
const taskFields = 7;
/** Losses of an objective at most. */
const mostLosses = 16;
/** How long a thread looks before it sleeps: a training step is shorter than a wake-up. */
const looks = 2000;
const sleepMilliseconds = 500;

const parts: readonly Part[] = ["train", "valid"];

/** Room for a problem: rows of the largest batch, its weights, and a gradient a task. */
export function poolBuffers(problem: Problem): PoolBuffers {
  const size = mostWeights(problem);
  const rows = Math.max(...parts.map((part) => windowsOf(problem, part)));
  return {
    control: new SharedArrayBuffer(4 * (cells.marks + mostTasks)),
    tasks: new SharedArrayBuffer(4 * (mostTasks * taskFields + rows)),
    weights: new SharedArrayBuffer(8 * size),
    results: new SharedArrayBuffer(8 * mostTasks * resultLength(size)),
  };
}

/** Weights of the model in the largest form that its dynamics can take. */
function mostWeights(problem: Problem): number {
  const sizes = problem.forms.map((form) =>
    problem.ofForm(form).parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0),
  );
  return Math.max(...sizes);
}

const resultLength = (weights: number): number => 2 + mostLosses + weights;

/** Most stretches that any horizon of any phase cuts the data into. */
function windowsOf(problem: Problem, part: Part): number {
  const counts = problem.config.phases.flatMap((phase, index) =>
    hasObjective(phase)
      ? (phase.type === "optimizer" ? phase.sweep_lengths : [null]).map((length) => problem.stretches(index, part, length).length)
      : [],
  );
  return Math.max(1, ...counts);
}

/** Views of the buffers with the places they hold. */
class Pool {
  readonly control: Int32Array;
  readonly tasks: Int32Array;
  readonly weights: Float64Array;
  readonly results: Float64Array;
  readonly problem: Problem;
  readonly #length: number;
  readonly #views = new Cache<Readonly<Record<string, Float64Array>>>();

  constructor(problem: Problem, buffers: PoolBuffers) {
    this.problem = problem;
    this.control = new Int32Array(buffers.control);
    this.tasks = new Int32Array(buffers.tasks);
    this.weights = new Float64Array(buffers.weights);
    this.results = new Float64Array(buffers.results);
    this.#length = resultLength(mostWeights(problem));
  }

  /** The shared weights by name, with the dynamics in a form. */
  #local(form: number | null): Readonly<Record<string, Float64Array>> {
    return this.#views.get(String(form), () => {
      const { parameters } = this.problem.ofForm(form);
      let start = 0;
      const views = parameters.map(({ name, shape }) => {
        const size = shape.reduce((a, b) => a * b, 1);
        start += size;
        return [name, this.weights.subarray(start - size, start)];
      });
      return Object.fromEntries(views);
    });
  }

  share(weights: Weights, form: number | null): void {
    for (const [name, view] of Object.entries(this.#local(form))) view.set(weights[name]);
  }

  /** Takes a task that nobody has taken; null when there is none. */
  claim(): { readonly index: number; readonly generation: number } | null {
    const claimed = Atomics.add(this.control, cells.next, 1);
    const index = claimed & indexMask;
    const generation = claimed >>> indexBits;
    // the next generation counts in the other cell: this count is the claim's own as long as `next` is still of its generation
    const count = Atomics.load(this.control, cells.count + (generation & 1));
    return index < count && Atomics.load(this.control, cells.next) >>> indexBits === generation ? { index, generation } : null;
  }

  /** Takes and evaluates tasks until there are none. */
  work(): void {
    for (let task = this.claim(); task !== null; task = this.claim()) this.#perform(task.index, task.generation);
  }

  /** Evaluates one task and writes its result; a task that cannot be evaluated is marked and made again by who asked. */
  #perform(index: number, generation: number): void {
    const [phase, part, length, withGradient, count, start, form] = this.tasks.subarray(
      index * taskFields,
      (index + 1) * taskFields,
    );
    const from = mostTasks * taskFields + start;
    const rows = Array.from(this.tasks.subarray(from, from + count));
    const out = this.results.subarray(index * this.#length, (index + 1) * this.#length);
    out[0] = 0;
    try {
      const shard: Shard = { phase, part: parts[part], length: length < 0 ? null : length, rows };
      const weights = this.#local(form < 0 ? null : form);
      this.problem.adopt(weights);
      const evaluation = this.problem.evaluate(shard, weights, withGradient === 1);
      if (evaluation.trouble === undefined) {
        out[1] = evaluation.total;
        Object.values(evaluation.losses).forEach((loss, i) => {
          out[2 + i] = loss;
        });
        let at = 2 + mostLosses;
        for (const name of Object.keys(weights)) {
          const g = evaluation.gradient?.[name];
          if (g === undefined) break;
          out.set(g, at);
          at += g.length;
        }
        out[0] = 1;
      }
    } catch {
      out[0] = 0;
    } finally {
      Atomics.store(this.control, cells.marks + index, generation);
      Atomics.add(this.control, cells.done, 1);
      Atomics.notify(this.control, cells.done);
    }
  }

  publish(shards: readonly Shard[], weights: Weights, withGradient: boolean): number {
    const generation = (Atomics.load(this.control, cells.generation) + 1) & ((1 << (31 - indexBits)) - 1);
    const { form } = this.problem.modelOf(weights);
    this.share(weights, form);
    let start = 0;
    shards.forEach(({ phase, part, length, rows }, index) => {
      this.tasks.set(
        [phase, parts.indexOf(part), length ?? -1, withGradient ? 1 : 0, rows.length, start, form ?? -1],
        index * taskFields,
      );
      this.tasks.set(rows, mostTasks * taskFields + start);
      start += rows.length;
    });
    Atomics.store(this.control, cells.count + (generation & 1), shards.length);
    Atomics.store(this.control, cells.next, generation << indexBits);
    Atomics.store(this.control, cells.generation, generation);
    Atomics.notify(this.control, cells.generation);
    return generation;
  }

  /** Sleeps until every task of the generation is done. @throws E_WORKER when a thread has died meanwhile */
  wait(count: number, generation: number): void {
    const finished = (): boolean => {
      for (let i = 0; i < count; i++) if (Atomics.load(this.control, cells.marks + i) !== generation) return false;
      return true;
    };
    for (let look = 0; look < looks; look++) if (finished()) return;
    for (;;) {
      const seen = Atomics.load(this.control, cells.done);
      if (finished()) return;
      if (Atomics.load(this.control, cells.dead) !== 0) {
        throw new DymadError("E_WORKER", "a thread of the training has died", {
          hint: "train again with fewer threads; see the log for what it said",
        });
      }
      Atomics.wait(this.control, cells.done, seen, sleepMilliseconds);
    }
  }

  read(index: number, names: readonly string[], weights: Weights, withGradient: boolean): Evaluation | null {
    const out = this.results.subarray(index * this.#length, (index + 1) * this.#length);
    if (out[0] !== 1) return null;
    let at = 2 + mostLosses;
    const gradient = withGradient
      ? Object.fromEntries(
          Object.entries(this.#local(this.problem.modelOf(weights).form)).map(([name, view]) => {
            at += view.length;
            return [name, out.slice(at - view.length, at)];
          }),
        )
      : null;
    return { losses: Object.fromEntries(names.map((name, i) => [name, out[2 + i]])), total: out[1], gradient };
  }
}

export interface PoolOptions {
  /** starts the helping threads; they may take their time */
  start(buffers: PoolBuffers): void;
  /** `now`, or only when this thread alone was found to need long enough for a step that sharing it pays */
  readonly when: "now" | "measured";
  /** a clock in milliseconds */
  readonly now?: () => number;
}

/** Steps that take less than this are not shared: waking a thread and waiting for it would take as long. */
const worthSharing = 0.4;
/** Evaluations looked at before that is decided; the first ones compile. */
const warmUp = 6;
const measured = 6;

/** The thread that trains: hands out shards, takes its own part, and waits for the others. */
export function leadPool(problem: Problem, { start, when, now = () => performance.now() }: PoolOptions): ShardRunner {
  let pool: Pool | null = null;
  let calls = 0;
  let milliseconds = 0;
  const begin = (): Pool => {
    const buffers = poolBuffers(problem);
    const made = new Pool(problem, buffers);
    start(buffers);
    return made;
  };
  const alone = (shards: readonly Shard[], weights: Weights, withGradient: boolean): Evaluation[] => {
    const from = now();
    const out = shards.map((shard) => problem.evaluate(shard, weights, withGradient));
    calls++;
    if (calls > warmUp) milliseconds += now() - from;
    if (calls === warmUp + measured && milliseconds / measured > worthSharing) pool = begin();
    return out;
  };
  return {
    evaluate(shards, weights, withGradient) {
      if (shards.length === 1) return [problem.evaluate(shards[0], weights, withGradient)];
      if (pool === null && when === "measured") return alone(shards, weights, withGradient);
      pool ??= begin();
      const shared = pool;
      const generation = shared.publish(shards, weights, withGradient);
      shared.work();
      shared.wait(shards.length, generation);
      // what a helper could not evaluate is done here, so that its message is told by who asked
      return shards.map(
        (shard, i) =>
          shared.read(i, problem.objective(shard.phase).names, weights, withGradient) ??
          problem.evaluate(shard, weights, withGradient),
      );
    },
  };
}

/** A thread that helps: evaluates shards until the pool is closed. It sleeps while there is nothing to do. */
export function helpPool(problem: Problem, buffers: PoolBuffers): void {
  const pool = new Pool(problem, buffers);
  let seen = 0;
  while (Atomics.load(pool.control, cells.closed) === 0) {
    const generation = Atomics.load(pool.control, cells.generation);
    if (generation === seen) {
      for (let look = 0; look < looks && Atomics.load(pool.control, cells.generation) === seen; look++);
      Atomics.wait(pool.control, cells.generation, seen, sleepMilliseconds);
      continue;
    }
    seen = generation;
    pool.work();
  }
}

/** Lets helpers end, or tells the leader that one of them has died. */
export function endPool(buffers: PoolBuffers, how: "closed" | "dead"): void {
  const control = new Int32Array(buffers.control);
  Atomics.store(control, cells[how], 1);
  Atomics.notify(control, cells.generation);
  Atomics.notify(control, cells.done);
}
