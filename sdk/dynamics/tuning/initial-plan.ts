import { keyed } from "../../numerics/random.js";
import { productOf } from "./candidates.js";
import { countOf, fromUnit, type ParameterSpec, type Parameters, type ParameterValue } from "./parameter.js";
import type { CompleteTuningSpec, TuningResult } from "./tuning-spec.js";

/** Most parameters for which `auto` means a grid. */
const mostGridParameters = 3;

export interface InitialPlan {
  readonly plan: TuningResult["candidate_plan"];
  /** distance between neighbours of the grid in the unit interval, for each parameter */
  readonly spacing: readonly number[];
}

/** The candidates of the first round. */
export function initialPlan(spec: CompleteTuningSpec): InitialPlan {
  const { parameters, initial_budget, initial_strategy } = spec;
  const perParameter = typeof initial_budget !== "number";
  const grid =
    perParameter || initial_strategy === "grid" || (initial_strategy === "auto" && parameters.length <= mostGridParameters);
  const mode = perParameter ? "per_parameter" : "total";
  if (!grid) {
    const candidates = randomCandidates(spec, initial_budget as number);
    return { plan: { strategy: "random", initial_budget_mode: mode, candidates }, spacing: parameters.map(() => 0.25) };
  }
  const counts = perParameter ? initial_budget : gridCounts(parameters, initial_budget);
  const axes = parameters.map((parameter, j) => [parameter.name, axisValues(parameter, counts[j])] as const);
  const product = productOf(Object.fromEntries(axes));
  const candidates = perParameter ? product : product.slice(0, initial_budget);
  const spacing = axes.map(([, values]) => (values.length < 2 ? 0.25 : 1 / (values.length - 1)));
  return { plan: { strategy: "grid", initial_budget_mode: mode, candidates }, spacing };
}

/**
 * Numbers of grid values: from one each, the smallest axis that can grow gets one more (the first of equal ones) until the
 * product reaches the budget.
 *
 * @example  gridCounts([{ name: "a", bounds: [0, 1] }, { name: "b", bounds: [0, 1] }], 5) // [3, 2]
 */
export function gridCounts(parameters: readonly ParameterSpec[], budget: number): number[] {
  const counts = parameters.map(() => 1);
  const most = parameters.map(countOf);
  while (counts.reduce((a, b) => a * b, 1) < budget) {
    let smallest = -1;
    counts.forEach((count, j) => {
      if (count < most[j] && (smallest < 0 || count < counts[smallest])) smallest = j;
    });
    if (smallest < 0) break;
    counts[smallest]++;
  }
  return counts;
}

/** Values of one axis, evenly spaced with both ends; a single one stands in the middle. Integers that fall together are one. */
function axisValues(parameter: ParameterSpec, count: number): ParameterValue[] {
  const places = Array.from({ length: count }, (_, i) => (count === 1 ? 0.5 : i / (count - 1)));
  const { values } = parameter;
  const found = places.map((place) =>
    values === undefined ? fromUnit(parameter, place) : values[Math.floor(place * (values.length - 1) + 0.5)],
  );
  return [...new Set(found)];
}

function randomCandidates({ parameters, seed }: CompleteTuningSpec, count: number): Parameters[] {
  const key = keyed(seed).fold("initial");
  return Array.from({ length: count }, (_, i) => {
    const places = key.fold(i).uniform(parameters.length);
    return Object.fromEntries(
      parameters.map((parameter, j) => [
        parameter.name,
        parameter.values === undefined
          ? fromUnit(parameter, places[j])
          : parameter.values[Math.floor(places[j] * parameter.values.length)],
      ]),
    );
  });
}
