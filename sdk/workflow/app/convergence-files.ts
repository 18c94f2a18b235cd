import type { ConvergenceResult } from "../../dynamics/tuning/convergence-study.js";
import { canonicalJson } from "../../formats/canonical.js";
import { numberField, writeCsvRows } from "../../formats/csv-rows.js";

/** A study as texts by file name. */
export function convergenceFiles({ rows, statistics, rates, diagnostics }: ConvergenceResult): Record<string, string> {
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
    "convergence_rates.csv": table(
      ["method", "metric", "status", "order", "intercept", "r2", "monotone"],
      rates.map((rate) => [rate.method, rate.metric, rate.status, rate.order, rate.intercept, rate.r2, String(rate.monotone)]),
    ),
    "convergence_rates.json": json(rates),
    "diagnostics.json": json(diagnostics),
  };
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
