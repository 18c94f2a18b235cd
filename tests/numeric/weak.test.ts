import { describe, expect, test } from "vitest";
import { type Batch, batchOf, prepared } from "../../sdk/dynamics/data/batch.js";
import { buildModel } from "../../sdk/dynamics/models/model.js";
import type { ModelSpec } from "../../sdk/dynamics/models/spec.js";
import { adamStep } from "../../sdk/dynamics/training/adam.js";
import { freshMoments } from "../../sdk/dynamics/training/moments.js";
import { weakObjective } from "../../sdk/dynamics/training/objectives/weak.js";
import { Matrix } from "../../sdk/numerics/linalg/matrix.js";
import { expectClose, type Tolerance } from "../tolerance.js";
import { basePhase, baseSpec } from "../unit/dynamics/_systems.js";

const plain: ModelSpec = { ...baseSpec, family: "lti", encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 };
const phase = {
  ...basePhase,
  criterion: { dynamics: { type: "mse", weight: 1, params: {} } },
  weak_form_params: { N: 13, dN: 3, ordpol: 3, ordint: 4, discrete_weight_normalization: "l2" },
} as const;
const engine = { backend: "reference", dtype: "float64" } as const;

/** Composite Boole's rule over 13 samples of a sine: the error of its weights, relative to an integral near 1. */
const quadrature: Tolerance = { rtol: 1e-4, atol: 1e-4 };

/** Damped rotations x(t) = exp(-a t) R(t) x0 of x' = x W, W = [[-a, 1], [-1, -a]]. */
const a = 0.2;
const W = Float64Array.of(-a, 1, -1, -a);
function rotations(dt: number, T: number): Batch {
  const starts = [
    [1, 0],
    [0.3, -0.8],
    [-0.5, 0.4],
  ];
  return batchOf(
    starts.map(([p, q]) => {
      const t = Float64Array.from({ length: T }, (_, k) => k * dt);
      const x = new Matrix(T, 2);
      t.forEach((s, k) => {
        const decay = Math.exp(-a * s);
        x.row(k).set([decay * (p * Math.cos(s) - q * Math.sin(s)), decay * (p * Math.sin(s) + q * Math.cos(s))]);
      });
      return { trajectory: prepared(t, x, null, "cubic"), start: 0, length: T };
    }),
  );
}

/** Adam from zero until the steps are small. */
function minimise(objective: ReturnType<typeof weakObjective>, batch: Batch): Float64Array {
  const weights = { "dynamics.W": new Float64Array(4) };
  let state = freshMoments(weights);
  for (const rate of [0.05, 0.01, 1e-3, 1e-4]) {
    for (let k = 0; k < 150; k++) {
      const { gradient } = objective.evaluate(batch, weights, true);
      state = adamStep(state, weights, gradient as Record<string, Float64Array>, rate);
    }
  }
  return weights["dynamics.W"];
}

describe("the weak form in continuous time", () => {
  test("the exact model has almost no loss, falling with the order of the quadrature", () => {
    const model = buildModel(plain, 2, 0);
    // windows of equal length in time
    const losses = [13, 25].map((N) => {
      const batch = rotations(2.4 / (N - 1), 4 * N - 3);
      const windows = { ...phase, weak_form_params: { ...phase.weak_form_params, N } };
      const at = (w: Float64Array): number =>
        weakObjective(model, windows, engine).evaluate(batch, { "dynamics.W": w }, false).total;
      // relative to a model that stands still
      return at(W) / at(new Float64Array(4));
    });
    expect(losses[1]).toBeLessThan(1e-9);
    // halving the step divides the error of Boole's rule by 2^6 and the loss by its square
    expect(Math.log2(losses[0] / losses[1])).toBeGreaterThan(2 * 6 - 1);
  });

  test("its minimiser by gradient is the matrix of the system", () => {
    const batch = rotations(0.1, 49);
    expectClose(minimise(weakObjective(buildModel(plain, 2, 0), phase, engine), batch), W, quadrature);
  });
});

describe("the weak form in discrete time", () => {
  const discrete = buildModel({ ...plain, time_domain: "discrete" }, 2, 0);
  const dt = 0.3;
  const [c, s] = [Math.exp(-a * dt) * Math.cos(dt), Math.exp(-a * dt) * Math.sin(dt)];
  const step = Float64Array.of(c, s, -s, c);
  test("the exact map has no loss but rounding, and is the minimiser", () => {
    const batch = rotations(dt, 40);
    const objective = weakObjective(discrete, phase, engine);
    expect(objective.evaluate(batch, { "dynamics.W": step }, false).total).toBeLessThan(1e-28);
    expectClose(minimise(objective, batch), step, quadrature);
  });
  test("the target is held: only the prediction has a derivative by an encoder", () => {
    const model = buildModel({ ...plain, time_domain: "discrete", encoder_layers: 1, decoder_layers: 1 }, 2, 0);
    const objective = weakObjective(model, phase, engine);
    const eye = Float64Array.of(1, 0, 0, 1);
    const zero = new Float64Array(2);
    const weights = {
      "encoder.0.W": eye,
      "encoder.0.b": zero,
      "decoder.0.W": eye,
      "decoder.0.b": zero,
      "dynamics.W": new Float64Array(4),
    };
    // with W = 0 the prediction is 0 whatever the encoder does, though the target is not
    const { total, gradient } = objective.evaluate(rotations(dt, 40), weights, true);
    expect(total).toBeGreaterThan(0.01);
    expect(gradient?.["encoder.0.W"].every((v) => v === 0)).toBe(true);
  });
});

describe("windows that do not fit are refused with the number that does", () => {
  for (const [time_domain, samples] of [
    ["continuous", 12],
    ["discrete", 13],
  ] as const) {
    test(time_domain, () => {
      const objective = weakObjective(buildModel({ ...plain, time_domain }, 2, 0), phase, engine);
      expect(() => objective.evaluate(rotations(0.1, samples), { "dynamics.W": W }, false)).toThrow(
        expect.objectContaining({ code: "E_DATA", message: "a trajectory offers 12 samples to weak-form windows of 13" }),
      );
    });
  }
});

test("a discrete model is trained on unevenly sampled data too: its weights do not depend on the step", () => {
  const even = rotations(0.1, 20);
  const uneven = { ...even, grid: even.grid.map((t, k) => t + 0.03 * (k % 2)) };
  const model = buildModel({ ...plain, time_domain: "discrete" }, 2, 0);
  const [a, b] = [even, uneven].map((batch) => weakObjective(model, phase, engine).evaluate(batch, { "dynamics.W": W }, true));
  expect(b).toEqual(a);
  const none = { ...phase, weak_form_params: { ...phase.weak_form_params, discrete_weight_normalization: "none" } } as const;
  expect(() => weakObjective(model, none, engine).evaluate(uneven, { "dynamics.W": W }, false)).toThrow(
    expect.objectContaining({ code: "E_DATA" }),
  );
});
