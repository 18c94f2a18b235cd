import { DymadError } from "../../errors.js";
import { keyed } from "../random.js";
import { blockKrylov } from "./block-krylov.js";
import { epsilon } from "./finite.js";
import { columns } from "./lstsq.js";
import { Matrix } from "./matrix.js";
import { symmetricEigen } from "./symmetric-eigen.js";
import { transposedProduct } from "./transposed-product.js";

export interface LeadingEigen {
  /** the largest eigenvalues, falling, shape [count] */
  readonly values: Float64Array;
  /** orthonormal columns, shape [n, count]; the largest entry of each is positive */
  readonly vectors: Matrix;
}

/** Below this size, or when much of the spectrum is wanted, the whole matrix is decomposed. */
const small = 160;
/** Blocks of the first space; each restart doubles them, up to so many columns: long spaces part eigenvalues that lie close. */
const firstBlocks = 8;
const mostColumns = 240;
const maxCycles = 7;

/**
 * The algebraically largest eigenvalues of a symmetric operator that is known by its products: block Krylov spaces, restarted from
 * their best vectors. Blocks find eigenvalues that come several times; where many
 * lie so close together that 7 restarts do not part them, the whole operator is decomposed.
 *
 * @param apply  the product with a block of columns, shape [n, b] to [n, b]
 * @param n      size of the operator
 * @param count  how many, 1 <= count <= n
 * @param dense  the operator as a matrix, for the whole decomposition; default its product with the identity
 * @returns      values [count] and vectors [n, count]; residuals are some 1e-12 of the largest value of the operator that was met
 * @throws       E_SPEC when count is not between 1 and n
 * @see          Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 10.3.6 (block Lanczos)
 */
export function leadingEigen(
  apply: (block: Matrix) => Matrix,
  n: number,
  count: number,
  dense: () => Matrix = () => apply(Matrix.identity(n)),
): LeadingEigen {
  if (!Number.isInteger(count) || count < 1 || count > n) {
    throw new DymadError("E_SPEC", `${count} eigenvalues were asked of an operator of size ${n}`);
  }
  const width = count + 2;
  if (n <= Math.max(small, 4 * width)) return whole(dense(), count);
  let block = new Matrix(
    n,
    width,
    keyed(0)
      .fold("leading eigen")
      .normal(n * width),
  );
  const most = Math.min(Math.ceil(mostColumns / width), Math.floor(n / width));
  let blocks = Math.min(firstBlocks, most);
  let worst = Number.POSITIVE_INFINITY;
  for (let cycle = 0; cycle < maxCycles; cycle++) {
    const space = krylov(apply, block, blocks);
    const widest = blocks === most;
    blocks = Math.min(2 * blocks, most);
    const { values, vectors } = symmetricEigen(transposedProduct(space.basis, space.image));
    const turn = columns(vectors, 0, width);
    block = space.basis.multiply(turn);
    const image = space.image.multiply(turn);
    const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const previous = worst;
    worst = residual(block, image, values, count) / (largest || 1);
    // rounding of the products keeps it from falling further
    if (worst <= 4 * epsilon * Math.sqrt(n) || (worst <= 1e-11 && worst > previous / 2)) {
      return { values: values.slice(0, count), vectors: signed(columns(block, 0, count)) };
    }
    // spaces that grow no more gain no more: what they cannot reach in the cycles that are left is not waited for
    let reached = worst;
    for (let left = cycle + 1; left < maxCycles; left++) reached *= worst / previous;
    if (widest && !(reached <= 1e-11)) break;
  }
  return whole(dense(), count);
}

function whole(matrix: Matrix, count: number): LeadingEigen {
  const { values, vectors } = symmetricEigen(matrix);
  return { values: values.slice(0, count), vectors: columns(vectors, 0, count) };
}

/** An orthonormal basis of [B, A B, A^2 B, ...] and its image under A, both of shape [n, blocks b]. */
function krylov(apply: (block: Matrix) => Matrix, block: Matrix, blocks: number): { basis: Matrix; image: Matrix } {
  const { basis, image } = blockKrylov((rows) => apply(rows.transpose()).transpose(), block.transpose(), blocks);
  return { basis: basis.transpose(), image: image.transpose() };
}

function residual(block: Matrix, image: Matrix, values: Float64Array, count: number): number {
  let worst = 0;
  for (let k = 0; k < count; k++) {
    let sum = 0;
    for (let i = 0; i < block.rows; i++) {
      const gap = image.get(i, k) - values[k] * block.get(i, k);
      sum += gap * gap;
    }
    worst = Math.max(worst, Math.sqrt(sum));
  }
  return worst;
}

/** Columns turned so that the largest entry of each is positive; among entries equal to rounding the first counts. */
function signed(vectors: Matrix): Matrix {
  const out = vectors.clone();
  for (let k = 0; k < out.cols; k++) {
    let peak = 0;
    for (let i = 0; i < out.rows; i++) {
      const value = out.get(i, k);
      if (Math.abs(value) > Math.abs(peak) * (1 + 1e-10)) peak = value;
    }
    if (peak < 0) for (let i = 0; i < out.rows; i++) out.set(i, k, -out.get(i, k));
  }
  return out;
}
