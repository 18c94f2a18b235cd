import { DymadError } from "../../errors.js";
import { ComplexMatrix } from "./complex.js";
import { scaleRow, subtractRow } from "./complex-lines.js";
import { requireFiniteComplex, requireSquare } from "./finite.js";

/**
 * The lower triangular L with A = L L^H; only the lower triangle of A and the real parts of its diagonal are read.
 *
 * @param a   Hermitian positive definite, shape [n, n]
 * @returns   L, shape [n, n], with a real positive diagonal
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite; E_NUMERIC when not positive definite
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 4.2
 * @example   complexCholesky(new ComplexMatrix(1, 1, Float64Array.of(4))).re // [2]
 */
export function complexCholesky(a: ComplexMatrix): ComplexMatrix {
  requireSquare(a, "the matrix to factor");
  requireFiniteComplex(a, "the matrix to factor");
  const n = a.rows;
  const l = new ComplexMatrix(n, n);
  const { re, im } = l;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const [x, y] = [i * n, j * n];
      let sumRe = a.re[x + j];
      let sumIm = a.im[x + j];
      for (let k = 0; k < j; k++) {
        sumRe -= re[x + k] * re[y + k] + im[x + k] * im[y + k];
        sumIm -= im[x + k] * re[y + k] - re[x + k] * im[y + k];
      }
      if (j < i) {
        re[x + j] = sumRe / re[y + j];
        im[x + j] = sumIm / re[y + j];
      } else if (sumRe > 0) re[x + i] = Math.sqrt(sumRe);
      else {
        throw new DymadError("E_NUMERIC", `the matrix is not positive definite: pivot ${i} is ${sumRe}`, {
          hint: "add a small multiple of the identity, or use least squares",
        });
      }
    }
  }
  return l;
}

/**
 * Solves L L^H X = B.
 *
 * @param l   lower triangular factor, shape [n, n]
 * @param b   shape [n, p]
 * @returns   X, shape [n, p]
 * @throws    E_SHAPE when the rows differ
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 3.1
 */
export function solveComplexCholesky(l: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  if (l.rows !== b.rows) throw new DymadError("E_SHAPE", `the two sides have ${l.rows} and ${b.rows} rows`);
  const n = l.rows;
  const x = b.clone();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) subtractRow(x, i, k, l.get(i, k));
    scaleRow(x, i, { re: 1 / l.re[i * n + i], im: 0 });
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      const { re, im } = l.get(k, i);
      subtractRow(x, i, k, { re, im: -im });
    }
    scaleRow(x, i, { re: 1 / l.re[i * n + i], im: 0 });
  }
  return x;
}
