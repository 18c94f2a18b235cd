import fc from "fast-check";
import { expect, test } from "vitest";
import { gridCounts } from "../../../../sdk/dynamics/tuning/initial-plan.js";
import type { Parameters } from "../../../../sdk/dynamics/tuning/parameter.js";
import { tune } from "../../../../sdk/dynamics/tuning/tuner.js";
import { readTuningFiles, tuningFiles } from "../../../../sdk/dynamics/tuning/tuning-files.js";
import type { TuningSpec } from "../../../../sdk/dynamics/tuning/tuning-spec.js";

const logged = { name: "x", bounds: [1e-6, 1e2], scale: "log" } as const;
const unit = (name: string) => ({ name, bounds: [0, 1] }) as const;
/** Least at x = 1e-2, a parabola in log x. */
const valley = ({ x }: Parameters): number => (Math.log10(x as number) + 2) ** 2;

test("budgets: a grid up to three parameters, random beyond, one number each makes the product", async () => {
  expect(gridCounts([unit("a"), unit("b")], 5)).toEqual([3, 2]);
  expect(gridCounts([{ name: "a", values: [1, 2] }, unit("b")], 9)).toEqual([2, 5]);
  expect(gridCounts([{ name: "a", values: [1, 2] }], 9)).toEqual([2]);
  const plan = async (names: readonly string[], initial_budget: TuningSpec["initial_budget"]) =>
    (await tune({ parameters: names.map(unit), initial_budget }, () => 1)).candidate_plan;
  expect(await plan(["a", "b"], 5)).toMatchObject({ strategy: "grid", initial_budget_mode: "total", candidates: { length: 5 } });
  expect(await plan(["a", "b"], [3, 4])).toMatchObject({ initial_budget_mode: "per_parameter", candidates: { length: 12 } });
  expect(await plan(["a", "b", "c", "d"], 5)).toMatchObject({ strategy: "random", candidates: { length: 5 } });
  const one = await tune({ parameters: [{ name: "x", bounds: [1e-4, 1e2], scale: "log" }] }, () => 1);
  expect(one.selected_params.x).toBeCloseTo(0.1, 12);
});

test.each(["nelder_mead_like", "multi_start_nelder_mead", "batch_pattern_search"] as const)(
  "refinement by %s finds the bottom of a valley on a log scale",
  async (refinement_strategy) => {
    const spec = { parameters: [logged], initial_budget: 5, refinement_strategy, refinement_budget: 80 };
    const { selected_params, evaluations } = await tune(spec, valley);
    expect(Math.abs((selected_params.x as number) / 1e-2 - 1)).toBeLessThan(1e-3);
    expect(evaluations.filter(({ phase }) => phase === "refinement").length).toBeGreaterThan(0);
  },
);

test("pattern search starts from the best grid point, a grid step away, and keeps to its budget", async () => {
  const spec = {
    parameters: [logged],
    initial_budget: 5,
    refinement_strategy: "batch_pattern_search",
    refinement_budget: 3,
  } as const;
  const { evaluations } = await tune(spec, valley);
  const refined = evaluations.filter(({ phase }) => phase === "refinement");
  expect(refined.map(({ params, cache_hit }) => [Number((params.x as number).toPrecision(9)), cache_hit])).toEqual([
    [1e-2, true],
    [1, true],
    [1e-4, true],
  ]);
});

