import { concat, constant, fill, linear, matmul, type Tensor, type Tensors } from "../../numerics/engine/index.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { coreOf, factorsOf } from "./linear-map.js";

/**
 * The exact step of z' = z W over dt: z exp(W dt). With W = U Vᵀ it is z + (z U) dt φ1(dt Vᵀ U) Vᵀ, φ1(M) = (exp(M) - 1) / M: an
 * exponential of r columns instead of all, exact for singular Vᵀ U too.
 *
 * @param dt  step, shape [1], units of t
 * @see       Higham 2008, "Functions of Matrices", section 10.7.4 (φ1 as a block of an exponential), doi:10.1137/1.9780898717778
 */
export function propagator(weights: Tensors, dt: Tensor): (z: Tensor) => Tensor {
  const map = factorsOf(weights);
  const step = dt.reshape([1, 1]);
  if ("W" in map) {
    const whole = exponential(map.W.mul(step));
    return (z) => linear(z, whole, null);
  }
  const rank = map.U.shape[1];
  // the exponential of [[M, dt 1], [0, 0]] has dt φ1(M) in its upper right block
  const upper = concat([coreOf(map).mul(step), constant(step, [rank, rank], Matrix.identity(rank).data).mul(step)], 1);
  const block = exponential(concat([upper, fill(step, [rank, 2 * rank], 0)], 0));
  const gain = block.slice(0, 0, rank).slice(1, rank, rank);
  const back = map.V.transpose([1, 0]);
  return (z) => z.add(linear(linear(linear(z, map.U, null), gain, null), back, null));
}

/** Halvings before the series: exact to rounding for norms up to about 2^8. */
const HALVINGS = 10;
const TERMS = 10;

/**
 * exp(M) by halving, a Taylor series, and squaring; differentiable.
 *
 * @see Higham 2005, "The scaling and squaring method for the matrix exponential revisited", doi:10.1137/04061101X
 */
function exponential(matrix: Tensor): Tensor {
  const n = matrix.shape[0];
  const small = matrix.mul(1 / (1 << HALVINGS));
  let series = small.mul(1 / TERMS);
  // exp(s) - 1 by Horner; the identity stays apart so that small entries keep their digits
  for (let k = TERMS - 1; k >= 1; k--)
    series = matmul(small, series)
      .add(small)
      .mul(1 / k);
  for (let i = 0; i < HALVINGS; i++) series = matmul(series, series).add(series.mul(2));
  return series.add(constant(series, [n, n], Matrix.identity(n).data));
}
