import { expect, test } from "vitest";
import { forecastWarning } from "../../../../sdk/workflow/app/forecast-warning.js";

const evaluation = (rmse_mean: number | null, n_diverged = 0) => ({
  metrics: { rmse_mean, n_diverged, n_test_trajectories: 4 },
  table: [
    { name: "model", rmse: rmse_mean, nrmse: null, vpt: null, n_diverged },
    { name: "persistence", rmse: 0.5, nrmse: 0.9, vpt: 0.1, n_diverged: 0 },
    { name: "linear", rmse: 1e-9, nrmse: 1e-9, vpt: 3, n_diverged: 0 },
  ],
  on: "valid" as const,
});

test("a forecast that beats the state held is not warned of; every other is, in one line", () => {
  expect(forecastWarning(evaluation(0.49))).toBe(null);
  for (const [warned, words] of [
    [evaluation(0.5), "0.5000 is no better than persistence (0.5000)"],
    [evaluation(null), "not finite"],
    [evaluation(0.1, 1), "1 of 4 validation rollouts diverged"],
  ] as const) {
    const text = forecastWarning(warned);
    expect(text).toContain(words);
    expect(text).toMatch(/^[^\n]*likely: .*epochs.*scaler.*sweep_lengths/);
  }
});
