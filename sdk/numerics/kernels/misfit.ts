import type { Matrix } from "../linalg/matrix.js";

/**
 * |Y - F|_F / sqrt(N), units of y.
 *
 * @param counts  how many samples each row stands for, shape [rows]; default one
 */
export function misfit(fitted: Matrix, y: Matrix, counts: Float64Array | null = null): number {
  let [sum, samples] = [0, 0];
  for (let i = 0; i < y.rows; i++) {
    const count = counts?.[i] ?? 1;
    const [ours, theirs] = [fitted.row(i), y.row(i)];
    for (let j = 0; j < y.cols; j++) sum += count * (theirs[j] - ours[j]) * (theirs[j] - ours[j]);
    samples += count;
  }
  return Math.sqrt(sum / samples);
}
