import { describe, expect, test } from "vitest";
import { type BatchPoint, lbfgsStep } from "../../../../sdk/dynamics/training/lbfgs.js";
import { freshMoments } from "../../../../sdk/dynamics/training/moments.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { configOf, oscillator } from "../_systems.js";

/** Minimises a function of two named weights and gives the values on the way. */
function minimise(f: (a: number, b: number) => [number, number, number], start: [number, number], steps: number) {
  const weights = { a: Float64Array.of(start[0]), b: Float64Array.of(start[1]) };
  let evaluations = 0;
  const evaluate = (): BatchPoint => {
    evaluations++;
    const [value, ga, gb] = f(weights.a[0], weights.b[0]);
    return { value, gradient: { a: Float64Array.of(ga), b: Float64Array.of(gb) } };
  };
  let state = freshMoments(weights);
  let here = evaluate();
  const values = [here.value];
  for (let k = 0; k < steps; k++) {
    const taken = lbfgsStep(state, weights, here, evaluate);
    ({ state, here } = taken);
    values.push(here.value);
  }
  return { weights, values, evaluations, state };
}

describe("L-BFGS", () => {
  test("finds the minimum of a stretched parabola in a few steps, going down all the way", () => {
    const { weights, values } = minimise((a, b) => [(a - 1) ** 2 + 1e4 * (b + 2) ** 2, 2 * (a - 1), 2e4 * (b + 2)], [10, 3], 12);
    expectClose([weights.a[0], weights.b[0]], [1, -2], f64);
    for (let k = 1; k < values.length; k++) expect(values[k]).toBeLessThanOrEqual(values[k - 1]);
  });

  test("follows the valley of Rosenbrock to its end in fewer than 110 evaluations", () => {
    const rosenbrock = (a: number, b: number): [number, number, number] => [
      (1 - a) ** 2 + 100 * (b - a * a) ** 2,
      -2 * (1 - a) - 400 * a * (b - a * a),
      200 * (b - a * a),
    ];
    const { weights, evaluations, state } = minimise(rosenbrock, [-1.2, 1], 40);
    expect(Math.max(Math.abs(weights.a[0] - 1), Math.abs(weights.b[0] - 1))).toBeLessThan(1e-6);
    expect(evaluations).toBeLessThan(110);
    expect(state.pairs.length).toBeLessThanOrEqual(10);
  });

  test("at a minimum it stays where it is", () => {
    const { weights, state } = minimise((a, b) => [a * a + b * b, 2 * a, 2 * b], [0, 0], 2);
    expect([weights.a[0], weights.b[0]]).toEqual([0, 0]);
    expect(state.steps).toBe(2);
  });
});

test("in a training every full batch is a step down, and it goes further than Adam in as many epochs", () => {
  const data = oscillator({ trajectories: 4, samples: 31, dt: 0.1, control: true });
  const losses = (optimizer: "lbfgs" | "adam"): readonly number[] => {
    const phase = { trainer: "Weak", optimizer, n_epochs: 25, weight_decay: 1e-9 } as const;
    const config = configOf({}, [phase], { dataloader: { batch_size: 4, shuffle: true } });
    return train({ config, train: data, valid: data, backend: "reference" }).history[0].columns.train_total;
  };
  const [curved, straight] = [losses("lbfgs"), losses("adam")];
  for (let k = 1; k < curved.length; k++) expect(curved[k]).toBeLessThanOrEqual(curved[k - 1]);
  expect(curved[24]).toBeLessThan(0.1 * straight[24]);
});
