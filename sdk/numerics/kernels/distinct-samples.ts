import { Matrix } from "../linalg/matrix.js";

/** Samples of which no two stand at one place, and what stood there. */
export interface DistinctSamples {
  /** shape [M, n], in the order in which places come first */
  readonly x: Matrix;
  /** the mean of the values at each place, shape [M, outputs] */
  readonly y: Matrix;
  /** how many samples stood there, shape [M] */
  readonly counts: Float64Array;
  /** the root mean square of |y_i - mean at its place| over all samples: what no function of x can fit */
  readonly spread: number;
}

/**
 * Samples that repeat a place to the bit become one with the mean of their values: sum_i |y_i - f(x_i)|^2 is sum_g c_g |mean_g - f(x_g)|^2
 * and a number that no f changes. Without repeated places the samples come back as they are.
 *
 * @param x  shape [N, n]
 * @param y  shape [N, outputs]
 */
export function distinctSamples(x: Matrix, y: Matrix): DistinctSamples {
  const first = firstOfPlace(x);
  const rows = Array.from(first.keys()).filter((i) => first[i] === i);
  if (rows.length === x.rows) return everySample(x, y);
  const at = new Int32Array(x.rows);
  rows.forEach((i, g) => {
    at[i] = g;
  });
  const group = first.map((i) => at[i]);
  const counts = new Float64Array(rows.length);
  const means = new Matrix(rows.length, y.cols);
  for (let i = 0; i < x.rows; i++) {
    counts[group[i]]++;
    for (let j = 0; j < y.cols; j++) means.data[group[i] * y.cols + j] += y.get(i, j);
  }
  for (let k = 0; k < means.data.length; k++) means.data[k] /= counts[Math.floor(k / y.cols)];
  let squares = 0;
  for (let k = 0; k < y.data.length; k++) {
    const gap = y.data[k] - means.get(group[Math.floor(k / y.cols)], k % y.cols);
    squares += gap * gap;
  }
  return { x: Matrix.from(rows.map((i) => x.row(i))), y: means, counts, spread: Math.sqrt(squares / x.rows) };
}

/** Samples as they are, each for itself. */
export const everySample = (x: Matrix, y: Matrix): DistinctSamples => ({
  x,
  y,
  counts: new Float64Array(x.rows).fill(1),
  spread: 0,
});

/** For every row of [N, n] the first row that is equal to it. */
export function firstOfPlace(points: Matrix): Int32Array {
  const first = new Map<string, number>();
  return Int32Array.from({ length: points.rows }, (_, i) => {
    const key = points.row(i).join();
    const known = first.get(key);
    if (known === undefined) first.set(key, i);
    return known ?? i;
  });
}
