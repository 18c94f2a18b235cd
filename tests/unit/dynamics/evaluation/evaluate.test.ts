import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dataset, Trajectory } from "../../../../sdk/dynamics/data/series.js";
import { compareForecasts, rmse } from "../../../../sdk/dynamics/evaluation/evaluate.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64, within } from "../../../tolerance.js";

function trajectory(rows: readonly (readonly number[])[], t0 = 0): Trajectory {
  return { t: Float64Array.from(rows, (_, k) => t0 + 0.5 * k), x: Matrix.from(rows), u: null, y: null, p: null };
}
const dataset = (trajectories: readonly Trajectory[]): Dataset => ({ trajectories, names: { x: ["x1", "x2"], u: [] } });
/** Forecasts that are off by `errors[i]` in every entry of trajectory i. */
const off = (data: Dataset, errors: readonly number[]) =>
  data.trajectories.map(({ x }, i) => ({
    x: new Matrix(
      x.rows,
      x.cols,
      x.data.map((v) => v + errors[i]),
    ),
    trouble: "",
  }));
const rows = (n: number): number[][] => Array.from({ length: n }, (_, k) => [k, -k]);

describe("rmse", () => {
  test("is the root mean square over all rows and columns", () => {
    expect(
      rmse(
        Matrix.from([
          [1, 2],
          [3, 4],
        ]),
        Matrix.from([
          [1, 0],
          [3, 0],
        ]),
      ),
    ).toBeCloseTo(Math.sqrt((4 + 16) / 4), 14);
  });
  test("is infinite, never no number, when the prediction left the numbers", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(rmse(Matrix.from([[1], [bad]]), Matrix.from([[1], [2]]))).toBe(Number.POSITIVE_INFINITY);
    }
  });
});

describe("errors over a data set", () => {
  test("mean, population deviation, median and range of the errors of the trajectories", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 7 }), (errors) => {
        const data = dataset(errors.map((_, i) => trajectory(rows(2 + i))));
        const e = compareForecasts(off(data, errors), data);
        const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
        const std = Math.sqrt(errors.reduce((s, v) => s + (v - mean) ** 2, 0) / errors.length);
        // entries of up to 7 lose digits of a small error in the sum
        expectClose([e.rmse_mean, e.rmse_min, e.rmse_max], [mean, Math.min(...errors), Math.max(...errors)], f64);
        expect(within(e.rmse_std, std, { rtol: f64.rtol, atol: 1e-7 })).toBe(true);
        const below = errors.filter((v) => v <= e.rmse_median + 1e-9).length;
        const above = errors.filter((v) => v >= e.rmse_median - 1e-9).length;
        expect(Math.min(below, above)).toBeGreaterThanOrEqual(errors.length / 2);
      }),
      { numRuns: 50 },
    );
  });

  test("a diverged trajectory is counted, makes mean and deviation infinite, and leaves the median", () => {
    const data = dataset([trajectory(rows(3)), trajectory(rows(3)), trajectory(rows(3))]);
    const forecasts = off(data, [1, Number.NaN, 2]);
    const e = compareForecasts([forecasts[0], { ...forecasts[1], trouble: "it blew up" }, forecasts[2]], data);
    expect([e.n_test_trajectories, e.n_diverged]).toEqual([3, 1]);
    expect([e.rmse_mean, e.rmse_std, e.rmse_max]).toEqual([Infinity, Infinity, Infinity]);
    expectClose([e.rmse_min, e.rmse_median], [1, 2], f64);
    expect(e.per_trajectory[1]).toBe(Infinity);
    expect(e.troubles).toEqual(["trajectory 1: it blew up"]);
  });

  test("the horizon on ragged data: each time averages the trajectories that reach it", () => {
    const data = dataset([trajectory(rows(2), 7), trajectory(rows(4), 3)]);
    const { horizon } = compareForecasts(off(data, [3, 4]), data);
    expectClose(
      horizon.map((h) => h.t),
      [0, 0.5, 1, 1.5],
      f64,
    );
    const both = Math.sqrt((9 + 16) / 2);
    expectClose(
      horizon.map((h) => h.rmse),
      [both, both, 4, 4],
      f64,
    );
  });
});
