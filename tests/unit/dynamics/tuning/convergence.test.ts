import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConvergenceStudySpec } from "../../../../sdk/dynamics/tuning/convergence-spec.js";
import { convergenceStudy } from "../../../../sdk/dynamics/tuning/convergence-study.js";
import { samplePlan } from "../../../../sdk/dynamics/tuning/resampling.js";
import { tune } from "../../../../sdk/dynamics/tuning/tuner.js";
import { expectClose, f64 } from "../../../tolerance.js";

const study: ConvergenceStudySpec = { methods: ["a", "b"], refinement_levels: [10, 20, 40], trials: 3, metrics: ["error"] };
/** Errors c n^-p, with a factor by trial whose mean is 1. */
const power =
  (p: Readonly<Record<string, number>>) =>
  ({ method, refinement, trial }: { method: string; refinement: number; trial: string }) => ({
    error: 5 * refinement ** -p[method] * (1 + 0.1 * (Number(trial.at(-1)) - 1)),
  });

test("the order of a power law is found, with r² 1, for any scatter of the trials that keeps the mean", async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0.2, max: 6, noNaN: true }), async (p) => {
      const { rates, statistics, diagnostics } = await convergenceStudy(study, { evaluate: power({ a: p, b: 2 * p }) });
      expectClose(
        rates.map(({ order }) => order as number),
        [p, 2 * p],
        f64,
      );
      expectClose(
        rates.map(({ r2 }) => r2 as number),
        [1, 1],
        f64,
      );
      expect(rates.map(({ monotone, status }) => [monotone, status])).toEqual([
        [true, "ok"],
        [true, "ok"],
      ]);
      expectClose(
        statistics.slice(0, 1).flatMap(({ mean, std, min, max, count }) => [mean, std, min, max, count]),
        [5 * 10 ** -p, 0.5 * 10 ** -p, 4.5 * 10 ** -p, 5.5 * 10 ** -p, 3],
        f64,
      );
      expect(diagnostics).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

test("a study that is stopped begins no more evaluations and says so", async () => {
  const signal = { aborted: false };
  let made = 0;
  const evaluate = () => {
    signal.aborted = ++made === 5;
    return { error: 1 };
  };
  await expect(convergenceStudy(study, { evaluate }, { signal })).rejects.toMatchObject({ code: "E_CANCELLED" });
  expect(made).toBe(5);
});

test("failures, missing levels, bad fits and scatter are told; the rest goes on", async () => {
  const { rows, rates, diagnostics } = await convergenceStudy(
    { ...study, trials: ["t0", "t1"], fit_window: [10, 40] },
    {
      evaluate: ({ method, refinement, trial }) => {
        if (method === "a" && refinement < 40) throw new Error("out of memory");
        return { error: method === "b" && refinement === 20 ? 9 : trial === "t0" ? 1 : 1.5 };
      },
    },
  );
  expect(rows.filter(({ status }) => status === "failed").map(({ failure_reason }) => failure_reason)).toEqual(
    Array(4).fill("out of memory"),
  );
  expect(rates.map(({ status }) => status)).toEqual(["insufficient_fit_window", "ok"]);
  expect(new Set(diagnostics.map(({ kind }) => kind))).toEqual(
    new Set([
      "missing_or_invalid_fit_window",
      "missing_fit_window_levels",
      "failed_trials",
      "low_loglog_fit_quality",
      "non_monotone_fit_window",
    ]),
  );
});

test.each([
  ["per_trial", 12],
  ["per_level", 4],
  ["reference_level", 2],
  ["none", 0],
] as const)("the policy %s makes %i tunings, each once, whatever the number of workers", async (mode, count) => {
  const spec: ConvergenceStudySpec = { ...study, refinement_levels: [10, 20], tuning_policy: { mode } };
  const run = async (max_workers: number) => {
    const made: string[] = [];
    const result = await convergenceStudy(
      spec,
      {
        tune: async ({ method, refinement, trial }) => {
          made.push(`${method}/${refinement}/${trial}`);
          await new Promise((done) => setTimeout(done, made.length % 3));
          return tune(
            { parameters: [{ name: "h", bounds: [0, 1] }], initial_budget: 3 },
            ({ h }) => Math.abs((h as number) - 0.5),
            { now: () => 0 },
          );
        },
        evaluate: ({ params, refinement }) => ({ error: ((params.h as number | undefined) ?? 1) / refinement }),
      },
      { max_workers },
    );
    return { made: made.sort(), result };
  };
  const alone = await run(1);
  expect(alone.made).toHaveLength(count);
  expect(Object.keys(alone.result.tunings)).toHaveLength(count);
  expect(await run(5)).toEqual(alone);
  expect(alone.result.rates.map(({ order }) => Math.round((order as number) * 1e9) / 1e9)).toEqual([1, 1]);
});

test("a study that is given its rows again evaluates only what is new", async () => {
  const first = await convergenceStudy(study, { evaluate: power({ a: 1, b: 2 }) });
  let calls = 0;
  const more = await convergenceStudy(
    { ...study, refinement_levels: [10, 20, 40, 80], trials: 4 },
    {
      evaluate: (context) => {
        calls++;
        return power({ a: 1, b: 2 })(context);
      },
    },
    { rows: first.rows },
  );
  expect([calls, more.rows.length]).toEqual([2 * 4 * 4 - 18, 32]);
  expect(more.rows).toEqual(expect.arrayContaining([...first.rows]));
});

test("levels of a trial are nested, parts are disjoint, and a pool that grows keeps its beginning", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 40 }),
      fc.constantFrom(
        { type: "holdout" } as const,
        { type: "holdout", fraction: 0.9 } as const,
        { type: "kfold", folds: 3 } as const,
        { type: "counts", valid: 5 } as const,
      ),
      fc.nat(),
      (level, validation, seed) => {
        const spec = { test_size: 7, pool: 60, validation };
        const { test: tested, splits, refit } = samplePlan(spec, seed, "t", level);
        for (const { train, valid } of splits) {
          const all = [...tested, ...train, ...valid];
          expect(new Set(all).size).toBe(all.length);
          expect([train.length > 0, valid.length > 0]).toEqual([true, true]);
          if (validation.type !== "counts") expect([...train, ...valid].sort()).toEqual([...refit].sort());
        }
        const larger = samplePlan({ ...spec, pool: [60, 90] }, seed, "t", level + 10);
        expect(larger.refit.slice(0, level)).toEqual(refit);
      },
    ),
  );
  expect(() => samplePlan({ pool: 5 }, 0, "t", 9)).toThrow(expect.objectContaining({ code: "E_DATA" }));
});

test("everything wrong with a study is told at once", async () => {
  const wrong = { methods: [], refinement_levels: [2, 1], trials: 0, metrics: ["m", "m"], primary_metric: "x" };
  await expect(convergenceStudy(wrong, { evaluate: () => ({}) })).rejects.toMatchObject({
    issues: ["methods", "metrics", "refinement_levels", "trials", "primary_metric"].map((name) => ({ path: [name] })),
  });
  await expect(convergenceStudy({ ...study, tuning_policy: { mode: "per_level" } }, { evaluate: () => ({}) })).rejects.toThrow(
    /needs a tune function/,
  );
});
