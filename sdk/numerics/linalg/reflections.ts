import { compile, matmul, type Program, trace } from "../engine/index.js";
import { multiplyLarge } from "./large-product.js";
import { Matrix } from "./matrix.js";

/** Reflections H_k = I - beta_k v_k v_k^T, one after the other. */
export interface Reflections {
  /** row k is v_k, zero before its entry k + offset, shape [k, m] */
  readonly v: Matrix;
  /** shape [k]; zero makes H_k the identity */
  readonly betas: Float64Array;
}

/** Reflections taken together: enough for large products to pay, few enough for their triangle to stay small. */
export const blockSize = 32;

/** Whether that pays for a matrix: at 200 x 200 blocks are as fast as single reflections, at 800 x 200 three times faster. */
export const isLarge = ({ data }: Matrix): boolean => data.length >= 30_000;

/**
 * The reflection that sends x to a multiple of the axis at its first place.
 *
 * @param x   becomes v, shape [n], n >= 1
 * @returns   beta, and what the first entry of (I - beta v v^T) x is
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 5.1
 */
export function reflectorOf(x: Float64Array): { readonly beta: number; readonly head: number } {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]));
  if (largest === 0) return { beta: 0, head: 0 };
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    x[i] /= largest;
    squares += x[i] * x[i];
  }
  const norm = x[0] > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
  x[0] -= norm;
  return { beta: -1 / (norm * x[0]), head: norm * largest };
}

/** (I - beta v v^T) X, in place, in the rows from `row` on and the columns from `col` to `end` - 1. */
function reflect(x: Matrix, v: Float64Array, beta: number, row: number, col: number, end: number): void {
  if (beta === 0) return;
  const { data, cols } = x;
  const sums = new Float64Array(end);
  for (let i = row; i < v.length; i++) {
    const vi = beta * v[i];
    const at = i * cols;
    for (let j = col; j < end; j++) sums[j] += vi * data[at + j];
  }
  for (let i = row; i < v.length; i++) {
    const vi = v[i];
    const at = i * cols;
    for (let j = col; j < end; j++) data[at + j] -= vi * sums[j];
  }
}

/**
 * H_0 H_1 ... [I; 0]: the first columns of the product.
 *
 * @param reflections  v [k, m], betas [k], where v_k begins at entry k + offset
 * @param cols         p, how many columns, k <= p <= m
 * @param offset       where v_0 begins
 * @returns            shape [m, p]
 * @see                Schreiber, Van Loan 1989, "A storage-efficient WY representation", doi:10.1137/0910005
 */
export function productOf({ v, betas }: Reflections, cols: number, offset: number): Matrix {
  const out = new Matrix(v.cols, cols);
  for (let j = 0; j < cols; j++) out.set(j, j, 1);
  if (!isLarge(out)) {
    // from the last on, where most of the matrix is still zero
    for (let k = v.rows - 1; k >= 0; k--) reflect(out, v.row(k), betas[k], k + offset, k + offset, cols);
    return out;
  }
  const program = blockProgram(out);
  for (let start = Math.floor((v.rows - 1) / blockSize) * blockSize; start >= 0; start -= blockSize) {
    const block = v.slice(start, Math.min(start + blockSize, v.rows));
    applyBlock(program, out, block, triangleOf(block, betas.subarray(start)));
  }
  return out;
}

/**
 * ... H_1 H_0 X, in place, as one block.
 *
 * @param x            shape [m, p]
 * @param reflections  v [k, m] and betas [k], k <= blockSize
 */
export function applyReversed(x: Matrix, { v, betas }: Reflections): void {
  applyBlock(blockProgram(x), x, v, triangleOf(v, betas).transpose());
}

/** X - V^T T (V X) for any block of reflections. */
function blockProgram(x: Matrix): Program {
  const shapes = { v: [blockSize, x.rows], t: [blockSize, blockSize], x: [x.rows, x.cols] };
  const graph = trace(shapes, ({ v, t, x: target }) => ({ c: target.sub(matmul(v, matmul(t, matmul(v, target)), true)) }));
  return compile(graph, { backend: "wasm", dtype: "float64" });
}

function applyBlock(program: Program, x: Matrix, v: Matrix, t: Matrix): void {
  const padded = v.rows === blockSize ? v.data : new Float64Array(blockSize * v.cols);
  if (v.rows < blockSize) padded.set(v.data);
  x.data.set(program.run({ v: padded, t: t.data, x: x.data }).c);
}

/** The upper triangle T with H_0 H_1 ... = I - V^T T V, zeros for reflections that are not there, shape [blockSize, blockSize]. */
function triangleOf(v: Matrix, betas: Float64Array): Matrix {
  const t = new Matrix(blockSize, blockSize);
  const overlaps = multiplyLarge(v, v.transpose());
  for (let j = 0; j < v.rows; j++) {
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let l = i; l < j; l++) sum += t.data[i * blockSize + l] * overlaps.data[l * v.rows + j];
      t.data[i * blockSize + j] = -betas[j] * sum;
    }
    t.data[j * blockSize + j] = betas[j];
  }
  return t;
}
