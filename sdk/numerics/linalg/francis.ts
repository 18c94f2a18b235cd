import { epsilon } from "./finite.js";
import type { Matrix } from "./matrix.js";

/**
 * One implicit double-shift QR step on rows low .. high of a Hessenberg matrix, in place; its columns and what lies above and to the
 * right take part, so that H stays similar to itself.
 *
 * @param h          shape [n, n]
 * @param q          shape [m, n] transposed, [n, m]: its rows take what the columns of H take
 * @param low        first row
 * @param high       last row, at least low + 2
 * @param iteration  how many steps this block has had; every tenth takes unusual shifts
 * @see              Francis 1961, "The QR transformation", doi:10.1093/comjnl/4.3.265; Golub, Van Loan 2013, section 7.5
 */
export function francisStep(h: Matrix, q: Matrix, low: number, high: number, iteration: number): void {
  const { data: d, rows: n } = h;
  const column = new Float64Array(3);
  const start = bulgeStart(h, low, high, shiftsOf(h, high, iteration), column);
  const c = new Float64Array(10);
  let k = start;
  // Reflections two by two: each acts at once where the next is read from, both together on all that is far.
  for (; k + 3 <= high; k += 2) {
    const edge = Math.min(n, k + 5);
    if (k > start) readColumn(d, n, k, 3, column);
    place(d, n, k, start, low, 3, aim(column, c, 0));
    reflectThree(d, k * n + k, edge - k, 1, n, c, 0);
    reflectThree(d, k * n + k, Math.min(high, k + 3) - k + 1, n, 1, c, 0);
    readColumn(d, n, k + 1, 3, column);
    place(d, n, k + 1, start, low, 3, aim(column, c, 5));
    reflectThree(d, (k + 1) * n + k + 1, edge - k - 1, 1, n, c, 5);
    reflectThree(d, k * n + k + 1, Math.min(high, k + 4) - k + 1, n, 1, c, 5);
    reflectTwice(d, k * n + edge, n - edge, 1, n, c);
    reflectTwice(d, k, k, n, 1, c);
    reflectTwice(q.data, k * q.cols, q.cols, 1, q.cols, c);
  }
  for (; k < high; k++) {
    const size = k + 2 <= high ? 3 : 2;
    if (k > start) readColumn(d, n, k, size, column);
    place(d, n, k, start, low, size, aim(column, c, 0));
    const reflect = size === 3 ? reflectThree : reflectTwo;
    reflect(d, k * n + k, n - k, 1, n, c, 0);
    reflect(d, k, Math.min(high, k + 3) + 1, n, 1, c, 0);
    reflect(q.data, k * q.cols, q.cols, 1, q.cols, c, 0);
  }
}

/** Two shifts as the last diagonal entries x, y and the product w of those beside them. */
interface Shifts {
  readonly x: number;
  readonly y: number;
  readonly w: number;
}

function shiftsOf({ data: d, rows: n }: Matrix, high: number, iteration: number): Shifts {
  const x = d[high * n + high];
  const beside = d[high * n + high - 1];
  if (iteration % 10 !== 0) return { x, y: d[(high - 1) * n + high - 1], w: beside * d[(high - 1) * n + high] };
  // An unusual shift breaks the rare cycle in which the usual ones repeat.
  const s = Math.abs(beside) + Math.abs(d[(high - 1) * n + high - 2]);
  return { x: 0.75 * s + x, y: 0.75 * s + x, w: -0.4375 * s * s };
}

/** Where the sweep may begin, and the first column of (H - shift 1)(H - shift 2) there. */
function bulgeStart(h: Matrix, low: number, high: number, { x, y, w }: Shifts, column: Float64Array): number {
  for (let m = high - 2; ; m--) {
    const z = h.get(m, m);
    const r = x - z;
    const s = y - z;
    column[0] = (r * s - w) / h.get(m + 1, m) + h.get(m, m + 1);
    column[1] = h.get(m + 1, m + 1) - z - r - s;
    column[2] = h.get(m + 2, m + 1);
    const scale = Math.abs(column[0]) + Math.abs(column[1]) + Math.abs(column[2]);
    for (let i = 0; i < 3; i++) column[i] /= scale;
    if (m === low) return m;
    const coupling = Math.abs(h.get(m, m - 1)) * (Math.abs(column[1]) + Math.abs(column[2]));
    const around = Math.abs(h.get(m - 1, m - 1)) + Math.abs(z) + Math.abs(h.get(m + 1, m + 1));
    if (coupling <= epsilon * Math.abs(column[0]) * around) return m;
  }
}

