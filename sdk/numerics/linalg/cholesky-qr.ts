import { DymadError } from "../../errors.js";
import { cholesky } from "./cholesky.js";
import { epsilon } from "./finite.js";
import { divideByTriangle, gramMatrix, quotientGram } from "./large-product.js";
import type { Matrix } from "./matrix.js";

/** A = Q R kept as two factors: Q = `first` `second`^-1, where `second` is a triangle close to the identity. */
export interface CholeskyQr {
  /** nearly orthonormal columns, shape [m, n] */
  readonly first: Matrix;
  /** upper triangular, shape [n, n] */
  readonly second: Matrix;
  /** upper triangular with positive diagonal, shape [n, n] */
  readonly r: Matrix;
}

/** How far from the identity the Gram matrix of the first factor may be: then the second Cholesky step leaves rounding only. */
const trusted = 0.1;

/**
 * QR decomposition of a tall matrix by two Cholesky decompositions of Gram matrices: nothing but large products, and as accurate
 * as Householder reflections up to condition numbers near 1e7. The second Gram matrix shows whether that was so.
 *
 * @param a   shape [m, n], m >= n
 * @returns   the factors, or null where the columns are too nearly dependent: use Householder reflections there
 * @see       Yamamoto, Nakatsukasa, Yanagisawa, Fukaya 2015, "Roundoff error analysis of the CholeskyQR2 algorithm", ETNA 44
 */
export function choleskyQr(a: Matrix): CholeskyQr | null {
  const upper = triangleOf(gramMatrix([a], a.cols));
  if (upper === null) return null;
  const { quotient: first, gram: overlap } = divideByTriangle(a, upper);
  const second = nearIdentity(overlap);
  return second === null ? null : { first, second, r: second.multiply(upper) };
}

/** The triangle R alone, with the memory of one pass of rows. */
export function choleskyTriangle(a: Matrix): Matrix | null {
  const upper = triangleOf(gramMatrix([a], a.cols));
  const second = upper === null ? null : nearIdentity(quotientGram(a, upper));
  return upper === null || second === null ? null : second.multiply(upper);
}

/** The Cholesky factor of what should be the identity, or null where it is too far from it. */
function nearIdentity(overlap: Matrix): Matrix | null {
  let distance = 0;
  for (let i = 0; i < overlap.rows; i++) {
    for (let j = 0; j < overlap.cols; j++) {
      const gap = overlap.get(i, j) - (i === j ? 1 : 0);
      distance += gap * gap;
    }
  }
  return Math.sqrt(distance) <= trusted ? triangleOf(overlap) : null;
}

/** The Cholesky factor as an upper triangle, or null where it does not exist. */
function triangleOf(gram: Matrix): Matrix | null {
  const n = gram.rows;
  try {
    const upper = cholesky(gram).transpose();
    // below this, rounding of the Gram matrix decides
    for (let k = 0; k < n; k++) {
      const pivot = upper.get(k, k);
      if (pivot * pivot <= 10 * n * epsilon * gram.get(k, k)) return null;
    }
    return upper;
  } catch (error) {
    if (error instanceof DymadError && (error.code === "E_NUMERIC" || error.code === "E_DATA")) return null;
    throw error;
  }
}

/**
 * R^-1 B for an upper triangular R.
 *
 * @param r   shape [n, n], without zeros on the diagonal
 * @param b   shape [n, p]
 * @returns   shape [n, p]
 */
export function solveUpper(r: Matrix, b: Matrix): Matrix {
  const x = b.clone();
  const { data, cols } = x;
  for (let i = r.rows - 1; i >= 0; i--) {
    const start = i * cols;
    for (let k = i + 1; k < r.rows; k++) {
      const [factor, source] = [r.get(i, k), k * cols];
      for (let j = 0; j < cols; j++) data[start + j] -= factor * data[source + j];
    }
    const head = r.get(i, i);
    for (let j = 0; j < cols; j++) data[start + j] /= head;
  }
  return x;
}

/**
 * R^-T B for an upper triangular R.
 *
 * @param r   shape [n, n], without zeros on the diagonal
 * @param b   shape [n, p]
 * @returns   shape [n, p]
 */
export function solveUpperTransposed(r: Matrix, b: Matrix): Matrix {
  const x = b.clone();
  const { data, cols } = x;
  for (let i = 0; i < r.rows; i++) {
    const start = i * cols;
    for (let j = 0; j < cols; j++) data[start + j] /= r.get(i, i);
    for (let k = i + 1; k < r.rows; k++) {
      const [factor, target] = [r.get(i, k), k * cols];
      for (let j = 0; j < cols; j++) data[target + j] -= factor * data[start + j];
    }
  }
  return x;
}
