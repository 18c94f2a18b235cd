import { DymadError } from "../../errors.js";
import type { ComplexMatrix } from "./complex.js";
import { columnNorm, scaleColumn, scaleRow } from "./complex-lines.js";
import { type ComplexSvd, complexSvd } from "./complex-svd.js";
import { filterFactors, type LeastSquaresOptions, requireOptions } from "./lstsq.js";
import { type Truncation, truncationRank } from "./rank.js";

export interface ComplexLeastSquares {
  /** the solution, shape [n, p] */
  readonly x: ComplexMatrix;
  /** numerical rank of A under rcond */
  readonly rank: number;
  /** singular values of A, descending, shape [min(m, n)] */
  readonly s: Float64Array;
  /** |A x_j - b_j| per column of B, shape [p] */
  readonly residual: Float64Array;
}

/**
 * The shortest X that minimises |A X - B|_F^2 + ridge |X|_F^2 over the complex numbers: X = V diag(s / (s^2 + ridge)) U^H B over
 * the kept singular values.
 *
 * @param a        shape [m, n]
 * @param b        shape [m, p]
 * @param options  rcond and ridge
 * @returns        x [n, p], the rank, the singular values, the residual norm per column
 * @throws         E_SHAPE when the rows differ; E_SPEC when ridge or rcond is negative; E_DATA when an entry is not finite
 * @see            Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 5.5
 */
export function complexLeastSquares(a: ComplexMatrix, b: ComplexMatrix, options: LeastSquaresOptions = {}): ComplexLeastSquares {
  requireEqualRows(a, b);
  requireOptions(options);
  const { u, s, v } = complexSvd(a);
  const { rank, factors } = filterFactors(s, a, options);
  const coefficients = u.adjoint().multiply(b);
  factors.forEach((re, k) => {
    scaleRow(coefficients, k, { re, im: 0 });
  });
  const x = v.multiply(coefficients);
  const gap = a.multiply(x);
  for (let k = 0; k < gap.re.length; k++) {
    gap.re[k] -= b.re[k];
    gap.im[k] -= b.im[k];
  }
  return { x, rank, s, residual: Float64Array.from({ length: b.cols }, (_, j) => columnNorm(gap, j)) };
}

/**
 * The leading part of the thin singular value decomposition of a complex matrix.
 *
 * @param a      shape [m, n]
 * @param order  what to keep, see Truncation
 * @returns      u [m, r], s [r], v [n, r]
 * @throws       E_SPEC when the order keeps nothing; otherwise as complexSvd
 * @see          Eckart, Young 1936, "The approximation of one matrix by another of lower rank", doi:10.1007/BF02288367
 */
export function truncatedComplexSvd(a: ComplexMatrix, order: Truncation): ComplexSvd {
  const { u, s, v } = complexSvd(a);
  const kept = Array.from({ length: truncationRank(s, order, a.rows, a.cols) }, (_, k) => k);
  return { u: u.pickColumns(kept), s: s.slice(0, kept.length), v: v.pickColumns(kept) };
}

/** A solution kept in two factors: X = left right^H. */
export interface ComplexLowRankSolution {
  /** V_r, shape [n, r] */
  readonly left: ComplexMatrix;
  /** (diag(1/s) U_r^H B)^H, shape [p, r] */
  readonly right: ComplexMatrix;
  readonly rank: number;
}

/**
 * Least squares through a truncated decomposition, X = V_r (diag(1/s) U_r^H B), returned as its two factors.
 * Singular values of zero contribute nothing.
 *
 * @param a      shape [m, n]
 * @param b      shape [m, p]
 * @param order  what to keep of A's singular values
 * @returns      left [n, r] and right [p, r] with A left right^H close to B
 * @throws       E_SHAPE when the rows differ; E_SPEC when the order keeps nothing; E_DATA when an entry is not finite
 * @see          Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 5.5
 */
export function truncatedComplexLeastSquares(a: ComplexMatrix, b: ComplexMatrix, order: Truncation): ComplexLowRankSolution {
  requireEqualRows(a, b);
  const { u, s, v } = truncatedComplexSvd(a, order);
  const right = b.adjoint().multiply(u);
  s.forEach((value, k) => {
    scaleColumn(right, k, { re: value > negligible ? 1 / value : 0, im: 0 });
  });
  return { left: v, right, rank: s.length };
}

/** Below this a number has no inverse. */
const negligible = 1e-300;

function requireEqualRows(a: ComplexMatrix, b: ComplexMatrix): void {
  if (a.rows !== b.rows) throw new DymadError("E_SHAPE", `the two sides have ${a.rows} and ${b.rows} rows`);
}
