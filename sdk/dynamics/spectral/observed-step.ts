import { DymadError } from "../../errors.js";
import { columnUnits, inUnits } from "../../numerics/linalg/column-units.js";
import { columns } from "../../numerics/linalg/lstsq.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { svd } from "../../numerics/linalg/svd.js";

/** Below this share of the largest, a direction of the observables is lost in rounding. */
const unobserved = Math.sqrt(Number.EPSILON);

/** The step of observables in coordinates that are orthonormal over the samples. */
export interface ObservedStep {
  /** orthonormal functions on the samples, shape [M, r] */
  readonly functions: Matrix;
  /** the same functions from observables, P0 basis = functions, shape [k, r] */
  readonly basis: Matrix;
  /** functions one step later are close to functions K, shape [r, r] */
  readonly K: Matrix;
}

/**
 * K with the smallest error in coordinates where functions have length one over the samples, so that norms of matrices are norms of
 * operators. Redundant observables are left out.
 *
 * @param P0       observables, shape [M, k]
 * @param P1       the same one step later, shape [M, k]
 * @param weights  weight of each sample, shape [M]; default 1 / M each
 * @returns        functions [M, r], times the root of the weights; basis [k, r]; K [r, r]
 * @throws         E_SHAPE when sizes differ; E_DATA when a weight is not positive, an entry is not finite or all observables are zero
 */
export function observedStep(P0: Matrix, P1: Matrix, weights?: Float64Array): ObservedStep {
  if (P0.rows !== P1.rows || P0.cols !== P1.cols || (weights !== undefined && weights.length !== P0.rows)) {
    throw new DymadError(
      "E_SHAPE",
      `pairs of ${P0.rows} x ${P0.cols} and ${P1.rows} x ${P1.cols} with ${weights?.length ?? "no"} weights`,
    );
  }
  const roots = rootWeights(P0.rows, weights);
  const units = columnUnits(P0);
  const { u, s, v } = svd(inUnits(weighted(P0, roots), units));
  const rank = s.filter((value) => value > unobserved * s[0]).length;
  if (rank === 0) throw new DymadError("E_DATA", "the observables are zero on all samples");
  const basis = columns(v, 0, rank);
  for (let i = 0; i < basis.data.length; i++) basis.data[i] /= s[i % rank] * units[Math.floor(i / rank)];
  const functions = columns(u, 0, rank);
  const K = functions.transpose().multiply(weighted(P1, roots)).multiply(basis);
  return { functions, basis, K };
}

/** The roots of weights, shape [M]; default those of 1 / M. @throws E_DATA when a weight is not positive */
export function rootWeights(rows: number, weights: Float64Array = new Float64Array(rows).fill(1 / rows)): Float64Array {
  const bad = weights.findIndex((weight) => !(weight > 0 && Number.isFinite(weight)));
  if (bad >= 0) throw new DymadError("E_DATA", `the weight of sample ${bad} is ${weights[bad]}: weights are positive`);
  return weights.map(Math.sqrt);
}

function weighted(a: Matrix, roots: Float64Array): Matrix {
  return new Matrix(
    a.rows,
    a.cols,
    a.data.map((value, i) => value * roots[Math.floor(i / a.cols)]),
  );
}
