import { DymadError } from "../../errors.js";
import { type Complex, ComplexMatrix, type ComplexVector } from "../../numerics/linalg/complex.js";
import { complexLeastSquares } from "../../numerics/linalg/complex-lstsq.js";
import { invertComplex, solveComplex } from "../../numerics/linalg/complex-lu.js";
import { complexQr } from "../../numerics/linalg/complex-qr.js";
import { complexSvd } from "../../numerics/linalg/complex-svd.js";
import { requireSquare } from "../../numerics/linalg/finite.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { SingularField } from "../../numerics/linalg/singular-field.js";
import { finished, type PlaneGrid, planeRows, type Rows } from "./pseudospectrum.js";

/** What a system does to forcing at one point z of the plane, H = (z - A)^-1 B: strongest response first. */
export interface Resolvent {
  /** amplifications, falling, shape [c]; Infinity at an eigenvalue */
  readonly gains: Float64Array;
  /** responses as unit columns, shape [n, c] */
  readonly outputs: ComplexMatrix;
  /** the forcing that causes them as unit columns, shape [m, c] */
  readonly inputs: ComplexMatrix;
}

export interface ResolventOptions {
  /** how many responses; default 1 */
  readonly count?: number;
  /** how forcing enters, shape [n, m]; default: everywhere */
  readonly B?: Matrix | ComplexMatrix;
  /** directions that forcing and response are confined to, as columns, shape [n, r]; default all. Not together with B */
  readonly within?: ComplexMatrix;
}

/**
 * The standard pseudospectrum of an operator: at each z the smallest singular value of z - A, which is how far A must be changed for z to
 * become an eigenvalue; its inverse is the norm of the resolvent. One Schur decomposition, then inverse iteration on triangles.
 *
 * @param A     shape [n, n]; norms are those of its coordinates
 * @param grid  points z
 * @returns     row per imaginary part, column per real part, shape [I, R], units of A
 * @throws      E_SHAPE when A is not square; E_DATA when an entry is not finite
 * @see         Trefethen, Embree 2005, "Spectra and Pseudospectra", chapter 39
 */
export function operatorPseudospectrum(A: Matrix | ComplexMatrix, grid: PlaneGrid): Float64Array {
  return finished(operatorRows(A, grid));
}

/** The same row by row; see {@link operatorPseudospectrum}. */
export function operatorRows(A: Matrix | ComplexMatrix, grid: PlaneGrid): Rows {
  requireOperator(A);
  const field = new SingularField(A);
  return planeRows(grid, A instanceof Matrix, (re, im) => field.at({ re, im }));
}

/**
 * Gains and modes of the resolvent at one point: what forcing at that growth and frequency is amplified most, and what it excites.
 *
 * @param A        dynamics dx/dt = A x, or the step of a discrete system, shape [n, n]
 * @param z        growth + i angular frequency, or a multiplier
 * @param options  count, B, within
 * @returns        gains [c], outputs [n, c], inputs [m, c]
 * @throws         E_SHAPE when sizes do not fit; E_SPEC when B and within are both given, or the count is out of range; E_NUMERIC
 *                 when z is an eigenvalue and B is given
 * @see            McKeon, Sharma 2010, "A critical-layer framework for turbulent pipe flow", doi:10.1017/S002211201000176X
 */
export function resolventAt(A: Matrix | ComplexMatrix, z: Complex, options: ResolventOptions = {}): Resolvent {
  requireOperator(A);
  const { count = 1, B, within } = options;
  const a = complexOf(A);
  if (B !== undefined && within !== undefined) {
    throw new DymadError("E_SPEC", "forcing can be shaped by B or confined within directions, not both", { path: ["within"] });
  }
  if (B !== undefined) return leadingOf(solveComplex(shifted(a, z), complexOf(B)), count);
  if (within === undefined) return leadingInverse(shifted(a, z), count, null);
  const reduced = complexLeastSquares(within, a.multiply(within)).x;
  return throughDirections(within, shifted(reduced, z), count);
}

/**
 * The same for an operator known by some of its eigenpairs, A = right diag(values) left^H, forcing and response being in the span of
 * the right vectors.
 *
 * @param pairs  values [r] and right vectors [n, r]
 * @param z      a point of the plane
 * @param count  how many responses; default 1
 * @returns      gains [c], outputs and inputs [n, c]
 * @throws       E_SPEC when the count is out of range
 * @see          Trefethen, Embree 2005, "Spectra and Pseudospectra", chapter 40
 */
export function lowRankResolventAt(
  pairs: { readonly values: ComplexVector; readonly right: ComplexMatrix },
  z: Complex,
  count = 1,
): Resolvent {
  const { values, right } = pairs;
  const middle = new ComplexMatrix(right.cols, right.cols);
  for (let i = 0; i < right.cols; i++) middle.set(i, i, { re: z.re - values.re[i], im: z.im - values.im[i] });
  return throughDirections(right, middle, count);
}

/** Of directions U = Q R and the reduced z - A_r: the inverse of R (z - A_r) R^-1, its modes lifted by Q. */
function throughDirections(directions: ComplexMatrix, middle: ComplexMatrix, count: number): Resolvent {
  const { q, r } = complexQr(directions);
  return leadingInverse(r.multiply(middle).multiply(invertComplex(r)), count, q);
}

/** Leading singular triples of M^-1, which are the last of M: no inverse is formed. */
function leadingInverse(m: ComplexMatrix, count: number, lift: ComplexMatrix | null): Resolvent {
  requireCount(count, m.cols);
  const { u, s, v } = complexSvd(m);
  const last = Array.from({ length: count }, (_, k) => s.length - 1 - k);
  const lifted = (x: ComplexMatrix): ComplexMatrix => (lift === null ? x : lift.multiply(x)).pickColumns(last);
  return { gains: Float64Array.from(last, (k) => 1 / s[k]), outputs: lifted(v), inputs: lifted(u) };
}

function leadingOf(h: ComplexMatrix, count: number): Resolvent {
  const { u, s, v } = complexSvd(h);
  requireCount(count, s.length);
  const first = Array.from({ length: count }, (_, k) => k);
  return { gains: s.slice(0, count), outputs: u.pickColumns(first), inputs: v.pickColumns(first) };
}

function requireCount(count: number, most: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= most) return;
  throw new DymadError("E_SPEC", `cannot take ${count} of ${most} responses`, { path: ["count"], hint: `write 1 to ${most}` });
}

const complexOf = (a: Matrix | ComplexMatrix): ComplexMatrix => (a instanceof Matrix ? ComplexMatrix.fromReal(a) : a);

/** z - A. */
function shifted(a: ComplexMatrix, z: Complex): ComplexMatrix {
  const out = new ComplexMatrix(
    a.rows,
    a.cols,
    a.re.map((value) => -value),
    a.im.map((value) => -value),
  );
  for (let i = 0; i < a.rows; i++) {
    out.re[i * a.rows + i] += z.re;
    out.im[i * a.rows + i] += z.im;
  }
  return out;
}

/** An operator without rows has neither eigenvalues nor a resolvent. */
function requireOperator(A: Matrix | ComplexMatrix): void {
  requireSquare(A, "an operator");
  if (A.rows > 0) return;
  throw new DymadError("E_SHAPE", "an operator of 0 x 0 has no spectrum", { hint: "give the k x k matrix of z+ = A z" });
}
