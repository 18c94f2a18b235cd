import { keyed } from "../random.js";
import { ComplexMatrix, type ComplexVector } from "./complex.js";
import { columnNorm, largestEntry, scaleColumn } from "./complex-lines.js";
import { phaseOf } from "./complex-reflection.js";
import { complexSvd } from "./complex-svd.js";
import { copy, HermitianLanczos, normalise, subtract, vector } from "./hermitian-lanczos.js";

/** Residuals of the squares of singular values, as shares of them. */
const settled = 1e-10;
/** Beyond this share of all directions, and below this share of the first singular value, the whole decomposition is taken. */
const few = 1 / 8;
const weakest = 1e-3;

/**
 * The leading right singular vectors of a complex matrix: those of its smaller Gram matrix by Lanczos steps, one after the other. Squares
 * lose digits and close values part slowly; where either shows, or much is wanted, `complexSvd` gives them.
 *
 * @param a      shape [m, n]
 * @param count  how many, 1 <= count <= min(m, n)
 * @returns      orthonormal columns, shape [n, count], the largest entry of each real and positive; right to some 1e-9
 * @throws       E_DATA when an entry is not finite
 * @see          Sirovich 1987, "Turbulence and the dynamics of coherent structures", doi:10.1090/qam/910462
 */
export function leadingDirections(a: ComplexMatrix, count: number): ComplexMatrix {
  return quickDirections(a, count) ?? complexSvd(a).v.pickColumns(Array.from({ length: count }, (_, k) => k));
}

function quickDirections(a: ComplexMatrix, count: number): ComplexMatrix | null {
  const wide = a.rows < a.cols ? a : a.adjoint();
  const n = wide.rows;
  if (count > few * n) return null;
  const gram = gramOfRows(wide);
  const lanczos = new HermitianLanczos(n, settled);
  const found = new ComplexMatrix(n, count);
  const columns: ComplexVector[] = [];
  let largest = 0;
  const product = vector(n);
  const apply = (w: ComplexVector): void => {
    multiplyInto(gram, w, product);
    for (const column of columns) subtract(product, column);
    copy(product, w);
  };
  for (let k = 0; k < count; k++) {
    const column = { re: keyed(k).normal(n), im: new Float64Array(n) };
    for (const other of columns) subtract(column, other);
    const { value, arrived } = lanczos.largest(column, apply);
    largest = Math.max(largest, value);
    if (!arrived || !(value > weakest * weakest * largest)) return null;
    for (const other of columns) subtract(column, other);
    normalise(column);
    columns.push(column);
    for (let i = 0; i < n; i++) found.set(i, k, { re: column.re[i], im: column.im[i] });
  }
  return unitColumns(wide === a ? a.adjoint().multiply(found) : found);
}

/** A A^H, two rows by two at a time. */
function gramOfRows({ re, im, rows, cols }: ComplexMatrix): ComplexMatrix {
  const out = new ComplexMatrix(rows, rows);
  for (let i = 0; i < rows; i += 2) {
    // an odd last row is taken twice
    const second = Math.min(i + 1, rows - 1);
    for (let j = i; j < rows; j += 2) {
      const fourth = Math.min(j + 1, rows - 1);
      const [a, b, c, d] = [i * cols, second * cols, j * cols, fourth * cols];
      let [acr, aci, adr, adi, bcr, bci, bdr, bdi] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let k = 0; k < cols; k++) {
        const ar = re[a + k];
        const ai = im[a + k];
        const br = re[b + k];
        const bi = im[b + k];
        const cr = re[c + k];
        const ci = im[c + k];
        const dr = re[d + k];
        const di = im[d + k];
        acr += ar * cr + ai * ci;
        aci += ai * cr - ar * ci;
        adr += ar * dr + ai * di;
        adi += ai * dr - ar * di;
        bcr += br * cr + bi * ci;
        bci += bi * cr - br * ci;
        bdr += br * dr + bi * di;
        bdi += bi * dr - br * di;
      }
      mirror(out, i, j, acr, aci);
      mirror(out, i, fourth, adr, adi);
      mirror(out, second, j, bcr, bci);
      mirror(out, second, fourth, bdr, bdi);
    }
  }
  return out;
}

/** Sets an entry of a Hermitian matrix and its mirror image. */
function mirror({ re, im, cols }: ComplexMatrix, i: number, j: number, x: number, y: number): void {
  re[i * cols + j] = x;
  im[i * cols + j] = i === j ? 0 : y;
  re[j * cols + i] = x;
  im[j * cols + i] = i === j ? 0 : -y;
}

/** A v for a square A. */
function multiplyInto({ re, im, rows, cols }: ComplexMatrix, v: ComplexVector, into: ComplexVector): void {
  for (let i = 0; i < rows; i++) {
    let x = 0;
    let y = 0;
    for (let j = 0, at = i * cols; j < cols; j++, at++) {
      x += re[at] * v.re[j] - im[at] * v.im[j];
      y += re[at] * v.im[j] + im[at] * v.re[j];
    }
    into.re[i] = x;
    into.im[i] = y;
  }
}

/** Columns of length one, the largest entry of each real and positive, in place. */
function unitColumns(a: ComplexMatrix): ComplexMatrix {
  for (let j = 0; j < a.cols; j++) {
    const { re, im } = phaseOf(largestEntry(a, j));
    const length = columnNorm(a, j);
    scaleColumn(a, j, { re: re / length, im: -im / length });
  }
  return a;
}
