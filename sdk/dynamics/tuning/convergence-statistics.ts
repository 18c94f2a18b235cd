import { log } from "../../numerics/elementary.js";
import type { ConvergenceRow, ConvergenceStudySpec } from "./convergence-spec.js";

/** Errors of the trials of one method at one level; over finite values. */
export interface TrialStatistics {
  readonly method: string;
  readonly metric: string;
  readonly refinement: number;
  readonly count: number;
  readonly mean: number;
  /** mean of the two in the middle where their number is even */
  readonly median: number;
  /** sample deviation; 0 for one value */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** How fast the errors of one method fall: mean error ~ refinement^-order. */
export interface ConvergenceRate {
  readonly method: string;
  readonly metric: string;
  readonly status: "ok" | "insufficient_fit_window";
  /** null when there are fewer than two levels to fit */
  readonly order: number | null;
  readonly intercept: number | null;
  readonly r2: number | null;
  /** no error of the window exceeds the one before it */
  readonly monotone: boolean;
  /** levels of the fit */
  readonly levels: readonly number[];
}

export function trialStatistics(spec: ConvergenceStudySpec, rows: readonly ConvergenceRow[]): TrialStatistics[] {
  return grouped(spec).flatMap(({ method, metric }) =>
    spec.refinement_levels.flatMap((refinement) => {
      const values = rows
        .filter((row) => row.status === "ok" && row.method === method && row.refinement === refinement)
        .map((row) => row.metrics[metric])
        .filter((value) => Number.isFinite(value));
      if (values.length === 0) return [];
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
      const std = values.length === 1 ? 0 : Math.sqrt(squares / (values.length - 1));
      const min = values.reduce((a, b) => Math.min(a, b));
      const max = values.reduce((a, b) => Math.max(a, b));
      return [{ method, metric, refinement, count: values.length, mean, median: medianOf(values), std, min, max }];
    }),
  );
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const grouped = ({ methods, metrics }: ConvergenceStudySpec): { method: string; metric: string }[] =>
  methods.flatMap((method) => metrics.map((metric) => ({ method, metric })));

/** A straight line through (log refinement, log mean error) over the fit window, by least squares; the order is minus its slope. */
export function convergenceRates(spec: ConvergenceStudySpec, statistics: readonly TrialStatistics[]): ConvergenceRate[] {
  const [first, last] = spec.fit_window ?? [0, Number.POSITIVE_INFINITY];
  return grouped(spec).map(({ method, metric }) => {
    const points = statistics.filter(
      (one) =>
        one.method === method && one.metric === metric && one.refinement >= first && one.refinement <= last && one.mean > 0,
    );
    const levels = points.map(({ refinement }) => refinement);
    const monotone = points.every(({ mean }, i) => i === 0 || mean <= points[i - 1].mean);
    if (points.length < 2)
      return { method, metric, status: "insufficient_fit_window", order: null, intercept: null, r2: null, monotone, levels };
    const { slope, intercept, r2 } = line(
      points.map(({ refinement }) => log(refinement)),
      points.map(({ mean }) => log(mean)),
    );
    return { method, metric, status: "ok", order: -slope, intercept, r2, monotone, levels };
  });
}

function line(x: readonly number[], y: readonly number[]): { slope: number; intercept: number; r2: number } {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (f: (i: number) => number): number => x.reduce((total, _, i) => total + f(i), 0);
  const slope = sum((i) => (x[i] - mx) * (y[i] - my)) / sum((i) => (x[i] - mx) * (x[i] - mx));
  const intercept = my - slope * mx;
  const rest = sum((i) => (y[i] - intercept - slope * x[i]) * (y[i] - intercept - slope * x[i]));
  const all = sum((i) => (y[i] - my) * (y[i] - my));
  return { slope, intercept, r2: all === 0 ? 1 : 1 - rest / all };
}
