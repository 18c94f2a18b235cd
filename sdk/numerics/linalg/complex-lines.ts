import { type Complex, type ComplexMatrix, modulus } from "./complex.js";

/** Multiplies row i of a matrix [m, n] by a number, in place. */
export function scaleRow(a: ComplexMatrix, i: number, { re, im }: Complex): void {
  for (let at = i * a.cols; at < (i + 1) * a.cols; at++) {
    const [x, y] = [a.re[at], a.im[at]];
    a.re[at] = x * re - y * im;
    a.im[at] = x * im + y * re;
  }
}

/** Multiplies column j of a matrix [m, n] by a number, in place. */
export function scaleColumn(a: ComplexMatrix, j: number, { re, im }: Complex): void {
  for (let at = j; at < a.re.length; at += a.cols) {
    const [x, y] = [a.re[at], a.im[at]];
    a.re[at] = x * re - y * im;
    a.im[at] = x * im + y * re;
  }
}

/** Row i minus a number times row k, from column `start` on, in place. */
export function subtractRow(a: ComplexMatrix, i: number, k: number, { re, im }: Complex, start = 0): void {
  if (re === 0 && im === 0) return;
  const [into, from] = [i * a.cols, k * a.cols];
  for (let j = start; j < a.cols; j++) {
    const [x, y] = [a.re[from + j], a.im[from + j]];
    a.re[into + j] -= re * x - im * y;
    a.im[into + j] -= re * y + im * x;
  }
}

/** a_i^H b_j, columns of two matrices, [m, n] and [m, p]. */
export function innerProduct(a: ComplexMatrix, i: number, b: ComplexMatrix, j: number): Complex {
  const { re: are, im: aim, cols } = a;
  const { re: bre, im: bim } = b;
  let re = 0;
  let im = 0;
  for (let at = i, to = j; at < are.length; at += cols, to += b.cols) {
    re += are[at] * bre[to] + aim[at] * bim[to];
    im += are[at] * bim[to] - aim[at] * bre[to];
  }
  return { re, im };
}

/** The length of column j of a matrix [m, n]. */
export function columnNorm(a: ComplexMatrix, j: number): number {
  return Math.sqrt(innerProduct(a, j, a, j).re);
}

/** The first entry of largest modulus in column j of a matrix [m, n]; the tolerance lets the first of equal entries win in spite of rounding. */
export function largestEntry(a: ComplexMatrix, j: number): Complex {
  let best = { re: 1, im: 0 };
  let size = 0;
  for (let i = 0; i < a.rows; i++) {
    const at = i * a.cols + j;
    const here = modulus(a.re[at], a.im[at]);
    if (here > size * (1 + 1e-10)) [best, size] = [a.get(i, j), here];
  }
  return best;
}
