import { DymadError } from "../../errors.js";
import { exp } from "../../numerics/elementary.js";
import { constant, type Tensor } from "../../numerics/engine/index.js";
import type { LossSpec } from "./spec.js";

/**
 * A loss as a scalar formula, a weighted mean over all entries.
 *
 * mse: mean of (p - y)². mae: mean of |p - y|. wmse: sum_k w_k mean of (p_k - y_k)² over axis 0, w_k = exp(-alpha k) / sum_j exp(-alpha j);
 * alpha > 0 stresses early samples.
 *
 * @param spec        which loss
 * @param prediction  shape [T, ..., d], time first
 * @param target      the same shape
 */
export function lossFormula(spec: LossSpec, prediction: Tensor, target: Tensor): Tensor {
  const difference = prediction.sub(target);
  const entries = spec.type === "mae" ? difference.abs() : difference.square();
  return importance(spec, entries).mean();
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
