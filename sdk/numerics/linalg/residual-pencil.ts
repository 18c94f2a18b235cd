import { DymadError } from "../../errors.js";
import { solveUpper } from "./cholesky-qr.js";
import { columnUnits, inUnits, scaleRows } from "./column-units.js";
import { ComplexMatrix, type ComplexVector } from "./complex.js";
import { columnNorm } from "./complex-lines.js";
import { complexQr } from "./complex-qr.js";
import { complexSchur } from "./complex-schur.js";
import { columns, joinColumns } from "./lstsq.js";
import { Matrix } from "./matrix.js";
import { reduceRows } from "./qr.js";
import { SingularPath } from "./singular-path.js";
import { StackedTriangles } from "./stacked-triangles.js";
import { svd } from "./svd.js";

/** Residuals of vectors on the plane: some steps more are nothing beside the elimination of a point. */
const settled = 1e-8;
/** Below this share of |P0| |g| an eigenfunction is lost in rounding on the data: its residual would be 0 / 0. */
const unobserved = Math.sqrt(Number.EPSILON);

/**
 * Residuals of candidate eigenpairs on data, without a Gram matrix.
 *
 * Rows of P0 are observables at one time, rows of P1 one step later, P1 close to P0 K. A QR decomposition of [P0 P1] keeps every
 * inner product in two small blocks R0, R1, so that |P1 g - l P0 g| / |P0 g| = |R1 g - l R0 g| / |R0 g| to full precision
 * (the Gram form squares the condition number and floors near 1e-8). What is observed does not depend on units: observables are counted in
 * powers of two near their own size, which changes no bit of a residual.
 *
 * @see Colbrook, Townsend 2024, "Rigorous data-driven computation of spectral properties of Koopman operators", doi:10.1002/cpa.22125
 */
export class ResidualPencil {
  /** observables */
  readonly size: number;
  /** sizes of the observables, powers of two, shape [k] */
  readonly units: Float64Array;
  /** numerical rank of P0: how many directions the data observe */
  readonly rank: number;
  readonly #r0: Matrix;
  readonly #r1: Matrix;
  /** R0 W (orthonormal columns) and R1 W on the observed directions, reduced to few rows */
  readonly #b0: Matrix;
  readonly #b1: Matrix;
  readonly #norm: number;
  /** made when a point of the plane is first asked for */
  #path: SingularPath | null = null;

  /**
   * @param p0   observables, shape [M, k], or those rows after an orthogonal transformation of P0 and P1 alike
   * @param p1   observables one step later, shape [M, k]
   * @throws     E_SHAPE when the shapes differ or there are no rows; E_DATA when an entry is not finite
   */
  constructor(p0: Matrix, p1: Matrix) {
    if (p0.cols !== p1.cols || p0.rows !== p1.rows || p0.rows === 0) {
      throw new DymadError(
        "E_SHAPE",
        `pairs of samples need equal shapes, got ${p0.rows} x ${p0.cols} and ${p1.rows} x ${p1.cols}, at least one row`,
        { hint: "give each sample and the same sample one step later" },
      );
    }
    const k = p0.cols;
    const { top } = reduceRows(joinColumns(p0, p1), 2 * k);
    this.size = k;
    this.units = columnUnits(columns(top, 0, k));
    this.#r0 = inUnits(columns(top, 0, k), this.units);
    this.#r1 = inUnits(columns(top, k, 2 * k), this.units);
    const { s, v } = svd(this.#r0);
    this.#norm = s[0] ?? 0;
    this.rank = s.filter((value) => value > unobserved * this.#norm).length;
    const basis = columns(v, 0, this.rank);
    for (let i = 0; i < k; i++) for (let j = 0; j < this.rank; j++) basis.set(i, j, basis.get(i, j) / s[j]);
    const observed = reduceRows(joinColumns(this.#r0.multiply(basis), this.#r1.multiply(basis)), 2 * this.rank).top;
    this.#b0 = columns(observed, 0, this.rank);
    this.#b1 = columns(observed, this.rank, 2 * this.rank);
  }

  /**
   * |P1 g - l P0 g| / |P0 g| for each eigenpair.
   *
   * @param values     discrete eigenvalues, shape [r]
   * @param functions  coefficients g as columns, shape [k, r]
   * @returns          shape [r], dimensionless; NaN where the data do not observe the function
   */
  residuals(values: ComplexVector, functions: ComplexMatrix): Float64Array {
    const scaled = scaleRows(functions, this.units);
    const before = ComplexMatrix.fromReal(this.#r0).multiply(scaled);
    const after = ComplexMatrix.fromReal(this.#r1).multiply(scaled);
    return Float64Array.from(values.re, (re, j) => {
      const im = values.im[j];
      let gap = 0;
      let length = 0;
      let coefficients = 0;
      for (let i = 0; i < before.rows; i++) {
        const b = before.get(i, j);
        const a = after.get(i, j);
        const x = a.re - (re * b.re - im * b.im);
        const y = a.im - (re * b.im + im * b.re);
        gap += x * x + y * y;
        length += b.re * b.re + b.im * b.im;
      }
      for (let i = 0; i < scaled.rows; i++) {
        const g = scaled.get(i, j);
        coefficients += g.re * g.re + g.im * g.im;
      }
      if (Math.sqrt(length) <= unobserved * this.#norm * Math.sqrt(coefficients)) return Number.NaN;
      return Math.sqrt(gap) / Math.sqrt(length);
    });
  }

  /** |P0 g| for each column of coefficients [k, r]: lengths over all samples, shape [r]. */
  sizes(functions: ComplexMatrix): Float64Array {
    const before = ComplexMatrix.fromReal(this.#r0).multiply(scaleRows(functions, this.units));
    return Float64Array.from({ length: functions.cols }, (_, j) => columnNorm(before, j));
  }

  /**
   * The smallest residual that any observed function has at the point z: min over g of |P1 g - z P0 g| / |P0 g|.
   * The epsilon-pseudospectrum is where this is at most epsilon; its inverse is the norm of the resolvent.
   *
   * @param re   real part of z
   * @param im   imaginary part of z
   * @returns    sigma_min(B1 - z B0) >= 0, dimensionless
   * @throws     E_DATA when P0 is zero: nothing is observed
   */
  smallestResidual(re: number, im: number): number {
    if (this.rank === 0) throw new DymadError("E_DATA", "the observables are zero on all samples");
    this.#path ??= new SingularPath(this.#stacked(), 0, settled);
    // each point from a generic vector: one that is followed may miss a part that is not coupled
    this.#path.begin();
    return this.#path.at({ re, im });
  }

  /** [B1 - z B0] B0^-1 in coordinates where it is two triangles: B0 is one, and what B1 has beyond it another. */
  #stacked(): StackedTriangles {
    const r = this.rank;
    const [within, beyond] = [this.#b1.slice(0, r), new Matrix(r, r)];
    const rest = this.#b1.slice(r, this.#b1.rows);
    beyond.data.set(rest.data);
    const inverse = solveUpper(this.#b0.slice(0, r), Matrix.identity(r));
    const { q, t } = complexSchur(ComplexMatrix.fromReal(within.multiply(inverse)));
    return new StackedTriangles(t, complexQr(ComplexMatrix.fromReal(beyond.multiply(inverse)).multiply(q)).r);
  }
}
