import { describe, expect, test } from "vitest";
import { evaluateModel } from "../../../../sdk/dynamics/evaluation/evaluate.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import type { TrainingEvent } from "../../../../sdk/dynamics/training/events.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { configOf, oscillator } from "../_systems.js";

const linear = { trainer: "Linear", n_epochs: 1, method: "full" } as const;
const plain = { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 } as const;
const backend = "reference" as const;

describe("the linear trainer", () => {
  test("finds the exact map of a discrete linear system, and its rollout stays exact", () => {
    const data = oscillator({ trajectories: 4, samples: 40, dt: 0.1, control: false });
    const config = configOf({ ...plain, family: "lti", time_domain: "discrete" }, [linear]);
    const result = train({ config, train: data, valid: data, backend });
    expect(result.status).toBe("SUCCEEDED");
    expect(result.metrics.best_valid_rmse).toBeLessThan(1e-9);
    const test = oscillator({ trajectories: 2, samples: 80, dt: 0.1, control: false, seed: 9 });
    expect(evaluateModel(loadModel(result.checkpoint, { backend }), test).rmse_max).toBeLessThan(1e-8);
  });

  test("in continuous time the error is that of the finite difference: it falls 16-fold when the step is halved at order 4", () => {
    const errors = [0.2, 0.1].map((dt) => {
      const data = oscillator({ trajectories: 4, samples: 41, dt, control: false });
      const config = configOf({ ...plain, family: "lti", predictor_type: "exp" }, [
        { ...linear, kwargs: { order: 4, ridge: 0, coupling: "full", remove_one: true, deficient: "shortest" } },
      ]);
      return train({ config, train: data, valid: data, backend }).metrics.best_valid_total as number;
    });
    // the loss is a square, so orders count twice
    const order = Math.log2(errors[0] / errors[1]) / 2;
    expect(order).toBeGreaterThan(3.5);
  });

  test("one-way coupling leaves the states to the states: the rollout is that of the plain linear model", () => {
    const data = oscillator({ trajectories: 4, samples: 40, dt: 0.1, control: true });
    const cat = {
      time_domain: "discrete",
      autoencoder_type: "cat",
      encoder_layers: 2,
      koopman_dimension: 5,
      activation: "tanh",
      predictor_type: "np",
    } as const;
    const args = { order: 2, ridge: 1e-3, coupling: "one-way", remove_one: true, deficient: "shortest" } as const;
    const coupled = train({ config: configOf(cat, [{ ...linear, kwargs: args }]), train: data, valid: data, backend });
    const straight = train({
      config: configOf({ ...plain, time_domain: "discrete", predictor_type: "np" }, [linear]),
      train: data,
      valid: data,
      backend,
    });
    const [a, b] = [coupled, straight].map((r) =>
      loadModel(r.checkpoint, { backend })
        .forecast(data.trajectories)
        .map((f) => [...f.x.data]),
    );
    a.flat().forEach((v, i) => {
      expect(Math.abs(v - b.flat()[i])).toBeLessThan(1e-9);
    });
  });
});

describe("gradient trainers lower their loss", () => {
  const data = oscillator({ trajectories: 6, samples: 31, dt: 0.1, control: true });
  const cases = {
    "weak form, continuous": configOf({}, [{ trainer: "Weak", n_epochs: 30 }]),
    "weak form, discrete": configOf({ time_domain: "discrete" }, [{ trainer: "Weak", n_epochs: 30 }]),
    "rollout with rk4": configOf({}, [{ trainer: "NODE", n_epochs: 15, ode_method: "rk4", sweep_lengths: [8] }]),
    "rollout with dopri5": configOf({ hidden_dimension: 4 }, [
      {
        trainer: "NODE",
        n_epochs: 15,
        sweep_lengths: [8],
        ode_args: { rtol: 1e-5, atol: 1e-6, max_steps: 1000, step_size: null },
      },
    ]),
    "rollout of a map over windows": configOf({ time_domain: "discrete" }, [
      { trainer: "NODE", n_epochs: 15, sweep_lengths: [5], chop_mode: "unfold", chop_step: 0.5 },
    ]),
    "latent dynamics": configOf(
      { family: "ldm", encoder_layers: 1, decoder_layers: 1, processor_layers: 1, latent_dimension: 4 },
      [{ trainer: "NODE", n_epochs: 15, ode_method: "rk4", sweep_lengths: [8] }],
    ),
    "prelu, float64, small batches": configOf(
      { activation: "prelu", encoder_layers: 2, decoder_layers: 2 },
      [{ trainer: "Weak", n_epochs: 15 }],
      { dataloader: { batch_size: 4, shuffle: true } },
    ),
  };
  for (const [name, config] of Object.entries(cases)) {
    test(name, () => {
      const result = train({ config, train: data, valid: data, backend });
      expect(result.failure).toBeNull();
      const losses = result.history[0].columns.train_total;
      expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]);
      expect(result.metrics.best_valid_rmse).toBe(Math.min(...result.evaluations.map(([, v]) => v)));
    });
  }
});

