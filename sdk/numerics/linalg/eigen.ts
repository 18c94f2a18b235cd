import { DymadError } from "../../errors.js";
import { balance } from "./balance.js";
import { ComplexMatrix, type ComplexVector, modulus } from "./complex.js";
import { columnNorm, innerProduct, largestEntry, scaleColumn } from "./complex-lines.js";
import { invertComplex } from "./complex-lu.js";
import { epsilon, requireFinite, requireSquare } from "./finite.js";
import { multiplyLarge } from "./large-product.js";
import { Matrix } from "./matrix.js";
import { schur } from "./schur.js";
import { leftVectors, rightVectors, schurValues } from "./triangular-vectors.js";

/** A = right diag(values) left^H with left^H right = I. */
export interface Eigen {
  /** shape [n], falling modulus, pairs adjacent with the positive imaginary part first */
  readonly values: ComplexVector;
  /** right eigenvectors as columns, A v = lambda v, shape [n, n]; the largest entry of each is real and positive */
  readonly right: ComplexMatrix;
  /** left eigenvectors as columns, w^H A = lambda w^H, shape [n, n]; each as long as its right partner */
  readonly left: ComplexMatrix;
  /** |v| |w| >= 1: how much a change of A moves the eigenvalue, shape [n]; Infinity marks a defective eigenvalue */
  readonly condition: Float64Array;
}

export interface EigenOptions {
  /**
   * what to do when there is no full set of eigenvectors: "refuse" (default) throws; "report" gives right vectors of length one,
   * left vectors of zeros and the condition Infinity where none exist
   */
  readonly defective?: "refuse" | "report";
}

/**
 * Eigenvalues with right and left eigenvectors of a general real matrix, scaled to left^H right = I.
 * Balancing by powers of two, Hessenberg form, Francis QR, back-substitution. Real eigenvalues have exactly real vectors,
 * complex ones exactly conjugate partners.
 *
 * @param a        shape [n, n]
 * @param options  how to answer a defective matrix
 * @returns        values [n], right and left [n, n], condition [n]
 * @throws         E_SHAPE when not square; E_DATA when an entry is not finite; E_NUMERIC when the iteration fails or, by default,
 *                 when the matrix is defective to working precision
 * @see            Golub, Van Loan 2013, "Matrix Computations", 4th ed., chapter 7
 * @example        eigen(Matrix.from([[2, 0], [0, 3]])).values.re // [3, 2]
 */
export function eigen(a: Matrix, options: EigenOptions = {}): Eigen {
  const { values, right, left } = vectorsOf(a);
  const condition = pairUp(values, right, left);
  const defective = condition.indexOf(Number.POSITIVE_INFINITY);
  if (defective >= 0 && options.defective !== "report") {
    throw new DymadError(
      "E_NUMERIC",
      `the matrix has no full set of eigenvectors: eigenvalue ${values.re[defective]} is defective`,
      {
        hint: "use its Schur form or singular values, or pass { defective: 'report' }",
      },
    );
  }
  const order = byModulus(values);
  return {
    values: pick(values, order),
    right: right.pickColumns(order),
    left: left.pickColumns(order),
    condition: Float64Array.from(order, (k) => condition[k]),
  };
}

/** The eigenvalues alone, in the order of eigen. @throws as eigen, but never for a defective matrix */
export function eigenvalues(a: Matrix): ComplexVector {
  const { values } = vectorsOf(a);
  return pick(values, byModulus(values));
}

/** The entries of a vector in the given order. */
function pick(values: ComplexVector, order: readonly number[]): ComplexVector {
  return { re: Float64Array.from(order, (k) => values.re[k]), im: Float64Array.from(order, (k) => values.im[k]) };
}

/** Falling modulus, then falling real part; a pair counts by its first member and stays together. */
function byModulus({ re, im }: ComplexVector): number[] {
  const leader = (k: number): number => (im[k] < 0 ? k - 1 : k);
  const size = Float64Array.from(re, (value, k) => modulus(value, im[k]));
  return Array.from(re.keys()).sort((i, j) => {
    const [a, b] = [leader(i), leader(j)];
    return size[b] - size[a] || re[b] - re[a] || i - j;
  });
}

/** Eigenvalues in Schur order with vectors of length one, not yet paired. */
interface Vectors {
  readonly values: ComplexVector;
  readonly right: ComplexMatrix;
  readonly left: ComplexMatrix;
}

/**
 * Vectors through the balanced matrix, or through the matrix itself where that is better: balancing entries that span more orders
 * than a number has digits can drown one part in the rounding of another (2e-9 of the norm was seen).
 */
function vectorsOf(a: Matrix): Vectors {
  requireSquare(a, "the matrix of an eigenvalue problem");
  requireFinite(a, "the matrix of an eigenvalue problem");
  const one = new Float64Array(a.rows).fill(1);
  const { balanced, scale } = balance(a);
  const first = schurVectors(balanced, scale);
  if (scale.every((factor) => factor === 1)) return first;
  const error = backwardError(a, first);
  if (error <= 1e-11) return first;
  const second = schurVectors(a, one);
  return backwardError(a, second) < error ? second : first;
}

