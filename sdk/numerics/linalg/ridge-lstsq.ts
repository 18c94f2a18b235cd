import { choleskyQr, solveUpper, solveUpperTransposed } from "./cholesky-qr.js";
import { leastSquares } from "./lstsq.js";
import { Matrix } from "./matrix.js";
import { isLong, stackRows } from "./qr.js";
import { transposedProduct } from "./transposed-product.js";

/**
 * The X that minimises |A X - B|_F^2 + ridge |X|_F^2, for tall A. The ridge stands as rows sqrt(ridge) I under A, which bounds the
 * condition: where that is below some 1e7, CholeskyQR2 solves it with large products alone, elsewhere the singular values do.
 *
 * @param a      shape [m, n]
 * @param b      shape [m, p]
 * @param ridge  at least 0
 * @returns      shape [n, p]
 * @throws       as leastSquares
 * @see          Björck 1996, "Numerical Methods for Least Squares Problems", section 2.7.2
 */
export function ridgeLeastSquares(a: Matrix, b: Matrix, ridge: number): Matrix {
  const factors = ridge > 0 && a.rows === b.rows && isLong(a) ? choleskyQr(stackRows([a, diagonal(a.cols, ridge)])) : null;
  if (factors === null) return leastSquares(a, b, { ridge }).x;
  // below B stand zeros: the last rows of Q do not matter
  const along = transposedProduct(factors.first.slice(0, a.rows), b);
  return solveUpper(factors.r, solveUpperTransposed(factors.second, along));
}

/** sqrt(ridge) I. */
function diagonal(n: number, ridge: number): Matrix {
  const out = new Matrix(n, n);
  for (let i = 0; i < n; i++) out.set(i, i, Math.sqrt(ridge));
  return out;
}
