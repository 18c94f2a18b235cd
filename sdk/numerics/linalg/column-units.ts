import { ComplexMatrix } from "./complex.js";
import { Matrix, sumOfSquares } from "./matrix.js";

/** A column smaller than this beside the largest is rounding, such as a direction that carries nothing: it is not scaled up. */
const smallest = 1e-13;

/**
 * The power of two next to the norm of each column, which makes what is rounding beside what independent of units: pressures of 1e5 and
 * strains of 1e-6 are two directions. To multiply or divide by it changes no bit of a product.
 *
 * @param a   shape [m, n]
 * @returns   shape [n]; columns that are rounding beside the largest have its unit, and those that cannot be squared 1
 * @see       van der Sluis 1969, "Condition numbers and equilibration of matrices", doi:10.1007/BF02165096
 */
export function columnUnits(a: Matrix): Float64Array {
  const norms = Float64Array.from({ length: a.cols }, (_, j) => Math.sqrt(sumOfSquares(a.column(j))));
  const largest = norms.reduce((most, norm) => Math.max(most, norm), 0);
  return norms.map((norm) => powerBelow(norm > smallest * largest ? norm : largest));
}

/** Each column divided by its unit, shape [m, n]. */
export function inUnits(a: Matrix, units: Float64Array): Matrix {
  return new Matrix(
    a.rows,
    a.cols,
    a.data.map((value, at) => value / units[at % a.cols]),
  );
}

/** Each row multiplied by a factor of its own, shape [n, r]: coefficients of columns that are counted in units. */
export function scaleRows({ rows, cols, re, im }: ComplexMatrix, factors: Float64Array): ComplexMatrix {
  const [a, b] = [re, im].map((part) => part.map((value, at) => value * factors[Math.floor(at / cols)]));
  return new ComplexMatrix(rows, cols, a, b);
}

/** 2^k with 2^k <= x < 2^(k + 1). */
function powerBelow(x: number): number {
  if (x === 0 || x === Number.POSITIVE_INFINITY) return 1;
  let power = 1;
  while (power > x) power /= 2;
  while (2 * power <= x) power *= 2;
  return power;
}
