import { DymadError } from "../../errors.js";
import { keyed } from "../../numerics/random.js";
import { mapConcurrently } from "./concurrency.js";
import { type ConvergenceDiagnostic, convergenceDiagnostics } from "./convergence-diagnostics.js";
import {
  type ConvergenceContext,
  type ConvergenceRow,
  type ConvergenceStudySpec,
  checkStudy,
  trialsOf,
} from "./convergence-spec.js";
import { type ConvergenceRate, convergenceRates, type TrialStatistics, trialStatistics } from "./convergence-statistics.js";
import { type MedianTrial, medianTrials, type StudyPrediction } from "./median-trials.js";
import { samplePlan } from "./resampling.js";
import type { TuningResult } from "./tuning-spec.js";

/** What a study does and where it begins. */
export interface ConvergenceWork {
  /** errors by metric name of one context */
  evaluate(context: ConvergenceContext): Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>;
  /** parameters of a method for a context; needed by the policies per_trial, per_level and reference_level */
  tune?(context: Omit<ConvergenceContext, "params" | "tuning_result">): Promise<TuningResult> | TuningResult;
  /** what a context predicts, beside the truth: asked for the median trial of each method at each level, after all evaluations */
  predict?(context: ConvergenceContext): Promise<StudyPrediction> | StudyPrediction;
}

/** The median trial of a method at a level, and what it predicts where that was asked for. */
export interface MedianPrediction extends MedianTrial {
  readonly prediction: StudyPrediction | null;
  readonly failure: string | null;
}

export interface StudyOptions {
  /** evaluations under way at once; default 1. The result is the same for any number */
  readonly max_workers?: number | undefined;
  /** rows of an earlier attempt: they are taken as they are */
  readonly rows?: readonly ConvergenceRow[] | undefined;
  /** tunings of an earlier attempt, by key */
  readonly tunings?: Readonly<Record<string, TuningResult>> | undefined;
  /** told of each row when it is made */
  readonly onRow?: ((row: ConvergenceRow) => void) | undefined;
  /** when it is aborted no more evaluation begins, and the study ends with E_CANCELLED */
  readonly signal?: { readonly aborted: boolean } | undefined;
  readonly onTuning?: ((key: string, result: TuningResult) => void) | undefined;
}

export interface ConvergenceResult {
  /** method by method, level by level, trial by trial */
  readonly rows: readonly ConvergenceRow[];
  readonly statistics: readonly TrialStatistics[];
  readonly rates: readonly ConvergenceRate[];
  readonly diagnostics: readonly ConvergenceDiagnostic[];
  readonly tunings: Readonly<Record<string, TuningResult>>;
  /** method by method, level by level */
  readonly medians: readonly MedianPrediction[];
}

/**
 * Measures how errors fall with refinement: every method at every level in several trials, a straight line through their logarithms,
 * and what makes it doubtful. An evaluation that throws is a failed row. Parameters are tuned as the policy says, each tuning once.
 *
 * @throws  E_SPEC with everything that is wrong with the study; E_CANCELLED when it was stopped
 */
