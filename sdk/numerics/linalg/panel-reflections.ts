import type { Matrix } from "./matrix.js";

/**
 * Rows x of a panel become (I - beta v v^T) x in place; two by two, so that no sum waits for another.
 *
 * @param panel  columns of a matrix, each in a row of it
 * @param v      zero before `start`
 * @param start  first entry that changes
 * @param first  first row of the panel that changes
 * @param end    the row after the last one
 */
export function reflectRows(
  { data, cols }: Matrix,
  v: Float64Array,
  beta: number,
  start: number,
  first: number,
  end: number,
): void {
  let row = first;
  for (; row + 1 < end; row += 2) {
    const x = row * cols;
    const y = x + cols;
    let sumX = 0;
    let sumY = 0;
    for (let i = start; i < cols; i++) {
      sumX += v[i] * data[x + i];
      sumY += v[i] * data[y + i];
    }
    sumX *= beta;
    sumY *= beta;
    for (let i = start; i < cols; i++) {
      data[x + i] -= sumX * v[i];
      data[y + i] -= sumY * v[i];
    }
  }
  if (row === end) return;
  const x = row * cols;
  let sum = 0;
  for (let i = start; i < cols; i++) sum += v[i] * data[x + i];
  sum *= beta;
  for (let i = start; i < cols; i++) data[x + i] -= sum * v[i];
}

/** The same by two reflections, first `v`, then `w`: entries are read and written once for both. */
export function reflectTwice(
  { data, rows, cols }: Matrix,
  v: Float64Array,
  w: Float64Array,
  betaV: number,
  betaW: number,
  start: number,
  first: number,
): void {
  let overlap = 0;
  for (let i = start; i < cols; i++) overlap += v[i] * w[i];
  // an odd last row meets itself and is written once
  for (let row = first; row < rows; row += 2) {
    const x = row * cols;
    const y = row + 1 < rows ? x + cols : x;
    let xv = 0;
    let xw = 0;
    let yv = 0;
    let yw = 0;
    for (let i = start; i < cols; i++) {
      const p = v[i];
      const q = w[i];
      const a = data[x + i];
      const b = data[y + i];
      xv += p * a;
      xw += q * a;
      yv += p * b;
      yw += q * b;
    }
    xv *= betaV;
    yv *= betaV;
    xw = betaW * (xw - overlap * xv);
    yw = betaW * (yw - overlap * yv);
    if (y === x) {
      for (let i = start; i < cols; i++) data[x + i] -= xv * v[i] + xw * w[i];
      return;
    }
    for (let i = start; i < cols; i++) {
      const p = v[i];
      const q = w[i];
      data[x + i] -= xv * p + xw * q;
      data[y + i] -= yv * p + yw * q;
    }
  }
}
