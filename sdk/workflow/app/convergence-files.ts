import type { ConvergenceRow, ConvergenceStudySpec } from "../../dynamics/tuning/convergence-spec.js";
import type { ConvergenceResult, MedianPrediction } from "../../dynamics/tuning/convergence-study.js";
import { samplePlan } from "../../dynamics/tuning/resampling.js";
import { canonicalJson } from "../../formats/canonical.js";
import { numberField, writeCsvRows } from "../../formats/csv-rows.js";
import type { ShapedArray } from "../../formats/npy.js";
import { writeNpz } from "../../formats/npz.js";

/** A study as texts by file name. */
export function convergenceFiles({ rows, statistics, rates, diagnostics, medians }: ConvergenceResult): Record<string, string> {
  const metrics = [...new Set(rows.flatMap((row) => Object.keys(row.metrics)))];
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return {
    "raw_results.csv": table(
      ["method", "refinement", "trial", "status", "failure_reason", "params", ...metrics],
      rows.map((row) => [
        row.method,
        row.refinement,
        row.trial,
        row.status,
        row.failure_reason,
        canonicalJson(row.params),
        ...metrics.map((name) => row.metrics[name] ?? null),
      ]),
    ),
    "metric_values.csv": table(
      ["method", "metric", "refinement", "trial", "value"],
      rows.flatMap((row) =>
        Object.entries(row.metrics).map(([metric, value]) => [row.method, metric, row.refinement, row.trial, value]),
      ),
    ),
    "trial_statistics.csv": records(statistics),
    "convergence_summary.csv": table(
      [
        "method",
        "metric",
        "order",
        "r2",
        "monotone",
        "first_level",
        "first_mean",
        "last_level",
        "last_mean",
        "trials",
        "failed",
        "diagnostics",
      ],
      rates.map(({ method, metric, order, r2, monotone }) => {
        const own = statistics.filter((one) => one.method === method && one.metric === metric);
        const [first, last] = [own[0], own.at(-1)];
        const trials = rows.filter((row) => row.method === method);
        const failed = trials.filter(({ status }) => status === "failed").length;
        const found = diagnostics.filter(({ context }) => context.method === method && (context.metric ?? metric) === metric);
        const kinds = [...new Set(found.map(({ kind }) => kind))].join(" ");
        const ends = [first?.refinement ?? null, first?.mean ?? null, last?.refinement ?? null, last?.mean ?? null];
        return [method, metric, order, r2, String(monotone), ...ends, trials.length, failed, kinds];
      }),
    ),
    "median_predictions/index.json": json(
      medians.map(({ method, refinement, trial, value, prediction, failure }) => ({
        method,
        refinement,
        trial,
        value,
        file: prediction === null || failure !== null ? null : medianFile({ method, refinement }),
      })),
    ),
    "convergence_rates.csv": table(
      ["method", "metric", "status", "order", "intercept", "r2", "monotone"],
      rates.map((rate) => [rate.method, rate.metric, rate.status, rate.order, rate.intercept, rate.r2, String(rate.monotone)]),
    ),
    "convergence_rates.json": json(rates),
    "diagnostics.json": json(diagnostics),
  };
}

/** Name of the picture of a median trial: what a method is called may be no name for a file. */
export const medianFile = ({ method, refinement }: Pick<MedianPrediction, "method" | "refinement">): string =>
  `${method.replace(/[^\w.-]/g, "-")}_${refinement}.svg`;

/**
 * The samples of the contexts that were evaluated, as an npz archive: `test`, and `<trial>/<level>/refit`, `train_<i>`, `valid_<i>`.
 *
 * @returns  null when the study hands out no samples
 */
export function samplePlansFile(
  { resampling, seed = 0 }: ConvergenceStudySpec,
  rows: readonly ConvergenceRow[],
): Uint8Array | null {
  if (resampling === undefined) return null;
  const arrays: Record<string, ShapedArray> = {};
  const put = (name: string, samples: readonly number[]): void => {
    arrays[name] = { shape: [samples.length], data: samples };
  };
  for (const { refinement, trial, status } of rows) {
    if (status === "failed") continue;
    const { test, splits, refit } = samplePlan(resampling, seed, trial, refinement);
    put("test", test);
    put(`${trial}/${refinement}/refit`, refit);
    splits.forEach(({ train, valid }, i) => {
      put(`${trial}/${refinement}/train_${i}`, train);
      put(`${trial}/${refinement}/valid_${i}`, valid);
    });
  }
  return writeNpz(arrays);
}

type Field = string | number | null;

const text = (field: Field): string => (field === null ? "" : typeof field === "number" ? numberField(field) : field);

const table = (header: readonly string[], rows: readonly (readonly Field[])[]): string =>
  writeCsvRows([header, ...rows.map((row) => row.map(text))]);

function records(all: readonly object[]): string {
  const header = Object.keys(all[0] ?? {});
  return table(
    header,
    all.map((one) => header.map((key) => (one as Record<string, Field>)[key])),
  );
}
