import { DymadError } from "../../errors.js";
import { type ComplexVector, modulus } from "./complex.js";
import { leastSquares, roundingShare } from "./lstsq.js";
import type { Matrix } from "./matrix.js";
import { realFactors } from "./real-factors.js";
import { ResidualPencil } from "./residual-pencil.js";
import { eigenInUnits } from "./scaled-eigen.js";

/** Which eigenpairs stay: all, those up to a residual, or so many of the smallest residual. */
export type ResidualOrder = "full" | { readonly maxResidual: number } | { readonly count: number };

export interface ResidualFilterOptions {
  /** drop the eigenvalue nearest 1 if it is within 1e-10 of it (a constant observable); default true */
  readonly removeOne?: boolean;
  /** how many the rows stand for, where they are the triangle of more; default as many as there are */
  readonly rows?: number;
}

/** P1 is close to P0 left right^T. */
export interface ResidualFiltered {
  /** shape [k, r] */
  readonly left: Matrix;
  /** shape [k, r] */
  readonly right: Matrix;
  /** kept eigenvalues by rising residual, conjugates adjacent, shape [r] */
  readonly values: ComplexVector;
  /** their residuals, shape [r] */
  readonly residuals: Float64Array;
  /** an eigenvalue 1 was dropped */
  readonly removedOne: boolean;
}

/**
 * Least squares P1 = P0 K reduced to the eigenpairs that the data confirm: sort by residual, keep by order, close under
 * conjugation, and rebuild a real K of low rank.
 *
 * @param p0       features, shape [M, k]
 * @param p1       features one step later, shape [M, k]
 * @param order    what to keep
 * @param options  whether to drop the eigenvalue 1
 * @returns        factors [k, r], kept eigenvalues and residuals
 * @throws         E_SHAPE when shapes differ; E_SPEC when nothing is kept: unobserved and defective eigenvalues never are
 * @see            Colbrook, Townsend 2024, "Rigorous data-driven computation of spectral properties of Koopman operators", doi:10.1002/cpa.22125
 */
export function residualFilter(
  p0: Matrix,
  p1: Matrix,
  order: ResidualOrder,
  options: ResidualFilterOptions = {},
): ResidualFiltered {
  const rcond = roundingShare(options.rows ?? p0.rows, p0.cols);
  const pencil = new ResidualPencil(p0, p1);
  const units = pencil.units.map((unit) => 1 / unit);
  const { values, left, right, condition } = eigenInUnits(leastSquares(p0, p1, { rcond }).x, units);
  const residuals = pencil.residuals(values, right);
  const ranked = Array.from(residuals.keys())
    .filter((i) => !Number.isNaN(residuals[i]) && condition[i] < Number.POSITIVE_INFINITY)
    .sort((i, j) => residuals[i] - residuals[j] || i - j);
  const wanted =
    order === "full"
      ? ranked
      : "count" in order
        ? ranked.slice(0, order.count)
        : ranked.filter((i) => residuals[i] <= order.maxResidual);
  const closed = new Set<number>();
  for (const i of wanted) {
    const first = values.im[i] < 0 ? i - 1 : i;
    closed.add(first);
    if (values.im[i] !== 0) closed.add(first + 1);
  }
  const one = Array.from(closed).find((i) => modulus(values.re[i] - 1, values.im[i]) <= 1e-10);
  const removedOne = one !== undefined && options.removeOne !== false;
  if (removedOne) closed.delete(one);
  const kept = Array.from(closed);
  if (kept.length === 0) {
    throw new DymadError("E_SPEC", `the order ${JSON.stringify(order)} keeps none of ${ranked.length} eigenvalues`, {
      hint: ranked.length > 0 ? `the smallest residual is ${residuals[ranked[0]]}` : "the data observe nothing",
    });
  }
  const chosen = { re: Float64Array.from(kept, (i) => values.re[i]), im: Float64Array.from(kept, (i) => values.im[i]) };
  const factors = realFactors(chosen, left.pickColumns(kept), right.pickColumns(kept));
  return {
    left: factors.right.multiply(factors.block),
    right: factors.left,
    values: chosen,
    residuals: Float64Array.from(kept, (i) => residuals[i]),
    removedOne,
  };
}
