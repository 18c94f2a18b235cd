import { DymadError } from "../../errors.js";
import { log } from "../elementary.js";
import { epsilon } from "./finite.js";
import { gramMatrix, multiplyLarge } from "./large-product.js";
import { columns } from "./lstsq.js";
import type { Matrix } from "./matrix.js";
import { symmetricEigen } from "./symmetric-eigen.js";

/** Leading singular values and right vectors of a tall matrix. */
export interface GramSvd {
  /** shape [k], falling; values below rounding of the Gram matrix are 0 */
  readonly s: Float64Array;
  /** shape [n, k], orthonormal columns; the largest entry of each is positive */
  readonly v: Matrix;
  /** about how many of a number's 16 digits each singular value keeps: 16 - 2 log10(s_0 / s_k), shape [k] */
  readonly digits: Float64Array;
  /** what to know before using the last modes, null when every value keeps 8 digits or more */
  readonly warning: string | null;
}

/**
 * The leading modes of a tall matrix from its Gram matrix A^T A, with A given as row blocks and read once. Squaring costs digits:
 * a mode of size s_k keeps 16 - 2 log10(s_0 / s_k) of them, which `digits` and `warning` tell. For all modes use svd.
 *
 * @param blocks  row blocks of A, each [m_i, n], one after the other
 * @param count   k, how many modes, 1 <= k <= n
 * @returns       s [k], v [n, k], digits [k] and the warning
 * @throws        E_SHAPE when blocks differ in columns; E_SPEC when count is out of range; E_DATA when there is no block or an entry
 *                is not finite
 * @see           Sirovich 1987, "Turbulence and the dynamics of coherent structures, part I", doi:10.1090/qam/910462
 */
export function gramSvd(blocks: Iterable<Matrix>, count: number): GramSvd {
  const { cols, all } = withColumns(blocks);
  if (!Number.isInteger(count) || count < 1 || count > cols) {
    throw new DymadError("E_SPEC", `cannot take ${count} modes of a matrix with ${cols} columns`, { path: ["count"] });
  }
  return modesOf(gramMatrix(all, cols), count);
}

/**
 * The left vectors that belong to leading modes: U = A V diag(1/s), block by block; columns of vanished values are zero.
 *
 * @param block  rows of A, shape [m, n]
 * @param modes  s [k] and v [n, k]
 * @returns      the same rows of U, shape [m, k]
 */
export function leftModes(block: Matrix, { s, v }: { readonly s: Float64Array; readonly v: Matrix }): Matrix {
  const weights = v.clone();
  for (let i = 0; i < weights.data.length; i++) {
    const size = s[i % s.length];
    weights.data[i] = size > 1e-15 * s[0] ? weights.data[i] / size : 0;
  }
  return multiplyLarge(block, weights);
}

/** Leading modes of the matrix A [m, n] whose Gram matrix A^T A [n, n] is given. */
export function modesOf(gram: Matrix, count: number): GramSvd {
  const { values, vectors } = symmetricEigen(gram);
  const largest = values[0];
  const s = Float64Array.from({ length: count }, (_, k) => (values[k] > epsilon * largest ? Math.sqrt(values[k]) : 0));
  const digits = s.map((value) => (value === 0 ? 0 : 16 - (2 * log(s[0] / value)) / Math.LN10));
  const poor = digits.findIndex((value) => value < 8);
  const warning =
    poor < 0 ? null : `modes from ${poor} on keep fewer than 8 digits: they are under 1e-4 of the first; use svd for them`;
  return { s, v: columns(vectors, 0, count), digits, warning };
}

/** The number of columns, read from the first block [m, n], and all blocks again. @throws E_DATA when there is no block */
export function withColumns(blocks: Iterable<Matrix>): { readonly cols: number; readonly all: Iterable<Matrix> } {
  const iterator = blocks[Symbol.iterator]();
  const head = iterator.next();
  if (head.done === true) throw new DymadError("E_DATA", "there is no block of rows to decompose");
  const first = head.value;
  function* all(): Generator<Matrix, void, undefined> {
    yield first;
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) yield next.value;
  }
  return { cols: first.cols, all: all() };
}
