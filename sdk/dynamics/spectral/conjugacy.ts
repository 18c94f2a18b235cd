import { DymadError } from "../../errors.js";
import { ComplexMatrix, divideComplex, modulus } from "../../numerics/linalg/complex.js";
import { eigen } from "../../numerics/linalg/eigen.js";
import { requireSquare } from "../../numerics/linalg/finite.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { TrainedModel } from "../evaluation/trained-model.js";
import type { Spectrum, SpectrumPoint } from "./spectrum.js";
import { eigenfunctionGradients, stateEigenfunctions } from "./state-spectrum.js";

export interface Equilibrium {
  /** where the flow stands still, shape [n], units of `x`; default 0 */
  readonly x?: Float64Array;
  /** of the vector field there, shape [n, n], 1 / units of `t` */
  readonly jacobian: Matrix;
}

/** The eigenvalue of a Jacobian and that of the spectrum that stands for it. */
export interface MatchedEigenvalue {
  /** place in the spectrum */
  readonly point: number;
  /** between growth + i angular frequency of both, rad per unit of `t` */
  readonly distance: number;
  /** of the point, on the data */
  readonly residual: number;
}

/** Coordinates near an equilibrium in which the flow is linear. */
export interface Conjugacy {
  /** one for each eigenvalue of the Jacobian, in the order of `eigen` */
  readonly matched: readonly MatchedEigenvalue[];
  /** eigenfunctions that begin like the coordinates along eigenvectors of the Jacobian, at states [T, n], shape [T, n] */
  normal(x: Matrix): ComplexMatrix;
  /** the same put together again: y = x - x* to first order, and dy/dt = J y, shape [T, n], units of `x` */
  linear(x: Matrix): Matrix;
}

/**
 * A map to the linear flow at an equilibrium, from Koopman eigenfunctions: y = sum_j v_j (phi_j(x) - phi_j(x*)) / (grad phi_j(x*) v_j), with
 * v_j the eigenvectors of the Jacobian and phi_j the eigenfunction of the nearest eigenvalue, each used once. Distances and residuals say
 * how far the match can be believed.
 *
 * @param trained      a linear latent model without control and without delay
 * @param spectrum     its spectrum; points that are constant or unobserved are passed over
 * @param equilibrium  x* and the Jacobian J there
 * @returns            the matched eigenvalues and both maps
 * @throws             E_SHAPE when J is not square, or not of the states; E_DATA when there are fewer eigenvalues than states; E_NUMERIC when J
 *                     is defective, or a matched eigenfunction is flat along its direction; as stateEigenfunctions
 * @see                Lan, Mezic 2013, "Linearization in the large of nonlinear systems and Koopman operator spectrum", doi:10.1016/j.physd.2012.08.017
 */
export function conjugacyAt(trained: TrainedModel, spectrum: Spectrum, { x, jacobian }: Equilibrium): Conjugacy {
  requireSquare(jacobian, "a Jacobian");
  const n = jacobian.rows;
  const rest = new Matrix(1, n, x?.slice() ?? new Float64Array(n));
  const { values, right } = eigen(jacobian);
  const matched = matchesOf(values.re, values.im, spectrum.points);
  const atRest = stateEigenfunctions(trained, spectrum, rest);
  const slopes = eigenfunctionGradients(trained, spectrum, rest).multiply(right);
  const scales = matched.map(({ point }, j) => {
    const slope = slopes.get(point, j);
    if (modulus(slope.re, slope.im) > 1e-12 * rowSize(slopes, point)) return slope;
    throw new DymadError("E_NUMERIC", `eigenfunction ${point} does not change along eigenvector ${j} of the Jacobian`, {
      hint: "its eigenvalue is near by accident: use a spectrum with more observables, or other eigenvalues",
    });
  });
  const normal = (states: Matrix): ComplexMatrix => {
    const all = stateEigenfunctions(trained, spectrum, states);
    const out = new ComplexMatrix(all.rows, n);
    for (let k = 0; k < all.rows; k++) {
      matched.forEach(({ point }, j) => {
        const [here, there] = [all.get(k, point), atRest.get(0, point)];
        out.set(k, j, divideComplex({ re: here.re - there.re, im: here.im - there.im }, scales[j]));
      });
    }
    return out;
  };
  const vectors = right.transpose();
  return {
    matched,
    normal,
    linear: (states) => new Matrix(states.rows, n, normal(states).multiply(vectors).re),
  };
}

/** The nearest point for each eigenvalue, the closest pairs first, no point twice. */
function matchesOf(re: Float64Array, im: Float64Array, points: readonly SpectrumPoint[]): MatchedEigenvalue[] {
  const usable = Array.from(points.keys()).filter((i) => points[i].flag !== "constant" && points[i].flag !== "unobserved");
  if (usable.length < re.length) {
    throw new DymadError("E_DATA", `${usable.length} eigenvalues cannot stand for the ${re.length} of the Jacobian`, {
      hint: "use a model with more observables, or keep more of the spectrum",
    });
  }
  const pairs = Array.from(re, (growth, j) =>
    usable.map((i) => ({ j, i, distance: modulus(points[i].growth - growth, points[i].angularFrequency - im[j]) })),
  ).flat();
  const found = new Map<number, MatchedEigenvalue>();
  const taken = new Set<number>();
  for (const { i, j, distance } of pairs.sort((a, b) => a.distance - b.distance || a.j - b.j || a.i - b.i)) {
    if (found.has(j) || taken.has(i)) continue;
    found.set(j, { point: i, distance, residual: points[i].residual });
    taken.add(i);
  }
  return Array.from(re, (_, j) => found.get(j) as MatchedEigenvalue);
}

function rowSize(a: ComplexMatrix, i: number): number {
  let most = 0;
  for (let j = 0; j < a.cols; j++) most = Math.max(most, modulus(a.re[i * a.cols + j], a.im[i * a.cols + j]));
  return most;
}
