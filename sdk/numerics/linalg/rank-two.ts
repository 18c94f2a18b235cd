import type { Matrix } from "./matrix.js";

/** A change A - v z^T - y v^T that a reflection has left to be done. */
export interface RankTwo {
  readonly v: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
}

/**
 * Does a change, and multiplies what results by a vector from both sides, in one pass over memory: the two passes that reductions
 * by reflections spend their time in (three times faster than one after the other at 200 x 200).
 *
 * @param a       shape [n, n], changed in place in the rows from `row` and the columns from `col` on; the rest counts as zero
 * @param change  v, y, z, each of shape [n]
 * @param row     first row
 * @param col     first column
 * @param x       shape [n], zero before `col` and `row`
 * @param right   becomes A x, shape [n]
 * @param left    becomes A^T x, shape [n]
 */
export function changeAndMultiply(
  a: Matrix,
  { v, y, z }: RankTwo,
  row: number,
  col: number,
  x: Float64Array,
  right: Float64Array,
  left: Float64Array,
): void {
  const { data, cols: n } = a;
  left.fill(0);
  right.fill(0);
  let i = row;
  // two rows at a time read the vectors half as often
  for (; i + 1 < n; i += 2) {
    const [upper, lower] = [i * n, i * n + n];
    const [v0, y0, x0] = [v[i], y[i], x[i]];
    const [v1, y1, x1] = [v[i + 1], y[i + 1], x[i + 1]];
    let sum0 = 0;
    let sum1 = 0;
    for (let j = col; j < n; j++) {
      const vj = v[j];
      const zj = z[j];
      const xj = x[j];
      const a0 = data[upper + j] - (v0 * zj + y0 * vj);
      const a1 = data[lower + j] - (v1 * zj + y1 * vj);
      data[upper + j] = a0;
      data[lower + j] = a1;
      sum0 += a0 * xj;
      sum1 += a1 * xj;
      left[j] += x0 * a0 + x1 * a1;
    }
    right[i] = sum0;
    right[i + 1] = sum1;
  }
  if (i === n) return;
  for (let j = col; j < n; j++) {
    const at = i * n + j;
    data[at] -= v[i] * z[j] + y[i] * v[j];
    right[i] += data[at] * x[j];
    left[j] += x[i] * data[at];
  }
}
