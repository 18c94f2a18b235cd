import { type Complex, ComplexMatrix, type ComplexVector, divideComplex, modulus, sqrtComplex } from "./complex.js";
import { solveComplex } from "./complex-lu.js";
import { epsilon } from "./finite.js";
import { type GeneralisedSchur, generalisedSchur } from "./generalised-schur.js";
import { Matrix } from "./matrix.js";

/** Eigenvalues alpha / beta of A v = lambda B v with both sets of vectors. */
export interface GeneralisedEigen {
  /** alpha / beta, shape [n]: finite ones by falling modulus, then the infinite ones, then NaN where alpha = beta = 0 */
  readonly values: ComplexVector;
  /** shape [n] */
  readonly alpha: ComplexVector;
  /** shape [n], real, >= 0; exactly 0 for an infinite eigenvalue */
  readonly beta: Float64Array;
  /** v as columns, shape [n, n] */
  readonly right: ComplexMatrix;
  /** w as columns, w^H A = lambda w^H B, shape [n, n] */
  readonly left: ComplexMatrix;
  /**
   * |v| |w| / |w^H B v|, shape [n], units of 1/B: how much a change of the pencil moves the eigenvalue. Infinity marks infinite,
   * indeterminate and defective ones, whose vectors have length one instead of w^H B v = 1
   */
  readonly condition: Float64Array;
}

/**
 * Eigenvalues with right and left vectors of the pencil A - lambda B, scaled to left^H B right = I over the eigenvalues that are
 * finite and not defective, both vectors of a pair having equal length. Singular B is welcome. If the whole pencil is singular
 * (det(A - lambda B) = 0 for every lambda), one alpha and beta at least are both zero and the other values mean nothing.
 *
 * @param a   shape [n, n], real or complex
 * @param b   shape [n, n], real or complex
 * @returns   values, alpha, beta, condition [n]; right and left [n, n]; conjugate values of a real pencil are adjacent
 * @throws    as generalisedSchur
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 7.7
 * @example   generalisedEigen(Matrix.identity(2), Matrix.from([[2, 0], [0, 0]])).values.re // [0.5, Infinity]
 */
export function generalisedEigen(a: Matrix | ComplexMatrix, b: Matrix | ComplexMatrix): GeneralisedEigen {
  const [A, B] = [complex(a), complex(b)];
  const schur = generalisedSchur(A, B);
  const n = A.rows;
  const values = quotients(schur);
  const order = sorted(values);
  const right = schur.z.multiply(rightVectors(schur)).pickColumns(order);
  const left = schur.q.multiply(leftVectors(schur)).pickColumns(order);
  for (const m of [right, left]) for (let j = 0; j < n; j++) scaleColumn(m, j, { re: 1 / columnNorm(m, j), im: 0 });
  const finite = order.filter((k) => Number.isFinite(values.re[k])).length;
  separate(B, order.map((k) => ({ re: values.re[k], im: values.im[k] })).slice(0, finite), right, left);
  const condition = scaleTo(B, right, left, finite);
  const at = (part: ArrayLike<number>): Float64Array => Float64Array.from(order, (k) => part[k]);
  return {
    values: { re: at(values.re), im: at(values.im) },
    alpha: { re: at(diagonalOf(schur.s.re, n)), im: at(diagonalOf(schur.s.im, n)) },
    beta: at(diagonalOf(schur.t.re, n)),
    right,
    left,
    condition,
  };
}

const complex = (a: Matrix | ComplexMatrix): ComplexMatrix => (a instanceof Matrix ? ComplexMatrix.fromReal(a) : a);
const diagonalOf = (data: Float64Array, n: number): Float64Array => Float64Array.from({ length: n }, (_, k) => data[k * n + k]);

/** s_kk / t_kk; Infinity where only t_kk vanishes, NaN where both do. */
function quotients({ s, t }: GeneralisedSchur): ComplexVector {
  const n = s.rows;
  const negligible = n * epsilon * s.norm();
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let k = 0; k < n; k++) {
    const alpha = s.get(k, k);
    const beta = t.get(k, k).re;
    if (beta > 0) [out.re[k], out.im[k]] = [alpha.re / beta, alpha.im / beta];
    else if (modulus(alpha.re, alpha.im) > negligible) out.re[k] = Number.POSITIVE_INFINITY;
    else [out.re[k], out.im[k]] = [Number.NaN, Number.NaN];
  }
  return out;
}

