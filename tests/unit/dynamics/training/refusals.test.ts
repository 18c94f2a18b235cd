import { describe, expect, test } from "vitest";
import { cut } from "../../../../sdk/dynamics/data/dataset.js";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import type { ModelSpec } from "../../../../sdk/dynamics/models/spec.js";
import type { OptimizerPhase } from "../../../../sdk/dynamics/training/config.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { configOf, oscillator } from "../_systems.js";

const data = oscillator({ trajectories: 3, samples: 31, dt: 0.1, control: true });
const shortened = (samples: number): Dataset => ({
  ...data,
  trajectories: [cut(data.trajectories[0], 0, samples), ...data.trajectories.slice(1)],
});
const linear = { trainer: "Linear", n_epochs: 1, method: "full" } as const;
const weak = { trainer: "Weak", n_epochs: 1 } as const;

describe("data that do not suit a trainer are refused with the reason", () => {
  const cases: Record<string, [Partial<OptimizerPhase>, Partial<ModelSpec>, Dataset, RegExp]> = {
    "least squares of a map on one sample": [linear, { time_domain: "discrete" }, shortened(1), /needs 2 samples .*, one has 1/],
    "finite differences of two samples": [linear, {}, shortened(2), /needs 3 samples .*, one has 2/],
    "finite differences of one sample": [linear, {}, shortened(1), /needs 3 samples .*, one has 1/],
    "weak windows on one sample": [weak, {}, shortened(1), /offers 1 samples to weak-form windows of 13/],
    "no data to train on": [weak, {}, { ...data, trajectories: [] }, /no trajectory in the data to train on/],
  };
  for (const [name, [phase, spec, set, message]] of Object.entries(cases)) {
    test(name, () => {
      const run = () => train({ config: configOf(spec, [phase]), train: set, valid: data, backend: "reference" });
      expect(run).toThrow(expect.objectContaining({ code: "E_DATA", message: expect.stringMatching(message) }));
    });
  }

  test("no data to validate on", () => {
    const run = () =>
      train({ config: configOf({}, [weak]), train: data, valid: { ...data, trajectories: [] }, backend: "reference" });
    expect(run).toThrow(expect.objectContaining({ code: "E_DATA", path: ["valid"] }));
  });
});

test("a constant control and a trajectory of one sample train without trouble", () => {
  const constant = {
    ...data,
    trajectories: shortened(1).trajectories.map((tr) => {
      const u = tr.u?.clone() ?? null;
      u?.data.fill(0.3);
      return { ...tr, u };
    }),
  };
  for (const ode_method of ["rk4", "dopri5"] as const) {
    const config = configOf({}, [{ trainer: "NODE", ode_method, n_epochs: 2, sweep_lengths: [5] }], {
      transform_u: [{ type: "scaler", mode: "std" }],
      dataloader: { batch_size: 1, shuffle: true },
    });
    expect(train({ config, train: constant, valid: constant, backend: "reference" }).status).toBe("SUCCEEDED");
  }
});
