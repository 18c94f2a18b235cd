import { DymadError } from "../../errors.js";
import { ComplexMatrix, type ComplexVector, divideComplex, modulus } from "./complex.js";
import { columnNorm } from "./complex-lines.js";
import { invertComplex } from "./complex-lu.js";
import { complexSchur } from "./complex-schur.js";
import type { Eigen } from "./eigen.js";
import { epsilon } from "./finite.js";

/**
 * Eigenvalues with right and left eigenvectors of a general complex matrix, scaled to left^H right = I.
 *
 * @param a   shape [n, n]
 * @returns   values [n] by falling modulus, right and left [n, n], condition [n]; right columns have length one
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite; E_NUMERIC when the iteration fails or the matrix is defective
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., chapter 7
 */
export function complexEigen(a: ComplexMatrix): Eigen {
  const { q, t } = complexSchur(a);
  const n = a.rows;
  const right = q.multiply(triangularVectors(t));
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => {
    const size = (k: number): number => modulus(t.get(k, k).re, t.get(k, k).im);
    return size(j) - size(i) || i - j;
  });
  const sorted = right.pickColumns(order);
  const values: ComplexVector = {
    re: Float64Array.from(order, (k) => t.get(k, k).re),
    im: Float64Array.from(order, (k) => t.get(k, k).im),
  };
  const left = inverseOf(sorted).adjoint();
  const condition = Float64Array.from({ length: n }, (_, j) => columnNorm(left, j));
  const limit = 0.01 / (epsilon * n);
  if (condition.some((value) => !(value < limit))) throw defective();
  return { values, right: sorted, left, condition };
}

function defective(): DymadError {
  return new DymadError("E_NUMERIC", "the complex matrix has no full set of eigenvectors", { hint: "use its Schur form" });
}

function inverseOf(right: ComplexMatrix): ComplexMatrix {
  try {
    return invertComplex(right);
  } catch {
    throw defective();
  }
}

/** Right eigenvectors of an upper triangular matrix, columns of length one. */
function triangularVectors(t: ComplexMatrix): ComplexMatrix {
  const n = t.rows;
  const out = new ComplexMatrix(n, n);
  const smallest = Math.max(epsilon * t.norm(), 1e-290);
  for (let k = 0; k < n; k++) {
    const value = t.get(k, k);
    out.set(k, k, { re: 1, im: 0 });
    for (let i = k - 1; i >= 0; i--) {
      let re = 0;
      let im = 0;
      for (let j = i + 1; j <= k; j++) {
        const [x, y] = [t.get(i, j), out.get(j, k)];
        re -= x.re * y.re - x.im * y.im;
        im -= x.re * y.im + x.im * y.re;
      }
      const gap = { re: t.get(i, i).re - value.re, im: t.get(i, i).im - value.im };
      out.set(i, k, divideComplex({ re, im }, modulus(gap.re, gap.im) < smallest ? { re: smallest, im: 0 } : gap));
    }
    const length = columnNorm(out, k);
    for (let i = 0; i <= k; i++) out.set(i, k, { re: out.get(i, k).re / length, im: out.get(i, k).im / length });
  }
  return out;
}