test("any number of workers, in whatever order they end, gives the same result", async () => {
  const spec: TuningSpec = {
    parameters: [unit("a"), { name: "n", bounds: [1, 9], value_kind: "int", parity: "odd" }, { name: "w", values: [1, 2, 3] }],
    initial_budget: 12,
    initial_strategy: "random",
    refinement_strategy: "batch_pattern_search",
    refinement_budget: 20,
  };
  const run = async (max_workers: number) => {
    let calls = 0;
    const result = await tune(
      {
        ...spec,
        parameters: spec.parameters.map(({ values, ...p }) =>
          values ? { ...p, bounds: [1, 3] as const, value_kind: "int" as const } : p,
        ),
      },
      async ({ a, n, w }) => {
        await new Promise((done) => setTimeout(done, (7 * ++calls) % 5));
        return { metric: Math.abs((a as number) - 0.3) + Math.abs((n as number) - 5) + (w as number), calls: 1 };
      },
      { max_workers, now: () => 0 },
    );
    return { result, calls };
  };
  const alone = await run(1);
  expect(await run(4)).toEqual(alone);
  expect(await run(100)).toEqual(alone);
  const { evaluations } = alone.result;
  expect(evaluations.filter(({ cache_hit }) => !cache_hit)).toHaveLength(alone.calls);
  expect(new Set(evaluations.map(({ params }) => JSON.stringify(params))).size).toBe(alone.calls);
});

test("a tuning that is stopped has the result of what was evaluated, whatever its phase", async () => {
  const spec = {
    parameters: [logged],
    initial_budget: 5,
    refinement_strategy: "nelder_mead_like",
    refinement_budget: 80,
  } as const;
  const { evaluations: all } = await tune(spec, valley);
  for (const count of [3, 8]) {
    const signal = { aborted: false };
    const heard: number[] = [];
    const { evaluations, selected_metric } = await tune(spec, valley, {
      signal,
      onOutcome: (_, { metric_value }) => {
        heard.push(metric_value);
        signal.aborted = heard.length === count;
      },
    });
    expect(heard).toHaveLength(count);
    const same = ({ params, index, metric_value }: (typeof all)[number]) => ({ params, index, metric_value });
    expect(evaluations.map(same)).toEqual(all.slice(0, evaluations.length).map(same));
    expect(selected_metric).toBe(Math.min(...heard));
  }
});

test("failures are evaluations: thrown, missing, not finite; when all fail nothing is selected", async () => {
  const spec = { parameters: [{ name: "v", values: [1, 2, 3, 4, 5] }], initial_budget: 5 };
  const { evaluations, failures, selected_params } = await tune(spec, ({ v }) => {
    if (v === 1) throw new Error("out of reach");
    if (v === 2) return { other: 3 };
    return v === 3 ? Number.NaN : (v as number);
  });
  expect(evaluations.map(({ status, failure_reason }) => failure_reason ?? status)).toEqual([
    "out of reach",
    "the evaluator returned no metric",
    "metric is NaN",
    "ok",
    "ok",
  ]);
  expect([failures.length, selected_params]).toEqual([3, { v: 4 }]);
  for (const goal of ["minimize", "maximize"] as const) {
    const none = await tune({ ...spec, goal }, () => Number.NaN);
    expect([none.selected_params, none.selected_metric]).toEqual([{}, goal === "minimize" ? Infinity : -Infinity]);
  }
});

test("a tuning reads back from its files as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double(), { minLength: 6, maxLength: 6 }), fc.string(), async (values, reason) => {
      let i = 0;
      const result = await tune(
        { parameters: [unit("a"), { name: "w", values: ["x,y", "z"] }], initial_budget: [3, 2], metadata: { note: reason } },
        () => {
          const value = values[i++];
          if (!Number.isFinite(value)) throw new Error(`${reason}?`);
          return { metric: value, note: reason };
        },
      );
      expect(readTuningFiles(tuningFiles(result))).toEqual(result);
    }),
    { numRuns: 40 },
  );
  expect(() => readTuningFiles({})).toThrow(expect.objectContaining({ code: "E_FORMAT" }));
});

test("everything wrong with a specification is told at once", async () => {
  const spec = {
    parameters: [{ name: "a" }],
    goal: "least",
    initial_budget: [0, 1],
    starts: 0,
    selection_tie_breakers: ["luck"],
  };
  await expect(tune(spec as unknown as TuningSpec, () => 1)).rejects.toMatchObject({
    code: "E_SPEC",
    issues: [
      ["parameters", 0, "bounds"],
      ["goal"],
      ["initial_budget"],
      ["initial_budget"],
      ["starts"],
      ["selection_tie_breakers"],
    ].map((path) => ({ path })),
  });
});
