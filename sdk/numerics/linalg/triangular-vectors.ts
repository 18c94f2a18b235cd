import { type Complex, ComplexMatrix, type ComplexVector, divideComplex, modulus, multiplyComplex } from "./complex.js";
import { epsilon } from "./finite.js";
import { Matrix } from "./matrix.js";

/** Eigenvalues of a real Schur form in diagonal order; a complex pair has its positive imaginary part first. */
export function schurValues(t: Matrix): ComplexVector {
  const n = t.rows;
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    if (!isPair(t, k)) {
      re[k] = t.get(k, k);
      continue;
    }
    const p = (t.get(k, k) - t.get(k + 1, k + 1)) / 2;
    const discriminant = p * p + t.get(k, k + 1) * t.get(k + 1, k);
    re[k] = re[k + 1] = t.get(k + 1, k + 1) + p;
    im[k] = Math.sqrt(Math.max(0, -discriminant));
    im[k + 1] = -im[k];
    k++;
  }
  return { re, im };
}

/** Whether a 2 x 2 block begins at row k. */
const isPair = (t: Matrix, k: number): boolean => k + 1 < t.rows && t.get(k + 1, k) !== 0;

/**
 * Right eigenvectors of a real Schur form by back-substitution, as columns of length one.
 * Real eigenvalues get exactly real vectors, pairs exactly conjugate ones.
 *
 * @param t   quasi upper triangular, shape [n, n]
 * @returns   shape [n, n]; column k belongs to eigenvalue k of schurValues
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 7.6
 */
export function rightVectors(t: Matrix): ComplexMatrix {
  const n = t.rows;
  const values = schurValues(t);
  const out = new ComplexMatrix(n, n);
  let norm = 0;
  for (let i = 0; i < t.data.length; i++) norm = Math.max(norm, Math.abs(t.data[i]));
  const smallest = Math.max(epsilon * norm, 1e-290);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const pair = isPair(t, k);
    re.fill(0);
    im.fill(0);
    backSubstitute(t, k, pair, { re: values.re[k], im: values.im[k] }, smallest, re, im);
    let squares = 0;
    for (let i = 0; i < n; i++) squares += re[i] * re[i] + im[i] * im[i];
    const length = Math.sqrt(squares);
    for (let i = 0, at = k; i < n; i++, at += n) {
      out.re[at] = re[i] / length;
      out.im[at] = im[i] / length;
      if (!pair) continue;
      out.re[at + 1] = out.re[at];
      out.im[at + 1] = -out.im[at];
    }
    if (pair) k++;
  }
  return out;
}

/**
 * Left eigenvectors w of a real Schur form, w^H T = lambda w^H: the right vectors of the transpose, which reversed in both
 * directions is again quasi upper triangular.
 *
 * @returns   shape [n, n]; column k, of length one, belongs to eigenvalue k of schurValues
 */
export function leftVectors(t: Matrix): ComplexMatrix {
  const n = t.rows;
  const flipped = new Matrix(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) flipped.set(n - 1 - j, n - 1 - i, t.get(i, j));
  const vectors = rightVectors(flipped);
  const out = new ComplexMatrix(n, n);
  // In a flipped pair both orders change; the conjugate of w^T T = lambda w^T puts the vector in the same place again.
  for (let k = 0; k < n; k++) {
    const source = n - 1 - k;
    const pair = isPair(t, k) || (k > 0 && isPair(t, k - 1));
    for (let i = 0; i < n; i++) {
      const at = (n - 1 - i) * n + source;
      out.re[i * n + k] = vectors.re[at];
      out.im[i * n + k] = pair ? vectors.im[at] : -vectors.im[at];
    }
  }
  return out;
}

