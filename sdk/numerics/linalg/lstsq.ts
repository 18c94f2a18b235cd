import { DymadError } from "../../errors.js";
import { epsilon } from "./finite.js";
import { Matrix } from "./matrix.js";
import { reduceRows } from "./qr.js";
import { svd } from "./svd.js";

export interface LeastSquaresOptions {
  /** singular values below rcond times the largest count as zero; default max(m, n) 2^-52; float32 data: max(m, n) 2^-23 */
  readonly rcond?: number;
  /** rho of |A X - B|^2 + rho |X|^2; default 0 */
  readonly ridge?: number;
}

export interface LeastSquares {
  /** the solution, shape [n, p] */
  readonly x: Matrix;
  /** numerical rank of A under rcond */
  readonly rank: number;
  /** singular values of A, descending, shape [min(m, n)] */
  readonly s: Float64Array;
  /** |A x_j - b_j| per column of B, shape [p] */
  readonly residual: Float64Array;
}

/**
 * The shortest X that minimises |A X - B|_F^2 + ridge |X|_F^2: X = V diag(s / (s^2 + ridge)) U^T B over the kept singular values.
 * The rows [A | B] are first reduced to a triangle block by block, so tall problems need little memory beside their data.
 *
 * @param a        shape [m, n]
 * @param b        shape [m, p]
 * @param options  rcond and ridge
 * @returns        x [n, p], the rank, the singular values, the residual norm per column
 * @throws         E_SHAPE when the rows differ; E_SPEC when ridge or rcond is negative; E_DATA when an entry is not finite
 * @see            Golub, Van Loan 2013, "Matrix Computations", 4th ed., sections 5.3 and 5.5
 * @example        leastSquares(Matrix.from([[1], [1]]), Matrix.from([[1], [3]])).x.get(0, 0) // 2
 */
export function leastSquares(a: Matrix, b: Matrix, options: LeastSquaresOptions = {}): LeastSquares {
  if (a.rows !== b.rows) throw new DymadError("E_SHAPE", `the two sides have ${a.rows} and ${b.rows} rows`);
  requireOptions(options);
  const n = a.cols;
  const p = b.cols;
  const { top, rest } = reduceRows(joinColumns(a, b), n);
  const left = columns(top, 0, n);
  const right = columns(top, n, n + p);
  const { u, s, v } = svd(left);
  const { rank, factors } = filterFactors(s, a, options);

  const coefficients = u.transpose().multiply(right);
  for (let k = 0; k < s.length; k++) {
    const row = coefficients.row(k);
    for (let j = 0; j < p; j++) row[j] *= factors[k];
  }
  const x = v.multiply(coefficients);

  const fitted = left.multiply(x);
  const residual = Float64Array.from({ length: p }, (_, j) => {
    let sum = rest[n + j];
    for (let i = 0; i < top.rows; i++) {
      const gap = fitted.get(i, j) - right.get(i, j);
      sum += gap * gap;
    }
    return Math.sqrt(sum);
  });
  return { x, rank, s, residual };
}

/** Refuses negative options. @throws E_SPEC naming ridge or rcond */
export function requireOptions({ rcond = 0, ridge = 0 }: LeastSquaresOptions): void {
  if (!(ridge >= 0)) throw new DymadError("E_SPEC", `ridge must not be negative, got ${ridge}`, { path: ["ridge"] });
  if (!(rcond >= 0)) throw new DymadError("E_SPEC", `rcond must not be negative, got ${rcond}`, { path: ["rcond"] });
}

/**
 * What least squares multiplies each singular component of B by: s / (s^2 + ridge) where s is kept, else 0.
 *
 * @param s        singular values, descending, shape [k]
 * @param size     rows and columns of the decomposed matrix
 * @param options  rcond and ridge
 * @returns        how many are kept, and the factors, shape [k]
 */
export function filterFactors(
  s: Float64Array,
  size: { readonly rows: number; readonly cols: number },
  { rcond = roundingShare(size.rows, size.cols), ridge = 0 }: LeastSquaresOptions,
): { readonly rank: number; readonly factors: Float64Array } {
  const rank = numericalRank(s, rcond);
  return { rank, factors: s.map((value, k) => (k < rank ? 1 / (value + ridge / value) : 0)) };
}

/** Singular values below this share of the largest are rounding of a decomposition: max(rows, cols) 2^-52. */
export const roundingShare = (rows: number, cols: number): number => Math.max(rows, cols) * epsilon;

/** How many singular values, shape [k], are above zero and at least rcond times the largest. */
export function numericalRank(s: Float64Array, rcond: number): number {
  return s.filter((value) => value > 0 && value >= rcond * s[0]).length;
}

/** The largest over the smallest of the leading singular values, descending; NaN when there is none. */
export const conditionOf = (s: Float64Array, rank: number): number => s[0] / s[rank - 1];

/** [A | B | ...], shape [m, sum of the columns]. @throws E_SHAPE when the rows differ */
export function joinColumns(first: Matrix, ...others: readonly Matrix[]): Matrix {
  const out = new Matrix(
    first.rows,
    others.reduce((sum, { cols }) => sum + cols, first.cols),
  );
  let start = 0;
  for (const { rows, cols, data } of [first, ...others]) {
    if (rows !== first.rows) throw new DymadError("E_SHAPE", `cannot join ${first.rows} rows with ${rows} rows`);
    for (let i = 0, at = 0, target = start; i < rows; i++, target += out.cols) {
      for (let j = 0; j < cols; j++) out.data[target + j] = data[at++];
    }
    start += cols;
  }
  return out;
}

/** The named columns of A, copied, shape [m, number of names]. */
export function pickColumns(a: Matrix, names: readonly number[]): Matrix {
  const out = new Matrix(a.rows, names.length);
  for (let i = 0; i < a.rows; i++) for (let k = 0; k < names.length; k++) out.data[i * names.length + k] = a.get(i, names[k]);
  return out;
}

/** Columns start .. end-1 of A, copied, shape [m, end - start]. */
export function columns(a: Matrix, start: number, end: number): Matrix {
  const out = new Matrix(a.rows, end - start);
  for (let i = 0; i < a.rows; i++) out.row(i).set(a.row(i).subarray(start, end));
  return out;
}
