import { DymadError } from "../../../errors.js";
import { epsilon, firstNonFinite } from "../../../numerics/linalg/finite.js";
import { columns, joinColumns, leastSquares } from "../../../numerics/linalg/lstsq.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { reduceRows } from "../../../numerics/linalg/qr.js";
import { ResidualPencil } from "../../../numerics/linalg/residual-pencil.js";
import { eigenfunctions } from "../eigenfunctions.js";
import { modes, sumModes } from "../modes.js";
import { koopmanSpectrum, type Spectrum, type SpectrumRequest } from "../spectrum.js";
import { type Diagnostic, diagnoseSpectrum } from "./diagnostic.js";
import type { Dictionary } from "./dictionary.js";
import { type Snapshots, snapshotPairs } from "./snapshots.js";

export interface EdmdOptions extends Pick<SpectrumRequest, "threshold" | "order"> {
  /** rho of |P1 - P0 K|^2 + rho |K|^2; default 0 */
  readonly ridge?: number;
}

/** A linear model of observables: psi(x(t + dt)) is close to psi(x(t)) K. */
export interface Edmd {
  readonly dictionary: Dictionary;
  /** eigenvalues of K, each with its residual on the samples */
  readonly spectrum: Spectrum;
  /** x close to psi(x) decoder, shape [k, n] */
  readonly decoder: Matrix;
  /** root mean square error of that over the samples, units of `x` */
  readonly decodingError: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Extended dynamic mode decomposition: the linear map that best takes observables of each sample to those of the next.
 *
 * @param snapshots   trajectories of shape [T_i, n] and their step; pairs never join two of them
 * @param dictionary  observables, at best with the state in their span
 * @param options     ridge, threshold, order
 * @returns           spectrum with residuals, decoder [k, n], diagnostics
 * @throws            E_SHAPE when the dictionary takes another width; E_DATA when an observable is not finite; E_SPEC when an option has
 *                    no meaning
 * @see               Williams, Kevrekidis, Rowley 2015, "A data-driven approximation of the Koopman operator: extending dynamic mode decomposition", doi:10.1007/s00332-015-9258-5
 */
export function edmd(snapshots: Snapshots, dictionary: Dictionary, options: EdmdOptions = {}): Edmd {
  const { P0: x0 } = snapshotPairs(snapshots);
  const lifted = snapshots.trajectories.map((x) => requireValues(dictionary, dictionary.apply(x)));
  const { P0, P1 } = snapshotPairs({ trajectories: lifted, dt: snapshots.dt });
  const { ridge = 0, threshold, order } = options;
  // one orthogonal reduction serves the step, its residuals and the decoder
  const k = P0.cols;
  const { top, rest } = reduceRows(joinColumns(P0, P1, x0), 2 * k);
  const [now, next, states] = [columns(top, 0, k), columns(top, k, 2 * k), columns(top, 2 * k, top.cols)];
  const rcond = Math.max(P0.rows, k) * epsilon;
  const { x: K, rank } = leastSquares(now, next, { ridge, rcond });
  const spectrum = koopmanSpectrum({
    A: K.transpose(),
    P0,
    P1,
    pencil: new ResidualPencil(now, next),
    dt: snapshots.dt,
    timeDomain: "discrete",
    threshold,
    order,
  });
  const { x: decoder, residual } = leastSquares(now, states, { rcond });
  const missed = residual.reduce((sum, r, j) => sum + r * r + rest[2 * k + j], 0);
  return {
    dictionary,
    spectrum,
    decoder,
    decodingError: Math.sqrt(missed / x0.data.length),
    diagnostics: diagnoseSpectrum(spectrum, rank, Math.min(P0.rows, P0.cols)),
  };
}

/**
 * What chosen eigenfunctions give from a state on: sum_i phi_i(x0) exp(w_i t) mode_i.
 *
 * @param found  from edmd
 * @param x0     state at time zero, shape [n], units of `x`
 * @param times  times since then, shape [T], units of `t`
 * @param which  points to keep, conjugate pairs together; default all
 * @returns      shape [T, n]
 * @throws       E_SHAPE when x0 has another width
 */
export function forecastEdmd(found: Edmd, x0: Float64Array, times: Float64Array, which?: readonly number[]): Matrix {
  const { spectrum, dictionary, decoder } = found;
  const start = eigenfunctions(spectrum, dictionary.apply(new Matrix(1, x0.length, x0)));
  return sumModes(spectrum.points, { re: start.re, im: start.im }, modes(spectrum, decoder.transpose()), times, which);
}

function requireValues({ names }: Dictionary, values: Matrix): Matrix {
  const bad = firstNonFinite(values.data);
  if (bad < 0) return values;
  const [row, column] = [Math.floor(bad / values.cols), bad % values.cols];
  throw new DymadError("E_DATA", `the observable ${names[column]} is ${values.data[bad]} on sample ${row} of a trajectory`, {
    hint: "scale the states, or leave the observable out",
  });
}
