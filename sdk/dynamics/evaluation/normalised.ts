import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { Dataset } from "../data/series.js";

/**
 * The scale of each state over a data set: the standard deviation of its column over all samples of all trajectories.
 *
 * @returns  shape [n], units of `x`; 0 for a column that is constant to rounding
 */
export function spreadOf({ trajectories }: Dataset): Float64Array {
  const n = trajectories[0]?.x.cols ?? 0;
  return Float64Array.from({ length: n }, (_, j) => {
    let count = 0;
    let sum = 0;
    let largest = 0;
    for (const { x } of trajectories) {
      for (let k = 0; k < x.rows; k++) {
        sum += x.get(k, j);
        largest = Math.max(largest, Math.abs(x.get(k, j)));
      }
      count += x.rows;
    }
    const mean = sum / count;
    let squares = 0;
    for (const { x } of trajectories) {
      for (let k = 0; k < x.rows; k++) squares += (x.get(k, j) - mean) * (x.get(k, j) - mean);
    }
    const deviation = Math.sqrt(squares / count);
    return deviation > 16 * Number.EPSILON * largest ? deviation : 0;
  });
}

/** Sum of ((x̂ - x) / σ)² over rows from .. to-1 and the columns with a spread, and how many terms it has. */
export function squaredError(
  prediction: Matrix,
  truth: Matrix,
  spread: Float64Array,
  from: number,
  to: number,
): { readonly sum: number; readonly count: number } {
  let sum = 0;
  let count = 0;
  for (let k = from; k < to; k++) {
    const [a, b] = [prediction.row(k), truth.row(k)];
    for (let j = 0; j < spread.length; j++) {
      if (spread[j] === 0) continue;
      const e = (a[j] - b[j]) / spread[j];
      sum += e * e;
      count++;
    }
  }
  return { sum, count };
}

/**
 * Root mean square of such terms.
 *
 * @returns  Infinity when an entry was not finite, NaN of none
 */
export function rootMeanSquare(parts: readonly { readonly sum: number; readonly count: number }[]): number {
  const count = parts.reduce((n, part) => n + part.count, 0);
  if (count === 0) return Number.NaN;
  const value = Math.sqrt(parts.reduce((total, { sum }) => total + sum, 0) / count);
  return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
}
