import { describe, expect, test } from "vitest";
import { activatedLinear } from "../../../../sdk/dynamics/models/activation.js";
import type { Activation } from "../../../../sdk/dynamics/models/spec.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { evaluate, slopes } from "../_evaluate.js";

const SLOPE = 0.3;
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
/** Constants of the selu paper, Klambauer et al. 2017, section 2. */
const [scale, alpha] = [1.0507009873554805, 1.6732632423543772];

/** erf by its Maclaurin series: 60 terms are exact to rounding for |x| <= 3. */
function erf(x: number): number {
  let sum = 0;
  let term = x;
  for (let n = 0; n < 60; n++) {
    sum += term / (2 * n + 1);
    term *= -(x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
const normalCdf = (x: number): number => 0.5 * (1 + erf(x / Math.SQRT2));
const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** [value, derivative] from the definitions in the literature. */
const definitions: Record<Activation, [(x: number) => number, (x: number) => number]> = {
  none: [(x) => x, () => 1],
  relu: [(x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
  leakyrelu: [(x) => (x > 0 ? x : 0.01 * x), (x) => (x > 0 ? 1 : 0.01)],
  prelu: [(x) => (x > 0 ? x : SLOPE * x), (x) => (x > 0 ? 1 : SLOPE)],
  tanh: [Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
  sigmoid: [sigmoid, (x) => sigmoid(x) * (1 - sigmoid(x))],
  gelu: [(x) => x * normalCdf(x), (x) => normalCdf(x) + x * normalDensity(x)],
  silu: [(x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))],
  elu: [(x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))],
  selu: [(x) => scale * (x > 0 ? x : alpha * Math.expm1(x)), (x) => scale * (x > 0 ? 1 : alpha * Math.exp(x))],
  softplus: [softplus, sigmoid],
  mish: [(x) => x * Math.tanh(softplus(x)), (x) => Math.tanh(softplus(x)) + x * (1 - Math.tanh(softplus(x)) ** 2) * sigmoid(x)],
};

const points = Float64Array.of(-3, -1.7, -0.6, -1e-3, 1e-3, 0.4, 1.3, 2.9);
const shapes = { x: [points.length, 1], W: [1, 1], b: [1], slope: [1] };
const values = { x: points, W: [1], b: [0], slope: [SLOPE] };

describe("activations", () => {
  for (const [name, [value, derivative]] of Object.entries(definitions)) {
    const formula = (t: Parameters<Parameters<typeof evaluate>[1]>[0]) => ({
      y: activatedLinear(t.x, t.W, t.b, name as Activation, name === "prelu" ? t.slope : undefined),
    });
    test(`${name} and its derivative follow the definition`, () => {
      expectClose(evaluate(shapes, formula, values).y, points.map(value), f64, name);
      expectClose(slopes(shapes, formula, values, "x"), points.map(derivative), f64, `${name}'`);
    });
    test(`${name} stays finite, with finite slopes, at 700 either way`, () => {
      const far = { ...values, x: Float64Array.from(points, (x) => (x < 0 ? -700 : 700)) };
      for (const out of [evaluate(shapes, formula, far).y, slopes(shapes, formula, far, "x")]) {
        expect(out.every(Number.isFinite)).toBe(true);
      }
    });
  }

  test("the slope of prelu is learned from the negative entries alone", () => {
    const formula = (t: Parameters<Parameters<typeof evaluate>[1]>[0]) => ({
      y: activatedLinear(t.x, t.W, t.b, "prelu", t.slope),
    });
    const expected = points.reduce((sum, x) => sum + Math.min(x, 0), 0);
    expectClose(slopes(shapes, formula, values, "slope"), [expected], f64);
  });
});
