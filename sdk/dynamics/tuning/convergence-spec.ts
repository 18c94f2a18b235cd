import { DymadError, type Issue } from "../../errors.js";
import type { Parameters } from "./parameter.js";
import type { ResamplingSpec, SamplePlan } from "./resampling.js";
import type { TuningResult } from "./tuning-spec.js";

/**
 * Where parameters come from: fixed ones, the evaluator's own affair, or a tuning: for each trial, for each level, or once for each
 * method at a reference level (default the last).
 */
export interface TuningPolicy {
  readonly mode: "none" | "external" | "per_trial" | "per_level" | "reference_level";
  readonly fixed_params?: Parameters | undefined;
  readonly reference_level?: number | undefined;
}

/** How errors fall with refinement: methods x levels x trials. */
export interface ConvergenceStudySpec {
  readonly methods: readonly string[];
  /** positive numbers, ascending: samples, or 1/step */
  readonly refinement_levels: readonly number[];
  /** a count, one count for each level, or labels */
  readonly trials: number | readonly number[] | readonly string[];
  /** names of the errors an evaluation returns */
  readonly metrics: readonly string[];
  /** default the first of `metrics` */
  readonly primary_metric?: string | undefined;
  /** default none */
  readonly tuning_policy?: TuningPolicy | undefined;
  /** first and last level of the fit; default all */
  readonly fit_window?: readonly [number, number] | undefined;
  /** std / mean above which trials scatter too much; default 0.5 */
  readonly high_variance_cv_threshold?: number | undefined;
  /** r² below which a line does not describe the errors; default 0.9 */
  readonly low_r2_threshold?: number | undefined;
  readonly resampling?: ResamplingSpec | undefined;
  /** default 0 */
  readonly seed?: number | undefined;
}

/** One evaluation to be made. */
export interface ConvergenceContext {
  readonly method: string;
  readonly refinement: number;
  readonly trial: string;
  readonly params: Parameters;
  readonly tuning_result: TuningResult | null;
  readonly sample_plan: SamplePlan | null;
  /** of this method-free context: depends on the study's seed, trial and level */
  readonly seed: number;
}

/** What came of one evaluation. */
export interface ConvergenceRow {
  readonly method: string;
  readonly refinement: number;
  readonly trial: string;
  readonly params: Parameters;
  readonly metrics: Readonly<Record<string, number>>;
  readonly status: "ok" | "failed";
  readonly failure_reason: string | null;
}

/** @throws E_SPEC with everything that is wrong with a study */
export function checkStudy(spec: ConvergenceStudySpec): void {
  const issues: Issue[] = [];
  const wrong = (path: string, message: string): void => void issues.push({ code: "E_SPEC", path: [path], message });
  const { methods, refinement_levels: levels, trials, metrics, primary_metric, fit_window, tuning_policy } = spec;
  if (methods.length === 0 || new Set(methods).size < methods.length) wrong("methods", "must be names, at least one, each once");
  if (metrics.length === 0 || new Set(metrics).size < metrics.length) wrong("metrics", "must be names, at least one, each once");
  if (levels.length === 0 || !levels.every((level, i) => level > 0 && (i === 0 || level > levels[i - 1])))
    wrong("refinement_levels", "must be positive numbers in ascending order");
  const counts = [trials].flat();
  if (counts.length === 0 || (typeof counts[0] === "number" && !counts.every((n) => Number.isInteger(n) && (n as number) > 0)))
    wrong("trials", "must be a positive count, one for each level, or labels");
  else if (Array.isArray(trials) && typeof trials[0] === "number" && trials.length !== levels.length)
    wrong("trials", `has ${trials.length} counts for ${levels.length} levels`);
  if (primary_metric !== undefined && !metrics.includes(primary_metric))
    wrong("primary_metric", `must be one of ${metrics.join(", ")}`);
  if (fit_window !== undefined && !(fit_window[0] <= fit_window[1]))
    wrong("fit_window", "must be [first, last] with first <= last");
  if (tuning_policy?.reference_level !== undefined && !levels.includes(tuning_policy.reference_level))
    wrong("tuning_policy", `reference_level must be one of the levels ${levels.join(", ")}`);
  if (issues.length > 0) throw DymadError.ofIssues(issues);
}

/** Labels of the trials at a level. */
export function trialsOf({ trials, refinement_levels }: ConvergenceStudySpec, level: number): string[] {
  const list = [trials].flat();
  if (typeof list[0] === "string") return list as string[];
  const count = (list.length === 1 ? list[0] : list[refinement_levels.indexOf(level)]) as number;
  return Array.from({ length: count }, (_, i) => `trial_${i}`);
}
