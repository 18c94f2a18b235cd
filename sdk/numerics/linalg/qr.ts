import { DymadError } from "../../errors.js";
import { choleskyQr, choleskyTriangle, solveUpper } from "./cholesky-qr.js";
import { requireFinite } from "./finite.js";
import { multiplyLarge } from "./large-product.js";
import { Matrix } from "./matrix.js";
import { reflectRows, reflectTwice } from "./panel-reflections.js";
import { applyReversed, blockSize, isLarge, productOf, type Reflections, reflectorOf } from "./reflections.js";

/** A = Q R with orthonormal columns in `q` [m, k] and upper triangular `r` [k, n], k = min(m, n), diagonal of r >= 0. */
export interface Qr {
  readonly q: Matrix;
  readonly r: Matrix;
}

/** Rows a block needs so that its own factor is small beside it, yet stays in the cache. */
const blockRows = (cols: number): number => Math.max(256, 4 * cols);

/**
 * Thin QR decomposition. Long matrices take CholeskyQR2 where its own check allows it (5 times faster at 20,000 x 200), else
 * Householder reflections.
 *
 * @param a      shape [m, n]
 * @returns      q [m, k], r [k, n] with k = min(m, n); the diagonal of r is not negative, which makes the factors unique at full rank
 * @throws       E_DATA when an entry is not finite
 * @see          Demmel, Grigori, Hoemmen, Langou 2012, "Communication-optimal parallel and sequential QR", doi:10.1137/080731992
 * @example      qr(Matrix.from([[3], [4]])).r.get(0, 0) // 5
 */
export function qr(a: Matrix): Qr {
  requireFinite(a, "the matrix to factor");
  const fast = isLong(a) ? choleskyQr(a) : null;
  if (fast === null) return reflectedQr(a);
  const q = multiplyLarge(fast.first, solveUpper(fast.second, Matrix.identity(a.cols)), fast.first);
  return { q, r: fast.r };
}

/** Whether a matrix is long enough for the large products of CholeskyQR2 to pay. */
export const isLong = (a: Matrix): boolean => a.cols >= 8 && a.rows >= 4 * a.cols && a.rows * a.cols >= 50_000;

/**
 * The same by Householder reflections at any rank; tall matrices go by row blocks (TSQR), which reads memory once.
 *
 * @param a   shape [m, n], finite
 * @returns   as qr
 */
export function reflectedQr(a: Matrix): Qr {
  const size = blockRows(a.cols);
  return a.rows > 2 * size ? tallQr(a, size) : householderQr(a);
}

/** Factor each block, stack the small triangles, factor them in turn, and multiply the orthogonal parts back. */
function tallQr(a: Matrix, size: number): Qr {
  const parts: Qr[] = [];
  for (let start = 0; start < a.rows; start += size) parts.push(householderQr(a.slice(start, Math.min(a.rows, start + size))));
  const upper = reflectedQr(stackRows(parts.map((part) => part.r)));
  let offset = 0;
  const q = parts.map((part) => {
    const piece = upper.q.slice(offset, offset + part.r.rows);
    offset += part.r.rows;
    return multiplyLarge(part.q, piece);
  });
  return { q: stackRows(q), r: upper.r };
}

function householderQr(a: Matrix): Qr {
  const k = Math.min(a.rows, a.cols);
  const work = a.clone();
  const q = productOf(eliminate(work, k), k, 0);
  const r = work.slice(0, k).clone();
  for (let j = 0; j < k; j++) {
    r.row(j).fill(0, 0, j);
    if (r.get(j, j) >= 0) continue;
    for (let i = j; i < a.cols; i++) r.data[j * a.cols + i] *= -1;
    for (let i = 0; i < a.rows; i++) q.data[i * k + j] *= -1;
  }
  return { q, r };
}

/** Rows [A | B] reduced by an orthogonal matrix: the rows that remain, and what was left over of B. */
export interface Reduced {
  /** upper triangular in its first `pivots` columns, shape [min(pivots, rows), cols] */
  readonly top: Matrix;
  /** sum of squares per column (>= pivots) of the rows that fell away: squared residuals of least squares, shape [cols] */
  readonly rest: Float64Array;
}

/**
 * Reduces rows [A | B] to Q^T [A | B], whose first n columns are triangular, without keeping Q: for long matrices by CholeskyQR2 where
 * its own check allows it, else by reflections, block by block. Memory beside the input: one block.
 *
 * @param a       rows [A | B], shape [m, n + p]
 * @param pivots  n, how many leading columns to make triangular
 * @returns       `top` [min(n, m), n + p] and the squared column norms of the remainder
 * @throws        E_SHAPE when pivots exceeds the number of columns; E_DATA when an entry is not finite
 */
