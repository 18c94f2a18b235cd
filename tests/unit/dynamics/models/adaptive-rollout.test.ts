import { expect, test } from "vitest";
import { batchOf } from "../../../../sdk/dynamics/data/batch.js";
import { adaptiveRollout } from "../../../../sdk/dynamics/models/adaptive-rollout.js";
import { buildModel } from "../../../../sdk/dynamics/models/model.js";
import { initialWeights } from "../../../../sdk/dynamics/models/parameters.js";
import { fitFields } from "../../../../sdk/dynamics/transforms/fields.js";
import type { AdaptiveSolution } from "../../../../sdk/numerics/ode/adaptive.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { adaptive, expectClose, type Tolerance, within } from "../../../tolerance.js";
import { baseSpec, oscillator } from "../_systems.js";

/** Steps are held fixed by the derivative but move by rounding in a difference: one digit less than a smooth function allows. */
const held: Tolerance = { rtol: 2e-5, atol: 2e-7 };

for (const [method, input_order] of [
  ["dopri5", "cubic"],
  ["tsit5", "cubic"],
  ["bosh3", "cubic"],
  ["dopri5", "linear"],
  ["tsit5", "zoh"],
  ["dop853", "zoh"],
] as const) {
  test(`the way back of a ${method} rollout with ${input_order} control agrees with central differences`, () => {
    const data = oscillator({ trajectories: 3, samples: 9, dt: 0.15, control: true });
    const spec = {
      ...baseSpec,
      activation: "tanh",
      encoder_layers: 2,
      hidden_dimension: 5,
      koopman_dimension: 3,
      gain: 0.5,
      input_order,
    } as const;
    const model = buildModel(spec, 2, 1);
    const weights = initialWeights(model.parameters, keyed(4));
    const fields = fitFields([], [], data);
    const batch = batchOf(data.trajectories.map((tr) => ({ trajectory: fields.prepare(tr, input_order), start: 0, length: 9 })));
    // tight tolerances, so that a change of the steps changes nothing that counts
    const ode = { method, args: { rtol: 1e-9, atol: 1e-11, max_steps: 10000, step_size: null } };
    const rollout = adaptiveRollout(model, batch.B, ode, { backend: "reference", dtype: "float64" });
    const { z, solution } = rollout.forward(weights, batch);
    expect(solution.status).toBe("ok");
    expect(solution.steps.length).toBeGreaterThan(method === "dop853" ? 1 : 3);
    // a held control jumps at each of the seven samples between the ends
    expect(solution.steps.filter((step) => step.fresh)).toHaveLength(input_order === "zoh" ? 8 : 1);
    const weigh = z.map((_, i) => 0.5 + ((i * 7) % 11) / 11);
    const loss = (w: Record<string, Float64Array>): number =>
      rollout.forward(w, batch).z.reduce((sum, v, i) => sum + weigh[i] * v, 0);

    const gradient = Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, new Float64Array(w.length)]));
    rollout.backward(weights, batch, solution, weigh, gradient);
    for (const [name, w] of Object.entries(weights)) {
      for (let i = 0; i < w.length; i += 3) {
        const moved = (h: number): Record<string, Float64Array> => ({
          ...weights,
          [name]: w.map((v, j) => (i === j ? v + h : v)),
        });
        const h = 1e-5;
        const expected = (loss(moved(h)) - loss(moved(-h))) / (2 * h);
        if (!within(gradient[name][i], expected, held))
          throw new Error(`d/d ${name}[${i}]: ${gradient[name][i]}, by differences ${expected}`);
      }
    }
  });
}

