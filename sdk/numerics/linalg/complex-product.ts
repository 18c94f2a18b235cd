import type { ComplexMatrix } from "./complex.js";

/** From so many columns on a product adds rows instead of taking inner products. */
const narrow = 8;

/**
 * A B, each entry summed in the order of the inner index.
 *
 * @param a    shape [m, k]
 * @param b    shape [k, n]
 * @param out  zeros, shape [m, n]; becomes the product
 */
export function multiplyInto(a: ComplexMatrix, b: ComplexMatrix, out: ComplexMatrix): void {
  if (b.cols < narrow) multiplyNarrow(a, b, out);
  else multiplyWide(a, b, out);
}

function multiplyNarrow(a: ComplexMatrix, b: ComplexMatrix, out: ComplexMatrix): void {
  const { re, im, rows, cols: inner } = a;
  const { re: bre, im: bim, cols } = b;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      let x = 0;
      let y = 0;
      for (let k = i * inner, at = j; at < bre.length; k++, at += cols) {
        const p = re[k];
        const q = im[k];
        const u = bre[at];
        const v = bim[at];
        x += p * u - q * v;
        y += p * v + q * u;
      }
      out.re[i * cols + j] = x;
      out.im[i * cols + j] = y;
    }
  }
}

/** Rows of `b` two at a time: what is read and written of the product serves both. */
function multiplyWide(a: ComplexMatrix, b: ComplexMatrix, out: ComplexMatrix): void {
  const { re, im, rows, cols: inner } = a;
  const { re: bre, im: bim, cols } = b;
  const { re: x, im: y } = out;
  for (let i = 0; i < rows; i++) {
    const to = i * cols;
    for (let k = 0; k < inner; k += 2) {
      const at = i * inner + k;
      const p = re[at];
      const q = im[at];
      const first = k * cols;
      if (k + 1 === inner) {
        for (let j = 0; j < cols; j++) {
          const u = bre[first + j];
          const v = bim[first + j];
          x[to + j] += p * u - q * v;
          y[to + j] += p * v + q * u;
        }
        break;
      }
      const r = re[at + 1];
      const s = im[at + 1];
      const second = first + cols;
      for (let j = 0; j < cols; j++) {
        const u = bre[first + j];
        const v = bim[first + j];
        const w = bre[second + j];
        const z = bim[second + j];
        x[to + j] = x[to + j] + (p * u - q * v) + (r * w - s * z);
        y[to + j] = y[to + j] + (p * v + q * u) + (r * z + s * w);
      }
    }
  }
}
