import { DymadError, type Issue } from "../../errors.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import { type DenoisingMetrics, denoisingMetrics } from "../../numerics/smoothing/denoising-metrics.js";
import { kernelSmoothing } from "../../numerics/smoothing/kernel-smoothing.js";
import { type SavitzkyGolayEnds, savitzkyGolay } from "../../numerics/smoothing/savitzky-golay.js";

/** How trajectories are smoothed, every default filled in. */
export type SmoothingSpec = SavgolSpec | KernelSmoothingSpec;

interface AlongAxis {
  /** 0 = along time, column by column; 1 = across the columns of each sample */
  readonly axis: 0 | 1;
}

export interface SavgolSpec extends AlongAxis {
  readonly method: "savgol";
  readonly window_length: number;
  readonly polyorder: number;
  readonly deriv: number;
  readonly delta: number;
  readonly mode: SavitzkyGolayEnds;
  readonly cval: number;
}

export interface KernelSmoothingSpec extends AlongAxis {
  readonly method: "kernel_smoothing";
  readonly kernel: "gaussian" | "compact_polynomial";
  readonly anchor_count: number | null;
  readonly anchor_density: number | null;
  readonly bandwidth: number | null;
  readonly bandwidth_multiplier: number | null;
  readonly degree: number;
  readonly ridge: number;
  readonly rcond: number | null;
}

/** Anything recorded along times: a trajectory of the data, or one as a model sees it. */
interface Recorded {
  readonly t: Float64Array;
  readonly x: Matrix;
}

/**
 * Smooths one field of one trajectory.
 *
 * @param x     samples in time order, shape [T, n], units of `x`
 * @param t     their times, shape [T], units of `t`; null = equally spaced (Savitzky-Golay always takes them so)
 * @returns     shape [T, n], units of `x`
 * @throws      E_SPEC, E_SHAPE, E_DATA as savitzkyGolay and kernelSmoothing
 */
export function smoothed(x: Matrix, t: Float64Array | null, spec: SmoothingSpec): Matrix {
  if (spec.axis === 1) return smoothed(x.transpose(), null, { ...spec, axis: 0 }).transpose();
  switch (spec.method) {
    case "savgol":
      return savitzkyGolay(x, {
        window: spec.window_length,
        degree: spec.polyorder,
        derivative: spec.deriv,
        step: spec.delta,
        ends: spec.mode,
        fill: spec.cval,
      });
    case "kernel_smoothing":
      return kernelSmoothing(x, t === null ? spec : { ...spec, time: t });
    default:
      return spec satisfies never;
  }
}

/**
 * Smooths the states of every trajectory by itself and says what that changed; controls and everything else stay.
 *
 * @param trajectories  states x of shape [T, n] at times t
 * @param spec          method and its options
 * @returns             copies with smoothed x, in the same order, and the metrics over all of them
 * @throws              what is wrong with any trajectory, all at once, the place of each as `path`: E_SHAPE when one is too short,
 *                      E_SPEC when options have no meaning, E_DATA when samples lie outside every kernel
 */
export function smoothTrajectories<R extends Recorded>(
  trajectories: readonly R[],
  spec: SmoothingSpec,
): { readonly trajectories: R[]; readonly metrics: DenoisingMetrics } {
  const issues: Issue[] = [];
  const smooth = trajectories.map((one, i): R => {
    try {
      return { ...one, x: smoothed(one.x, one.t, spec) };
    } catch (error) {
      if (!(error instanceof DymadError)) throw error;
      const seen = issues.some(({ message }) => message.endsWith(error.message));
      if (!seen) {
        const where = error.code === "E_SPEC" ? "" : `trajectory ${i}: `;
        issues.push(...error.issues.map((issue) => ({ ...issue, message: `${where}${issue.message}` })));
      }
      return one;
    }
  });
  if (issues.length > 0) throw DymadError.ofIssues(issues);
  return {
    trajectories: smooth,
    metrics: denoisingMetrics(
      trajectories.map(({ x }) => x),
      smooth.map(({ x }) => x),
    ),
  };
}
