import { expect, test } from "vitest";
import { forecastWarning } from "../../../../sdk/workflow/app/forecast-warning.js";

const evaluation = (rmse_mean: number | null, n_diverged = 0) => ({
  metrics: { rmse_mean, n_diverged, n_test_trajectories: 4 },
  baseline: { name: "persistence", rmse_mean: 0.5, horizon: [] },
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
