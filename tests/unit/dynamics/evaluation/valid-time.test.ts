import fc from "fast-check";
import { expect, test } from "vitest";
import { spreadOf } from "../../../../sdk/dynamics/evaluation/normalised.js";
import { validTime } from "../../../../sdk/dynamics/evaluation/valid-time.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64 } from "../../../tolerance.js";

const grid = (T: number, dt: number): Float64Array => Float64Array.from({ length: T }, (_, k) => 3 + k * dt);

test("an error that grows like exp(L t) is lost at ln(threshold / e0) / L, rounded up to the next sample", () => {
  const rates = { L: fc.double({ min: 0.5, max: 3, noNaN: true }), e0: fc.double({ min: 1e-4, max: 1e-2, noNaN: true }) };
  fc.assert(
    fc.property(fc.record(rates), fc.integer({ min: 1, max: 4 }), ({ L, e0 }, window) => {
      const [T, dt, threshold] = [1000, 0.02, 0.4];
      const t = grid(T, dt);
      const truth = new Matrix(T, 1);
      const prediction = new Matrix(
        T,
        1,
        t.map((_, k) => e0 * Math.exp(L * dt * k)),
      );
      const found = validTime([{ t, prediction, truth }], Float64Array.of(1), window, threshold);
      const crossing = Math.ceil(Math.log(threshold / e0) / L / dt);
      const expected = (Math.max(crossing, window) - (window - 1)) * dt;
      // a crossing on a sample may round to either side
      expect(Math.abs((found?.median as number) - expected)).toBeLessThan(1.01 * dt);
      expect(found?.n_lost).toBe(1);
    }),
  );
});

test("forecasts that are never lost count with their length; units of the state do not matter; columns without spread are left out", () => {
  const T = 11;
  const t = grid(T, 0.5);
  const truth = new Matrix(
    T,
    2,
    Float64Array.from({ length: 2 * T }, (_, i) => (i % 2 === 0 ? 1e6 * ((i / 2) % 2) : 7)),
  );
  const spread = spreadOf({ trajectories: [{ t, x: truth, u: null, y: null, p: null }], names: { x: ["a", "b"], u: [] } });
  expect(spread[1]).toBe(0);
  const near = truth.clone();
  for (let k = 0; k < T; k++) near.row(k).set([truth.get(k, 0) + 1e5, 99]);
  expect(validTime([{ t, prediction: near, truth }], spread, 1)).toMatchObject({ median: 5, n_lost: 0 });
  const lost = near.clone();
  lost.set(4, 0, Number.NaN);
  const both = validTime(
    [near, lost].map((prediction) => ({ t, prediction, truth })),
    spread,
    2,
  );
  expect(both).toMatchObject({ n_lost: 1 });
  expectClose(both?.per_trajectory ?? [], [4.5, 1.5], f64);
  expect(validTime([{ t, prediction: near, truth }], Float64Array.of(0, 0), 1)).toBeNull();
  expect(validTime([{ t, prediction: near, truth }], spread, T)).toBeNull();
});
