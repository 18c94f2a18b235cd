import { describe, expect, test } from "vitest";
import { adamStep } from "../../../../sdk/dynamics/training/adam.js";
import { forget, freshMoments } from "../../../../sdk/dynamics/training/moments.js";
import { clip } from "../../../../sdk/dynamics/training/optimiser.js";
import { expectClose, f64 } from "../../../tolerance.js";

/** Algorithm 1 of Kingma & Ba 2015 for one number, as printed there: powers by exponentiation. */
function kingmaBa(gradients: readonly number[], rate: number, start: number): number[] {
  let [m, v, w] = [0, 0, start];
  return gradients.map((g, k) => {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    w -= (rate * (m / (1 - 0.9 ** (k + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (k + 1))) + 1e-8);
    return w;
  });
}

describe("Adam", () => {
  test("three steps written out by hand", () => {
    const weights = { a: Float64Array.of(1, -2), b: Float64Array.of(0.5) };
    const gradients = [
      [0.1, 3, -1],
      [0.2, -1, 0],
      [-0.4, 2, 5],
    ];
    let state = freshMoments(weights);
    for (const [g0, g1, g2] of gradients) {
      state = adamStep(state, weights, { a: Float64Array.of(g0, g1), b: Float64Array.of(g2) }, 0.01);
    }
    const expected = [1, -2, 0.5].map((w, i) =>
      kingmaBa(
        gradients.map((g) => g[i]),
        0.01,
        w,
      ).at(-1),
    );
    expectClose([...weights.a, ...weights.b], expected as number[], f64);
    expect(state.steps).toBe(3);
  });

  test("the first step is the rate, whatever the size of the gradient", () => {
    for (const g of [1e-3, 1, 1e5]) {
      const weights = { a: Float64Array.of(0) };
      adamStep(freshMoments(weights), weights, { a: Float64Array.of(g) }, 0.01);
      expect(Math.abs(weights.a[0] + 0.01)).toBeLessThan(1e-6);
    }
  });

  test("a forgotten weight takes its next step as if it were the first; the others go on", () => {
    const weights = { a: Float64Array.of(0), b: Float64Array.of(0) };
    const g = { a: Float64Array.of(1), b: Float64Array.of(1) };
    let state = freshMoments(weights);
    for (let k = 0; k < 20; k++) state = adamStep(state, weights, g, 0.01);
    state = forget(state, ["a"]);
    const [a, b] = [weights.a[0], weights.b[0]];
    adamStep(state, weights, g, 0.01);
    const fresh = { a: Float64Array.of(0) };
    adamStep(freshMoments(fresh), fresh, { a: Float64Array.of(1) }, 0.01);
    expectClose([weights.a[0] - a, weights.b[0] - b], [fresh.a[0], fresh.a[0]], f64);
  });
});

describe("clip", () => {
  test("shortens a gradient to the limit over all weights together, keeping its direction", () => {
    const gradient = { a: Float64Array.of(3, 0), b: Float64Array.of(-4) };
    clip(gradient, 1);
    expectClose([...gradient.a, ...gradient.b], [0.6, 0, -0.8], f64);
  });
  test("leaves a short one, and one that is no number, alone", () => {
    const short = { a: Float64Array.of(0.3, 0.4) };
    clip(short, 0.5);
    expect([...short.a]).toEqual([0.3, 0.4]);
    const broken = { a: Float64Array.of(Number.NaN, 1) };
    clip(broken, 0.1);
    expect([...broken.a]).toEqual([Number.NaN, 1]);
  });
});
