import { DymadError, type Issue } from "../../errors.js";
import { checkParameters, type ParameterSpec, type Parameters } from "./parameter.js";
import type { Goal } from "./selection.js";

export const initialStrategies = ["auto", "grid", "random"] as const;
export const refinementStrategies = ["nelder_mead_like", "batch_pattern_search", "multi_start_nelder_mead"] as const;
export const tuningTieBreakers = ["metric", "param_l1", "candidate_index"] as const;

/** What to tune, how to look for it, and how to choose. */
export interface TuningSpec {
  readonly parameters: readonly ParameterSpec[];
  /** name of the metric in what the evaluator returns; default metric */
  readonly metric_name?: string | undefined;
  /** default minimize */
  readonly goal?: Goal | undefined;
  /** candidates of the first round, in all or for each parameter (a grid of their product); default 1 */
  readonly initial_budget?: number | readonly number[] | undefined;
  /** auto: a grid up to three parameters, else random; default auto */
  readonly initial_strategy?: (typeof initialStrategies)[number] | undefined;
  /** search from the best of the first round on; default none */
  readonly refinement_strategy?: (typeof refinementStrategies)[number] | null | undefined;
  /** most evaluations of the refinement, cached ones included; default 0 */
  readonly refinement_budget?: number | undefined;
  /** batch_pattern_search: evaluations at once; default one whole pattern */
  readonly batch_size?: number | undefined;
  /** multi_start_nelder_mead: simplices; default 4 */
  readonly starts?: number | undefined;
  /** default metric, param_l1, candidate_index */
  readonly selection_tie_breakers?: readonly (typeof tuningTieBreakers)[number][] | undefined;
  /** of random candidates and of the starts of simplices; default 0 */
  readonly seed?: number | undefined;
  /** kept with the result */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** A specification with every default filled in. */
export type CompleteTuningSpec = {
  readonly [K in keyof Required<TuningSpec>]-?: Exclude<TuningSpec[K], undefined>;
};

/**
 * Fills in the defaults.
 *
 * @throws  E_SPEC with everything that is wrong
 */
export function completeTuning(spec: TuningSpec): CompleteTuningSpec {
  const issues: Issue[] = [];
  try {
    checkParameters(spec.parameters ?? []);
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    issues.push(...error.issues);
  }
  const complete: CompleteTuningSpec = {
    parameters: spec.parameters,
    metric_name: spec.metric_name ?? "metric",
    goal: spec.goal ?? "minimize",
    initial_budget: spec.initial_budget ?? 1,
    initial_strategy: spec.initial_strategy ?? "auto",
    refinement_strategy: spec.refinement_strategy ?? null,
    refinement_budget: spec.refinement_budget ?? 0,
    batch_size: spec.batch_size ?? 2 * (spec.parameters?.length ?? 0) + 2,
    starts: spec.starts ?? 4,
    selection_tie_breakers: spec.selection_tie_breakers ?? tuningTieBreakers,
    seed: spec.seed ?? 0,
    metadata: spec.metadata ?? {},
  };
  const wrong = (key: string, message: string): void => void issues.push({ code: "E_SPEC", path: [key], message });
  const oneOf = (key: keyof TuningSpec, words: readonly unknown[]): void => {
    if (!words.includes(complete[key])) wrong(key, `must be one of ${words.join(", ")}, got ${String(complete[key])}`);
  };
  oneOf("goal", ["minimize", "maximize"]);
  oneOf("initial_strategy", initialStrategies);
  oneOf("refinement_strategy", [null, ...refinementStrategies]);
  const counts = [complete.initial_budget].flat();
  if (!counts.every((count) => Number.isInteger(count) && count >= 1))
    wrong("initial_budget", `must be positive integers, got ${counts.join(", ")}`);
  if (Array.isArray(complete.initial_budget)) {
    if (counts.length !== spec.parameters?.length)
      wrong("initial_budget", `has ${counts.length} numbers for ${spec.parameters?.length} parameters`);
    if (complete.initial_strategy === "random")
      wrong("initial_budget", "one number for each parameter makes a grid, not a random plan");
  }
  for (const [key, least] of [
    ["refinement_budget", 0],
    ["batch_size", 1],
    ["starts", 1],
    ["seed", 0],
  ] as const) {
    if (!Number.isSafeInteger(complete[key]) || complete[key] < least)
      wrong(key, `must be an integer of at least ${least}, got ${complete[key]}`);
  }
  const unknown = complete.selection_tie_breakers.filter((name) => !tuningTieBreakers.includes(name));
  if (unknown.length > 0)
    wrong("selection_tie_breakers", `must be among ${tuningTieBreakers.join(", ")}, got ${unknown.join(", ")}`);
  if (issues.length > 0) throw DymadError.ofIssues(issues);
  return complete;
}

/** A parameter from a mapping; `type` is another word for `value_kind`. */
export function parameterFrom(mapping: Readonly<Record<string, unknown>>): ParameterSpec {
  const { type, ...rest } = mapping;
  const spec = {
    ...rest,
    ...(type === undefined || "value_kind" in rest ? {} : { value_kind: type }),
  } as unknown as ParameterSpec;
  checkParameters([spec]);
  return spec;
}

export interface TuningEvaluation {
  readonly params: Parameters;
  readonly phase: "initial" | "refinement";
  /** place in its phase, from 0 */
  readonly index: number;
  /** Infinity (-Infinity when maximized) when it failed */
  readonly metric_value: number;
  readonly status: "ok" | "failed";
  readonly elapsed_seconds: number;
  /** the same parameters were evaluated before: values are copied */
  readonly cache_hit: boolean;
  /** a parameter stands on one of its bounds */
  readonly boundary_hit: boolean;
  readonly failure_reason: string | null;
  readonly extra_metrics: Readonly<Record<string, number | string | boolean | null>>;
}

export interface TuningResult {
  /** empty when no evaluation succeeded */
  readonly selected_params: Parameters;
  readonly selected_metric: number;
  readonly evaluations: readonly TuningEvaluation[];
  /** evaluations that failed or stand on a bound */
  readonly failures: readonly TuningEvaluation[];
  /** how the first candidates were made */
  readonly candidate_plan: {
    readonly strategy: "grid" | "random";
    readonly initial_budget_mode: "total" | "per_parameter";
    readonly candidates: readonly Parameters[];
  };
  /** the specification, complete */
  readonly policy: CompleteTuningSpec;
}
