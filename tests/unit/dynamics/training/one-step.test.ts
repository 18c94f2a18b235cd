import { expect, test } from "vitest";
import { batchOf, prepared } from "../../../../sdk/dynamics/data/batch.js";
import { buildModel } from "../../../../sdk/dynamics/models/model.js";
import { initialWeights } from "../../../../sdk/dynamics/models/parameters.js";
import { oneStepObjective } from "../../../../sdk/dynamics/training/objectives/one-step.js";
import { timeDerivative } from "../../../../sdk/numerics/finite-difference.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64, finiteDifference } from "../../../tolerance.js";
import { basePhase, baseSpec } from "../_systems.js";

const engine = { backend: "reference", dtype: "float64" } as const;
const criterion = { dynamics: { type: "mse", weight: 1, params: {} } } as const;
const scalar = { ...baseSpec, family: "lti", encoder_layers: 0, decoder_layers: 0, koopman_dimension: 1 } as const;
const batch = (values: readonly number[], dt = 1) => {
  const x = new Matrix(values.length, 1, Float64Array.from(values));
  const trajectory = prepared(
    Float64Array.from(values, (_, k) => k * dt),
    x,
    null,
    "cubic",
  );
  return batchOf([{ trajectory, start: 0, length: values.length }]);
};

test("states 1, 2, 4 under the identity: 1 against 2 and 2 against 4", () => {
  const model = buildModel({ ...scalar, time_domain: "discrete" }, 1, 0);
  const { losses } = oneStepObjective(model, { criterion, order: 1 }, engine).evaluate(
    batch([1, 2, 4]),
    { "dynamics.W": Float64Array.of(1) },
    false,
  );
  expect(losses.dynamics).toBe(2.5);
});

test("states 0, 1, 4 with z' = z: 0, 1, 4 against the differences 1, 3, 3", () => {
  const { losses } = oneStepObjective(buildModel(scalar, 1, 0), { criterion, order: 1 }, engine).evaluate(
    batch([0, 1, 4]),
    { "dynamics.W": Float64Array.of(1) },
    false,
  );
  expect(losses.dynamics).toBe(2);
});

test("targets are the finite differences of every order, dynamics of zero leave them alone", () => {
  const values = [0.3, -1, 2, 0.7, 0.1, -0.4, 1.1];
  for (const order of [1, 2, 4] as const) {
    const { losses } = oneStepObjective(buildModel(scalar, 1, 0), { criterion, order }, engine).evaluate(
      batch(values, 0.2),
      { "dynamics.W": Float64Array.of(0) },
      false,
    );
    const rates = timeDerivative(new Matrix(values.length, 1, Float64Array.from(values)), 0.2, order).data;
    expectClose([losses.dynamics], [rates.reduce((sum, v) => sum + v * v, 0) / rates.length], f64);
  }
});

test("the gradient goes through the dynamics alone, targets held fixed, and reaches the encoder", () => {
  const model = buildModel({ ...baseSpec, family: "lti", koopman_dimension: 3, activation: "tanh" }, 1, 0);
  const weights = initialWeights(model.parameters, keyed(4));
  const objective = oneStepObjective(model, { criterion, order: 2 }, engine);
  const b = batch([0.3, -1, 2, 0.7, 0.1, -0.4, 1.1], 0.2);
  const { gradient } = objective.evaluate(b, weights, true);
  const name = "dynamics.W";
  const moved = Float64Array.from(weights[name], (_, i) => {
    const [up, down] = [1e-6, -1e-6].map((h) => {
      const W = weights[name].slice();
      W[i] += h;
      return objective.evaluate(b, { ...weights, [name]: W }, false).total;
    });
    return (up - down) / 2e-6;
  });
  expectClose(gradient?.[name] ?? [], moved, finiteDifference);
  const encoder = Object.entries(gradient ?? {}).filter(([key]) => key.startsWith("encoder"));
  expect(encoder.some(([, g]) => g.some((v) => v !== 0))).toBe(true);
});

test("what is no single sample is left to rollouts", () => {
  const more = { ...basePhase.criterion, far: criterion.dynamics };
  const model = buildModel(scalar, 1, 0);
  expect(oneStepObjective(model, { criterion: more, order: 2 }, engine).names).toEqual(["dynamics", "recon"]);
});
