import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lossFormula } from "../../../../sdk/dynamics/losses/loss.js";
import type { LossSpec } from "../../../../sdk/dynamics/losses/spec.js";
import { compile, gradient, trace } from "../../../../sdk/numerics/engine/index.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { evaluate } from "../_evaluate.js";

const [T, B, d] = [4, 2, 3];
const shape = [T, B, d];
const loss = (type: LossSpec["type"], params: LossSpec["params"], p: ArrayLike<number>, y: ArrayLike<number>): number =>
  evaluate({ p: shape, y: shape }, (t) => ({ loss: lossFormula({ type, weight: 7, params }, t.p, t.y) }), { p, y }).loss[0];
const array = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: T * B * d, maxLength: T * B * d });
const pair = fc.tuple(array, array);
/** The mean of f over entries, entry (k, b, j) weighted by w(k, j). */
const mean = (p: number[], y: number[], f: (e: number) => number, w = (_k: number, _j: number): number => 1): number =>
  p.reduce((sum, v, i) => sum + w(Math.floor(i / (B * d)), i % d) * f(v - y[i]), 0) / p.length;

describe("losses are means over entries", () => {
  test("mse and mae", () => {
    fc.assert(
      fc.property(pair, ([p, y]) => {
        expectClose([loss("mse", {}, p, y)], [mean(p, y, (e) => e * e)], f64);
        expectClose([loss("mae", {}, p, y)], [mean(p, y, Math.abs)], f64);
      }),
      { numRuns: 20 },
    );
  });

  test("wmse with alpha 0 is mse; otherwise weights exp(-alpha k), 1 on average", () => {
    fc.assert(
      fc.property(pair, fc.double({ min: -1, max: 2, noNaN: true }), ([p, y], alpha) => {
        expect(loss("wmse", { alpha: 0 }, p, y)).toBe(loss("mse", {}, p, y));
        const decay = Array.from({ length: T }, (_, k) => Math.exp(-alpha * k));
        const sum = decay.reduce((a, b) => a + b, 0);
        const expected = mean(
          p,
          y,
          (e) => e * e,
          (k) => (decay[k] * T) / sum,
        );
        expectClose([loss("wmse", { alpha }, p, y)], [expected], f64);
      }),
      { numRuns: 20 },
    );
  });

  test("an error that is the same everywhere costs the same in every weighting", () => {
    const zero = new Array<number>(T * B * d).fill(0);
    const two = zero.map(() => 2);
    for (const params of [{ alpha: 3 }, { weights: [1, 5, 0] }, { alpha: -0.5, weights: [0.1, 0.1, 7] }]) {
      expectClose([loss("wmse", params, two, zero)], [4], f64);
    }
  });

  test("weights count coordinates, on any scale", () => {
    fc.assert(
      fc.property(pair, ([p, y]) => {
        const expected = mean(
          p,
          y,
          (e) => e * e,
          (_, j) => [1, 0, 2][j],
        );
        expectClose([loss("mse", { weights: [1, 0, 2] }, p, y)], [expected], f64);
        expectClose([loss("mse", { weights: [10, 0, 20] }, p, y)], [expected], f64);
      }),
      { numRuns: 20 },
    );
  });

  test("a strong stress of late samples counts the last alone", () => {
    const last = Array.from({ length: T * B * d }, (_, i) => (i < (T - 1) * B * d ? 0 : 3));
    const zero = new Float64Array(T * B * d);
    expectClose([loss("wmse", { alpha: -1000 }, last, zero)], [9], f64);
  });

  test("weights that mean nothing are refused", () => {
    const zero = new Float64Array(T * B * d);
    for (const weights of [
      [0, 0, 0],
      [1, -1, 1],
      [1, Number.NaN, 1],
    ]) {
      expect(() => loss("mse", { weights }, zero, zero)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
    }
  });

  test("a wrong number of weights is refused", () => {
    const zero = new Float64Array(T * B * d);
    expect(() => loss("mse", { weights: [1, 2] }, zero, zero)).toThrow(
      expect.objectContaining({ code: "E_SHAPE", message: "the loss has 2 weights for 3 coordinates" }),
    );
  });
});

describe("vpt", () => {
  const vpt = (p: readonly number[], y: readonly number[], params: LossSpec["params"], steps: number): number => {
    const shapes = { p: [steps, 1, 1], y: [steps, 1, 1] };
    return evaluate(shapes, (t) => ({ loss: lossFormula({ type: "vpt", weight: 1, params }, t.p, t.y) }), { p, y }).loss[0];
  };
  const truth = [0, 1, 2, 3, 4];

  test("a perfect prediction of five samples, and one that is wrong from the first on", () => {
    // 1 / (sum_{k=1}^5 sigmoid(8)^k + 1e-8), the published value of the formula
    expectClose([vpt(truth, truth, { gamma: 0.08, scl: 1 }, 5)], [0.20020132218245484], f64);
    const wrong = truth.map((v) => v + 1e4);
    expectClose([vpt(wrong, truth, { gamma: 0.08, scl: 1 }, 5)], [1e8], f64);
  });

  test("counts the samples before the error passes its limit", () => {
    const late = truth.map((v, k) => (k < 3 ? v : v + 10));
    expectClose([vpt(late, truth, {}, 5)], [1 / 3], { rtol: f64.rtol, atol: 1e-8 });
  });

  test("has a gradient at a perfect prediction, and at a trajectory at rest", () => {
    for (const y of [truth, truth.map(() => 2)]) {
      const graph = trace({ p: [5, 1, 1], y: [5, 1, 1] }, (t) => ({
        loss: lossFormula({ type: "vpt", weight: 1, params: {} }, t.p, t.y),
      }));
      const out = compile(gradient(graph, "loss", ["p"]), { backend: "reference", dtype: "float64" }).run({ p: y, y });
      expect(Array.from(out["grad:p"]).every(Number.isFinite)).toBe(true);
    }
  });
});
