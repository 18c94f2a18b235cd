import { DymadError } from "../../errors.js";
import { cos, sin } from "../../numerics/elementary.js";
import { ComplexMatrix, type ComplexVector, multiplyComplex } from "../../numerics/linalg/complex.js";
import { complexSchur } from "../../numerics/linalg/complex-schur.js";
import { Matrix, sumOfSquares } from "../../numerics/linalg/matrix.js";
import { ShiftedTriangle } from "../../numerics/linalg/shifted-triangle.js";
import { rationalKernel } from "../../numerics/rational-kernel.js";
import { observedStep, rootWeights } from "./observed-step.js";

export interface MeasureRequest {
  /** observables, rows are samples, shape [M, k] */
  readonly P0: Matrix;
  /** the same one step later, shape [M, k] */
  readonly P1: Matrix;
  /** the observable whose measure is wanted, at the samples of P0, shape [M] */
  readonly observable: Float64Array;
  /** of the rational kernel, from 1 to 6; default 2 */
  readonly order?: number;
  /** width over which the measure is smoothed, rad; default 0.1 */
  readonly eps?: number;
  /** angles, rad, or how many equally spaced from -pi to pi; default 101 */
  readonly angles?: Float64Array | number;
  /** weight of each sample, shape [M]; default 1 / M each */
  readonly weights?: Float64Array;
}

export interface SpectralMeasure {
  /** rad per step, shape [A] */
  readonly angles: Float64Array;
  /** smoothed density, 1 / rad times squares of the observable, shape [A]; small negative values are the kernel's */
  readonly density: Float64Array;
  /** weighted sum of squares of the observable's part in the span of P0: what the density integrates to */
  readonly total: number;
  /** the same of the whole observable: what it has above `total` no function of P0 holds, and the density does not show */
  readonly whole: number;
}

/**
 * How the energy of an observable is spread over the frequencies of a measure-preserving system: its spectral measure on the unit circle,
 * smoothed by a rational kernel of width eps. Lines of eigenvalues become peaks of that width, a continuous spectrum shows itself.
 *
 * With K the step in orthonormal coordinates, f the observable in them, l = e^{i theta} (1 + eps z_j) and g = (K - l)^-1 f, the density
 * is -1 / (2 pi) sum_j Re(c_j conj(l) g^H f + d_j f^H K g).
 *
 * @param request  P0, P1 [M, k], observable [M], order, eps, angles, weights
 * @returns        angles [A], density [A] and its total
 * @throws         E_SHAPE when sizes differ; E_SPEC when order, eps or angles mean nothing; E_DATA when a value is not finite or a weight
 *                 not positive
 * @see            Colbrook, Townsend 2024, "Rigorous data-driven computation of spectral properties of Koopman operators", doi:10.1002/cpa.22125
 */
export function spectralMeasure(request: MeasureRequest): SpectralMeasure {
  const { P0, P1, observable, order = 2, eps = 0.1, weights } = request;
  if (observable.length !== P0.rows) {
    throw new DymadError("E_SHAPE", `the observable has ${observable.length} values for ${P0.rows} samples`, {
      path: ["observable"],
      hint: "give its value at every row of P0",
    });
  }
  const kernel = rationalKernel(order, eps);
  const angles = anglesOf(request.angles ?? 101);
  const { functions, K } = observedStep(P0, P1, weights);
  const roots = rootWeights(P0.rows, weights);
  const weighted = observable.map((value, i) => value * roots[i]);
  const seen = new Matrix(1, P0.rows, weighted).multiply(functions);
  const { q, t } = complexSchur(ComplexMatrix.fromReal(K));
  const f = q.adjoint().multiply(ComplexMatrix.fromReal(seen.transpose()));
  const shifted = new ShiftedTriangle(t);
  const density = angles.map((theta) => {
    let sum = 0;
    kernel.outer.forEach((z, j) => {
      const l = multiplyComplex({ re: cos(theta), im: sin(theta) }, { re: 1 + eps * z.re, im: eps * z.im });
      const g = { re: f.re.slice(), im: f.im.slice() };
      shifted.moveTo(l);
      shifted.solve(g.re, g.im);
      const back = multiplyComplex(multiplyComplex(kernel.innerWeights[j], { re: l.re, im: -l.im }), inner(g, f));
      // K g = f + l g
      const image = {
        re: f.re.map((value, i) => value + l.re * g.re[i] - l.im * g.im[i]),
        im: f.im.map((value, i) => value + l.re * g.im[i] + l.im * g.re[i]),
      };
      sum += back.re + multiplyComplex(kernel.outerWeights[j], inner(f, image)).re;
    });
    return sum / (-2 * Math.PI);
  });
  return { angles, density, total: sumOfSquares(seen.data), whole: sumOfSquares(weighted) };
}

/** a^H b. */
function inner(a: ComplexVector, b: ComplexVector): { re: number; im: number } {
  let [re, im] = [0, 0];
  for (let i = 0; i < a.re.length; i++) {
    re += a.re[i] * b.re[i] + a.im[i] * b.im[i];
    im += a.re[i] * b.im[i] - a.im[i] * b.re[i];
  }
  return { re, im };
}

function anglesOf(angles: Float64Array | number): Float64Array {
  if (typeof angles !== "number") return angles;
  if (!(Number.isInteger(angles) && angles >= 2)) {
    throw new DymadError("E_SPEC", `angles are a list or a whole number from 2 on, got ${angles}`, { path: ["angles"] });
  }
  return Float64Array.from({ length: angles }, (_, k) => -Math.PI + (2 * Math.PI * k) / (angles - 1));
}