/** Finite values by falling modulus with conjugates adjacent, upper first; then infinite ones, then NaN. */
function sorted({ re, im }: ComplexVector): number[] {
  const rank = (k: number): number => (Number.isNaN(re[k]) ? -2 : Number.isFinite(re[k]) ? modulus(re[k], im[k]) : -1);
  const left = Array.from(re.keys()).sort((i, j) => rank(j) - rank(i) || im[j] - im[i] || i - j);
  const order: number[] = [];
  while (left.length > 0) {
    const [k] = left.splice(0, 1);
    const near = 1e-10 * rank(k);
    const partner = left.findIndex((j) => modulus(re[j] - re[k], im[j] + im[k]) <= near);
    const apart = Math.abs(im[k]) > near;
    if (!apart || partner < 0) order.push(k);
    else order.push(...[k, ...left.splice(partner, 1)].sort((i, j) => im[j] - im[i]));
  }
  return order;
}

/** x with (t_kk S - s_kk T) x = 0 for every k, as columns of an upper triangle. */
function rightVectors({ s, t }: GeneralisedSchur): ComplexMatrix {
  const n = s.rows;
  const out = new ComplexMatrix(n, n);
  const x = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let k = 0; k < n; k++) {
    const pencil = pencilAt(s, t, k);
    x.re[k] = 1;
    x.im[k] = 0;
    for (let i = k - 1; i >= 0; i--) {
      let re = 0;
      let im = 0;
      for (let j = i + 1; j <= k; j++) {
        const [mre, mim] = [pencil.re(i, j), pencil.im(i, j)];
        re -= mre * x.re[j] - mim * x.im[j];
        im -= mre * x.im[j] + mim * x.re[j];
      }
      pencil.divide(x, i, { re, im });
      shrink(x, i, k + 1);
    }
    for (let i = 0; i <= k; i++) out.set(i, k, { re: x.re[i], im: x.im[i] });
  }
  return out;
}

/** y with y^H (t_kk S - s_kk T) = 0 for every k, as columns of a lower triangle. */
function leftVectors({ s, t }: GeneralisedSchur): ComplexMatrix {
  const n = s.rows;
  const out = new ComplexMatrix(n, n);
  // holds conj(y)
  const y = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let k = n - 1; k >= 0; k--) {
    const pencil = pencilAt(s, t, k);
    y.re[k] = 1;
    y.im[k] = 0;
    for (let j = k + 1; j < n; j++) {
      let re = 0;
      let im = 0;
      for (let i = k; i < j; i++) {
        const [mre, mim] = [pencil.re(i, j), pencil.im(i, j)];
        re -= mre * y.re[i] - mim * y.im[i];
        im -= mre * y.im[i] + mim * y.re[i];
      }
      pencil.divide(y, j, { re, im });
      shrink(y, k, j + 1);
    }
    for (let i = k; i < n; i++) out.set(i, k, { re: y.re[i], im: -y.im[i] });
  }
  return out;
}

/** beta S - alpha T for the k-th eigenvalue, both scaled to the size of the pencil. */
function pencilAt(s: ComplexMatrix, t: ComplexMatrix, k: number) {
  const n = s.cols;
  const [sizeS, sizeT] = [s.norm(), t.norm()];
  const alpha = s.get(k, k);
  const beta = t.get(k, k).re;
  const weight = Math.max(modulus(alpha.re, alpha.im) / (sizeS || 1), beta / (sizeT || 1)) || 1;
  const [are, aim] = [alpha.re / weight / (sizeS || 1), alpha.im / weight / (sizeS || 1)];
  const b = beta / weight / (sizeT || 1);
  const [fs, ft] = [1 / (sizeS || 1), 1 / (sizeT || 1)];
  const smallest = epsilon;
  const re = (i: number, j: number): number => b * fs * s.re[i * n + j] - ft * (are * t.re[i * n + j] - aim * t.im[i * n + j]);
  const im = (i: number, j: number): number => b * fs * s.im[i * n + j] - ft * (are * t.im[i * n + j] + aim * t.re[i * n + j]);
  const divide = (x: ComplexVector, i: number, sum: Complex): void => {
    const pivot = { re: re(i, i), im: im(i, i) };
    // A repeated eigenvalue would divide by zero; a smallest divisor gives its vector up to rounding.
    const quotient = divideComplex(sum, modulus(pivot.re, pivot.im) < smallest ? { re: smallest, im: 0 } : pivot);
    x.re[i] = quotient.re;
    x.im[i] = quotient.im;
  };
  return { re, im, divide };
}

