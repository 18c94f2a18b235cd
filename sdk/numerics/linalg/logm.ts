import { DymadError } from "../../errors.js";
import { ComplexMatrix, divideComplex, modulus, sqrtComplex } from "./complex.js";
import { solveComplex } from "./complex-lu.js";
import { complexSchur } from "./complex-schur.js";
import { eigenvalues } from "./eigen.js";
import { Matrix } from "./matrix.js";

/** Gauss-Legendre nodes and weights of seven points on [0, 1]: they give the [7/7] Pade approximant of log(1 + x). */
const nodes = [
  -0.9491079123427585, -0.7415311855993945, -0.4058451513773972, 0, 0.4058451513773972, 0.7415311855993945, 0.9491079123427585,
];
const weights = [
  0.1294849661688697, 0.2797053914892766, 0.3818300505051189, 0.4179591836734694, 0.3818300505051189, 0.2797053914892766,
  0.1294849661688697,
];
/** Norm of X up to which that approximant of log(I + X) is exact to float64. */
const theta = 0.264;
const maxRoots = 60;

/**
 * The principal logarithm of a real matrix: Schur form, square roots until near the identity, Pade approximant, doubling back.
 *
 * @param a   shape [n, n], without eigenvalues on the closed negative real axis
 * @returns   the real X with exp(X) = A whose eigenvalues have imaginary parts inside (-pi, pi), shape [n, n]
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite; E_NUMERIC naming the eigenvalues <= 0 for which no real
 *            principal logarithm exists
 * @see       Higham 2008, "Functions of Matrices", algorithm 11.9, doi:10.1137/1.9780898717778
 * @example   logm(Matrix.identity(2)).toRows() // [[0, 0], [0, 0]]
 */
export function logm(a: Matrix): Matrix {
  requireLogarithm(eigenvalues(a));
  return new Matrix(a.rows, a.cols, complexLogm(ComplexMatrix.fromReal(a)).re);
}

/**
 * The principal logarithm of a complex matrix, by the same way. On the negative real axis it jumps: an eigenvalue there has a
 * logarithm with imaginary part pi, one rounding below it one with -pi.
 *
 * @param a   shape [n, n], without eigenvalue zero
 * @returns   the X with exp(X) = A whose eigenvalues have imaginary parts in (-pi, pi], shape [n, n]
 * @throws    E_SHAPE when not square; E_DATA when an entry is not finite; E_NUMERIC when the matrix is singular
 * @see       Higham 2008, "Functions of Matrices", algorithm 11.9, doi:10.1137/1.9780898717778
 * @example   complexLogm(ComplexMatrix.identity(2)).re // [0, 0, 0, 0]
 */
export function complexLogm(a: ComplexMatrix): ComplexMatrix {
  const { q, t } = complexSchur(a);
  requireInvertible(t);
  let root = t;
  let roots = 0;
  while (distanceFromIdentity(root) > theta) {
    if (roots === maxRoots) throw new DymadError("E_NUMERIC", "the square roots of the matrix do not approach the identity");
    root = triangularRoot(root);
    roots += 1;
  }
  const logarithm = q.multiply(logNearIdentity(root)).multiply(q.adjoint());
  let scale = 1;
  for (let k = 0; k < roots; k++) scale *= 2;
  return new ComplexMatrix(
    a.rows,
    a.cols,
    logarithm.re.map((value) => value * scale),
    logarithm.im.map((value) => value * scale),
  );
}

function requireInvertible(t: ComplexMatrix): void {
  for (let k = 0; k < t.rows; k++) {
    const { re, im } = t.get(k, k);
    if (modulus(re, im) > 0) continue;
    throw new DymadError("E_NUMERIC", "no logarithm exists: the matrix is singular", { hint: "truncate to fewer components" });
  }
}

/** Refuses eigenvalues on the closed negative real axis, all of them in one message. */
export function requireLogarithm({ re, im }: { readonly re: Float64Array; readonly im: Float64Array }): void {
  const wrong = Array.from(re).filter((value, k) => value <= 0 && Math.abs(im[k]) <= 1e-10 * (1 + Math.abs(value)));
  if (wrong.length === 0) return;
  throw new DymadError("E_NUMERIC", `no real logarithm exists: eigenvalues ${wrong.join(", ")} are not positive`, {
    hint: "sample faster, use a discrete model, or truncate to fewer components",
    data: { eigenvalues: wrong },
  });
}

function distanceFromIdentity(t: ComplexMatrix): number {
  let sum = 0;
  for (let i = 0; i < t.rows; i++) {
    for (let j = i; j < t.cols; j++) {
      const { re, im } = t.get(i, j);
      const x = i === j ? re - 1 : re;
      sum += x * x + im * im;
    }
  }
  return Math.sqrt(sum);
}

/** The principal square root of an upper triangular matrix. @see Bjorck, Hammarling 1983, doi:10.1016/0024-3795(83)80010-X */
function triangularRoot(t: ComplexMatrix): ComplexMatrix {
  const n = t.rows;
  const r = new ComplexMatrix(n, n);
  for (let j = 0; j < n; j++) {
    r.set(j, j, sqrtComplex(t.get(j, j)));
    for (let i = j - 1; i >= 0; i--) {
      let { re, im } = t.get(i, j);
      for (let k = i + 1; k < j; k++) {
        const [x, y] = [r.get(i, k), r.get(k, j)];
        re -= x.re * y.re - x.im * y.im;
        im -= x.re * y.im + x.im * y.re;
      }
      const [a, b] = [r.get(i, i), r.get(j, j)];
      const sum = { re: a.re + b.re, im: a.im + b.im };
      r.set(i, j, modulus(sum.re, sum.im) === 0 ? { re: 0, im: 0 } : divideComplex({ re, im }, sum));
    }
  }
  return r;
}

/** log(I + X) = sum_j w_j X (I + x_j X)^-1. */
function logNearIdentity(root: ComplexMatrix): ComplexMatrix {
  const n = root.rows;
  const x = root.clone();
  for (let i = 0; i < n; i++) x.re[i * n + i] -= 1;
  const out = new ComplexMatrix(n, n);
  nodes.forEach((node, j) => {
    const shifted = ComplexMatrix.identity(n);
    const at = (node + 1) / 2;
    for (let k = 0; k < n * n; k++) {
      shifted.re[k] += at * x.re[k];
      shifted.im[k] += at * x.im[k];
    }
    const term = solveComplex(shifted, x);
    for (let k = 0; k < n * n; k++) {
      out.re[k] += (weights[j] / 2) * term.re[k];
      out.im[k] += (weights[j] / 2) * term.im[k];
    }
  });
  return out;
}
