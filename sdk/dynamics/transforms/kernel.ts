import { DymadError } from "../../errors.js";
import { kernelObservables } from "../../numerics/kernels/kernel-observables.js";
import { landmarksOf } from "../../numerics/kernels/landmarks.js";
import { requireAxes } from "../../numerics/kernels/periodic-axes.js";
import { kernelSlopes, kernelSums } from "../../numerics/kernels/scalar-kernel.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import { linearInverse } from "./linear-inverse.js";
import type { KernelStage } from "./spec.js";
import { positiveZeros, type Transform, type TransformState } from "./transform.js";

type KernelState = Extract<TransformState, { type: "kernel" }>;

/**
 * The leading observables of a kernel on landmarks, z = k(x, landmarks) Q diag(s)^(-1/2) with Q, s the leading eigenpairs of
 * k(landmarks, landmarks): a linear step of them is kernel EDMD in its Nystrom form. The way back is x ~ z C, by least squares.
 *
 * @param stage  the kernel, how many observables of how many landmarks, and the seed of their draw
 * @param data   trajectories, each of shape [T, n], units of the field
 * @returns      the transform to `count` columns
 * @throws       E_SPEC when there are fewer landmarks than observables; E_SHAPE when a periodic axis is no column; E_DATA when the kernel has fewer on them than were asked for
 * @see          Meanti, Chatalic, Kostic, Novelli, Pontil, Rosasco 2023, "Estimating Koopman operators with sketching to provably learn large scale dynamical systems", arXiv:2306.04520
 */
export function fitKernel(stage: KernelStage, data: readonly Matrix[]): Transform {
  const { kernel, count, seed } = stage;
  const x = stackRows(data);
  requireAxes(kernel, x.cols, ["kernel"]);
  const landmarks = landmarksOf(x, Math.min(x.rows, stage.landmarks), seed);
  const { places, weights, fitted } = kernelObservables(kernel, landmarks, count);
  if (weights.cols < count) {
    throw new DymadError("E_DATA", `the kernel has ${weights.cols} observables on ${landmarks.rows} landmarks, not ${count}`, {
      path: ["count"],
      hint: `the others are rounding: write ${weights.cols} or fewer, or a narrower kernel`,
    });
  }
  const observed = {
    ...stage,
    X: table(places),
    weights: table(weights),
    fitted: Object.fromEntries(Object.entries(fitted).map(([name, values]) => [name, positiveZeros(Array.from(values))])),
  };
  const { C, notes } = linearInverse(kernelSums(...partsOf(observed))(x), x, "kernel observables");
  return { ...kernelTransform({ ...observed, C }), notes };
}

const table = (matrix: Matrix): number[][] => matrix.toRows().map(positiveZeros);

/** The kernel observables a state describes. */
export function kernelTransform(state: KernelState): Transform {
  const C = Matrix.from(state.C);
  return {
    inputDim: C.cols,
    outputDim: C.rows,
    delay: 0,
    invertible: "approximate",
    derivatives: "exact",
    apply: kernelSums(...partsOf(state)),
    invert: (z) => z.multiply(C),
    jacobian: kernelSlopes(...partsOf(state)),
    inverseJacobian: () => C.transpose(),
    state,
  };
}

function partsOf({ kernel, X, fitted, weights }: Omit<KernelState, "C">): Parameters<typeof kernelSlopes> {
  const arrays = Object.fromEntries(Object.entries(fitted).map(([name, values]) => [name, Float64Array.from(values)]));
  return [kernel, Matrix.from(X), arrays, "", Matrix.from(weights)];
}
