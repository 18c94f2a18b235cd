import { Matrix } from "./matrix.js";

/**
 * A^T B without the transpose, for B of few columns.
 *
 * @param a  shape [m, n]
 * @param b  shape [m, p]
 * @returns  shape [n, p]
 */
export function transposedProduct(a: Matrix, b: Matrix): Matrix {
  const out = new Matrix(a.cols, b.cols);
  for (let i = 0; i < a.rows; i++) {
    const right = b.row(i);
    for (let k = 0; k < a.cols; k++) {
      const factor = a.data[i * a.cols + k];
      const start = k * b.cols;
      for (let j = 0; j < b.cols; j++) out.data[start + j] += factor * right[j];
    }
  }
  return out;
}
