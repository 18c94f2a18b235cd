import { DymadError } from "../errors.js";
import { Matrix } from "./linalg/matrix.js";

/** How the derivative of a row is made of its neighbours. */
export interface Scheme {
  /** stencils of the first rows, of the inner rows, of the last rows; weights in units of 1/(divisor dt) */
  readonly first: readonly (readonly number[])[];
  readonly inner: readonly number[];
  readonly last: readonly (readonly number[])[];
  readonly divisor: number;
}

/** Stencils by their order; see {@link timeDerivative}. */
export const schemes: Readonly<Record<1 | 2 | 4, Scheme>> = {
  // The last value of the forward difference is repeated: its stencil is that of the row before.
  1: { first: [[-1, 1]], inner: [], last: [[-1, 1]], divisor: 1 },
  2: { first: [[-3, 4, -1]], inner: [-1, 0, 1], last: [[1, -4, 3]], divisor: 2 },
  4: {
    first: [
      [-25, 48, -36, 16, -3],
      [-3, -10, 18, -6, 1],
    ],
    inner: [1, -8, 0, 8, -1],
    last: [
      [-1, 6, -18, 10, 3],
      [3, -16, 36, -48, 25],
    ],
    divisor: 12,
  },
};

/**
 * Time derivative of equally spaced samples by finite differences.
 *
 * Order 1: forward difference, the last value repeated. Order 2: central, with second-order one-sided ends (exact for
 * quadratics). Order 4: five-point stencils throughout, ends included (exact for quartics).
 *
 * @param x      samples in time order, shape [T, n], units of `x`
 * @param dt     time step, > 0, units of `t`
 * @param order  order of the error in dt; default 2
 * @returns      shape [T, n], units of `x` per unit of `t`; row k belongs to sample k
 * @throws       E_SHAPE when there are fewer than order + 1 samples; E_SPEC when dt is not positive
 * @see          Fornberg 1988, "Generation of finite difference formulas on arbitrarily spaced grids", doi:10.1090/S0025-5718-1988-0935077-0
 * @example      timeDerivative(Matrix.from([[0], [1], [4]]), 1).toRows() // [[0], [2], [4]]
 */
export function timeDerivative(x: Matrix, dt: number, order: 1 | 2 | 4 = 2): Matrix {
  const scheme = schemes[order];
  if (scheme === undefined)
    throw new DymadError("E_SPEC", `finite differences of order ${order} do not exist here`, { hint: "use 1, 2 or 4" });
  if (!(dt > 0)) throw new DymadError("E_SPEC", `the time step must be positive, got ${dt}`, { path: ["dt"] });
  if (x.rows <= order) {
    throw new DymadError("E_SHAPE", `a difference of order ${order} needs ${order + 1} samples, got ${x.rows}`);
  }
  const { first, inner, last, divisor } = scheme;
  const out = new Matrix(x.rows, x.cols);
  for (let row = 0; row < x.rows; row++) {
    const fromEnd = row - (x.rows - last.length);
    if (order === 1) difference(x, Math.min(row, x.rows - 2), first[0], out.row(row));
    else if (row < first.length) difference(x, 0, first[row], out.row(row));
    else if (fromEnd >= 0) difference(x, x.rows - inner.length, last[fromEnd], out.row(row));
    else difference(x, row - first.length, inner, out.row(row));
  }
  const scale = 1 / (divisor * dt);
  for (let i = 0; i < out.data.length; i++) out.data[i] *= scale;
  return out;
}

function difference(x: Matrix, start: number, weights: readonly number[], out: Float64Array): void {
  for (let k = 0; k < weights.length; k++) {
    const row = x.row(start + k);
    for (let j = 0; j < out.length; j++) out[j] += weights[k] * row[j];
  }
}
