import { DymadError } from "../../errors.js";
import { cholesky, solveCholesky } from "./cholesky.js";
import { lu, solve } from "./lu.js";
import type { Matrix } from "./matrix.js";

/** A block tridiagonal matrix of T x T blocks of n x n: block row k holds lower[k - 1], diagonal[k], upper[k]. */
export interface BlockTridiagonal {
  /** T blocks, each [n, n] */
  readonly diagonal: readonly Matrix[];
  /** T - 1 blocks: upper[k] stands right of diagonal[k] */
  readonly upper: readonly Matrix[];
  /** T - 1 blocks: lower[k] stands below diagonal[k] */
  readonly lower: readonly Matrix[];
}

/** A factored block tridiagonal matrix, ready for any number of right-hand sides. */
export interface BlockTridiagonalFactor {
  /**
   * Solves A X = B.
   *
   * @param b   T blocks, each [n, p]
   * @returns   X, T blocks, each [n, p]
   * @throws    E_SHAPE naming both shapes when a block does not fit
   */
  solve(b: readonly Matrix[]): Matrix[];
}

/**
 * Block elimination without exchange of block rows: S_0 = D_0, W_k = S_k^-1 U_k, S_k+1 = D_k+1 - L_k W_k, with row exchanges inside
 * the blocks. Stable where the diagonal blocks dominate, as in time-stepping and least-squares problems; cost T (14/3) n^3.
 *
 * @param a   T diagonal blocks and T - 1 above and below, each [n, n]
 * @returns   the factors
 * @throws    E_SHAPE naming both shapes when a block does not fit; E_NUMERIC when a pivot block is exactly singular
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 4.5
 */
export function factorBlockTridiagonal(a: BlockTridiagonal): BlockTridiagonalFactor {
  requireBlocks(a);
  return eliminate(a, (pivot) => {
    const factors = lu(pivot);
    return (b) => solve(factors, b);
  });
}

/**
 * The same for a symmetric positive definite matrix, by Cholesky factors of the pivot blocks; needs no condition on the blocks.
 *
 * @param diagonal  T symmetric blocks, each [n, n]
 * @param upper     T - 1 blocks; the blocks below the diagonal are their transposes
 * @returns         the factors
 * @throws          E_SHAPE naming both shapes when a block does not fit; E_NUMERIC when the matrix is not positive definite
 * @see             Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 4.5
 */
export function factorPositiveBlockTridiagonal(diagonal: readonly Matrix[], upper: readonly Matrix[]): BlockTridiagonalFactor {
  const a = { diagonal, upper, lower: upper.map((block) => block.transpose()) };
  requireBlocks(a);
  return eliminate(a, (pivot) => {
    const factor = cholesky(pivot);
    return (b) => solveCholesky(factor, b);
  });
}

type Solve = (b: Matrix) => Matrix;

function eliminate({ diagonal, upper, lower }: BlockTridiagonal, factor: (pivot: Matrix) => Solve): BlockTridiagonalFactor {
  const solvers: Solve[] = [];
  const w: Matrix[] = [];
  diagonal.forEach((block, k) => {
    solvers.push(factor(k === 0 ? block : minusProduct(block, lower[k - 1], w[k - 1])));
    if (k < upper.length) w.push(solvers[k](upper[k]));
  });
  return {
    solve(b) {
      requireSides(b, diagonal);
      const x: Matrix[] = [];
      for (let k = 0; k < b.length; k++) x.push(solvers[k](k === 0 ? b[0] : minusProduct(b[k], lower[k - 1], x[k - 1])));
      for (let k = b.length - 2; k >= 0; k--) x[k] = minusProduct(x[k], w[k], x[k + 1]);
      return x;
    },
  };
}

/** a - b c, in a new matrix. */
function minusProduct(a: Matrix, b: Matrix, c: Matrix): Matrix {
  const out = b.multiply(c);
  for (let i = 0; i < out.data.length; i++) out.data[i] = a.data[i] - out.data[i];
  return out;
}

function requireBlocks({ diagonal, upper, lower }: BlockTridiagonal): void {
  const T = diagonal.length;
  if (T === 0 || upper.length !== T - 1 || lower.length !== T - 1) {
    throw new DymadError(
      "E_SHAPE",
      `${T} diagonal blocks need ${T - 1} above and below, got ${upper.length} and ${lower.length}`,
    );
  }
  const n = diagonal[0].rows;
  for (const [name, blocks] of Object.entries({ diagonal, upper, lower })) {
    blocks.forEach((block, k) => {
      if (block.rows !== n || block.cols !== n) {
        throw new DymadError("E_SHAPE", `${name} block ${k} is ${block.rows} x ${block.cols}, the first one ${n} x ${n}`);
      }
    });
  }
}

function requireSides(b: readonly Matrix[], diagonal: readonly Matrix[]): void {
  const n = diagonal[0].rows;
  if (b.length !== diagonal.length) {
    throw new DymadError("E_SHAPE", `the right-hand side has ${b.length} blocks, the matrix ${diagonal.length}`);
  }
  b.forEach((block, k) => {
    if (block.rows !== n || block.cols !== b[0].cols) {
      const wanted = `${n} x ${b[0].cols}`;
      throw new DymadError("E_SHAPE", `block ${k} of the right-hand side is ${block.rows} x ${block.cols}, expected ${wanted}`);
    }
  });
}
