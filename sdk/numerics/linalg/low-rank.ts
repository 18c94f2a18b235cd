import { DymadError } from "../../errors.js";
import { atan2, log } from "../elementary.js";
import { ComplexMatrix, type ComplexVector, divideComplex, modulus } from "./complex.js";
import { type Eigen, eigen } from "./eigen.js";
import { expm } from "./expm.js";
import { epsilon } from "./finite.js";
import { requireLogarithm } from "./logm.js";
import { columns } from "./lstsq.js";
import { Matrix } from "./matrix.js";
import { realFactors } from "./real-factors.js";

/**
 * Eigenpairs of A = U V^T with non-zero eigenvalue, through the small matrix V^T U.
 *
 * @param u   shape [n, r]
 * @param v   shape [n, r]
 * @returns   as eigen, with left and right of shape [n, q], q <= r the number of eigenvalues that are not zero to rounding;
 *            left^H right = I and A = right diag(values) left^H
 * @throws    E_SHAPE when the shapes differ; E_NUMERIC when the small matrix is defective
 */
export function eigenLowRank(u: Matrix, v: Matrix): Eigen {
  requireFactors(u, v);
  const small = eigen(v.transpose().multiply(u));
  const { re, im } = small.values;
  const largest = re.length === 0 ? 0 : modulus(re[0], im[0]);
  const kept = Array.from(re.keys()).filter((k) => modulus(re[k], im[k]) > epsilon * u.rows * largest);
  const right = ComplexMatrix.fromReal(u).multiply(small.right.pickColumns(kept));
  const left = ComplexMatrix.fromReal(v).multiply(small.left.pickColumns(kept));
  for (let i = 0; i < left.rows; i++) {
    for (let j = 0; j < left.cols; j++) left.set(i, j, divideComplex(left.get(i, j), { re: re[kept[j]], im: -im[kept[j]] }));
  }
  const condition = Float64Array.from(kept, (_, j) => columnNorm(left, j) * columnNorm(right, j));
  return { values: { re: re.slice(0, kept.length), im: im.slice(0, kept.length) }, right, left, condition };
}

/**
 * b exp(s U V^T) for rows b, without forming an n x n matrix: b + (b U) [s phi1(s V^T U)] V^T, phi1(X) = (exp(X) - I) / X read
 * from the upper right block of exp([[X, I], [0, 0]]); exact for singular V^T U too.
 *
 * @param b   rows, shape [B, n]
 * @param s   factor, for example a time
 * @param u   shape [n, r]
 * @param v   shape [n, r]
 * @returns   shape [B, n]
 * @throws    E_SHAPE when the shapes do not fit
 * @see       Higham 2008, "Functions of Matrices", section 10.7.4
 */
export function expLowRank(b: Matrix, s: number, u: Matrix, v: Matrix): Matrix {
  requireFactors(u, v);
  const r = u.cols;
  const core = v.transpose().multiply(u);
  const augmented = new Matrix(2 * r, 2 * r);
  for (let i = 0; i < r; i++) {
    for (let j = 0; j < r; j++) augmented.set(i, j, s * core.get(i, j));
    augmented.set(i, r + i, 1);
  }
  const phi = columns(expm(augmented), r, 2 * r).slice(0, r);
  const change = b.multiply(u).multiply(phi).multiply(v.transpose());
  return new Matrix(
    b.rows,
    b.cols,
    b.data.map((value, i) => value + s * change.data[i]),
  );
}

/**
 * Factors of the continuous generator of a discrete low-rank map A = left right^T: its non-zero eigenvalues become log(lambda) / dt.
 *
 * @param left   shape [n, r]
 * @param right  shape [n, r]
 * @param dt     time step of the map, units of `t`; default 1
 * @returns      real left and right, shape [n, q], with generator left right^T
 * @throws       E_NUMERIC naming eigenvalues that are real and not positive; as eigenLowRank otherwise
 */
export function logLowRank(left: Matrix, right: Matrix, dt = 1): { readonly left: Matrix; readonly right: Matrix } {
  const pairs = eigenLowRank(left, right);
  requireLogarithm(pairs.values);
  const { re, im } = pairs.values;
  const rates: ComplexVector = {
    re: re.map((value, k) => log(modulus(value, im[k])) / dt),
    im: im.map((value, k) => (value === 0 ? 0 : atan2(value, re[k]) / dt)),
  };
  const factors = realFactors(rates, pairs.left, pairs.right);
  return { left: factors.right.multiply(factors.block), right: factors.left };
}

function requireFactors(u: Matrix, v: Matrix): void {
  if (u.rows === v.rows && u.cols === v.cols) return;
  throw new DymadError("E_SHAPE", `low-rank factors need equal shapes, got ${u.rows} x ${u.cols} and ${v.rows} x ${v.cols}`);
}

function columnNorm(a: ComplexMatrix, j: number): number {
  const { re, im } = a.column(j);
  return new ComplexMatrix(a.rows, 1, re, im).norm();
}