export async function convergenceStudy(
  spec: ConvergenceStudySpec,
  work: ConvergenceWork,
  options: StudyOptions = {},
): Promise<ConvergenceResult> {
  checkStudy(spec);
  const { mode, fixed_params = {}, reference_level } = spec.tuning_policy ?? { mode: "none" };
  if (["per_trial", "per_level", "reference_level"].includes(mode) && work.tune === undefined) {
    throw new DymadError("E_SPEC", `the policy ${mode} needs a tune function`, {
      path: ["tuning_policy"],
      hint: "give tune, or mode: none",
    });
  }
  const tunings = new Map(Object.entries(options.tunings ?? {}));
  const underWay = new Map<string, Promise<TuningResult>>();
  const place = (method: string, refinement: number, trial: string) => {
    const seed = keyed(spec.seed ?? 0)
      .fold("trial")
      .fold(trial)
      .fold(refinement)
      .integers(1, 0, Number.MAX_SAFE_INTEGER)[0];
    const sample_plan = spec.resampling === undefined ? null : samplePlan(spec.resampling, spec.seed ?? 0, trial, refinement);
    return { method, refinement, trial, sample_plan, seed };
  };
  /** Which tuning a context needs: its key, and the context it is made for. */
  const tuningOf = (method: string, level: number, trial: string): { key: string; at: ReturnType<typeof place> } | null => {
    if (mode === "none" || mode === "external") return null;
    if (mode === "per_trial") return { key: `${method}/${level}/${trial}`, at: place(method, level, trial) };
    const reference =
      mode === "per_level" ? level : (reference_level ?? spec.refinement_levels[spec.refinement_levels.length - 1]);
    return { key: `${method}/${reference}`, at: place(method, reference, trialsOf(spec, reference)[0]) };
  };
  const tuned = (key: string, at: ReturnType<typeof place>): Promise<TuningResult> => {
    const known = tunings.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const started = underWay.get(key) ?? Promise.resolve().then(() => (work.tune as NonNullable<ConvergenceWork["tune"]>)(at));
    if (!underWay.has(key)) {
      underWay.set(
        key,
        started.then((result) => {
          tunings.set(key, result);
          options.onTuning?.(key, result);
          return result;
        }),
      );
    }
    return underWay.get(key) as Promise<TuningResult>;
  };
  const contextOf = async (method: string, refinement: number, trial: string): Promise<ConvergenceContext> => {
    const needed = tuningOf(method, refinement, trial);
    const tuning_result = needed === null ? null : await tuned(needed.key, needed.at);
    return { ...place(method, refinement, trial), params: tuning_result?.selected_params ?? fixed_params, tuning_result };
  };
  const done = new Map((options.rows ?? []).map((row) => [keyOfRow(row), row]));
  const planned = spec.methods.flatMap((method) =>
    spec.refinement_levels.flatMap((refinement) => trialsOf(spec, refinement).map((trial) => ({ method, refinement, trial }))),
  );
  const goOn = (): void => {
    if (!options.signal?.aborted) return;
    throw new DymadError("E_CANCELLED", "the study was stopped before its end", {
      hint: "with a directory for its results, the same study goes on where it was",
    });
  };
  const rows = await mapConcurrently(planned, options.max_workers ?? 1, async ({ method, refinement, trial }) => {
    goOn();
    const known = done.get(keyOfRow({ method, refinement, trial }));
    if (known !== undefined) return known;
    let params = fixed_params;
    const end = (rest: Pick<ConvergenceRow, "metrics" | "status" | "failure_reason">): ConvergenceRow => {
      const row = { method, refinement, trial, params, ...rest };
      options.onRow?.(row);
      return row;
    };
    try {
      const context = await contextOf(method, refinement, trial);
      params = context.params;
      const given = await work.evaluate(context);
      const missing = spec.metrics.filter((metric) => typeof given[metric] !== "number");
      if (missing.length > 0)
        return end({ metrics: {}, status: "failed", failure_reason: `the evaluation returned no ${missing.join(", ")}` });
      const metrics = Object.fromEntries(spec.metrics.map((metric) => [metric, given[metric]]));
      return end({ metrics, status: "ok", failure_reason: null });
    } catch (error) {
      return end({ metrics: {}, status: "failed", failure_reason: textOf(error) });
    }
  });
  const medians = await mapConcurrently(medianTrials(spec, rows), options.max_workers ?? 1, async (median) => {
    goOn();
    if (work.predict === undefined) return { ...median, prediction: null, failure: null };
    try {
      const prediction = await work.predict(await contextOf(median.method, median.refinement, median.trial));
      return { ...median, prediction, failure: null };
    } catch (error) {
      return { ...median, prediction: null, failure: textOf(error) };
    }
  });
  const statistics = trialStatistics(spec, rows);
  const rates = convergenceRates(spec, statistics);
  // in the order of their names, whatever was made first
  const sorted = [...tunings].sort(([a], [b]) => (a < b ? -1 : 1));
  const diagnostics = convergenceDiagnostics(spec, { rows, statistics, rates, tunings: new Map(sorted), medians });
  return { rows, statistics, rates, diagnostics, tunings: Object.fromEntries(sorted), medians };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Which evaluation a row is. */
export const keyOfRow = ({ method, refinement, trial }: Pick<ConvergenceRow, "method" | "refinement" | "trial">): string =>
  `${method}/${refinement}/${trial}`;
