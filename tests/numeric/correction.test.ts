import { describe, expect, test } from "vitest";
import { sampleSystem } from "../../sdk/dynamics/data/sampling/sampler.js";
import { evaluateModel } from "../../sdk/dynamics/evaluation/evaluate.js";
import { loadModel } from "../../sdk/dynamics/evaluation/trained-model.js";
import { storedPhysics } from "../../sdk/dynamics/models/physics.js";
import type { OptimizerPhase } from "../../sdk/dynamics/training/config.js";
import { train } from "../../sdk/dynamics/training/train.js";
import { expectClose, type Tolerance } from "../tolerance.js";
import { baseSpec, configOf } from "../unit/dynamics/_systems.js";

/** A pendulum of length p1 whose damping, 0.1 x2 inside the bracket, the physics does not know. */
const { dataset } = sampleSystem(
  {
    system: { states: 2, parameters: 1, params: { g: 9.81 }, rhs: ["x2", "-(g/p1)*(sin(x1) + 0.1*x2)"] },
    x0: { kind: "uniform", params: { bounds: [-0.5, 0.5] } },
    p: { kind: "uniform", params: { bounds: [0.8, 1.2] } },
    time: { stop: 2, n: 101 },
    solver: { rtol: 1e-8, atol: 1e-8 },
    batch: 6,
  },
  { seed: 12345 },
);
const physics = storedPhysics(["x2", "-(9.81/p1)*(sin(x1) + f1)"], { x: 2, u: 0, f: 1, p: 1 });
const model = {
  ...baseSpec,
  family: "corr_alg",
  predictor_type: "np",
  residual_dimension: 1,
  end_activation: false,
  gain: 0.1,
  physics,
} as const;

const criterion = { dynamics: { type: "mse", weight: 1, params: {} } } as const;
const phases: Record<string, [Partial<OptimizerPhase>, Tolerance]> = {
  // the quadrature of windows of 29 samples errs by some 1e-6
  "the weak form": [
    { trainer: "Weak", weak_form_params: { N: 29, dN: 2, ordpol: 2, ordint: 2, discrete_weight_normalization: "l2" } },
    { rtol: 0, atol: 1e-4 },
  ],
  "rollouts over windows of five samples": [
    { trainer: "NODE", weak_form_params: null, sweep_lengths: [5], chop_mode: "unfold", chop_step: 5, ode_method: "rk4" },
    { rtol: 0, atol: 1e-4 },
  ],
};

describe("physics with a correction finds the missing damping, f = 0.1 x2", () => {
  for (const [name, [phase, tolerance]] of Object.entries(phases)) {
    test(`by ${name}`, () => {
      const optimisation = { ...phase, criterion, n_epochs: 300, save_interval: 300, learning_rate: 0.01, decay_rate: 0.985 };
      const config = configOf(model, [optimisation], { transform_x: [{ type: "identity" }], criterion });
      const { checkpoint } = train({ config, train: dataset, valid: dataset, backend: "wasm" });
      const trained = loadModel(checkpoint);
      expectClose([...trained.weights["residual.0.W"], ...trained.weights["residual.0.b"]], [0, 0.1, 0], tolerance);
      // without the correction the rollouts err by 0.2
      expect(evaluateModel(trained, dataset).rmse_mean).toBeLessThan(1e-4);
    });
  }
});
