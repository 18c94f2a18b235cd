import { canonicalJson } from "../../formats/canonical.js";
import { mapConcurrently } from "./concurrency.js";
import { initialPlan } from "./initial-plan.js";
import { type Evaluator, type Outcome, outcomeOf } from "./outcome.js";
import { fromUnit, onBound, type Parameters, project } from "./parameter.js";
import { refinement, within } from "./refinement.js";
import { carryOutAsync } from "./search.js";
import { precedes, scoreFor, sizeOf } from "./selection.js";
import {
  type CompleteTuningSpec,
  completeTuning,
  type TuningEvaluation,
  type TuningResult,
  type TuningSpec,
} from "./tuning-spec.js";

export interface TuneOptions {
  /** evaluations under way at once, for evaluators that wait for something; default 1. The result is the same for any number */
  readonly max_workers?: number | undefined;
  /** told of each evaluation when its batch is done, in order */
  readonly onEvaluation?: ((evaluation: TuningEvaluation) => void) | undefined;
  /** told of each evaluation as soon as it is made, in any order */
  readonly onOutcome?: ((params: Parameters, outcome: Outcome) => void) | undefined;
  /** when it is aborted no more evaluation begins, and the result is of those that were made */
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** clock in milliseconds; default Date.now */
  readonly now?: (() => number) | undefined;
}

/** Ends a tuning from inside: it was asked to stop. */
class Stopped extends Error {}

/**
 * Looks for the parameters with the best metric: a first round on a grid or at random, then, when asked for, a search from the
 * best of it. Parameters that were evaluated before are not evaluated again; an evaluator that throws, or whose metric is not
 * finite, is a failed evaluation, not the end. Evaluations are numbered in the order they were planned, whatever ended first.
 *
 * Equal metrics are decided by the sum of sizes of the numeric parameters, then by the order of evaluation.
 *
 * @throws   E_SPEC with everything that is wrong with the specification
 * @example  (await tune({ parameters: [{ name: "x", bounds: [0, 1] }], initial_budget: 5 }, ({ x }) => (x - 0.7) ** 2)).selected_params.x
 */
export async function tune(given: TuningSpec, evaluator: Evaluator, options: TuneOptions = {}): Promise<TuningResult> {
  const spec = completeTuning(given);
  const { parameters, goal } = spec;
  const failed = goal === "maximize" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const known = new Map<string, Outcome>();
  const evaluations: TuningEvaluation[] = [];

  const evaluate = async (phase: TuningEvaluation["phase"], wishes: readonly Parameters[]): Promise<TuningEvaluation[]> => {
    const planned = wishes.map((wish) =>
      Object.freeze(Object.fromEntries(parameters.map((p) => [p.name, project(p, wish[p.name])]))),
    );
    const keys = planned.map(canonicalJson);
    const first = planned.map((_, i) => !known.has(keys[i]) && keys.indexOf(keys[i]) === i);
    const fresh = planned.filter((_, i) => first[i]);
    await mapConcurrently(fresh, options.max_workers ?? 1, async (params) => {
      if (options.signal?.aborted) return;
      const outcome = await outcomeOf(params, evaluator, spec, failed, options.now ?? Date.now);
      known.set(canonicalJson(params), outcome);
      options.onOutcome?.(params, outcome);
    });
    const before = evaluations.filter((one) => one.phase === phase).length;
    const made: TuningEvaluation[] = [];
    for (const [i, params] of planned.entries()) {
      const outcome = known.get(keys[i]);
      if (outcome === undefined) continue;
      made.push({
        params,
        phase,
        index: before + made.length,
        ...outcome,
        elapsed_seconds: first[i] ? outcome.elapsed_seconds : 0,
        cache_hit: !first[i],
        boundary_hit: parameters.some((p) => onBound(p, params[p.name])),
      });
    }
    evaluations.push(...made);
    for (const one of made) options.onEvaluation?.(one);
    if (made.length < planned.length) throw new Stopped();
    return made;
  };

  const { plan, spacing } = initialPlan(spec);
  const work = async (): Promise<void> => {
    await evaluate("initial", plan.candidates);
    const search = refinement(spec, selectEvaluation(evaluations, spec), spacing);
    if (search === null) return;
    let left = spec.refinement_budget;
    await carryOutAsync(
      within(search, () => left),
      async (points) => {
        left -= points.length;
        const made = await evaluate(
          "refinement",
          points.map((point) => Object.fromEntries(parameters.map((p, j) => [p.name, fromUnit(p, point[j])]))),
        );
        return made.map(({ metric_value }) => scoreFor(metric_value, goal));
      },
    );
  };
  await work().catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error;
  });
  const best = selectEvaluation(evaluations, spec);
  return {
    selected_params: best?.params ?? {},
    selected_metric: best?.metric_value ?? failed,
    evaluations,
    failures: evaluations.filter(({ status, boundary_hit }) => status === "failed" || boundary_hit),
    candidate_plan: plan,
    policy: spec,
  };
}

function selectEvaluation(
  evaluations: readonly TuningEvaluation[],
  { goal, selection_tie_breakers }: CompleteTuningSpec,
): TuningEvaluation | null {
  const ranks = { metric: () => 0, param_l1: (i: number) => sizeOf(evaluations[i].params), candidate_index: (i: number) => i };
  const usable = evaluations.flatMap((one, i) =>
    one.status === "ok"
      ? [{ one, rank: [scoreFor(one.metric_value, goal), ...selection_tie_breakers.map((name) => ranks[name](i)), i] }]
      : [],
  );
  return usable.length === 0 ? null : usable.reduce((a, b) => (precedes(b.rank, a.rank) ? b : a)).one;
}
