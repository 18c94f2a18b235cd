import fc from "fast-check";
import { expect, test } from "vitest";
import { baggedDmd } from "../../../../../sdk/dynamics/spectral/dmd/bagged-dmd.js";
import { optimisedDmd } from "../../../../../sdk/dynamics/spectral/dmd/optimised-dmd.js";
import type { TimedSamples } from "../../../../../sdk/dynamics/spectral/dmd/recordings.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../../sdk/numerics/random.js";
import { expectClose, f64, squared } from "../../../../tolerance.js";
import { randomMatrix } from "../../../numerics/linalg/samples.js";
import { travellingWaves } from "../systems.js";

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
const byFrequency = (im: Float64Array): number[] => Array.from(im).sort((a, b) => a - b);

/** Two decaying oscillations at uneven times in 6 places, real. */
function oscillations(seed: number, count = 80): TimedSamples {
  const gaps = keyed(seed).uniform(count, 0.02, 0.18);
  const t = gaps.map((_, k) => gaps.subarray(0, k).reduce((a, b) => a + b, 1));
  const waves = Matrix.from(
    Array.from(t, (s) => [
      Math.exp(-0.1 * s) * Math.cos(3 * s),
      Math.exp(-0.1 * s) * Math.sin(3 * s),
      Math.exp(0.05 * s) * Math.cos(7 * s),
      Math.exp(0.05 * s) * Math.sin(7 * s),
    ]),
  );
  return { t, x: waves.multiply(randomMatrix(4, 6, seed)) };
}

test("uneven exact samples, several trajectories with their own times: exact rates, modes that rebuild, no misfit", () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.boolean(), (seed, project) => {
      const [one, two] = [oscillations(seed), oscillations(seed)];
      // other coefficients of the same modes: a later part of the record
      const later = { t: two.t.slice(20), x: (two.x as Matrix).slice(20, 80) };
      const found = optimisedDmd([one, later], { rank: 4, project });
      expect(found.converged).toBe(true);
      expectClose(byFrequency(found.rates.im), [-7, -3, 3, 7], f64);
      expectClose([...found.rates.re].sort(), [-0.1, -0.1, 0.05, 0.05].sort(), f64);
      expectClose([found.misfit, ...found.points.map(({ residual }) => residual)], [0, 0, 0, 0, 0], squared);
      expect(found.points.map(({ angularFrequency }) => Math.sign(angularFrequency))).toEqual([1, -1, 1, -1]);
    }),
    { numRuns: 8 },
  );
});

test("two travelling waves in noise of 0.2: the median error of the frequencies over 20 seeds is below 0.002", () => {
  const errors = Array.from({ length: 20 }, (_, seed) => {
    const { rates, points } = optimisedDmd([travellingWaves(0.2, seed)], { rank: 2 });
    expect(points.map(({ flag }) => flag)).toEqual(["ok", "ok"]);
    return byFrequency(rates.im).map((w, i) => Math.abs(w - [2.3, 2.8][i]));
  }).flat();
  expect(median(errors)).toBeLessThan(0.002);
});

test("exponentials that fit noise are flagged, and said", () => {
  const { points, diagnostics } = optimisedDmd([travellingWaves(0.2, 1)], { rank: 5 });
  expect(points.slice(0, 2).map(({ flag }) => flag)).toEqual(["ok", "ok"]);
  expect(points.slice(2).map(({ flag }) => flag)).toContain("spurious");
  expect(diagnostics.map(({ code }) => code)).toContain("unconfirmed");
});

test("rates stay where they may be", () => {
  const { rates } = optimisedDmd([oscillations(3)], { rank: 4, growth: "decaying" });
  expect(Math.max(...rates.re)).toBeLessThanOrEqual(0);
  expect(optimisedDmd([oscillations(3)], { rank: 4, growth: "none" }).rates.re).toEqual(new Float64Array(4));
});

test("standard errors of bags agree with the errors over seeds", () => {
  const found = Array.from({ length: 10 }, (_, seed) => {
    const bagged = baggedDmd([travellingWaves(0.2, seed)], { rank: 2, bags: 12, seed });
    expect(bagged.converged).toBe(12);
    return bagged.fit.points.map(({ angularFrequency }, j) => {
      const truth = Math.abs(angularFrequency - 2.8) < 0.2 ? 2.8 : 2.3;
      return { off: angularFrequency - truth, error: bagged.errors[j].angularFrequency };
    });
  }).flat();
  const spread = Math.sqrt(found.reduce((sum, { off }) => sum + off * off, 0) / found.length);
  const told = Math.sqrt(found.reduce((sum, { error }) => sum + error * error, 0) / found.length);
  // 20 errors know their spread to 16 %
  expect(told / spread).toBeGreaterThan(0.6);
  expect(told / spread).toBeLessThan(1.6);
});

test("what cannot be fitted is refused by code", () => {
  const x = randomMatrix(10, 3, 1);
  const t = Float64Array.from({ length: 10 }, (_, k) => k);
  expect(() => optimisedDmd([{ t, x }], { rank: 4 })).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  expect(() => optimisedDmd([{ t: t.slice(1), x }], { rank: 2 })).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => optimisedDmd([{ t: t.slice().reverse(), x }], { rank: 2 })).toThrow(expect.objectContaining({ code: "E_DATA" }));
  expect(() => baggedDmd([{ t, x }], { rank: 2, share: 0.1 })).toThrow(expect.objectContaining({ code: "E_DATA" }));
  expect(() => baggedDmd([{ t, x }], { rank: 2, share: 1 })).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});
