import type { Matrix } from "../linalg/matrix.js";

/** |Y - F|_F / sqrt(N), units of y. */
export function misfit(fitted: Matrix, y: Matrix): number {
  let sum = 0;
  for (let i = 0; i < y.data.length; i++) sum += (y.data[i] - fitted.data[i]) * (y.data[i] - fitted.data[i]);
  return Math.sqrt(sum / y.rows);
}
