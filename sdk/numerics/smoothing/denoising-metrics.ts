import { DymadError } from "../../errors.js";
import type { Matrix } from "../linalg/matrix.js";

/** What smoothing changed; delta = after - before, over all entries of all signals. */
export interface DenoisingMetrics {
  /** units of `x` */
  readonly delta_rmse: number;
  readonly delta_mae: number;
  readonly delta_max_abs: number;
  /** delta_rmse / root mean square before; 0 when that is 0 */
  readonly delta_rel_rmse: number;
  /** mean squared difference of neighbouring samples, units of `x` squared */
  readonly roughness_before: number;
  readonly roughness_after: number;
  /** after - before */
  readonly roughness_delta: number;
  /** after / before; 1 when both are 0, Infinity when only before is */
  readonly roughness_ratio: number;
}

/**
 * Compares signals before and after smoothing.
 *
 * @param before  signals in time order, each of shape [T, n], units of `x`
 * @param after   as many signals of the same shapes
 * @returns       differences in units of `x`, roughness in units of `x` squared
 * @throws        E_SHAPE when numbers or shapes differ
 */
export function denoisingMetrics(before: readonly Matrix[], after: readonly Matrix[]): DenoisingMetrics {
  if (before.length !== after.length) {
    throw new DymadError("E_SHAPE", `${before.length} signals before smoothing stand beside ${after.length} after it`);
  }
  let [count, squares, absolute, largest, energy] = [0, 0, 0, 0, 0];
  before.forEach((one, s) => {
    const other = after[s];
    if (one.rows !== other.rows || one.cols !== other.cols) {
      throw new DymadError("E_SHAPE", `signal ${s} is ${one.rows} x ${one.cols} before and ${other.rows} x ${other.cols} after`);
    }
    one.data.forEach((value, i) => {
      const delta = other.data[i] - value;
      squares += delta * delta;
      absolute += Math.abs(delta);
      largest = Math.max(largest, Math.abs(delta));
      energy += value * value;
    });
    count += one.data.length;
  });
  const n = Math.max(1, count);
  const rmse = Math.sqrt(squares / n);
  const rms = Math.sqrt(energy / n);
  const [rough, smooth] = [roughness(before), roughness(after)];
  return {
    delta_rmse: rmse,
    delta_mae: absolute / n,
    delta_max_abs: largest,
    delta_rel_rmse: rms === 0 ? 0 : rmse / rms,
    roughness_before: rough,
    roughness_after: smooth,
    roughness_delta: smooth - rough,
    roughness_ratio: rough > 0 ? smooth / rough : smooth > 0 ? Number.POSITIVE_INFINITY : 1,
  };
}

function roughness(signals: readonly Matrix[]): number {
  let [sum, count] = [0, 0];
  for (const { data, cols, rows } of signals) {
    for (let i = cols; i < data.length; i++) sum += (data[i] - data[i - cols]) * (data[i] - data[i - cols]);
    count += Math.max(0, rows - 1) * cols;
  }
  return count === 0 ? 0 : sum / count;
}
