import { DymadError } from "../../errors.js";
import { keyed } from "../random.js";
import { multiplyLarge } from "./large-product.js";
import { columns, roundingShare } from "./lstsq.js";
import { Matrix } from "./matrix.js";
import { randomisedSvd } from "./randomised-svd.js";
import { namedTruncation, type Truncation, truncationRank } from "./rank.js";
import { svd } from "./svd.js";

/** How the few directions are found in which dynamics are sought. */
export type BasisRequest =
  /** leading right singular vectors */
  | { readonly kind: "svd" }
  /** the same from a random sketch: few passes over wide samples; the rank must be a count */
  | { readonly kind: "randomised"; readonly oversample?: number; readonly iterations?: number; readonly seed?: number }
  /** leading directions of so many random measurements of each sample: nothing of full width is decomposed */
  | { readonly kind: "compressed"; readonly measurements: number; readonly seed?: number };

export interface ReducedBasis {
  /** coordinates are z = x basis, shape [n, r] */
  readonly basis: Matrix;
  /** singular values of what was decomposed, falling */
  readonly singularValues: Float64Array;
  /** how many of them are not rounding; null when only some were computed */
  readonly rank: number | null;
}

/**
 * Directions that carry samples, most energy first; those of singular values that are rounding are never among them.
 *
 * @param x        samples in rows, shape [M, n]
 * @param order    how many, see Truncation
 * @param request  how they are found; default by `svd`
 * @param rows     how many the rows of x stand for, where they are the triangle of more
 * @returns        basis [n, r]
 * @throws         E_SPEC when a setting has no meaning; E_DATA when all samples are zero
 * @see            Brunton, Proctor, Tu, Kutz 2015, "Compressed sensing and dynamic mode decomposition", doi:10.3934/jcd.2015002
 */
export function reducedBasis(
  x: Matrix,
  order: Truncation,
  request: BasisRequest = { kind: "svd" },
  rows: number = x.rows,
): ReducedBasis {
  if (request.kind === "randomised") return sketched(x, order, request);
  if (request.kind === "compressed") {
    const { measurements, seed = 0 } = request;
    if (!(Number.isInteger(measurements) && measurements >= 1 && measurements <= x.cols)) {
      throw new DymadError("E_SPEC", `cannot take ${measurements} measurements of samples of ${x.cols} values`, {
        path: ["measurements"],
        hint: `write at most ${x.cols}`,
      });
    }
    const device = new Matrix(
      x.cols,
      measurements,
      keyed(seed)
        .fold("measurements")
        .normal(x.cols * measurements, 0, 1 / Math.sqrt(measurements)),
    );
    const { basis, ...rest } = leading(multiplyLarge(x, device), order, rows);
    return { basis: multiplyLarge(device, basis), ...rest };
  }
  return leading(x, order, rows);
}

function leading(x: Matrix, order: Truncation, rows: number): ReducedBasis {
  const { s, v } = svd(x);
  const rank = s.filter((value) => value > roundingShare(rows, x.cols) * s[0]).length;
  if (rank === 0)
    throw new DymadError("E_DATA", "all samples are zero", { hint: "nothing moves, so there is nothing to decompose" });
  return { basis: columns(v, 0, Math.min(rank, truncationRank(s, order, rows, x.cols))), singularValues: s, rank };
}

function sketched(x: Matrix, order: Truncation, options: Extract<BasisRequest, { kind: "randomised" }>): ReducedBasis {
  const named = namedTruncation(order);
  if (typeof named === "string" || !("count" in named)) {
    throw new DymadError("E_SPEC", "a randomised basis needs to know how many directions are wanted", {
      path: ["rank"],
      hint: "give rank as a whole number",
    });
  }
  const { kind: _, ...rest } = options;
  const { s, v } = randomisedSvd(() => [x], Math.min(named.count, x.cols), { iterations: 2, ...rest });
  const kept = s.filter((value) => value > 0).length;
  if (kept === 0)
    throw new DymadError("E_DATA", "all samples are zero", { hint: "nothing moves, so there is nothing to decompose" });
  return { basis: columns(v, 0, kept), singularValues: s, rank: kept < s.length ? kept : null };
}
