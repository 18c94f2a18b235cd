import type { ConvergenceRow, ConvergenceStudySpec } from "./convergence-spec.js";

/** Values beside the truth, for a picture. */
export interface StudyPrediction {
  /** where the values stand: times, or places */
  readonly at: readonly number[] | Float64Array;
  readonly truth: readonly number[] | Float64Array;
  readonly prediction: readonly number[] | Float64Array;
}

/** The trial in the middle of those of a method at a level. */
export interface MedianTrial {
  readonly method: string;
  readonly refinement: number;
  readonly trial: string;
  /** its primary metric */
  readonly value: number;
}

/**
 * The trial whose primary metric is the median, of each method at each level: the lower one of two, the first of equals. Levels
 * without a finite value have none.
 */
export function medianTrials(spec: ConvergenceStudySpec, rows: readonly ConvergenceRow[]): MedianTrial[] {
  const metric = spec.primary_metric ?? spec.metrics[0];
  return spec.methods.flatMap((method) =>
    spec.refinement_levels.flatMap((refinement) => {
      const ranked = rows
        .filter((row) => row.status === "ok" && row.method === method && row.refinement === refinement)
        .map(({ trial, metrics }) => ({ method, refinement, trial, value: metrics[metric] }))
        .filter(({ value }) => Number.isFinite(value))
        .sort((a, b) => a.value - b.value);
      return ranked.length === 0 ? [] : [ranked[(ranked.length - 1) >> 1]];
    }),
  );
}
