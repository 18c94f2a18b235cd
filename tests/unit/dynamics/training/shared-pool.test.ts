import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { withLinearMap } from "../../../../sdk/dynamics/models/linear-map.js";
import { initialWeights } from "../../../../sdk/dynamics/models/parameters.js";
import { Problem, type Shard } from "../../../../sdk/dynamics/training/problem.js";
import { oneThread, shardsOf } from "../../../../sdk/dynamics/training/shards.js";
import { leadPool } from "../../../../sdk/dynamics/training/shared-pool.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { configOf, oscillator } from "../_systems.js";

const data = oscillator({ trajectories: 37, samples: 15, dt: 0.1, control: true });
const problem = new Problem(
  configOf({}, [{ trainer: "NODE", ode_method: "rk4" }]),
  { train: data, valid: data },
  { backend: "wasm", dtype: "float64" },
);
const weights = initialWeights(problem.model.parameters, problem.key);
const rows = Array.from({ length: 37 }, (_, i) => i);
const shards: Shard[] = shardsOf(rows).map((shard) => ({ phase: 0, part: "train", length: null, rows: shard }));

test("a pool in which nobody helps gives what one thread gives, again and again", () => {
  const pool = leadPool(problem, { start: () => {}, when: "now" });
  for (const withGradient of [true, false, true]) {
    expect(pool.evaluate(shards, weights, withGradient)).toEqual(oneThread(problem).evaluate(shards, weights, withGradient));
  }
});

test("weights in two factors are shared as such, whatever form those before had", () => {
  const pool = leadPool(problem, { start: () => {}, when: "now" });
  const { s, z } = problem.model.dims;
  for (const rank of [2, null, 3]) {
    const map = new Matrix(s, rank ?? z, keyed(5).normal(s * (rank ?? z)));
    const solved = rank === null ? map : { U: map, V: new Matrix(z, rank, keyed(6).normal(z * rank)) };
    const given = withLinearMap(weights, solved);
    problem.adopt(given);
    expect(problem.model.linear?.rank).toBe(rank);
    expect(pool.evaluate(shards, given, true)).toEqual(oneThread(problem).evaluate(shards, given, true));
  }
  problem.adopt(weights);
});

test("a pool that measures first starts helpers for long steps alone", () => {
  const one = [
    { ...shards[0], rows: [0] },
    { ...shards[1], rows: [1] },
  ];
  for (const [milliseconds, expected] of [
    [0.3, false],
    [0.5, true],
  ] as const) {
    let started = false;
    let time = 0;
    const pool = leadPool(problem, {
      start: () => {
        started = true;
      },
      when: "measured",
      // each step looks at the clock twice
      now: () => {
        time += milliseconds;
        return time;
      },
    });
    for (let i = 0; i < 20; i++) pool.evaluate(one, weights, false);
    expect(started).toBe(expected);
  }
});

test("a thread that dies with a task ends the training with E_WORKER instead of a hang", () => {
  // takes one task as a helper would, then reports its death as the process around it does
  const thief = `
    const { workerData: control } = require("node:worker_threads");
    const cells = new Int32Array(control);
    while (Atomics.load(cells, 1) === 0);
    Atomics.add(cells, 0, 1);
    Atomics.store(cells, 6, 1);
    Atomics.notify(cells, 4);`;
  const pool = leadPool(problem, {
    start: ({ control }) => {
      const worker = new Worker(thief, { eval: true, workerData: control });
      worker.unref();
      // let it come up before the first task is there
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    },
    when: "now",
  });
  const many = Array.from({ length: 16 }, (_, i) => ({ ...shards[0], rows: [i] }));
  expect(() => {
    for (let i = 0; i < 50; i++) pool.evaluate(many, weights, true);
  }).toThrow(expect.objectContaining({ code: "E_WORKER" }));
});
