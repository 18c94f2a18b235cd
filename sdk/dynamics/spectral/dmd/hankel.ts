import { DymadError } from "../../../errors.js";
import type { ComplexMatrix } from "../../../numerics/linalg/complex.js";
import type { Matrix } from "../../../numerics/linalg/matrix.js";
import { embedDelay } from "../../transforms/delay.js";
import { delayWindows } from "./delay-windows.js";
import { type Dmd, type DmdOptions, dmd, forecastDmd } from "./dmd.js";
import type { Snapshots } from "./snapshots.js";

/** A decomposition of windows of d + 1 samples, oldest first. */
export interface HankelDmd extends Dmd {
  /** d */
  readonly delay: number;
  /** the part of each mode that belongs to the newest sample, shape [r, n] */
  readonly sampleModes: ComplexMatrix;
}

/**
 * Dynamic mode decomposition of delay windows: for standing waves, hidden variables and few sensors, where one sample is not a state.
 *
 * @param snapshots  trajectories of shape [T_i, n] and their step
 * @param delay      d, how many earlier samples a window holds beside the newest
 * @param options    as for dmd; rank counts directions of windows
 * @returns          as dmd for windows of n (d + 1) values, and the modes of the newest sample
 * @throws           E_SPEC when the delay is not a whole number; E_SHAPE when every trajectory is too short; otherwise as dmd
 * @see              Arbabi, Mezic 2017, "Ergodic theory, dynamic mode decomposition, and computation of spectral properties of the Koopman operator", doi:10.1137/17M1125236
 */
export function hankelDmd(snapshots: Snapshots, delay: number, options: DmdOptions = {}): HankelDmd {
  const found = dmd(delayWindows(snapshots, delay), options);
  const n = snapshots.trajectories[0].cols;
  const newest = Array.from({ length: n }, (_, j) => n * delay + j);
  return { ...found, delay, sampleModes: found.modes.pickColumns(newest) };
}

/**
 * The samples that follow a window.
 *
 * @param found  from hankelDmd
 * @param past   the last d + 1 samples, oldest first, shape [d + 1, n]
 * @param times  times since the newest of them, shape [T], units of `t`
 * @returns      shape [T, n]
 * @throws       E_SHAPE when `past` is not one window
 */
export function forecastHankel(found: HankelDmd, past: Matrix, times: Float64Array): Matrix {
  const window = embedDelay(past, found.delay);
  if (window.rows !== 1) throw new DymadError("E_SHAPE", `a window has ${found.delay + 1} samples, got ${past.rows}`);
  return forecastDmd({ ...found, modes: found.sampleModes }, window.data, times);
}