export function reduceRows(a: Matrix, pivots: number): Reduced {
  if (pivots > a.cols) throw new DymadError("E_SHAPE", `cannot reduce ${pivots} columns of a matrix with ${a.cols}`);
  requireFinite(a, "the matrix to reduce");
  const triangle = isLong(a) ? choleskyTriangle(a) : null;
  if (triangle !== null) return reducedBy(triangle, pivots);
  const size = blockRows(a.cols);
  const rest = new Float64Array(a.cols);
  let top = new Matrix(0, a.cols);
  for (let start = 0; start < a.rows; start += size) {
    const work = stackRows([top, a.slice(start, Math.min(a.rows, start + size))]);
    eliminate(work, Math.min(pivots, work.rows));
    const kept = Math.min(pivots, work.rows);
    for (let i = kept; i < work.rows; i++) {
      const row = work.row(i);
      for (let j = pivots; j < a.cols; j++) rest[j] += row[j] * row[j];
    }
    top = work.slice(0, kept).clone();
    for (let i = 0; i < kept; i++) top.row(i).fill(0, 0, i);
  }
  return { top, rest };
}

/** The same from the triangle of all columns: what lies below the first rows of B is what is left over of it. */
function reducedBy(r: Matrix, pivots: number): Reduced {
  const rest = new Float64Array(r.cols);
  for (let i = pivots; i < r.rows; i++) for (let j = i; j < r.cols; j++) rest[j] += r.get(i, j) * r.get(i, j);
  return { top: r.slice(0, pivots).clone(), rest };
}

/**
 * Matrices with equal columns, one under the other.
 *
 * @param parts  each of shape [m_i, n]
 * @returns      shape [sum of m_i, n], copied
 * @throws       E_SHAPE when the numbers of columns differ
 */
export function stackRows(parts: readonly Matrix[]): Matrix {
  const cols = parts[0]?.cols ?? 0;
  const out = new Matrix(
    parts.reduce((sum, part) => sum + part.rows, 0),
    cols,
  );
  let row = 0;
  for (const part of parts) {
    if (part.cols !== cols) throw new DymadError("E_SHAPE", `cannot stack rows of ${part.cols} values under rows of ${cols}`);
    out.data.set(part.data, row * cols);
    row += part.rows;
  }
  return out;
}

/**
 * Makes the first k columns triangular in place; below the diagonal stale values remain. Reflections act at once on the columns of
 * their panel, two by two, which lie in memory one after the other for that while, and on those to its right when the panel is done.
 */
function eliminate(work: Matrix, k: number): Reflections {
  const { rows, cols, data } = work;
  const width = isLarge(work) ? blockSize : cols;
  const v = new Matrix(k, rows);
  const betas = new Float64Array(k);
  for (let start = 0; start < k; start += width) {
    const end = Math.min(start + width, k);
    const edge = Math.min(start + width, cols);
    const panel = new Matrix(edge - start, rows);
    for (let i = 0; i < rows; i++) for (let j = start; j < edge; j++) panel.data[(j - start) * rows + i] = data[i * cols + j];
    const reflect = (j: number): void => {
      const x = v.row(j);
      const column = panel.row(j - start);
      x.set(column.subarray(j), j);
      const { beta, head } = reflectorOf(x.subarray(j));
      betas[j] = beta;
      column[j] = head;
    };
    for (let j = start; j < end; j += 2) {
      reflect(j);
      if (j + 1 === end) {
        reflectRows(panel, v.row(j), betas[j], j, j + 1 - start, panel.rows);
        break;
      }
      reflectRows(panel, v.row(j), betas[j], j, j + 1 - start, j + 2 - start);
      reflect(j + 1);
      reflectTwice(panel, v.row(j), v.row(j + 1), betas[j], betas[j + 1], j, j + 2 - start);
    }
    for (let i = 0; i < rows; i++) for (let j = start; j < edge; j++) data[i * cols + j] = panel.data[(j - start) * rows + i];
    if (edge < cols) reflectRight(work, edge, { v: v.slice(start, end), betas: betas.subarray(start, end) });
  }
  return { v, betas };
}

/** Reflections of a panel applied to the columns from `edge` on. */
function reflectRight({ rows, cols, data }: Matrix, edge: number, reflections: Reflections): void {
  const right = new Matrix(rows, cols - edge);
  for (let i = 0; i < rows; i++) right.row(i).set(data.subarray(i * cols + edge, (i + 1) * cols));
  applyReversed(right, reflections);
  for (let i = 0; i < rows; i++) data.set(right.row(i), i * cols + edge);
}
