import { keyed, type RandomKey } from "../random.js";
import { Matrix, sumOfSquares } from "./matrix.js";

/** An orthonormal basis of a space and what a symmetric operator makes of it. */
export interface KrylovSpace {
  /** orthonormal rows, shape [d, n] */
  readonly basis: Matrix;
  /** their images, shape [d, n] */
  readonly image: Matrix;
}

/** Rounds of orthogonalisation at most; the second is the last one unless much of a vector was rounding. */
const mostRounds = 5;
/** A vector of which so much is left after a round has no part along the others that counts. */
const kept = 0.5;

/**
 * The space spanned by B, A B, A^2 B, ... for a symmetric operator A, its vectors orthogonal to rounding. Where the space is exhausted,
 * random directions carry on: then the basis holds all that A reaches from B, and more.
 *
 * @param apply   the product with a block of rows, shape [b, n] to [b, n]
 * @param start   B as rows, shape [b, n]
 * @param blocks  how many, at most n / b
 * @returns       basis and image, shape [blocks b, n]
 * @see           Golub, Van Loan 2013, "Matrix Computations", 4th ed., section 10.3.6 (block Lanczos)
 * @see           Giraud, Langou, Rozloznik, van den Eshof 2005, "Rounding error analysis of the classical Gram-Schmidt orthogonalization process", doi:10.1007/s00211-005-0615-4
 */
export function blockKrylov(apply: (block: Matrix) => Matrix, start: Matrix, blocks: number): KrylovSpace {
  const [b, n] = [start.rows, start.cols];
  const basis = new Matrix(b * blocks, n);
  const image = new Matrix(b * blocks, n);
  const random = keyed(0).fold("krylov");
  basis.data.set(start.data);
  orthonormalise(basis.slice(0, b), basis.slice(0, 0), random);
  for (let k = 0; k < blocks; k++) {
    const product = apply(basis.slice(k * b, (k + 1) * b));
    image.data.set(product.data, k * b * n);
    if (k + 1 === blocks) break;
    const next = basis.slice((k + 1) * b, (k + 2) * b);
    next.data.set(product.data);
    orthonormalise(next, basis.slice(0, (k + 1) * b), random.fold(`${k}`));
  }
  return { basis, image };
}

/** Makes rows orthonormal, and orthogonal to orthonormal `others`, in place; rows that depend on them give way to random ones. */
function orthonormalise(rows: Matrix, others: Matrix, random: RandomKey): void {
  for (let round = 0; round < mostRounds; round++) {
    reject(rows, others);
    let least = 1;
    for (let k = 0; k < rows.rows; k++) {
      const row = rows.row(k);
      reject(rows.slice(k, k + 1), rows.slice(0, k));
      const length = Math.sqrt(sumOfSquares(row));
      if (length > 0) for (let i = 0; i < row.length; i++) row[i] /= length;
      else row.set(random.fold(`${round} ${k}`).normal(row.length));
      least = Math.min(least, length);
    }
    // from the second round on every row came in with length one
    if (round > 0 && least > kept) return;
  }
}

/** Takes from each row its part along orthonormal `others`, in place: four rows at a time while there are four. */
function reject(rows: Matrix, others: Matrix): void {
  let k = 0;
  for (; k + 4 <= rows.rows; k += 4) rejectFour(rows.data, k * rows.cols, others);
  for (; k < rows.rows; k++) {
    const row = rows.row(k);
    const n = row.length;
    for (let j = 0, at = 0; j < others.rows; j++, at += n) {
      let dot = 0;
      for (let i = 0; i < n; i++) dot += others.data[at + i] * row[i];
      for (let i = 0; i < n; i++) row[i] -= dot * others.data[at + i];
    }
  }
}

function rejectFour(data: Float64Array, start: number, { data: others, rows, cols: n }: Matrix): void {
  const [second, third, fourth] = [start + n, start + 2 * n, start + 3 * n];
  for (let j = 0, at = 0; j < rows; j++, at += n) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const q = others[at + i];
      a += q * data[start + i];
      b += q * data[second + i];
      c += q * data[third + i];
      d += q * data[fourth + i];
    }
    for (let i = 0; i < n; i++) {
      const q = others[at + i];
      data[start + i] -= a * q;
      data[second + i] -= b * q;
      data[third + i] -= c * q;
      data[fourth + i] -= d * q;
    }
  }
}
