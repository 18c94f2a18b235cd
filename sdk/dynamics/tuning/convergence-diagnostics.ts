import { canonicalJson } from "../../formats/canonical.js";
import { type ConvergenceRow, type ConvergenceStudySpec, trialsOf } from "./convergence-spec.js";
import type { ConvergenceRate, TrialStatistics } from "./convergence-statistics.js";
import type { MedianTrial } from "./median-trials.js";
import type { TuningResult } from "./tuning-spec.js";

export type DiagnosticKind =
  | "missing_or_invalid_fit_window"
  | "non_monotone_fit_window"
  | "low_loglog_fit_quality"
  | "tuning_failures_or_boundary"
  | "failed_trials"
  | "high_trial_variance"
  | "missing_fit_window_levels"
  | "median_prediction_plot_failed";

/** Something that makes a rate less believable, and what to do about it. */
export interface ConvergenceDiagnostic {
  readonly kind: DiagnosticKind;
  readonly severity: "warning" | "error";
  readonly message: string;
  readonly recommendation: string;
  readonly context: Readonly<Record<string, unknown>>;
}

interface Found {
  readonly rows: readonly ConvergenceRow[];
  readonly statistics: readonly TrialStatistics[];
  readonly rates: readonly ConvergenceRate[];
  readonly tunings: ReadonlyMap<string, TuningResult>;
  readonly medians: readonly (MedianTrial & { readonly failure: string | null })[];
}

/** Everything about a study that a reader of its rates should know. */
export function convergenceDiagnostics(
  spec: ConvergenceStudySpec,
  { rows, statistics, rates, tunings, medians }: Found,
): ConvergenceDiagnostic[] {
  const out: ConvergenceDiagnostic[] = [];
  const note = (
    kind: DiagnosticKind,
    message: string,
    recommendation: string,
    context: Readonly<Record<string, unknown>>,
    severity: ConvergenceDiagnostic["severity"] = "warning",
  ): void => void out.push({ kind, severity, message, recommendation, context });
  const { low_r2_threshold = 0.9, high_variance_cv_threshold = 0.5, fit_window } = spec;
  const inWindow = spec.refinement_levels.filter((level) => !fit_window || (level >= fit_window[0] && level <= fit_window[1]));
  for (const { method, metric, status, r2, monotone, levels } of rates) {
    const context = { method, metric, levels };
    const who = `${metric} of ${method}`;
    if (status !== "ok")
      note(
        "missing_or_invalid_fit_window",
        `${who} has ${levels.length} levels to fit`,
        "widen fit_window, or add levels",
        context,
        "error",
      );
    else if (r2 !== null && r2 < low_r2_threshold)
      note(
        "low_loglog_fit_quality",
        `${who} is no straight line: r² ${r2.toFixed(3)}`,
        "narrow fit_window to where errors fall evenly",
        context,
      );
    if (status === "ok" && !monotone)
      note("non_monotone_fit_window", `${who} rises within the fit window`, "look at the trials, or narrow fit_window", context);
    const missing = inWindow.filter((level) => !levels.includes(level));
    if (missing.length > 0)
      note("missing_fit_window_levels", `${who} has no error at ${missing.join(", ")}`, "see why those trials failed", {
        ...context,
        missing,
      });
  }
  for (const method of spec.methods) {
    const failed = rows.filter((row) => row.method === method && row.status === "failed");
    if (failed.length === 0) continue;
    const planned = spec.refinement_levels.reduce((sum, level) => sum + trialsOf(spec, level).length, 0);
    const reasons = [...new Set(failed.map(({ failure_reason }) => failure_reason))];
    note(
      "failed_trials",
      `${failed.length} of ${planned} trials of ${method} failed`,
      "see their reasons",
      { method, reasons },
      "error",
    );
  }
  for (const { method, metric, refinement, mean, std } of statistics) {
    if (!(std > high_variance_cv_threshold * Math.abs(mean))) continue;
    note("high_trial_variance", `trials of ${metric} of ${method} scatter at ${refinement}`, "use more trials", {
      method,
      metric,
      refinement,
      mean,
      std,
    });
  }
  for (const [key, { evaluations, selected_params }] of tunings) {
    const failed = evaluations.filter(({ status }) => status === "failed").length;
    const chosen = canonicalJson(selected_params);
    const edge = evaluations.some(({ params, boundary_hit }) => boundary_hit && canonicalJson(params) === chosen);
    if (failed === 0 && !edge) continue;
    const message = `the tuning ${key} has ${failed} failed evaluations${edge ? ", and its choice stands on a bound" : ""}`;
    note("tuning_failures_or_boundary", message, edge ? "widen the bounds" : "see their reasons", { key, failed, edge });
  }
  for (const { method, refinement, trial, failure } of medians) {
    if (failure !== null) out.push(noMedianPrediction({ method, refinement, trial }, failure));
  }
  return out;
}

/** A median trial without its picture. */
export const noMedianPrediction = (
  { method, refinement, trial }: Omit<MedianTrial, "value">,
  failure: string,
): ConvergenceDiagnostic => ({
  kind: "median_prediction_plot_failed",
  severity: "warning",
  message: `the prediction of ${method} at ${refinement}, ${trial}, was not drawn: ${failure}`,
  recommendation: "see to predict; errors and rates are not concerned",
  context: { method, refinement, trial },
});
