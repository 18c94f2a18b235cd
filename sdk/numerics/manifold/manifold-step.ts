import { leastSquares } from "../linalg/lstsq.js";
import { difference, Matrix } from "../linalg/matrix.js";
import { evaluate, type LocalPolynomials, monomials } from "./local-polynomials.js";

/**
 * Where a step along a manifold ends: the part of it in the tangent space at the place, and then back to the manifold along the normal,
 * which the offsets of the neighbours give as polynomials of their tangent coordinates: x + T^T b + n(b) with b = T dx and n fitted
 * without a constant, so that a step of 0 stays where it is.
 *
 * @param manifold  points with dimension, neighbours and degree
 * @param place     x, shape [n]
 * @param step      dx, shape [n]
 * @returns         shape [n]
 * @see             Gross, Trask, Kuberry, Atzberger 2020, doi:10.1016/j.jcp.2020.109340
 */
export function manifoldStep(manifold: LocalPolynomials, place: Float64Array, step: Float64Array): Float64Array {
  const { tangent, local, offsets, size } = manifold.frame(place);
  const powers = monomials(tangent.rows, manifold.options.degree).slice(1);
  const normal = difference(offsets, local.multiply(tangent));
  const { x: coefficients } = leastSquares(evaluate(powers, local), normal);
  const b = new Matrix(1, step.length, step).multiply(tangent.transpose());
  const along = b.multiply(tangent);
  const scaled = new Matrix(
    1,
    b.cols,
    b.data.map((v) => v / size),
  );
  const back = evaluate(powers, scaled).multiply(coefficients);
  return place.map((v, j) => v + along.data[j] + size * back.data[j]);
}
