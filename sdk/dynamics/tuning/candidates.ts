import type { Parameters, ParameterValue } from "./parameter.js";
import { distance, type Point } from "./point.js";

/** Every combination of listed values; the first key moves slowest. No keys: one empty combination. */
export function productOf(lists: Readonly<Record<string, readonly ParameterValue[]>>): Parameters[] {
  return Object.entries(lists).reduce<Parameters[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/**
 * Combinations as points: one coordinate per key, keys sorted by name, true and false as 1 and 0, each column scaled to [0, 1]
 * (a constant column is 0).
 *
 * @returns  shape [n, d]; null when a value is no number, or keys differ
 */
export function pointsOf(candidates: readonly Parameters[]): Point[] | null {
  const keys = Object.keys(candidates[0] ?? {}).sort();
  const rows: number[][] = [];
  for (const candidate of candidates) {
    if (Object.keys(candidate).length !== keys.length) return null;
    const row = keys.map((key) => (typeof candidate[key] === "boolean" ? Number(candidate[key]) : candidate[key]));
    if (!row.every((value) => typeof value === "number" && Number.isFinite(value))) return null;
    rows.push(row as number[]);
  }
  const ranges = keys.map((_, j) => {
    const column = rows.map((row) => row[j]);
    const low = column.reduce((a, b) => Math.min(a, b));
    const span = column.reduce((a, b) => Math.max(a, b)) - low;
    return { low, span: span === 0 ? 1 : span };
  });
  return rows.map((row) => row.map((value, j) => (value - ranges[j].low) / ranges[j].span));
}

/** Index of the point nearest to a target among those that are free, the first of equally near ones; null when none is free. */
export function nearestFree(points: readonly Point[], target: Point, taken: ReadonlySet<number>): number | null {
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  points.forEach((point, i) => {
    if (taken.has(i)) return;
    const d = distance(point, target);
    if (d < least) [best, least] = [i, d];
  });
  return best;
}
