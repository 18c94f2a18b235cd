import { DymadError } from "../../errors.js";
import { exp } from "../../numerics/elementary.js";
import { constant, matmul, type Tensor } from "../../numerics/engine/index.js";
import type { LossSpec } from "./spec.js";

/**
 * A loss as a scalar formula; all but vpt are weighted means over all entries.
 *
 * mse: mean of (p - y)². mae: mean of |p - y|. wmse: sum_k w_k mean of (p_k - y_k)² over axis 0, w_k = exp(-alpha k) / sum_j exp(-alpha j);
 * alpha > 0 stresses early samples. vpt: see {@link validTime}.
 *
 * @param spec        which loss
 * @param prediction  shape [T, ..., d], time first
 * @param target      the same shape
 */
export function lossFormula(spec: LossSpec, prediction: Tensor, target: Tensor): Tensor {
  if (spec.type === "vpt") return validTime(spec, prediction, target);
  const difference = prediction.sub(target);
  const entries = spec.type === "mae" ? difference.abs() : difference.square();
  return importance(spec, entries).mean();
}

/** Deviations below this count as this: the states of a trajectory at rest have none. */
const leastDeviation = 1e-8;
/** Keeps the root of an error of zero differentiable. */
const leastError = 1e-30;

/**
 * A smooth stand-in for the inverse of the valid prediction time. With E_k = sqrt(mean_i (p - y)²/σ_i²), σ the deviation of the
 * truth over time (n - 1) of each trajectory and coordinate: the survival S_k = prod_{j<k} sigmoid(100 scl (gamma - E_j)), the
 * expected valid samples sum_{k=1}^{T} S_k, and the loss 1 / (their mean over trajectories + 1e-8). The mean is over the
 * trajectories that are evaluated together, sixteen at most in batches up to 256.
 */
function validTime(spec: LossSpec, prediction: Tensor, target: Tensor): Tensor {
  const { gamma = 0.1, scl = 10 } = spec.params;
  const [T] = target.shape;
  const middle = target.mean([0], true);
  const variance = target
    .sub(middle)
    .square()
    .sum([0], true)
    .mul(1 / Math.max(1, T - 1));
  const error = prediction
    .sub(target)
    .square()
    .div(variance.max(leastDeviation * leastDeviation));
  const axis = target.shape.length - 1;
  const normal = importance({ ...spec, type: "mse" }, error)
    .mean([axis])
    .max(leastError)
    .sqrt();
  // log S_{k+1} = -sum_{j<=k} softplus(-100 scl (gamma - E_j)): a product of many sigmoids would underflow
  const lost = normal
    .sub(gamma)
    .mul(100 * scl)
    .softplus()
    .reshape([T, normal.shape.slice(1).reduce((a, b) => a * b, 1)]);
  const below = Array.from({ length: T * T }, (_, i) => (i % T <= Math.floor(i / T) ? -1 : 0));
  const survival = matmul(constant(lost, [T, T], below), lost).exp();
  return survival.sum([0]).mean().add(1e-8).reciprocal();
}

/** Entries times their relative importance, which is 1 on average: along the coordinates, and for wmse along time. */
function importance(spec: LossSpec, entries: Tensor): Tensor {
  const width = entries.shape[entries.shape.length - 1];
  const { alpha = 0, weights } = spec.params;
  let out = entries;
  if (weights !== undefined) {
    if (weights.length !== width) {
      throw new DymadError("E_SHAPE", `the loss has ${weights.length} weights for ${width} coordinates`, { path: ["criterion"] });
    }
    if (!(weights.every((w) => w >= 0 && Number.isFinite(w)) && weights.some((w) => w > 0))) {
      throw new DymadError("E_SPEC", `weights of a loss must not be negative, nor all zero, got ${weights.join(", ")}`, {
        path: ["criterion"],
      });
    }
    out = out.mul(constant(out, [width], normalised(weights)));
  }
  if (spec.type === "wmse" && alpha !== 0) {
    const T = entries.shape[0];
    // the largest is 1: no weight can overflow
    const decay = Array.from({ length: T }, (_, k) => exp(-alpha * (alpha > 0 ? k : k - (T - 1))));
    out = out.mul(constant(out, [T, ...entries.shape.slice(1).map(() => 1)], normalised(decay)));
  }
  return out;
}

function normalised(weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => (w * weights.length) / sum);
}
