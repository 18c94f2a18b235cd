import { kernelRidge } from "../../numerics/kernels/kernel-ridge.js";
import type { KernelSolverOptions } from "../../numerics/kernels/kernel-system.js";
import type { Arrays } from "../../numerics/kernels/row-pass.js";
import { columns } from "../../numerics/linalg/lstsq.js";
import { difference, Matrix } from "../../numerics/linalg/matrix.js";
import { compositions } from "../models/composition.js";
import { machineOf, regressionOf } from "../models/kernel-dynamics.js";
import { samplesManifold } from "../models/manifold-rollout.js";
import type { Model } from "../models/model.js";
import type { Weights } from "../models/parameters.js";

/** A regression that fits features to targets. */
export interface KernelFit {
  /** the arrays of the regression, and tangent vectors at its points where the dynamics have them */
  readonly arrays: Arrays;
  readonly frames: Float64Array | null;
  /** |Y - f|_F / sqrt(rows), units of z' */
  readonly residual: number;
  /** samples, landmarks or random features it stands on */
  readonly points: number;
}

/**
 * Fits the regression of kernel dynamics: z' = f(s), z' - z for `kernel-step`, and for `kernel-tangent` what of z' lies in the tangent
 * spaces of the samples.
 *
 * @param weights   what an earlier fit and gradients have made of widths and L_i is kept
 * @param features  s, shape [N, s]
 * @param targets   z', shape [N, z]
 * @throws          as kernelRidge
 */
export function fitKernel(model: Model, weights: Weights, features: Matrix, targets: Matrix): KernelFit {
  const { spec, node } = model;
  const { ridge_init, jitter, landmarks, solver } = machineOf(spec);
  const ridge = regressionOf(model, weights);
  const { dynamics } = compositions[spec.family];
  const states = columns(features, 0, node.z);
  const values = dynamics === "kernel-step" ? difference(targets, states) : targets;
  const frames = dynamics === "kernel-tangent" ? framesOf(model, states) : null;
  const given: KernelSolverOptions = { solver };
  const { arrays, report } = kernelRidge(features, values, ridge, {
    ...given,
    ridge: ridge_init,
    jitter,
    landmarks,
    ...(frames === null ? {} : { frames }),
  });
  return { arrays, frames: frames?.data ?? null, residual: report.residual, points: report.points };
}

/** Orthonormal tangent vectors of the samples' manifold at the samples, shape [N, d z]. */
function framesOf(model: Model, states: Matrix): Matrix {
  const manifold = samplesManifold(model, states);
  const out = new Matrix(states.rows, manifold.options.dimension * states.cols);
  for (let i = 0; i < states.rows; i++) out.row(i).set(manifold.tangent(states.row(i)).data);
  return out;
}
