import { expect, test } from "vitest";
import { heatSections, referenceVolume } from "../../../../../sdk/dynamics/spectral/kernels/heat-sections.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64 } from "../../../../tolerance.js";

const circle = (angles: readonly number[]): Matrix => Matrix.from(angles.map((a) => [Math.cos(a), Math.sin(a)]));
const even = (count: number): Matrix => circle(Array.from({ length: count }, (_, i) => (2 * Math.PI * i) / count));

/** The heat kernel of the circle at time t, times its length. */
const heat = (angle: number, t: number): number => {
  let sum = 1;
  for (let k = 1; k < 60; k++) sum += 2 * Math.exp(-k * k * t) * Math.cos(k * angle);
  return sum;
};

test("on even points of a circle both modes come near the heat kernel, the nearer the smaller eps", () => {
  for (const mode of ["density", "uniform"] as const) {
    const errors = [0.02, 0.01, 0.005].map((eps) => {
      const references = even(200);
      const { values } = heatSections(references, references, { eps, mode, steps: Math.round(0.2 / eps) });
      let most = 0;
      for (let i = 0; i < 200; i++) most = Math.max(most, Math.abs(values.get(i, 0) - heat((2 * Math.PI * i) / 200, 0.2)));
      return most;
    });
    expect(errors[2]).toBeLessThan(0.02);
    for (let i = 1; i < 3; i++) expect(errors[i]).toBeLessThan(0.7 * errors[i - 1]);
  }
});

test("steps compose: two steps are one step through the references", () => {
  const references = even(60);
  const [locations, sources] = [circle([0.1, 2, 4]), circle([1, 3])];
  for (const mode of ["density", "uniform"] as const) {
    const options = { eps: 0.05, mode, mass: "none" } as const;
    const two = heatSections(references, locations, { ...options, steps: 2 }, sources).values;
    const outward = heatSections(references, locations, options, references).values;
    const inward = heatSections(references, references, options, sources).values;
    const composed = outward.multiply(inward);
    expectClose(
      two.data,
      composed.data.map((value) => value / 60),
      f64,
    );
  }
});

test("one step is the formula written out, in both modes, and every source stands for itself", () => {
  const references = circle(Array.from({ length: 30 }, (_, i) => (2 * Math.PI * (i + 0.3 * Math.sin(i))) / 30));
  const [locations, sources] = [circle([0.1, 2, 4]), circle([1, 3])];
  const eps = 0.1;
  const W = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
    Math.exp(-((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) / (4 * eps));
  const rows = references.toRows();
  const over = (f: (r: number[]) => number): number => rows.reduce((sum, r) => sum + f(r), 0);
  const q = (x: ArrayLike<number>): number => over((r) => W(x, r));
  const density = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
    const walk = W(y, x) / q(x) / over((r) => W(y, r) / q(r));
    return walk * q(x) * over((r) => 1 / q(r));
  };
  const factor = (x: ArrayLike<number>): number => 1 / (q(x) * Math.sqrt(over((r) => W(x, r) / q(r)) / q(x)));
  const uniform = (x: ArrayLike<number>, y: ArrayLike<number>): number => 30 * factor(x) * W(x, y) * factor(y);
  for (const [mode, formula] of [
    ["density", density],
    ["uniform", uniform],
  ] as const) {
    const { values } = heatSections(references, locations, { eps, mode, mass: "none" }, sources);
    const expected = locations.toRows().flatMap((x) => sources.toRows().map((y) => formula(x, y)));
    expectClose(values.data, expected, f64);
    [0, 1].forEach((k) => {
      const alone = heatSections(references, locations, { eps, mode, mass: "none" }, sources.slice(k, k + 1)).values;
      expectClose(alone.data, values.column(k), f64);
    });
  }
});

test("masses: each column has the mass 1 by its weights, or the median has", () => {
  const references = even(80);
  const weights = Float64Array.of(0.2, 0.3, 0.5);
  const locations = circle([0, 1, 2]);
  const own = heatSections(references, locations, { eps: 0.5, weights }).values;
  expectClose(new Matrix(1, 3, weights).multiply(own).data, [1, 1, 1], f64);
  const { values, masses } = heatSections(references, locations, { eps: 0.5, weights, mass: "median" });
  const sorted = [...masses].sort((a, b) => a - b);
  expectClose(
    new Matrix(1, 3, weights).multiply(values).data,
    masses.map((m) => m / sorted[1]),
    f64,
  );
});

test("the length of a circle from 512 points is 2 pi to 2 %, and even points vary little", () => {
  const { volume, variation } = referenceVolume(even(512), 0.00125, 1);
  expect(Math.abs(volume / (2 * Math.PI) - 1)).toBeLessThan(0.02);
  expect(variation).toBeLessThan(0.05);
  const uneven = circle(Array.from({ length: 200 }, (_, i) => (2 * Math.PI * i * i) / 40_000));
  expect(referenceVolume(uneven, 0.01, 1).variation).toBeGreaterThan(0.25);
});

test("options that mean nothing are refused", () => {
  const points = even(10);
  for (const bad of [
    { eps: 0 },
    { eps: 1, steps: 0 },
    { eps: 1, alpha: 2 },
    { eps: 1, mode: "uniform" as const, densityFactor: 2 },
  ]) {
    expect(() => heatSections(points, points, bad)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  }
  expect(() => heatSections(points, points, { eps: 1, weights: new Float64Array(3) })).toThrow(
    expect.objectContaining({ code: "E_SHAPE" }),
  );
});

test("kernels too large to be kept are made some rows at a time, with the same result", () => {
  // 2897^2 values no longer fit; on even points of a circle their number does not matter
  const [locations, sources] = [circle([0.1, 2, 4]), circle([1, 3])];
  const [kept, streamed] = [1000, 2898].map(
    (count) => heatSections(even(count), locations, { eps: 0.05, mode: "uniform", steps: 3 }, sources).values,
  );
  expectClose(streamed.data, kept.data, f64);
});
