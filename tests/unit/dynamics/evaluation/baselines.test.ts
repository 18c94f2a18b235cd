import { expect, test } from "vitest";
import type { Dataset } from "../../../../sdk/dynamics/data/series.js";
import { compareForecasts } from "../../../../sdk/dynamics/evaluation/evaluate.js";
import { fitLinearBaseline } from "../../../../sdk/dynamics/evaluation/linear-baseline.js";
import { persistenceForecast } from "../../../../sdk/dynamics/evaluation/persistence.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { decomposition, f64 } from "../../../tolerance.js";
import { oscillator } from "../_systems.js";

/** x(k+1) = 0.9 x(k) - 0.2 x(k-1) + 0.5 u(k) + 1: two delays, control and a constant. */
function delayed(trajectories: number): Dataset {
  const made = Array.from({ length: trajectories }, (_, i) => {
    const T = 40;
    const u = new Matrix(T, 1, keyed(5).fold(i).uniform(T, -1, 1));
    const x = new Matrix(T, 1);
    x.data.set([i, 1 - i]);
    for (let k = 1; k < T - 1; k++) x.data[k + 1] = 0.9 * x.data[k] - 0.2 * x.data[k - 1] + 0.5 * u.data[k] + 1;
    return { t: Float64Array.from({ length: T }, (_, k) => 0.1 * k), x, u, y: null, p: null };
  });
  return { trajectories: made, names: { x: ["x1"], u: ["u1"] } };
}

test("the linear baseline finds a linear map with delay, control and constant, and forecasts others from the window alone", () => {
  const [train, test] = [delayed(4), delayed(7)];
  const baseline = fitLinearBaseline(train, 2);
  const blind: Dataset = {
    ...test,
    trajectories: test.trajectories.map((tr) => ({
      ...tr,
      x: new Matrix(
        tr.x.rows,
        1,
        tr.x.data.map((v, k) => (k < 2 ? v : NaN)),
      ),
    })),
  };
  const forecasts = baseline?.forecast(blind) ?? [];
  expect(compareForecasts(forecasts, test, { window: 2 }).rmse_max).toBeLessThan(f64.rtol);
  // one delay less cannot do it
  const short = fitLinearBaseline(train, 1)?.forecast(test) ?? [];
  expect(compareForecasts(short, test, { window: 1 }).rmse_mean).toBeGreaterThan(0.01);
});

test("the linear baseline is exact for an oscillator without control, whatever the units", () => {
  const data = oscillator({ trajectories: 3, samples: 60, dt: 0.1, control: false });
  const scaled: Dataset = {
    ...data,
    trajectories: data.trajectories.map((tr) => ({
      ...tr,
      x: new Matrix(
        60,
        2,
        tr.x.data.map((v, i) => (i % 2 ? 1e-6 : 1e6) * v),
      ),
    })),
  };
  const { nrmse_mean } = compareForecasts(fitLinearBaseline(scaled, 1)?.forecast(scaled) ?? [], scaled);
  expect(nrmse_mean).toBeLessThan(1e3 * decomposition.rtol);
});

test("there is no linear baseline without a common step, for too wide a history, or for data of another step", () => {
  const data = oscillator({ trajectories: 2, samples: 20, dt: 0.1, control: false });
  const [first, second] = data.trajectories;
  const uneven: Dataset = { ...data, trajectories: [first, { ...second, t: second.t.map((t) => 2 * t) }] };
  expect(fitLinearBaseline(uneven, 1)).toBeNull();
  expect(fitLinearBaseline(data, 300)).toBeNull();
  expect(fitLinearBaseline(data, 1)?.forecast(uneven)).toBeNull();
});

test("persistence holds the last sample of the window", () => {
  const data = oscillator({ trajectories: 1, samples: 6, dt: 0.1, control: false });
  const [{ x }] = persistenceForecast(data, 3);
  const truth = data.trajectories[0].x;
  for (let k = 0; k < 6; k++) expect(x.row(k)).toEqual(truth.row(Math.min(k, 2)));
});

test("a smooth control, whose samples all but determine each other, does not make the linear forecast explode", () => {
  const train = oscillator({ trajectories: 8, samples: 60, dt: 0.1, control: true });
  const test = oscillator({ trajectories: 2, samples: 60, dt: 0.1, control: true, seed: 2 });
  for (const window of [2, 3, 5, 9, 20]) {
    const linear = compareForecasts(fitLinearBaseline(train, window)?.forecast(test) ?? [], test, { window });
    const held = compareForecasts(persistenceForecast(test, window), test, { window });
    expect(linear.rmse_mean, `window ${window}`).toBeLessThan(held.rmse_mean / 10);
  }
});