/** Keeps entries from .. to - 1 from overflowing while a vector grows. */
function shrink(x: ComplexVector, from: number, to: number): void {
  let largest = 0;
  for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(x.re[i]), Math.abs(x.im[i]));
  if (largest < 1e100) return;
  for (let i = from; i < to; i++) {
    x.re[i] /= largest;
    x.im[i] /= largest;
  }
}

/** Further apart, relative to the larger, eigenvalues mix by rounding only. */
const close = 1e-4;

/** Vectors of a repeated eigenvalue are only known up to mixing: left (right^H B^H left)^-1 unmixes those of close finite ones. */
function separate(b: ComplexMatrix, values: readonly Complex[], right: ComplexMatrix, left: ComplexMatrix): void {
  const count = values.length;
  const some = Array.from(values.keys());
  const [v, w] = [right.pickColumns(some), left.pickColumns(some)];
  const cross = b.multiply(v).adjoint().multiply(w);
  let mixed = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      if (i === j) continue;
      const [x, y] = [values[i], values[j]];
      const apart = modulus(x.re - y.re, x.im - y.im);
      if (apart > close * Math.max(modulus(x.re, x.im), modulus(y.re, y.im))) cross.set(i, j, { re: 0, im: 0 });
      else mixed = Math.max(mixed, sizeAt(cross, i, j) / Math.max(sizeAt(cross, i, i), epsilon));
    }
  }
  if (mixed <= 1e3 * epsilon * count) return;
  let unmixed: ComplexMatrix;
  try {
    unmixed = w.multiply(solveComplex(cross, ComplexMatrix.identity(count)));
  } catch {
    return; // exactly singular: defective, which the condition will show
  }
  for (let j = 0; j < count; j++) {
    const length = columnNorm(unmixed, j);
    // a defective pair would take the whole set with it
    if (!(length * epsilon * count < 0.01)) return;
  }
  for (let j = 0; j < count; j++) {
    const { re, im } = unmixed.column(j);
    for (let i = 0; i < left.rows; i++) left.set(i, j, { re: re[i], im: im[i] });
  }
}

/** Scales the first `count` pairs, in place, to w^H B v = 1 with |v| = |w|; returns the conditions. */
function scaleTo(b: ComplexMatrix, right: ComplexMatrix, left: ComplexMatrix, count: number): Float64Array {
  const n = right.rows;
  const image = b.multiply(right);
  const norm = b.norm();
  const condition = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  for (let j = 0; j < n; j++) {
    const length = columnNorm(left, j);
    scaleColumn(left, j, { re: 1 / length, im: 0 });
    const overlap = inner(left, image, j);
    const size = modulus(overlap.re, overlap.im);
    if (j >= count || !(size > 100 * epsilon * n * norm)) continue;
    condition[j] = 1 / size;
    const root = sqrtComplex(overlap);
    scaleColumn(right, j, divideComplex({ re: 1, im: 0 }, root));
    scaleColumn(left, j, divideComplex({ re: 1, im: 0 }, { re: root.re, im: -root.im }));
  }
  return condition;
}

const sizeAt = (m: ComplexMatrix, i: number, j: number): number => modulus(m.get(i, j).re, m.get(i, j).im);

/** a_j^H b_j. */
function inner(a: ComplexMatrix, b: ComplexMatrix, j: number): Complex {
  let re = 0;
  let im = 0;
  for (let i = 0; i < a.rows; i++) {
    const [x, y] = [a.get(i, j), b.get(i, j)];
    re += x.re * y.re + x.im * y.im;
    im += x.re * y.im - x.im * y.re;
  }
  return { re, im };
}

const columnNorm = (m: ComplexMatrix, j: number): number => Math.sqrt(inner(m, m, j).re);

function scaleColumn(m: ComplexMatrix, j: number, factor: Complex): void {
  for (let i = 0; i < m.rows; i++) {
    const { re, im } = m.get(i, j);
    m.set(i, j, { re: re * factor.re - im * factor.im, im: re * factor.im + im * factor.re });
  }
}
