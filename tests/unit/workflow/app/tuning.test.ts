import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { dymad } from "../../../../sdk/fluent/dymad.js";
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
