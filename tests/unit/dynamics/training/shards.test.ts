import fc from "fast-check";
import { expect, test } from "vitest";
import { initialWeights } from "../../../../sdk/dynamics/models/parameters.js";
import { Problem } from "../../../../sdk/dynamics/training/problem.js";
import { combined, oneThread, shardsOf } from "../../../../sdk/dynamics/training/shards.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { configOf, oscillator } from "../_systems.js";

test("shards hold the rows of a batch in order, at most sixteen shards, sixteen rows unless the batch is larger than that", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (n) => {
      const rows = Array.from({ length: n }, (_, i) => i);
      const shards = shardsOf(rows);
      expect(shards.flat()).toEqual(rows);
      expect(shards.length).toBeLessThanOrEqual(16);
      for (const shard of shards.slice(0, -1)) expect(shard.length).toBe(shards[0].length);
      if (n <= 256) expect(shards[0].length).toBe(Math.min(n, 16));
    }),
  );
});

test("the mean over shards is the loss and gradient of the whole batch", () => {
  const data = oscillator({ trajectories: 37, samples: 15, dt: 0.1, control: true });
  const config = configOf({}, [{ trainer: "NODE", ode_method: "rk4" }]);
  const problem = new Problem(config, { train: data, valid: data }, { backend: "wasm", dtype: "float64" });
  const weights = initialWeights(problem.model.parameters, problem.key);
  const rows = Array.from({ length: 37 }, (_, i) => i);
  const cut = { phase: 0, part: "train", length: null } as const;
  const whole = problem.evaluate({ ...cut, rows }, weights, true);
  const shards = shardsOf(rows);
  const parts = oneThread(problem).evaluate(
    shards.map((shard) => ({ ...cut, rows: shard })),
    weights,
    true,
  );
  const mean = combined(
    parts,
    shards.map((s) => s.length),
  );
  expectClose([mean.total, ...Object.values(mean.losses)], [whole.total, ...Object.values(whole.losses)], f64);
  for (const [name, g] of Object.entries(whole.gradient ?? {})) expectClose(mean.gradient?.[name] ?? [], g, f64);
});

test("who evaluates the shards, and in which order, does not change a bit of the checkpoint", () => {
  const data = oscillator({ trajectories: 37, samples: 21, dt: 0.1, control: true });
  const config = configOf(
    {},
    [
      { trainer: "Weak", n_epochs: 3 },
      { trainer: "NODE", ode_method: "rk4", n_epochs: 2, sweep_lengths: [5] },
    ],
    {
      dataloader: { batch_size: 37, shuffle: true },
    },
  );
  const plain = train({ config, train: data, valid: data, backend: "wasm" }).checkpoint;
  const backwards = train({
    config,
    train: data,
    valid: data,
    backend: "wasm",
    runner: (problem) => ({
      evaluate(shards, weights, withGradient) {
        const other = new Problem(config, { train: data, valid: data }, problem.engine);
        return shards
          .map((shard, s) => [s, shard] as const)
          .reverse()
          .map(([s, shard]) => [s, (s % 2 === 0 ? problem : other).evaluate(shard, weights, withGradient)] as const)
          .sort(([a], [b]) => a - b)
          .map(([, evaluation]) => evaluation);
      },
    }),
  }).checkpoint;
  expect(Buffer.compare(Buffer.from(plain), Buffer.from(backwards))).toBe(0);
});
