import type { Parameters } from "./parameter.js";
import type { CompleteTuningSpec, TuningEvaluation } from "./tuning-spec.js";

/** What an evaluator returns: the metric, or a mapping with it (under its name, `metric_value` or `metric`) and other values. */
export type Evaluated = number | Readonly<Record<string, number | string | boolean | null>>;

export type Evaluator = (params: Parameters) => Evaluated | Promise<Evaluated>;

export type Outcome = Pick<TuningEvaluation, "metric_value" | "status" | "elapsed_seconds" | "failure_reason" | "extra_metrics">;

/** Evaluates once: what is thrown, and a metric that is no finite number, is a failure with its reason. */
export async function outcomeOf(
  params: Parameters,
  evaluator: Evaluator,
  spec: CompleteTuningSpec,
  failed: number,
  now: () => number,
): Promise<Outcome> {
  const started = now();
  const end = (rest: Omit<Outcome, "elapsed_seconds">): Outcome => ({ ...rest, elapsed_seconds: (now() - started) / 1000 });
  const fail = (failure_reason: string, extra_metrics: Outcome["extra_metrics"] = {}): Outcome =>
    end({ metric_value: failed, status: "failed", failure_reason, extra_metrics });
  try {
    const given = await evaluator(params);
    const { value, rest } = metricOf(given, spec.metric_name);
    if (typeof value !== "number") return fail(`the evaluator returned no ${spec.metric_name}`, rest);
    if (!Number.isFinite(value)) return fail(`${spec.metric_name} is ${value}`, rest);
    return end({ metric_value: value, status: "ok", failure_reason: null, extra_metrics: rest });
  } catch (error) {
    return fail((error instanceof Error ? error.message : String(error)) || "the evaluator threw without a word");
  }
}

function metricOf(given: Evaluated, name: string): { value: unknown; rest: Outcome["extra_metrics"] } {
  if (typeof given !== "object" || given === null) return { value: given, rest: {} };
  const key = [name, "metric_value", "metric"].find((word) => word in given);
  return {
    value: key === undefined ? undefined : given[key],
    rest: Object.fromEntries(Object.entries(given).filter(([word]) => word !== key)),
  };
}
