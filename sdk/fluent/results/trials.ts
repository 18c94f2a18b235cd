import { formatNumber } from "../../charts/numbers.js";
import type { Cell, Table } from "../../charts/table.js";
import type { ConvergenceResult } from "../../dynamics/tuning/convergence-study.js";
import type { TuningResult } from "../../dynamics/tuning/tuning-spec.js";
import { searchTable } from "../../workflow/executor/leaderboard.js";
import { candidateText } from "../../workflow/executor/run-event.js";
import type { SearchResults } from "../../workflow/executor/search-results.js";
import { ResultKind } from "./kind.js";

export const searchKind: ResultKind<SearchResults> = new ResultKind({
  headline: ({ mode, metric, candidates, best, finished }) => {
    const leader =
      best === null ? "none has a result" : `best ${metric} ${formatNumber(best.value)}: ${candidateText(best.params)}`;
    return `Search ${mode}${finished ? "" : ", not finished"}, ${candidates.length} candidates, ${leader}`;
  },
  table: searchTable,
});

export const tuningKind: ResultKind<TuningResult> = new ResultKind({
  headline: ({ policy, evaluations, selected_params, selected_metric }) => {
    const made = evaluations.filter(({ cache_hit }) => !cache_hit);
    const failed = made.filter(({ status }) => status === "failed").length;
    const best =
      failed === made.length ? "none succeeded" : `${formatNumber(selected_metric)} at ${candidateText(selected_params)}`;
    return `Tuning ${policy.goal}d ${policy.metric_name}: ${best}; ${made.length} evaluations, ${failed} failed`;
  },
  table: tuningTable,
});

export const studyKind: ResultKind<ConvergenceResult> = new ResultKind({
  headline: ({ rows, rates, diagnostics }) => {
    const orders = rates.map(
      ({ method, metric, order }) => `${method} ${metric} ${order === null ? "unknown" : formatNumber(order, 3)}`,
    );
    const remarks = diagnostics.length === 0 ? "" : `; ${diagnostics.length} remarks in diagnostics`;
    return `Convergence study of ${rows.length} evaluations, orders: ${orders.join(", ")}${remarks}`;
  },
  table: ({ statistics }) => ({
    columns: [
      { title: "method" },
      { title: "metric" },
      { title: "refinement" },
      { title: "mean" },
      { title: "std" },
      { title: "median" },
      { title: "min" },
      { title: "max" },
      { title: "trials" },
    ],
    rows: statistics.map((one) => [
      one.method,
      one.metric,
      one.refinement,
      one.mean,
      one.std,
      one.median,
      one.min,
      one.max,
      one.count,
    ]),
  }),
});

/** Evaluations that were made, best first, each with its parameters. */
function tuningTable({ policy, evaluations }: TuningResult): Table {
  const sign = policy.goal === "minimize" ? 1 : -1;
  const made = evaluations.filter(({ cache_hit }) => !cache_hit);
  const order = [...made].sort((a, b) => sign * (a.metric_value - b.metric_value) || a.index - b.index);
  const cell = (value: unknown): Cell => (typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value));
  return {
    columns: [
      ...policy.parameters.map(({ name }) => ({ title: name })),
      { title: policy.metric_name, best: sign === 1 ? "min" : "max" },
      { title: "seconds", digits: 3 },
      { title: "phase" },
      { title: "failure" },
    ],
    rows: order.map(({ params, metric_value, elapsed_seconds, phase, failure_reason }) => [
      ...policy.parameters.map(({ name }) => cell(params[name])),
      Number.isFinite(metric_value) ? metric_value : null,
      elapsed_seconds,
      phase,
      failure_reason,
    ]),
  };
}