test("the same seed gives the same checkpoint bytes, another seed others", () => {
  const data = oscillator({ trajectories: 5, samples: 21, dt: 0.1, control: true });
  const run = (seed: number): string => {
    const config = configOf({}, [{ trainer: "Weak", n_epochs: 3 }], { seed, dataloader: { batch_size: 2, shuffle: true } });
    return Buffer.from(train({ config, train: data, valid: data, backend }).checkpoint).toString("base64");
  };
  expect(run(3)).toBe(run(3));
  expect(run(3)).not.toBe(run(4));
});

test("phases run in order and events tell of each epoch", () => {
  const data = oscillator({ trajectories: 4, samples: 31, dt: 0.1, control: true });
  const events: TrainingEvent[] = [];
  const config = configOf({}, [
    { trainer: "Weak", n_epochs: 3, name: "weak" },
    { ...linear, name: "solve" },
    { trainer: "NODE", ode_method: "rk4", n_epochs: 2, name: "node", sweep_lengths: [5], chop_mode: "unfold" },
  ]);
  const result = train({ config, train: data, valid: data, backend, onEvent: (e) => events.push(e) });
  const size = config.dataloader.batch_size;
  expect(events.flatMap((e) => (e.kind === "phase" ? [{ name: e.name, batches: e.batches }] : []))).toEqual([
    { name: "weak", batches: { pieces: "trajectories", count: 4, steps: Math.ceil(4 / size) } },
    { name: "solve", batches: null },
    { name: "node", batches: { pieces: "windows", count: 24, steps: Math.ceil(24 / size) } },
  ]);
  expect(events.filter((e) => e.kind === "epoch")).toHaveLength(6);
  expect(result.history.map((h) => h.trainer)).toEqual(["Weak", "Linear", "NODE"]);
  expect(result.history[2].columns.epoch).toEqual([4, 5]);
});

test("a loss that is no number ends the run as FAILED with the epoch, the cause and the last good weights", () => {
  const data = oscillator({ trajectories: 4, samples: 31, dt: 0.1, control: true });
  const config = configOf({}, [
    { ...linear, name: "solve" },
    { trainer: "NODE", ode_method: "rk4", n_epochs: 50, learning_rate: 1e6, name: "wild" },
  ]);
  const result = train({ config, train: data, valid: data, backend });
  expect(result.status).toBe("FAILED");
  expect(result.failure?.message).toMatch(/not finite in epoch \d+/);
  expect(result.failure?.hint).toMatch(/learning_rate/);
  const kept = loadModel(result.checkpoint, { backend });
  expect(Object.values(kept.weights).every((w) => w.every(Number.isFinite))).toBe(true);
  expect(evaluateModel(kept, data).n_diverged).toBe(0);
});

test("a cancelled run keeps the best model so far", () => {
  const data = oscillator({ trajectories: 4, samples: 31, dt: 0.1, control: true });
  let epochs = 0;
  const config = configOf({}, [{ trainer: "Weak", n_epochs: 100 }]);
  const result = train({ config, train: data, valid: data, backend, cancelled: () => ++epochs >= 4 });
  expect(result.status).toBe("CANCELLED");
  expect(result.metrics.epochs).toBe(4);
  expect(result.metrics.best_epoch).toBe(4);
});

test("the constant observable stays constant under training", () => {
  const data = oscillator({ trajectories: 4, samples: 31, dt: 0.1, control: false });
  const config = configOf(
    {
      time_domain: "discrete",
      autoencoder_type: "cat",
      encoder_layers: 2,
      koopman_dimension: 6,
      activation: "tanh",
      end_activation: false,
      predictor_type: "np",
    },
    [
      { ...linear, kwargs: { order: 2, ridge: 1e-3, coupling: "one-way", remove_one: true, deficient: "shortest" } },
      { trainer: "NODE", n_epochs: 5, sweep_lengths: [5], chop_mode: "unfold" },
    ],
    { transform_x: [{ type: "scaler", mode: "std" }, { type: "add_one" }], selection: { metric: "last" } },
  );
  const model = loadModel(train({ config, train: data, valid: data, backend }).checkpoint, { backend });
  const W = model.weights["dynamics.W"];
  const column = Array.from({ length: 6 }, (_, i) => W[i * 6 + 2]);
  column.forEach((v, i) => {
    expect(Math.abs(v - (i === 2 ? 1 : 0))).toBeLessThan(1e-12);
  });
});

test("samples weigh alike in the mean of an epoch, in whatever batches they come", () => {
  const data = oscillator({ trajectories: 5, samples: 31, dt: 0.1, control: false });
  const totals = [2, 3, 5].map((batch_size) => {
    // a step so small that the weights stay
    const still = { trainer: "NODE", n_epochs: 1, ode_method: "rk4", learning_rate: 1e-30, min_learning_rate: 0 } as const;
    const config = configOf({}, [still], { dataloader: { batch_size, shuffle: false } });
    return train({ config, train: data, valid: data, backend }).history[0].columns.train_total[0];
  });
  expectClose(totals, [totals[2], totals[2], totals[2]], f64);
});