function schurVectors(balanced: Matrix, scale: Float64Array): Vectors {
  const { q, t } = schur(balanced);
  const values = schurValues(t);
  const shrink = scale.map((factor) => 1 / factor);
  return {
    values,
    right: lift(q, rightVectors(t), values, scale),
    left: lift(q, leftVectors(t), values, shrink),
  };
}

/** The largest |A v - lambda v| / |A|_F. */
function backwardError(a: Matrix, { values, right }: Vectors): number {
  const image = ComplexMatrix.fromReal(a).multiply(right);
  const norm = ComplexMatrix.fromReal(a).norm();
  let worst = 0;
  for (let j = 0; j < a.cols; j++) {
    let sum = 0;
    for (let i = 0; i < a.rows; i++) {
      const [x, v] = [image.get(i, j), right.get(i, j)];
      const re = x.re - (values.re[j] * v.re - values.im[j] * v.im);
      const im = x.im - (values.re[j] * v.im + values.im[j] * v.re);
      sum += re * re + im * im;
    }
    worst = Math.max(worst, Math.sqrt(sum) / norm);
  }
  return worst;
}

/** Vectors of the balanced Schur form as vectors of A, columns of length one; `grow` is D for right and D^-1 for left vectors. */
function lift(q: Matrix, vectors: ComplexMatrix, { im }: ComplexVector, grow: Float64Array): ComplexMatrix {
  const n = q.rows;
  // One real product for all: a pair needs the real part of its first vector and the imaginary part, kept in the second's place.
  const packed = new Matrix(n, n);
  for (let k = 0; k < n * n; k++) packed.data[k] = im[k % n] < 0 ? -vectors.im[k] : vectors.re[k];
  const product = multiplyLarge(q, packed).data;
  const out = new ComplexMatrix(n, n);
  for (let k = 0; k < n * n; k++) {
    const pair = im[k % n];
    const factor = grow[(k - (k % n)) / n];
    out.re[k] = factor * product[pair < 0 ? k - 1 : k];
    if (pair > 0) out.im[k] = factor * product[k + 1];
    if (pair < 0) out.im[k] = -factor * product[k];
  }
  for (let j = 0; j < n; j++) scaleColumn(out, j, { re: 1 / columnNorm(out, j), im: 0 });
  return out;
}

/** Scales both sets, in place, to left^H right = I; returns |v| |w|. */
function pairUp(values: ComplexVector, right: ComplexMatrix, left: ComplexMatrix): Float64Array {
  const n = right.rows;
  const limit = 0.01 / (epsilon * n);
  if (crossTalk(values, left, right) > 1e3 * epsilon * n) separate(values, right, left);
  const condition = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const peak = largestEntry(right, j);
    scaleColumn(right, j, { re: peak.re, im: -peak.im });
    scaleColumn(right, j, { re: 1 / columnNorm(right, j), im: 0 });
    const { re, im } = innerProduct(left, j, right, j);
    const overlap = modulus(re, im);
    condition[j] = columnNorm(left, j) / overlap;
    if (!(condition[j] < limit)) {
      condition[j] = Number.POSITIVE_INFINITY;
      scaleColumn(left, j, { re: 0, im: 0 });
      continue;
    }
    // w / conj(s) makes w^H v one; then both get the same length.
    scaleColumn(left, j, { re: re / overlap / overlap, im: im / overlap / overlap });
    const share = Math.sqrt(columnNorm(left, j));
    scaleColumn(left, j, { re: 1 / share, im: 0 });
    scaleColumn(right, j, { re: share, im: 0 });
  }
  return condition;
}

/** Vectors of repeated eigenvalues are only known up to mixing: the inverse of left^H right unmixes them. */
function separate(values: ComplexVector, right: ComplexMatrix, left: ComplexMatrix): void {
  let unmixed: ComplexMatrix;
  try {
    unmixed = left.multiply(invertComplex(right.adjoint().multiply(left)));
  } catch {
    return; // exactly singular: defective, which the condition will show
  }
  const n = right.rows;
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const source = values.im[j] < 0 ? j - 1 : j;
      const { re, im } = unmixed.get(i, source);
      left.set(i, j, { re, im: values.im[j] === 0 ? 0 : values.im[j] < 0 ? -im : im });
    }
  }
}

/** The largest |w_i^H v_j| of different, close eigenvalues, relative to the overlaps of i and j with their partners. */
function crossTalk(values: ComplexVector, left: ComplexMatrix, right: ComplexMatrix): number {
  const n = right.rows;
  const size = (i: number, j: number): number => {
    const { re, im } = innerProduct(left, i, right, j);
    return modulus(re, im);
  };
  let radius = 0;
  for (let i = 0; i < n; i++) radius = Math.max(radius, modulus(values.re[i], values.im[i]));
  let worst = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      // Further apart, rounding mixes them by less than 1e-12.
      if (i === j || modulus(values.re[i] - values.re[j], values.im[i] - values.im[j]) > 1e-4 * radius) continue;
      worst = Math.max(worst, size(i, j) / Math.max(size(i, i), epsilon));
    }
  }
  return worst;
}
