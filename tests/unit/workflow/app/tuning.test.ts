import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { dymad } from "../../../../sdk/fluent/dymad.js";
import { readNpz } from "../../../../sdk/formats/npz.js";
import { readTuning } from "../../../../sdk/workflow/app/tuning.js";

const folder = mkdtempSync(join(tmpdir(), "dymad-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = { parameters: [{ name: "h", bounds: [1e-3, 1], scale: "log" }], initial_budget: 4 } as const;
const cost = ({ h }: Readonly<Record<string, unknown>>): number => Math.abs((h as number) - 0.1);

test("a tuning is kept in its directory as it was, with a chart", async () => {
  const out = join(folder, "tuning");
  const result = await dymad.tune(spec, cost, { out });
  expect(readTuning(out)).toEqual(result);
  expect(readFileSync(join(out, "tuning_search.svg"), "utf8")).toContain("<svg");
});

test("a study that stopped in the middle goes on there: nothing finished is done again, and the files are the same", async () => {
  const study = {
    methods: ["euler"],
    refinement_levels: [10, 20, 40],
    trials: 2,
    metrics: ["error"],
    tuning_policy: { mode: "per_level" },
  } as const;
  const run = async (out: string, breakAt: number | null): Promise<{ calls: string[]; tunings: number }> => {
    const calls: string[] = [];
    let tunings = 0;
    await dymad.convergenceStudy(
      study,
      {
        tune: () => {
          tunings++;
          return dymad.tune(spec, cost, { now: () => 0 });
        },
        evaluate: ({ refinement, trial, params }) => {
          if (calls.length === breakAt) throw new Error("the lights went out");
          calls.push(`${refinement}/${trial}`);
          return { error: (params.h as number) / refinement };
        },
      },
      { out: join(folder, out) },
    );
    return { calls, tunings };
  };
  const whole = await run("whole", null);
  expect([whole.calls.length, whole.tunings]).toEqual([6, 3]);
  const broken = await run("broken", 3);
  const rest = await run("broken", null);
  expect([...broken.calls, ...rest.calls]).toEqual(whole.calls);
  expect(rest.tunings).toBe(0);
  const files = [
    "raw_results.csv",
    "metric_values.csv",
    "trial_statistics.csv",
    "convergence_summary.csv",
    "convergence_rates.csv",
    "convergence_rates.json",
    "diagnostics.json",
  ];
  for (const name of files)
    expect(readFileSync(join(folder, "broken", name), "utf8")).toBe(readFileSync(join(folder, "whole", name), "utf8"));
  await expect(
    dymad.convergenceStudy({ ...study, metrics: ["other"] }, { evaluate: () => ({ other: 1 }) }, { out: join(folder, "whole") }),
  ).rejects.toMatchObject({ code: "E_CONFLICT", message: expect.stringContaining("not compatible") });
  expect(existsSync(join(folder, "whole", "convergence_restart.json"))).toBe(true);
});

test("a study keeps its samples, a summary, and pictures of its median trials", async () => {
  const out = join(folder, "medians");
  const asked: string[] = [];
  const { statistics, medians, diagnostics } = await dymad.convergenceStudy(
    { methods: ["a/b", "c"], refinement_levels: [4, 8], trials: 3, metrics: ["error"], resampling: { test_size: 2, pool: 10 } },
    {
      evaluate: ({ method, refinement, trial }) => ({
        error: ((method === "c" ? 2 : 1) * (Number(trial.slice(-1)) + 1) ** 2) / refinement,
      }),
      predict: ({ method, refinement, trial, sample_plan }) => {
        asked.push(`${method}/${refinement}/${trial}/${sample_plan?.refit.length}`);
        if (method === "c" && refinement === 8) throw new Error("no ink");
        return { at: method === "c" ? [0, 1] : [0, 1, 2], truth: [1, 2, 3], prediction: [1, 2, 4] };
      },
    },
    { out },
  );
  expect(asked).toEqual(["a/b/4/trial_1/4", "a/b/8/trial_1/8", "c/4/trial_1/4", "c/8/trial_1/8"]);
  expect(statistics.map(({ median }) => median)).toEqual([1, 0.5, 2, 1]);
  expect(medians.map(({ value, failure }) => [value, failure])).toEqual([
    [1, null],
    [0.5, null],
    [2, expect.stringContaining("3")],
    [1, "no ink"],
  ]);
  expect(diagnostics.filter(({ kind }) => kind === "median_prediction_plot_failed")).toHaveLength(2);
  const index = JSON.parse(readFileSync(join(out, "median_predictions/index.json"), "utf8"));
  expect(index.map(({ file }: { file: string | null }) => file)).toEqual(["a-b_4.svg", "a-b_8.svg", null, null]);
  expect(readFileSync(join(out, "median_predictions/a-b_4.svg"), "utf8")).toContain("<svg");
  const [header, first] = readFileSync(join(out, "convergence_summary.csv"), "utf8").split("\n");
  expect(header).toBe("method,metric,order,r2,monotone,first_level,first_mean,last_level,last_mean,trials,failed,diagnostics");
  expect(first).toMatch(/^a\/b,error,1(\.0+)?\d*,1,true,4,/);
  const plans = readNpz(readFileSync(join(out, "sample_plans.npz")), "plans");
  expect([...(plans.get("test")?.data ?? [])]).toEqual([0, 1]);
  const [train, valid, refit] = ["train_0", "valid_0", "refit"].map((name) => [...(plans.get(`trial_2/8/${name}`)?.data ?? [])]);
  expect([...train, ...valid]).toEqual(refit);
  expect(refit.slice(0, 4)).toEqual([...(plans.get("trial_2/4/refit")?.data ?? [])]);
});
