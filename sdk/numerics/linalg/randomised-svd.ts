import { DymadError } from "../../errors.js";
import { compile, matmul, trace } from "../engine/index.js";
import { keyed } from "../random.js";
import { leftModes, modesOf, withColumns } from "./gram-svd.js";
import { gramMatrix } from "./large-product.js";
import { Matrix } from "./matrix.js";
import { qr, stackRows } from "./qr.js";
import { rowBlocks, rowsPerPass } from "./row-blocks.js";

export interface RandomisedSvdOptions {
  /** directions beyond `count` that the sketch keeps; default 10 */
  readonly oversample?: number;
  /** power iterations, each one more pass over the blocks; default 0 */
  readonly iterations?: number;
  /** of the random sketch; default 0 */
  readonly seed?: number;
  /** also give the left vectors, by one more pass; default false */
  readonly left?: boolean;
}

export interface RandomisedSvd {
  /** shape [m, k], or null when not asked for */
  readonly u: Matrix | null;
  /** shape [k], falling */
  readonly s: Float64Array;
  /** shape [n, k], orthonormal columns; the largest entry of each is positive */
  readonly v: Matrix;
}

/**
 * Approximate leading modes of a matrix too wide for its Gram matrix, given as row blocks that can be read again and again:
 * Y = A^T A Omega with Gaussian Omega, Q = orth(Y), then the modes of A Q. Memory: n (k + oversample) numbers and one pass of rows.
 * Passes over the blocks: 2 + iterations, and 1 for the left vectors.
 *
 * @param blocks   called once for each pass: row blocks [m_i, n]
 * @param count    k >= 1
 * @param options  oversample, iterations, seed, left
 * @returns        u or null, s [k], v [n, k]
 * @throws         E_SPEC when an option is out of range; E_SHAPE when blocks differ in columns; E_DATA when there is no block
 * @see            Halko, Martinsson, Tropp 2011, "Finding structure with randomness", doi:10.1137/090771806
 */
export function randomisedSvd(blocks: () => Iterable<Matrix>, count: number, options: RandomisedSvdOptions = {}): RandomisedSvd {
  const { oversample = 10, iterations = 0, seed = 0, left = false } = options;
  for (const [name, value, least] of [
    ["count", count, 1],
    ["oversample", oversample, 0],
    ["iterations", iterations, 0],
  ] as const) {
    if (Number.isInteger(value) && value >= least) continue;
    throw new DymadError("E_SPEC", `${name} must be an integer of ${least} or more, got ${value}`, { path: [name] });
  }
  const { cols } = withColumns(blocks());
  if (count > cols)
    throw new DymadError("E_SPEC", `cannot take ${count} modes of a matrix with ${cols} columns`, { path: ["count"] });
  const width = Math.min(cols, count + oversample);
  let basis = new Matrix(
    cols,
    width,
    keyed(seed)
      .fold("sketch")
      .normal(cols * width),
  );
  for (let pass = 0; pass <= iterations; pass++) basis = qr(applyGram(blocks(), basis)).q;
  const small = modesOf(gramMatrix(sketched(blocks(), basis), width), count);
  const modes = { s: small.s, v: largestPositive(basis.multiply(small.v)) };
  const u = left ? stackRows(Array.from(blocks(), (block) => leftModes(block, modes))) : null;
  return { u, ...modes };
}

/** A^T (A X). */
function applyGram(blocks: Iterable<Matrix>, x: Matrix): Matrix {
  const graph = trace({ a: [rowsPerPass, x.rows], x: [x.rows, x.cols] }, ({ a, x: y }) => ({ y: matmul(a, matmul(a, y), true) }));
  const program = compile(graph, { backend: "wasm", dtype: "float64" });
  const out = new Matrix(x.rows, x.cols);
  let fixed: Record<string, Float64Array> = { x: x.data };
  for (const a of rowBlocks(blocks, x.rows)) {
    const { y } = program.run({ ...fixed, a });
    fixed = {};
    for (let i = 0; i < y.length; i++) out.data[i] += y[i];
  }
  return out;
}

/** A X, pass by pass. */
function* sketched(blocks: Iterable<Matrix>, x: Matrix): Generator<Matrix, void, undefined> {
  const graph = trace({ a: [rowsPerPass, x.rows], x: [x.rows, x.cols] }, ({ a, x: y }) => ({ c: matmul(a, y) }));
  const program = compile(graph, { backend: "wasm", dtype: "float64" });
  let fixed: Record<string, Float64Array> = { x: x.data };
  for (const a of rowBlocks(blocks, x.rows)) {
    yield new Matrix(rowsPerPass, x.cols, Float64Array.from(program.run({ ...fixed, a }).c));
    fixed = {};
  }
}

/** The sign rule: the entry of largest magnitude in each column is positive. */
function largestPositive(v: Matrix): Matrix {
  for (let k = 0; k < v.cols; k++) {
    let peak = 0;
    for (let i = 0; i < v.rows; i++) if (Math.abs(v.get(i, k)) > Math.abs(peak) * (1 + 1e-10)) peak = v.get(i, k);
    if (peak < 0) for (let i = 0; i < v.rows; i++) v.set(i, k, -v.get(i, k));
  }
  return v;
}
