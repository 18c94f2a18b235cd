import { linear, matmul, type Tensor, type Tensors } from "../../numerics/engine/index.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { RandomKey } from "../../numerics/random.js";
import type { Parameter, Weights } from "./parameters.js";

/**
 * The dynamics z' = s W of a linear model. In full, W [s, z] is one parameter; of rank r it is W = U Vᵀ with the parameters
 * U [s, r] and V [z, r], and never multiplied out.
 */
export interface LinearMap {
  /** columns of U and V; null = in full */
  readonly rank: number | null;
  readonly parameters: readonly Parameter[];
  apply(weights: Tensors, s: Tensor): Tensor;
  /** W from the weights, shape [s, z] */
  matrix(weights: Weights): Matrix;
  /** U [s, r] and V [z, r] with W = U Vᵀ; null in full */
  factors(weights: Weights): { readonly U: Matrix; readonly V: Matrix } | null;
}

/** Names of the parameters, in checkpoints too: which of them are there tells the form. */
const [full, left, right] = ["dynamics.W", "dynamics.U", "dynamics.V"];

/** Draws the first values of a matrix [inputs, outputs]. */
export type Start = (inputs: number, outputs: number, key: RandomKey) => Float64Array;

/**
 * A linear map from s features to z latent coordinates.
 *
 * @param rank   null = in full
 * @param start  first values of W, or of U and of Vᵀ
 */
export function linearMap(s: number, z: number, rank: number | null, start: Start): LinearMap {
  if (rank === null) {
    return {
      rank,
      parameters: [{ name: full, shape: [s, z], initial: (key) => start(s, z, key) }],
      apply: (w, features) => linear(features, w[full], null),
      matrix: (w) => new Matrix(s, z, w[full]),
      factors: () => null,
    };
  }
  const factors = (w: Weights): { U: Matrix; V: Matrix } => ({
    U: new Matrix(s, rank, w[left]),
    V: new Matrix(z, rank, w[right]),
  });
  return {
    rank,
    parameters: [
      { name: left, shape: [s, rank], initial: (key) => start(s, rank, key) },
      {
        name: right,
        shape: [z, rank],
        initial: (key) => new Matrix(rank, z, start(rank, z, key)).transpose().data,
      },
    ],
    apply: (w, features) => linear(linear(features, w[left], null), w[right].transpose([1, 0]), null),
    matrix(w) {
      const { U, V } = factors(w);
      return U.multiply(V.transpose());
    },
    factors,
  };
}

/** Rank of the linear map that weights belong to; null = in full. */
export function rankOf(weights: Weights, s: number): number | null {
  return weights[left] === undefined ? null : weights[left].length / s;
}

/** The weights without those of the linear map, with the ones given: W [s, z], or U [s, r] and V [z, r]. */
export function withLinearMap(
  weights: Weights,
  map: Matrix | { readonly U: Matrix; readonly V: Matrix },
): Record<string, Float64Array> {
  const { [full]: _W, [left]: _U, [right]: _V, ...rest } = weights;
  return map instanceof Matrix ? { ...rest, [full]: map.data } : { ...rest, [left]: map.U.data, [right]: map.V.data };
}

/** The tensors of a map whose z' = z W needs no features but z: W, or its factors. */
export function factorsOf(weights: Tensors): { readonly W: Tensor } | { readonly U: Tensor; readonly V: Tensor } {
  return weights[full] === undefined ? { U: weights[left], V: weights[right] } : { W: weights[full] };
}

/** Vᵀ U [r, r]: what W = U Vᵀ does within its own range. */
export const coreOf = ({ U, V }: { readonly U: Tensor; readonly V: Tensor }): Tensor => matmul(V, U, true);
