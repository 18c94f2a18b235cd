import type { Parameters } from "./parameter.js";
import { scoreOf } from "./search.js";

export type Goal = "minimize" | "maximize";
export const tieBreakers = ["std_metric", "param_l1", "combo_index"] as const;
export type TieBreaker = (typeof tieBreakers)[number];

/** What the choice among candidates looks at. */
export interface Judged {
  /** number of the candidate, whatever the order they were evaluated in */
  readonly index: number;
  readonly params: Parameters;
  /** mean of the metric; null or NaN when there is none */
  readonly mean: number | null;
  /** deviation over the folds */
  readonly std: number | null;
}

export interface SelectionRule {
  /** default minimize */
  readonly goal?: Goal | undefined;
  /** default std_metric, then combo_index */
  readonly tie_breakers?: readonly TieBreaker[] | undefined;
}

/** A metric as a score: smaller is better; what is no finite number is Infinity. */
export function scoreFor(value: number | null, goal: Goal): number {
  if (value === null || !Number.isFinite(value)) return Number.POSITIVE_INFINITY;
  return goal === "maximize" ? -value : value;
}

/**
 * The best candidate: least score, ties broken in order: least deviation over folds, least sum of sizes of the numeric
 * parameters, least number. A candidate without a finite metric is never chosen.
 *
 * @returns  null when none has a finite metric
 */
export function selectBest<T extends Judged>(candidates: readonly T[], rule: SelectionRule = {}): T | null {
  const { goal = "minimize", tie_breakers = ["std_metric", "combo_index"] } = rule;
  const rank = (one: T): number[] => [scoreFor(one.mean, goal), ...tie_breakers.map((name) => tieRank(one, name))];
  let best: { readonly one: T; readonly rank: readonly number[] } | null = null;
  for (const one of candidates) {
    if (!Number.isFinite(scoreFor(one.mean, goal))) continue;
    const own = rank(one);
    if (best === null || precedes(own, best.rank)) best = { one, rank: own };
  }
  return best?.one ?? null;
}

function tieRank({ std, params, index }: Judged, name: TieBreaker): number {
  switch (name) {
    case "std_metric":
      return scoreOf(std ?? Number.NaN);
    case "param_l1":
      return sizeOf(params);
    case "combo_index":
      return index;
    default:
      return name satisfies never;
  }
}

/** Sum of |value| over numbers, true as 1; other values count nothing. */
export const sizeOf = (params: Parameters): number =>
  Object.values(params).reduce<number>(
    (sum, value) => sum + (typeof value === "number" || typeof value === "boolean" ? Math.abs(Number(value)) : 0),
    0,
  );

/** Lexicographic order of two ranks of equal length. */
export function precedes(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((value, k) => value !== b[k]);
  return i >= 0 && a[i] < b[i];
}

/** Mean and population deviation of the values of all folds; null when one of them is missing or not finite. */
export function foldStatistics(values: readonly (number | null)[]): { mean: number | null; std: number | null } {
  if (values.length === 0 || values.some((value) => value === null || !Number.isFinite(value))) return { mean: null, std: null };
  const all = values as readonly number[];
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  return { mean, std: Math.sqrt(all.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / all.length) };
}
