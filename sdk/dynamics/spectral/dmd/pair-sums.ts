import { columns, joinColumns } from "../../../numerics/linalg/lstsq.js";
import { type Matrix, scaled } from "../../../numerics/linalg/matrix.js";
import { reduceRows, stackRows } from "../../../numerics/linalg/qr.js";

/**
 * Pairs of rows (a, b) without the rows: the triangle R of [A B] = Q R, which has every inner product of their columns. Least squares of B
 * on A, total least squares, and residuals of eigenpairs need no more.
 */
export interface PairSums {
  /** R, shape [k, a + b] with k <= a + b */
  readonly triangle: Matrix;
  /** a */
  readonly columns: number;
  /** rows that went in */
  readonly pairs: number;
}

/**
 * The sums of earlier pairs and of others: the triangle of [R; A B].
 *
 * @param earlier  null = none
 * @param A        shape [M, a]
 * @param B        shape [M, b]
 * @throws         E_DATA when an entry is not finite
 * @see            Hemati, Williams, Rowley 2014, "Dynamic mode decomposition for large and streaming datasets", doi:10.1063/1.4901016
 */
export function addPairs(earlier: PairSums | null, A: Matrix, B: Matrix): PairSums {
  const fresh = joinColumns(A, B);
  const all = earlier === null ? fresh : stackRows([earlier.triangle, fresh]);
  return { triangle: reduceRows(all, all.cols).top, columns: A.cols, pairs: (earlier?.pairs ?? 0) + A.rows };
}

/**
 * A few pairs in place of all: R (k / M)^(1/2), whose mean squares over its k rows are those over all M pairs.
 *
 * @param sums  of M pairs
 * @returns     A of shape [k, a], B of shape [k, b]
 */
export function pairsOf({ triangle, columns: a, pairs }: PairSums): { readonly A: Matrix; readonly B: Matrix } {
  const few = scaled(triangle, Math.sqrt(triangle.rows / pairs));
  return { A: columns(few, 0, a), B: columns(few, a, few.cols) };
}