/** Solves (T - lambda) x = 0 with the block at row k given, block by block upward, into re and im. */
function backSubstitute(
  t: Matrix,
  k: number,
  pair: boolean,
  value: Complex,
  smallest: number,
  re: Float64Array,
  im: Float64Array,
): void {
  const { data, cols: n } = t;
  if (pair) {
    // The null vector of [[a - l, b], [c, d - l]], from the row with the larger off-diagonal entry.
    const [a, b, c, d] = [t.get(k, k), t.get(k, k + 1), t.get(k + 1, k), t.get(k + 1, k + 1)];
    if (Math.abs(b) >= Math.abs(c)) [re[k], re[k + 1], im[k + 1]] = [b, value.re - a, value.im];
    else [re[k], im[k], re[k + 1]] = [value.re - d, value.im, c];
  } else re[k] = 1;
  const last = pair ? k + 1 : k;
  for (let j = k - 1; j >= 0; j--) {
    const block = j > 0 && data[j * n + j - 1] !== 0;
    const first = minusRow(data, j * n, j + 1, last, re);
    const second = pair ? minusRow(data, j * n, j + 1, last, im) : 0;
    if (block) {
      const above = (j - 1) * n;
      const upper = { re: minusRow(data, above, j + 1, last, re), im: pair ? minusRow(data, above, j + 1, last, im) : 0 };
      const x = solvePair(t, j - 1, value, upper, { re: first, im: second }, smallest);
      [re[j - 1], im[j - 1], re[j], im[j]] = [x[0].re, x[0].im, x[1].re, x[1].im];
      j--;
    } else if (pair) {
      const x = divideComplex({ re: first, im: second }, awayFromZero({ re: t.get(j, j) - value.re, im: -value.im }, smallest));
      [re[j], im[j]] = [x.re, x.im];
    } else {
      const gap = data[j * n + j] - value.re;
      re[j] = first / (Math.abs(gap) >= smallest ? gap : smallest);
    }
    const size = Math.max(Math.abs(re[j]), Math.abs(im[j]));
    if (size > 1e100) {
      for (let i = 0; i <= last; i++) {
        re[i] /= size;
        im[i] /= size;
      }
    }
  }
}

/** Minus the product of a row's entries from .. to with those of x; two sums, so that neither waits for the other. */
function minusRow(data: Float64Array, row: number, from: number, to: number, x: Float64Array): number {
  let even = 0;
  let odd = 0;
  let l = from;
  for (; l < to; l += 2) {
    even -= data[row + l] * x[l];
    odd -= data[row + l + 1] * x[l + 1];
  }
  return l === to ? even + odd - data[row + l] * x[l] : even + odd;
}

/** A 2 x 2 block by elimination with pivoting; Cramer's rule would not survive a nearly singular block. */
function solvePair(t: Matrix, j: number, value: Complex, first: Complex, second: Complex, smallest: number): [Complex, Complex] {
  const upper = [{ re: t.get(j, j) - value.re, im: -value.im }, { re: t.get(j, j + 1), im: 0 }, first];
  const lower = [{ re: t.get(j + 1, j), im: 0 }, { re: t.get(j + 1, j + 1) - value.re, im: -value.im }, second];
  const inOrder = modulus(upper[0].re, upper[0].im) >= modulus(lower[0].re, lower[0].im);
  const [[a, b, f], [c, d, g]] = inOrder ? [upper, lower] : [lower, upper];
  const factor = divideComplex(c, a);
  const y = divideComplex(minusProduct(g, factor, f), awayFromZero(minusProduct(d, factor, b), smallest));
  return [divideComplex(minusProduct(f, b, y), a), y];
}

/** a - b c. */
function minusProduct(a: Complex, b: Complex, c: Complex): Complex {
  const product = multiplyComplex(b, c);
  return { re: a.re - product.re, im: a.im - product.im };
}

/** A repeated eigenvalue would divide by zero; a smallest divisor gives its vector up to rounding. */
function awayFromZero(a: Complex, smallest: number): Complex {
  return modulus(a.re, a.im) >= smallest ? a : { re: smallest, im: 0 };
}
