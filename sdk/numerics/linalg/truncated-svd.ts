import { columns, numericalRank, roundingShare } from "./lstsq.js";
import type { Matrix } from "./matrix.js";
import { type Truncation, truncationRank } from "./rank.js";
import { type Svd, svd } from "./svd.js";

/**
 * The leading part of the thin singular value decomposition.
 *
 * @param a      shape [m, n]
 * @param order  what to keep, see Truncation
 * @param rows   how many the rows of a stand for, where they are the triangle of more
 * @returns      u [m, r], s [r], v [n, r]
 * @throws       E_SPEC when the order keeps nothing; otherwise as svd
 * @see          Eckart, Young 1936, "The approximation of one matrix by another of lower rank", doi:10.1007/BF02288367
 */
export function truncatedSvd(a: Matrix, order: Truncation, rows: number = a.rows): Svd {
  const { u, s, v } = svd(a);
  const r = truncationRank(s, order, rows, a.cols);
  return { u: columns(u, 0, r), s: s.slice(0, r), v: columns(v, 0, r) };
}

/** A solution kept in two factors: X = left right^T. */
export interface LowRankSolution {
  /** V_r, shape [n, r] */
  readonly left: Matrix;
  /** (diag(1/s) U_r^T B)^T, shape [p, r] */
  readonly right: Matrix;
  /** directions in use: those that were asked for, or the numerical rank of A where that is less */
  readonly rank: number;
  /** how many the order asked for */
  readonly asked: number;
  /** singular values in use, descending, shape [r] */
  readonly s: Float64Array;
}

/**
 * Least squares through a truncated decomposition, X = V_r (diag(1/s) U_r^T B), returned as its two factors.
 * Singular values that are zero up to rounding (below max(m, n) 2^-52 of the largest) are never divided by, whatever is asked for.
 *
 * @param a      shape [m, n]
 * @param b      shape [m, p]
 * @param order  what to keep of A's singular values
 * @param rows   how many the rows of a and b stand for, where they are the triangle of more
 * @returns      left [n, r] and right [p, r] with A left right^T close to B
 * @throws       E_SHAPE when the rows differ; E_SPEC when the order keeps nothing
 */
export function truncatedLeastSquares(a: Matrix, b: Matrix, order: Truncation, rows: number = a.rows): LowRankSolution {
  const wanted = truncatedSvd(a, order, rows);
  const rank = numericalRank(wanted.s, roundingShare(rows, a.cols));
  const [u, s, v] = [columns(wanted.u, 0, rank), wanted.s.slice(0, rank), columns(wanted.v, 0, rank)];
  const right = b.transpose().multiply(u);
  for (let j = 0; j < right.rows; j++) {
    const row = right.row(j);
    for (let k = 0; k < rank; k++) row[k] /= s[k];
  }
  return { left: v, right, rank, asked: wanted.s.length, s };
}
