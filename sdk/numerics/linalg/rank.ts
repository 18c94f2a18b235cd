import { DymadError } from "../../errors.js";

/**
 * How many singular values to keep.
 *
 * Tagged forms say what they mean; a bare number is shorthand: integer k >= 1 is `{ count: k }`, integer -k is `{ drop: k }`,
 * a fraction between 0 and 1 is `{ energy: f }`, a negative fraction is `"optimal"`. Note that the bare number 1 means one
 * component, never all: JavaScript cannot tell 1 from 1.0; write `{ energy: 1 }` or `"full"` for all.
 */
export type Truncation =
  | "full"
  | "optimal"
  | { readonly count: number }
  | { readonly drop: number }
  | { readonly energy: number }
  | number;

/** The tagged form of a truncation. @throws E_SPEC when the number or the fields mean nothing */
export function namedTruncation(order: Truncation): Exclude<Truncation, number> {
  if (typeof order !== "number") return order;
  if (Number.isInteger(order) && order > 0) return { count: order };
  if (Number.isInteger(order) && order < 0) return { drop: -order };
  if (order > 0 && order < 1) return { energy: order };
  if (order < 0) return "optimal";
  throw new DymadError("E_SPEC", `truncation order ${order} has no meaning`, {
    hint: 'use "full", "optimal", { count }, { drop } or { energy } between 0 and 1',
  });
}

/**
 * The number of singular values that a truncation keeps.
 *
 * energy f: the smallest r with sum_{i<=r} s_i^2 >= f sum s_i^2 (f = 1 keeps all that are not zero).
 * optimal: values >= omega(beta) median(s), omega = 0.56 b^3 - 0.95 b^2 + 1.82 b + 1.43, beta = short side / long side: the
 * hard threshold for white noise of unknown level.
 *
 * @param s      singular values, descending, shape [k]
 * @param order  what to keep
 * @param rows   rows of the decomposed matrix (for "optimal")
 * @param cols   columns of the decomposed matrix
 * @returns      r with 1 <= r <= k (0 only when s is empty)
 * @throws       E_SPEC when the order has no meaning or keeps nothing
 * @see          Gavish, Donoho 2014, "The optimal hard threshold for singular values is 4/sqrt(3)", doi:10.1109/TIT.2014.2323359
 * @example      truncationRank(Float64Array.of(3, 2, 1, 0.1), 0.9, 4, 4) // 2: one holds 0.64 of the energy, two hold 0.93
 */
export function truncationRank(s: Float64Array, order: Truncation, rows: number, cols: number): number {
  const named = namedTruncation(order);
  if (named === "full" || s.length === 0) return s.length;
  if (named === "optimal") return Math.max(1, s.filter((value) => value >= optimalThreshold(s, rows, cols)).length);
  if ("energy" in named) return energyRank(s, named.energy);
  const wanted = "count" in named ? named.count : s.length - named.drop;
  if (!Number.isInteger(wanted) || wanted < 1 || ("drop" in named && named.drop < 0)) {
    throw new DymadError("E_SPEC", `the truncation ${JSON.stringify(named)} keeps ${wanted} of ${s.length} singular values`, {
      hint: "keep at least one",
    });
  }
  return Math.min(wanted, s.length);
}

function energyRank(s: Float64Array, fraction: number): number {
  if (!(fraction > 0 && fraction <= 1)) {
    throw new DymadError("E_SPEC", `an energy fraction lies in (0, 1], got ${fraction}`);
  }
  const cumulative = new Float64Array(s.length);
  let total = 0;
  for (let i = 0; i < s.length; i++) {
    total += s[i] * s[i];
    cumulative[i] = total;
  }
  return Math.max(1, cumulative.findIndex((sum) => sum >= fraction * total) + 1);
}

function optimalThreshold(s: Float64Array, rows: number, cols: number): number {
  const b = Math.min(rows, cols) / Math.max(rows, cols);
  const omega = ((0.56 * b - 0.95) * b + 1.82) * b + 1.43;
  const middle = s.length >> 1;
  const median = s.length % 2 === 1 ? s[middle] : (s[middle - 1] + s[middle]) / 2;
  return omega * median;
}
