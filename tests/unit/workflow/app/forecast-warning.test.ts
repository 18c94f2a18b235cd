import { describe, expect, test } from "vitest";
import { forecastWarning } from "../../../../sdk/workflow/app/forecast-warning.js";
import { compileWith } from "../compiler/_facts.js";

const evaluation = (rmse_mean: number | null, n_diverged = 0) => ({
  metrics: { rmse_mean, n_diverged, n_test_trajectories: 4 },
  table: [
    { name: "model", rmse: rmse_mean, nrmse: null, vpt: null, n_diverged },
    { name: "persistence", rmse: 0.5, nrmse: 0.9, vpt: 0.1, n_diverged: 0 },
    { name: "linear", rmse: 1e-9, nrmse: 1e-9, vpt: 3, n_diverged: 0 },
  ],
  on: "valid" as const,
});

describe("a forecast that does not beat the state held", () => {
  test("is warned of in one line, and every other is not", () => {
    const { config } = compileWith({});
    expect(forecastWarning(evaluation(0.49), config)).toBe(null);
    for (const [warned, words] of [
      [evaluation(0.5), "0.5000 is no better than persistence (0.5000)"],
      [evaluation(null), "not finite"],
      [evaluation(0.1, 1), "1 of 4 validation rollouts diverged"],
    ] as const) {
      const text = forecastWarning(warned, config);
      expect(text).toContain(words);
      expect(text).toMatch(/^[^\n]*likely: .*epochs.*scaler.*sweep_lengths/);
    }
  });

  const solve = { phases: [{ type: "linear_solve" }] };
  test.each([
    ["km", {}, /lengthscale_init/],
    ["kmsk", {}, /lengthscale_init/],
    ["dmd", {}, /delay.*lift.*svd.*method/],
    ["dmd", { reference_profile: "dmd-kernel" }, /lengthscale_init/],
    ["lti", { overrides: solve }, /delay.*lift.*svd.*method/],
    ["kbf", { overrides: { phases: [{ trainer: "Linear" }] } }, /delay.*lift.*svd.*method/],
  ])("has causes of its own where %s %j is solved at once, not epochs", (model_key, more, words) => {
    const text = forecastWarning(evaluation(0.5), compileWith({ model_key, ...more }).config);
    expect(text).toMatch(words);
    expect(text).not.toMatch(/\n|epochs|sweep_lengths/);
  });

  test("has the causes of gradients where they follow a solve", () => {
    const phases = [...solve.phases, { type: "optimizer", trainer: "NODE" }];
    expect(forecastWarning(evaluation(0.5), compileWith({ model_key: "lti", overrides: { phases } }).config)).toMatch(/epochs/);
  });
});
