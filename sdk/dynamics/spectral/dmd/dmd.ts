import { ComplexMatrix, divideComplex, modulus } from "../../../numerics/linalg/complex.js";
import { scaleRow } from "../../../numerics/linalg/complex-lines.js";
import { epsilon } from "../../../numerics/linalg/finite.js";
import { multiplyLarge } from "../../../numerics/linalg/large-product.js";
import { leastSquares } from "../../../numerics/linalg/lstsq.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import type { Truncation } from "../../../numerics/linalg/rank.js";
import { type BasisRequest, type ReducedBasis, reducedBasis } from "../../../numerics/linalg/reduced-basis.js";
import { eigenfunctions } from "../eigenfunctions.js";
import { sumModes } from "../modes.js";
import { koopmanSpectrum, type Spectrum, type SpectrumRequest } from "../spectrum.js";
import { type Diagnostic, diagnoseSpectrum } from "./diagnostic.js";
import { diagnoseState } from "./hidden-state.js";
import { type SnapshotPairs, type Snapshots, snapshotPairs } from "./snapshots.js";
import { estimateStep, type StepEstimate } from "./step-estimate.js";

export interface DmdOptions extends Pick<SpectrumRequest, "threshold" | "order"> {
  /** how many directions of the samples carry the dynamics; default "full": all that are not rounding */
  readonly rank?: Truncation;
  /** how the directions are found; default { kind: "svd" } */
  readonly basis?: BasisRequest;
  /** how the step is estimated; default "least-squares" */
  readonly estimate?: StepEstimate;
  /** shapes from the later samples ("exact", default) or inside the span of the earlier ones ("projected") */
  readonly modes?: "exact" | "projected";
}

/** A dynamic mode decomposition: x(t) = sum_i phi_i(x(0)) exp(w_i t) mode_i. */
export interface Dmd {
  /** eigenvalues of the reduced coordinates z = x basis, each with its residual on the samples */
  readonly spectrum: Spectrum;
  /** shape [n, r] */
  readonly basis: Matrix;
  /** mode i in row i, shape [r, n], units of `x` */
  readonly modes: ComplexMatrix;
  /** of the earlier samples, falling */
  readonly singularValues: Float64Array;
  /** what to know before the numbers are believed; empty when nothing was found */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Dynamic mode decomposition of sampled trajectories: the linear map that best takes each sample to the next, in the directions that
 * carry the samples, and its eigenvalues, each with the residual of its eigenfunction on the data.
 *
 * @param snapshots  trajectories of shape [T_i, n] and their step; pairs never join two of them
 * @param options    rank, basis, estimate, modes, threshold, order
 * @returns          spectrum, basis [n, r], modes [r, n], diagnostics
 * @throws           E_SHAPE when trajectories differ in columns; E_DATA when there is no pair, an entry is not finite or all are zero;
 *                   E_SPEC when an option has no meaning; E_NUMERIC when the estimate needs the inverse of a singular step
 * @see              Tu, Rowley, Luchtenburg, Brunton, Kutz 2014, "On dynamic mode decomposition: theory and applications", doi:10.3934/jcd.2014.1.391
 */
export function dmd(snapshots: Snapshots, options: DmdOptions = {}): Dmd {
  const found = dmdOfPairs(snapshotPairs(snapshots), snapshots.dt, options);
  const series = snapshots.trajectories.map((x) => multiplyLarge(x, found.basis));
  return { ...found, diagnostics: [...found.diagnostics, ...diagnoseState(series)] };
}

/** The same from pairs of samples alone, shapes [M, n]: they need not follow each other. `samples` is what the pairs stand for. */
export function dmdOfPairs(pairs: SnapshotPairs, dt: number, options: DmdOptions = {}, samples: number = pairs.P0.rows): Dmd {
  const { P0, P1 } = pairs;
  const found = reducedBasis(P0, options.rank ?? "full", options.basis, samples);
  const [z0, z1] = [multiplyLarge(P0, found.basis), multiplyLarge(P1, found.basis)];
  const A = estimateStep(z0, z1, options.estimate).transpose();
  const { threshold, order } = options;
  const spectrum = { ...koopmanSpectrum({ A, P0: z0, P1: z1, dt, timeDomain: "discrete", threshold, order }), samples };
  return assemble(spectrum, found, liftModes(spectrum, z0, pairs, options.modes), P0);
}

/** What is known of a decomposition, with the diagnostics that sizes and rank give. */
export function assemble(
  spectrum: Spectrum,
  { basis, singularValues, rank }: ReducedBasis,
  modes: ComplexMatrix,
  { rows, cols }: { readonly rows: number; readonly cols: number },
): Dmd {
  const wanted = Math.min(rows, cols, singularValues.length);
  return { spectrum, basis, modes, singularValues, diagnostics: diagnoseSpectrum(spectrum, rank ?? wanted, wanted) };
}

/**
 * Modes in the units of the samples: m_i^H L with x close to z L (projected), or m_i^H L' / lambda_i with the next x close to z L'
 * (exact), which also reaches directions that only the later samples have. Where lambda is zero there is no exact mode.
 */
export function liftModes(
  spectrum: Spectrum,
  z0: Matrix,
  { P0, P1 }: SnapshotPairs,
  kind: "exact" | "projected" = "exact",
): ComplexMatrix {
  const latent = spectrum.duals.adjoint();
  const onto = (x: Matrix): ComplexMatrix => latent.multiply(ComplexMatrix.fromReal(leastSquares(z0, x).x));
  if (kind === "projected") return onto(P0);
  const out = onto(P1);
  const largest = spectrum.points.reduce((size, { re, im }) => Math.max(size, modulus(re, im)), 0);
  const zero = spectrum.points.map(({ re, im }) => modulus(re, im) <= epsilon * z0.rows * largest);
  const projected = zero.includes(true) ? onto(P0) : out;
  spectrum.points.forEach(({ re, im }, i) => {
    if (zero[i]) {
      const [start, end] = [i * out.cols, (i + 1) * out.cols];
      out.re.set(projected.re.subarray(start, end), start);
      out.im.set(projected.im.subarray(start, end), start);
    } else scaleRow(out, i, divideComplex({ re: 1, im: 0 }, { re, im }));
  });
  return out;
}

/**
 * What chosen modes of a decomposition give from a state on: sum_i phi_i(x0) exp(w_i t) mode_i.
 *
 * @param found  from dmd
 * @param x0     state at time zero, shape [n], units of `x`
 * @param times  times since then, shape [T], units of `t`
 * @param which  points to keep, conjugate pairs together; default all
 * @returns      shape [T, n]
 * @throws       E_SHAPE when x0 has another width
 */
export function forecastDmd(found: Dmd, x0: Float64Array, times: Float64Array, which?: readonly number[]): Matrix {
  const start = eigenfunctions(found.spectrum, new Matrix(1, x0.length, x0).multiply(found.basis));
  return sumModes(found.spectrum.points, { re: start.re, im: start.im }, found.modes, times, which);
}
