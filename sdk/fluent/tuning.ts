import type { ConvergenceStudySpec } from "../dynamics/tuning/convergence-spec.js";
import { trialsOf } from "../dynamics/tuning/convergence-spec.js";
import type { ConvergenceResult, ConvergenceWork } from "../dynamics/tuning/convergence-study.js";
import type { Evaluator } from "../dynamics/tuning/outcome.js";
import { completeTuning, type TuningResult, type TuningSpec } from "../dynamics/tuning/tuning-spec.js";
import { type StudyFilesOptions, studyInto, type TuneFilesOptions, tuneInto } from "../workflow/app/tuning.js";
import { candidateText } from "../workflow/executor/run-event.js";
import { followedWork, type WorkProgress } from "./follow.js";
import type { Telling } from "./results/kind.js";
import { studyKind, tuningKind } from "./results/trials.js";

/** A tuning that is followed where nobody listens; see `Dymad.tune`. */
export async function tune(
  spec: TuningSpec,
  evaluator: Evaluator,
  options: TuneFilesOptions = {},
): Promise<TuningResult & Telling> {
  const { goal, initial_budget, refinement_budget } = completeTuning(spec);
  const first = Array.isArray(initial_budget) ? initial_budget.reduce((a, b) => a * b, 1) : (initial_budget as number);
  const better = (a: number, b: number): boolean => (goal === "minimize" ? a < b : a > b);
  let done = 0;
  let best: NonNullable<WorkProgress["best"]> | null = null;
  const listens = options.onEvaluation !== undefined || options.onOutcome !== undefined;
  return followedWork("tune", { signal: options.signal, listens }, async (signal, tell) => {
    const result = await tuneInto(spec, evaluator, {
      ...options,
      signal,
      onOutcome: (params, outcome) => {
        options.onOutcome?.(params, outcome);
        const value = outcome.status === "ok" ? outcome.metric_value : null;
        if (value !== null && (best === null || better(value, best.value))) best = { value, text: candidateText(params) };
        tell({ done: ++done, of: first + refinement_budget, value, best });
      },
    });
    return tuningKind.of(result);
  });
}

/** A study that is followed where nobody listens; see `Dymad.convergenceStudy`. */
export async function convergenceStudy(
  spec: ConvergenceStudySpec,
  work: ConvergenceWork,
  options: StudyFilesOptions = {},
): Promise<ConvergenceResult & Telling> {
  let done = 0;
  return followedWork("study", { signal: options.signal, listens: options.onRow !== undefined }, async (signal, tell) => {
    const result = await studyInto(spec, work, {
      ...options,
      signal,
      onRow: (row) => {
        options.onRow?.(row);
        const of = spec.methods.length * spec.refinement_levels.reduce((sum, level) => sum + trialsOf(spec, level).length, 0);
        tell({ done: ++done, of, value: row.metrics[spec.primary_metric ?? spec.metrics[0]] ?? null });
      },
    });
    return studyKind.of(result);
  });
}
