import { keyed } from "../../numerics/random.js";
import { multiStart } from "./multi-start.js";
import { toUnit } from "./parameter.js";
import { patternSearch } from "./pattern.js";
import type { Point } from "./point.js";
import type { Search } from "./search.js";
import { simplexSearch } from "./simplex.js";
import type { CompleteTuningSpec, TuningEvaluation } from "./tuning-spec.js";

/** The search from the best candidate on; null when none is wanted, or a parameter has no bounds, or nothing succeeded. */
export function refinement(
  spec: CompleteTuningSpec,
  best: TuningEvaluation | null,
  spacing: readonly number[],
): Search<Point> | null {
  const { parameters, refinement_strategy: strategy, refinement_budget: budget } = spec;
  if (strategy === null || budget === 0 || parameters.some(({ bounds }) => bounds === undefined)) return null;
  const d = parameters.length;
  if (strategy === "multi_start_nelder_mead") {
    return multiStart(d, keyed(spec.seed).fold("starts"), { starts: spec.starts, max_iterations: budget });
  }
  if (best === null) return null;
  const centre = parameters.map((p) => toUnit(p, best.params[p.name] as number));
  if (strategy === "batch_pattern_search") {
    const step = spacing.reduce((a, b) => Math.min(a, b));
    return patternSearch(d, { budget, batch_size: spec.batch_size, step, start: [centre] });
  }
  const corners = centre.map((x, axis) =>
    centre.map((y, j) => (j !== axis ? y : x <= 0.5 ? y + spacing[axis] : y - spacing[axis])),
  );
  return simplexSearch([centre, ...corners], { max_iterations: budget });
}

/** A search that ends when there is no room for its next questions; those that still fit are asked. */
export function* within<C>(search: Search<C>, room: () => number): Search<C> {
  let step = search.next();
  while (!step.done) {
    const asked = step.value.slice(0, room());
    if (asked.length === 0) return;
    const scores = yield asked;
    if (asked.length < step.value.length) return;
    step = search.next(scores);
  }
}