for (const [method, input_order, dtype] of [
  ["dopri5", "cubic", "float64"],
  ["dopri5", "cubic", "float32"],
  ["dopri5", "zoh", "float64"],
  ["dop853", "cubic", "float64"],
] as const) {
  test(`a way back from kept residuals has the bits of one that makes them again: ${method}, ${input_order}, ${dtype}`, () => {
    const data = oscillator({ trajectories: 2, samples: 31, dt: 0.1, control: true });
    const model = buildModel({ ...baseSpec, activation: "tanh", gain: 0.5, input_order }, 2, 1);
    const weights = initialWeights(model.parameters, keyed(4));
    const fields = fitFields([], [], data);
    const batch = batchOf(data.trajectories.map((tr) => ({ trajectory: fields.prepare(tr, input_order), start: 0, length: 31 })));
    const ode = { method, args: { rtol: 1e-6, atol: 1e-8, max_steps: 10000, step_size: null } };
    const rollout = adaptiveRollout(model, 2, ode, { backend: "wasm", dtype });
    const gradientOf = (solution: AdaptiveSolution): Record<string, Float64Array> => {
      const gradient = Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, new Float64Array(w.length)]));
      rollout.backward(weights, batch, solution, solution.values, gradient);
      return gradient;
    };
    const first = rollout.forward(weights, batch, true).solution;
    expect(first.steps.length).toBeGreaterThan(method === "dop853" ? 3 : 8);
    const kept = gradientOf(first);
    expect(
      Object.values(kept)
        .flatMap((g) => [...g])
        .some((v) => v !== 0),
    ).toBe(true);
    expect(gradientOf(first)).toEqual(kept);
    // another solve takes the store: the first solution is no longer in it
    const [held, moved] = [batch, { ...batch, x: batch.x.map((v) => 0.5 * v) }];
    rollout.forward(weights, moved, true);
    expect(gradientOf(first)).toEqual(kept);
    expect(gradientOf(rollout.forward(weights, held).solution)).toEqual(kept);
  });
}

test("dop853 agrees with dopri5 at every output, in fewer steps, and reads inside them", () => {
  const data = oscillator({ trajectories: 2, samples: 41, dt: 0.1, control: true });
  const model = buildModel({ ...baseSpec, activation: "tanh", gain: 0.5 }, 2, 1);
  const weights = initialWeights(model.parameters, keyed(4));
  const fields = fitFields([], [], data);
  const batch = batchOf(data.trajectories.map((tr) => ({ trajectory: fields.prepare(tr, "cubic"), start: 0, length: 41 })));
  const [eight, five] = (["dop853", "dopri5"] as const).map((method) => {
    const ode = { method, args: { rtol: 1e-9, atol: 1e-9, max_steps: 10000, step_size: null } };
    return adaptiveRollout(model, 2, ode, { backend: "wasm", dtype: "float64" }).forward(weights, batch);
  });
  expectClose(eight.z, five.z, adaptive(1e-8));
  expect(eight.solution.steps.length).toBeLessThan(0.6 * five.solution.steps.length);
  expect(eight.solution.steps.some(({ outputs }) => outputs.some(({ theta }) => theta < 1))).toBe(true);
});

test("control with jumps or kinks costs an adaptive solver about as much as a smooth one", () => {
  const data = oscillator({ trajectories: 2, samples: 41, dt: 0.1, control: true });
  const model = buildModel({ ...baseSpec, family: "lti", encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 }, 2, 1);
  const weights = { "dynamics.W": Float64Array.of(0, -1, 1, -0.1, 1, 1) };
  const fields = fitFields([], [], data);
  const tried = (["zoh", "linear", "cubic"] as const).map((input_order) => {
    const held = buildModel({ ...model.spec, input_order }, 2, 1);
    const stretches = data.trajectories.map((tr) => ({ trajectory: fields.prepare(tr, input_order), start: 0, length: 41 }));
    const ode = { method: "dopri5", args: { rtol: 1e-7, atol: 1e-9, max_steps: 10000, step_size: null } } as const;
    const rollout = adaptiveRollout(held, 2, ode, { backend: "reference", dtype: "float64" });
    const { solution } = rollout.forward(weights, batchOf(stretches));
    return solution.steps.length + solution.rejected;
  });
  expect(Math.max(tried[0], tried[1])).toBeLessThan(3 * tried[2]);
});
