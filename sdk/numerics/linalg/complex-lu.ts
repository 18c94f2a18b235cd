import { DymadError } from "../../errors.js";
import { type Complex, ComplexMatrix, divideComplex, modulus, multiplyComplex } from "./complex.js";
import { subtractRow } from "./complex-lines.js";
import { requireSquare } from "./finite.js";

/**
 * Solves A X = B over the complex numbers by LU decomposition with partial pivoting.
 *
 * @param a   shape [n, n]
 * @param b   shape [n, p]
 * @returns   X, shape [n, p]
 * @throws    E_SHAPE when the sizes do not fit; E_NUMERIC when A is exactly singular
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 3.4
 */
export function solveComplex(a: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  requireSquare(a, "the matrix to solve with");
  if (a.rows !== b.rows) throw new DymadError("E_SHAPE", `the two sides have ${a.rows} and ${b.rows} rows`);
  const n = a.rows;
  const lu = a.clone();
  const x = b.clone();
  for (let k = 0; k < n; k++) {
    const pivot = pivotRow(lu, k);
    swapRows(lu, k, pivot);
    swapRows(x, k, pivot);
    const head = lu.get(k, k);
    if (modulus(head.re, head.im) === 0) throw new DymadError("E_NUMERIC", `the matrix is singular: pivot ${k} is zero`);
    for (let i = k + 1; i < n; i++) {
      const factor = divideComplex(lu.get(i, k), head);
      subtractRow(lu, i, k, factor, k + 1);
      subtractRow(x, i, k, factor);
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = 0; j < x.cols; j++) x.set(k, j, divideComplex(x.get(k, j), lu.get(k, k)));
    for (let i = 0; i < k; i++) subtractRow(x, i, k, lu.get(i, k));
  }
  return x;
}

/** The inverse of a complex matrix. @throws as solveComplex */
export function invertComplex(a: ComplexMatrix): ComplexMatrix {
  return solveComplex(a, ComplexMatrix.identity(a.rows));
}

/** The determinant of a complex matrix; 0 when singular. @throws E_SHAPE when not square */
export function determinantComplex(a: ComplexMatrix): Complex {
  requireSquare(a, "the matrix of a determinant");
  const lu = a.clone();
  let product: Complex = { re: 1, im: 0 };
  for (let k = 0; k < a.rows; k++) {
    const pivot = pivotRow(lu, k);
    if (pivot !== k) product = { re: -product.re, im: -product.im };
    swapRows(lu, k, pivot);
    const head = lu.get(k, k);
    product = multiplyComplex(product, head);
    if (modulus(head.re, head.im) === 0) return { re: 0, im: 0 };
    for (let i = k + 1; i < a.rows; i++) subtractRow(lu, i, k, divideComplex(lu.get(i, k), head), k + 1);
  }
  return product;
}

function pivotRow(a: ComplexMatrix, k: number): number {
  let best = k;
  let size = -1;
  for (let i = k; i < a.rows; i++) {
    const { re, im } = a.get(i, k);
    const here = modulus(re, im);
    if (here > size) [best, size] = [i, here];
  }
  return best;
}

function swapRows(a: ComplexMatrix, i: number, k: number): void {
  if (i === k) return;
  for (const part of [a.re, a.im]) {
    for (let j = 0; j < a.cols; j++) {
      const old = part[i * a.cols + j];
      part[i * a.cols + j] = part[k * a.cols + j];
      part[k * a.cols + j] = old;
    }
  }
}
