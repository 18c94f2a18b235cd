import { DymadError } from "../../errors.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import { smoothed } from "../data/smoothing.js";
import type { TransformStage } from "./spec.js";
import type { Transform } from "./transform.js";

type DenoiseStage = Extract<TransformStage, { type: "denoise" }>;

/**
 * Smoothing as a transform. What it took away is lost: the inverse gives its rows back as they are. Kernel widths count samples.
 *
 * @param n      columns
 * @param stage  method and its options
 * @param data   trajectories it must fit, each of shape [T, n]; null when a state is restored
 * @throws       E_SPEC, E_SHAPE, E_DATA as the smoothing of a trajectory of `data`; E_UNSUPPORTED when its derivative is asked for
 * @see          Savitzky, Golay 1964, "Smoothing and differentiation of data by simplified least squares procedures", doi:10.1021/ac60214a047
 */
export function denoiseTransform(n: number, stage: DenoiseStage, data: readonly Matrix[] | null): Transform {
  for (const x of data ?? []) smoothed(x, null, stage);
  const refuse = (): never => {
    throw new DymadError("E_UNSUPPORTED", "the transform denoise has no derivative: a row depends on its neighbours", {
      hint: "take modes of a chain without denoise, or of its part after it",
    });
  };
  return {
    inputDim: n,
    outputDim: n,
    delay: 0,
    invertible: "none",
    derivatives: "none",
    apply: (x) => smoothed(x, null, fitting(stage, x)),
    invert: (z) => z,
    jacobian: refuse,
    inverseJacobian: refuse,
    state: { ...stage, inp: n },
  };
}

/** The samples a forecast begins with may be fewer than a window: they get the largest window there is. */
function fitting(stage: DenoiseStage, x: Matrix): DenoiseStage {
  const samples = stage.axis === 0 ? x.rows : x.cols;
  if (stage.method !== "savgol" || samples >= stage.window_length) return stage;
  const window_length = samples - ((samples + 1) % 2);
  return { ...stage, window_length, polyorder: Math.min(stage.polyorder, window_length - 1) };
}
