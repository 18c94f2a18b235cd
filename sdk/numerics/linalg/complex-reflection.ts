import { type Complex, type ComplexMatrix, type ComplexVector, modulus } from "./complex.js";

/** The Hermitian unitary I - beta v v^H; beta is zero for the identity. */
export interface ComplexReflector {
  readonly v: ComplexVector;
  readonly beta: number;
  /** what the first entry of the reflected vector becomes; the others become zero */
  readonly head: Complex;
}

/**
 * The reflection that sends x to a multiple of the first axis: (I - beta v v^H) x = -e^{i arg x_0} |x| e_0.
 *
 * @param x   shape [n], n >= 1; becomes v
 * @returns   v, beta and the first entry of the result
 * @see       Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 5.1.13
 */
export function reflectorOf(x: ComplexVector): ComplexReflector {
  const { re, im } = x;
  let largest = 0;
  for (let i = 0; i < re.length; i++) largest = Math.max(largest, Math.abs(re[i]), Math.abs(im[i]));
  if (largest === 0) return { v: x, beta: 0, head: { re: 0, im: 0 } };
  let squares = 0;
  for (let i = 0; i < re.length; i++) {
    re[i] /= largest;
    im[i] /= largest;
    squares += re[i] * re[i] + im[i] * im[i];
  }
  const norm = Math.sqrt(squares);
  const size = modulus(re[0], im[0]);
  const phase = phaseOf({ re: re[0], im: im[0] });
  re[0] += norm * phase.re;
  im[0] += norm * phase.im;
  const length = -norm * largest;
  return { v: x, beta: 1 / (norm * (norm + size)), head: { re: length * phase.re, im: length * phase.im } };
}

/** a / |a|, and 1 for zero. */
export function phaseOf(a: Complex): Complex {
  const size = modulus(a.re, a.im);
  return size === 0 ? { re: 1, im: 0 } : { re: a.re / size, im: a.im / size };
}

/**
 * (I - beta v v^H) M in place, where v belongs to the rows from `row` on; columns before `col` are left alone.
 *
 * @param m          shape [m, n]
 * @param reflector  v of length m - row
 * @param row        first row that changes
 * @param col        first column that changes
 */
export function reflectRows(m: ComplexMatrix, { v, beta }: ComplexReflector, row: number, col: number): void {
  if (beta === 0) return;
  const { re, im, cols } = m;
  if (cols - col < narrow) {
    for (let j = col; j < cols; j++) reflectColumn(re, im, row * cols + j, cols, v, beta);
    return;
  }
  const sumRe = new Float64Array(cols);
  const sumIm = new Float64Array(cols);
  for (let i = 0; i < v.re.length; i++) {
    const [x, y, at] = [beta * v.re[i], beta * v.im[i], (row + i) * cols];
    for (let j = col; j < cols; j++) {
      sumRe[j] += x * re[at + j] + y * im[at + j];
      sumIm[j] += x * im[at + j] - y * re[at + j];
    }
  }
  for (let i = 0; i < v.re.length; i++) {
    const [x, y, at] = [v.re[i], v.im[i], (row + i) * cols];
    for (let j = col; j < cols; j++) {
      re[at + j] -= x * sumRe[j] - y * sumIm[j];
      im[at + j] -= x * sumIm[j] + y * sumRe[j];
    }
  }
}

/** Below so many columns each is reflected by itself. */
const narrow = 8;

/** One column, its entries from `first` on `apart` from each other. */
function reflectColumn(re: Float64Array, im: Float64Array, first: number, apart: number, v: ComplexVector, beta: number): void {
  let x = 0;
  let y = 0;
  for (let i = 0, at = first; i < v.re.length; i++, at += apart) {
    x += v.re[i] * re[at] + v.im[i] * im[at];
    y += v.re[i] * im[at] - v.im[i] * re[at];
  }
  x *= beta;
  y *= beta;
  for (let i = 0, at = first; i < v.re.length; i++, at += apart) {
    re[at] -= v.re[i] * x - v.im[i] * y;
    im[at] -= v.re[i] * y + v.im[i] * x;
  }
}

/**
 * M (I - beta v v^H) in place, where v belongs to the columns from `col` on; rows before `row` are left alone.
 *
 * @param m          shape [m, n]
 * @param reflector  v of length n - col
 * @param row        first row that changes
 * @param col        first column that changes
 */
export function reflectColumns(m: ComplexMatrix, { v, beta }: ComplexReflector, row: number, col: number): void {
  if (beta === 0) return;
  const { re, im, cols, rows } = m;
  for (let i = row; i < rows; i++) {
    const at = i * cols + col;
    let sumRe = 0;
    let sumIm = 0;
    for (let j = 0; j < v.re.length; j++) {
      sumRe += re[at + j] * v.re[j] - im[at + j] * v.im[j];
      sumIm += re[at + j] * v.im[j] + im[at + j] * v.re[j];
    }
    sumRe *= beta;
    sumIm *= beta;
    for (let j = 0; j < v.re.length; j++) {
      re[at + j] -= sumRe * v.re[j] + sumIm * v.im[j];
      im[at + j] -= sumIm * v.re[j] - sumRe * v.im[j];
    }
  }
}
