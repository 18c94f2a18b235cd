import { epsilon } from "./finite.js";
import { Matrix } from "./matrix.js";

/** A close to L^T L, by the rows of A that stand for all. */
export interface PivotedCholesky {
  /** the rows of A, in the order of their choice */
  readonly pivots: readonly number[];
  /** shape [r, n]; its columns at the pivots are upper triangular */
  readonly factor: Matrix;
  /** whether as little remains as was asked for */
  readonly arrived: boolean;
}

/** Steps of a search that is cut short are looked at after this share of them. */
const glance = 1 / 8;

/**
 * The incomplete Cholesky decomposition of a positive semidefinite matrix: each step takes the row whose remaining diagonal entry is
 * largest, until the remaining trace, which bounds the error, is a share `tolerance` of all of it, or what remains is rounding.
 * Costs n r^2 / 2.
 *
 * @param a          shape [n, n], symmetric, positive semidefinite to rounding
 * @param tolerance  share of the trace that may remain; default 0: all but rounding is taken
 * @param most       steps at most; default n
 * @param hurried    after an eighth of the steps the fall so far is carried on: where it would not arrive in time, the rest is not
 *                   tried; default where `most` is below n
 * @returns          pivots [r], factor [r, n], and whether they were enough
 * @see              Harbrecht, Peters, Schneider 2012, "On the low-rank approximation by the pivoted Cholesky decomposition", doi:10.1016/j.apnum.2011.10.001
 */
export function pivotedCholesky(
  a: Matrix,
  tolerance: number = 0,
  most: number = a.rows,
  hurried: boolean = most < a.rows,
): PivotedCholesky {
  const n = a.rows;
  const left = Float64Array.from({ length: n }, (_, i) => a.get(i, i));
  const floor = n * epsilon * left.reduce((x, y) => Math.max(x, y), 0);
  const trace = left.reduce((sum, d) => sum + d, 0);
  const pivots: number[] = [];
  const rows = new Float64Array(most * n);
  let arrived = true;
  for (let rest = trace; rest > tolerance * trace; ) {
    const r = pivots.length;
    let p = 0;
    for (let i = 1; i < n; i++) if (left[i] > left[p]) p = i;
    if (!(left[p] > floor)) break;
    arrived = r < most && (!hurried || r !== Math.ceil(glance * most) || arrives(rest / trace, tolerance));
    if (!arrived) break;
    const row = rows.subarray(r * n, (r + 1) * n);
    row.set(a.row(p));
    subtractMultiples(row, rows, r, p);
    // what has been taken has nothing left
    for (const taken of pivots) row[taken] = 0;
    const pivot = Math.sqrt(row[p]);
    if (!(pivot > 0)) break;
    rest = 0;
    for (let i = 0; i < n; i++) {
      row[i] /= pivot;
      left[i] = Math.max(0, left[i] - row[i] * row[i]);
      rest += left[i];
    }
    rest -= left[p];
    left[p] = 0;
    pivots.push(p);
  }
  return { pivots, factor: new Matrix(pivots.length, n, rows.subarray(0, pivots.length * n)), arrived };
}

/** Whether eight such falls reach the tolerance. */
function arrives(fall: number, tolerance: number): boolean {
  const twice = fall * fall;
  const four = twice * twice;
  return four * four <= tolerance;
}

/** Takes from a row, for each of the first `count` rows, that row times its entry p: eight rows at a time, so that the row itself is read seldom. */
function subtractMultiples(row: Float64Array, rows: Float64Array, count: number, p: number): void {
  const n = row.length;
  let k = 0;
  for (; k + 8 <= count; k += 8) {
    const [s, t, u, v] = [k * n, (k + 1) * n, (k + 2) * n, (k + 3) * n];
    const [w, x, y, z] = [(k + 4) * n, (k + 5) * n, (k + 6) * n, (k + 7) * n];
    const [a, b, c, d] = [rows[s + p], rows[t + p], rows[u + p], rows[v + p]];
    const [e, f, g, h] = [rows[w + p], rows[x + p], rows[y + p], rows[z + p]];
    for (let i = 0; i < n; i++) {
      const half = a * rows[s + i] + b * rows[t + i] + (c * rows[u + i] + d * rows[v + i]);
      row[i] -= half + (e * rows[w + i] + f * rows[x + i] + (g * rows[y + i] + h * rows[z + i]));
    }
  }
  for (; k < count; k++) {
    const factor = rows[k * n + p];
    for (let i = 0; i < n; i++) row[i] -= factor * rows[k * n + i];
  }
}