/** The entries below the subdiagonal place of column k - 1 that reflection k clears. */
function readColumn(d: Float64Array, n: number, k: number, size: number, column: Float64Array): void {
  for (let i = 0; i < 3; i++) column[i] = i < size ? d[(k + i) * n + k - 1] : 0;
}

/** What column k - 1 becomes; at the start it lies outside the step and can only change its sign. */
function place(d: Float64Array, n: number, k: number, start: number, low: number, size: number, head: number): void {
  if (k === start) {
    if (start > low && head !== 0) d[k * n + k - 1] *= -1;
    return;
  }
  d[k * n + k - 1] = head;
  for (let i = 1; i < size; i++) d[(k + i) * n + k - 1] = 0;
}

/**
 * The reflection I - v u^T that sends (p, r, s) to a multiple of the first axis, u = (1, u1, u2); writes [u1, u2, v0, v1, v2] at
 * `at`, zeros for the identity. Returns the multiple.
 */
function aim(column: Float64Array, c: Float64Array, at: number): number {
  const scale = Math.abs(column[0]) + Math.abs(column[1]) + Math.abs(column[2]);
  if (scale === 0) {
    c.fill(0, at, at + 5);
    return 0;
  }
  const x = column[0] / scale;
  const y = column[1] / scale;
  const z = column[2] / scale;
  const length = (x < 0 ? -1 : 1) * Math.sqrt(x * x + y * y + z * z);
  c[at] = y / (x + length);
  c[at + 1] = z / (x + length);
  c[at + 2] = (x + length) / length;
  c[at + 3] = y / length;
  c[at + 4] = z / length;
  return -length * scale;
}

/** Reflects `count` triples whose members lie `apart`, the triples `move` from each other: rows and columns alike. */
function reflectThree(
  d: Float64Array,
  first: number,
  count: number,
  move: number,
  apart: number,
  c: Float64Array,
  from: number,
): void {
  const u1 = c[from];
  const u2 = c[from + 1];
  const v0 = c[from + 2];
  const v1 = c[from + 3];
  const v2 = c[from + 4];
  const end = first + count * move;
  for (let x = first; x < end; x += move) {
    const y = x + apart;
    const z = y + apart;
    const sum = d[x] + u1 * d[y] + u2 * d[z];
    d[x] -= v0 * sum;
    d[y] -= v1 * sum;
    d[z] -= v2 * sum;
  }
}

function reflectTwo(
  d: Float64Array,
  first: number,
  count: number,
  move: number,
  apart: number,
  c: Float64Array,
  from: number,
): void {
  const u1 = c[from];
  const v0 = c[from + 2];
  const v1 = c[from + 3];
  const end = first + count * move;
  for (let x = first; x < end; x += move) {
    const y = x + apart;
    const sum = d[x] + u1 * d[y];
    d[x] -= v0 * sum;
    d[y] -= v1 * sum;
  }
}

/** Two reflections, the second one place further: entries are read and written once for both (1.4 times faster). */
function reflectTwice(d: Float64Array, first: number, count: number, move: number, apart: number, c: Float64Array): void {
  const u1 = c[0];
  const u2 = c[1];
  const v0 = c[2];
  const v1 = c[3];
  const v2 = c[4];
  const p1 = c[5];
  const p2 = c[6];
  const w0 = c[7];
  const w1 = c[8];
  const w2 = c[9];
  const end = first + count * move;
  for (let x = first; x < end; x += move) {
    const y = x + apart;
    const z = y + apart;
    let second = d[y];
    let third = d[z];
    let sum = d[x] + u1 * second + u2 * third;
    d[x] -= v0 * sum;
    second -= v1 * sum;
    third -= v2 * sum;
    const fourth = d[z + apart];
    sum = second + p1 * third + p2 * fourth;
    d[y] = second - w0 * sum;
    d[z] = third - w1 * sum;
    d[z + apart] = fourth - w2 * sum;
  }
}
