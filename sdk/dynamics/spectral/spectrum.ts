import { DymadError } from "../../errors.js";
import { cos, exp, sin } from "../../numerics/elementary.js";
import { type ComplexMatrix, type ComplexVector, modulus } from "../../numerics/linalg/complex.js";
import { columnNorm } from "../../numerics/linalg/complex-lines.js";
import { epsilon } from "../../numerics/linalg/finite.js";
import { type Matrix, sumOfSquares } from "../../numerics/linalg/matrix.js";
import { ResidualPencil } from "../../numerics/linalg/residual-pencil.js";
import { eigenInUnits } from "../../numerics/linalg/scaled-eigen.js";
import { eigenfunctions } from "./eigenfunctions.js";
import { type Flag, flagOf } from "./flag.js";
import { type Rates, ratesOf } from "./rates.js";

export interface SpectrumRequest {
  /** dynamics of the latent state as a column: z+ = A z (discrete) or dz/dt = A z (continuous), shape [k, k] */
  readonly A: Matrix;
  /** latent states, rows are samples, shape [M, k] */
  readonly P0: Matrix;
  /** the same samples one step later, shape [M, k] */
  readonly P1: Matrix;
  /** time between P0 and P1, units of `t` */
  readonly dt: number;
  readonly timeDomain: "discrete" | "continuous";
  /** largest residual relative to the step |lambda - 1| that still counts as confirmed; default 0.05 */
  readonly threshold?: number;
  /** that of P0 and P1, where it is known already */
  readonly pencil?: ResidualPencil;
  /** what comes first: the smallest residual (default) or the largest energy */
  readonly order?: "residual" | "energy";
}

/** One eigenvalue of the Koopman matrix with all that is known about it. */
export interface SpectrumPoint extends Rates {
  /** real part of the discrete eigenvalue (multiplier per dt), dimensionless */
  readonly re: number;
  /** imaginary part of the discrete eigenvalue */
  readonly im: number;
  /** |P1 g - lambda P0 g| / |P0 g|: how far the eigenfunction is from being one on the data; NaN when unobserved */
  readonly residual: number;
  /** residual / |lambda - 1|: the same as a share of the change that one step should bring */
  readonly relativeResidual: number;
  /**
   * |g| |m|: how much an error in A moves the eigenvalue, >= 1; Infinity, or above 1e6, when defective. Observables whose sizes are more than
   * a thousand apart count in units of their own size
   */
  readonly condition: number;
  /** root mean square of the mode's part of the latent state over the data, units of z; NaN when defective */
  readonly amplitude: number;
  /** amplitude^2 / mean |z|^2; the shares need not add to 1, because modes are not orthogonal */
  readonly energy: number;
  readonly flag: Flag;
}

/** A Koopman spectrum in row convention: P1 is close to P0 K with K = A^T (discrete) or exp(A^T dt). */
export interface Spectrum {
  readonly dt: number;
  readonly timeDomain: "discrete" | "continuous";
  /** conjugate pairs adjacent, positive imaginary part first */
  readonly points: readonly SpectrumPoint[];
  /** eigenfunction coefficients g_i as columns, K g = lambda g, shape [k, k]; phi_i(z) = z g_i */
  readonly functions: ComplexMatrix;
  /** dual vectors m_i as columns, m^H K = lambda m^H, m_i^H g_j = [i = j], shape [k, k]; z = sum_i phi_i(z) m_i^H */
  readonly duals: ComplexMatrix;
  /** how many directions of the latent space the data observe */
  readonly rank: number;
  /** the number of sample pairs M */
  readonly samples: number;
}

/**
 * Eigenvalues of a linear latent model, each judged on data by its ResDMD residual.
 *
 * Residuals belong to the right eigenvectors g of K = A^T, where P1 is close to P0 K: on noise-free linear data they vanish.
 * Growth and frequency of a continuous model come from its own eigenvalues, so nothing folds at the Nyquist frequency.
 *
 * @param request  A [k, k], P0 and P1 [M, k], dt, time domain, threshold, order
 * @returns        points sorted, conjugate pairs adjacent, with their vectors
 * @throws         E_SHAPE when sizes do not fit; E_SPEC when dt or threshold is not positive; E_DATA when an entry is not finite
 * @see            Colbrook, Townsend 2024, "Rigorous data-driven computation of spectral properties of Koopman operators", doi:10.1002/cpa.22125
 */
export function koopmanSpectrum(request: SpectrumRequest): Spectrum {
  const { A, P0, P1, dt, timeDomain, threshold = 0.05, order = "residual" } = request;
  requireRequest(A, P0, dt, threshold);
  const pencil = request.pencil ?? new ResidualPencil(P0, P1);
  const pairs = eigenInUnits(
    A.transpose(),
    pencil.units.map((unit) => 1 / unit),
  );
  const discrete = timeDomain === "discrete" ? pairs.values : multipliers(pairs.values, dt);
  const residuals = pencil.residuals(discrete, pairs.right);
  const sizes = pencil.sizes(pairs.right);
  const total = sumOfSquares(P0.data) / P0.rows;
  const scale = pairs.values.re.reduce((most, re, i) => Math.max(most, modulus(re, pairs.values.im[i])), 0);

  const points = Array.from(residuals, (residual, i): SpectrumPoint => {
    const [re, im] = [discrete.re[i], discrete.im[i]];
    const rates = ratesOf(timeDomain, pairs.values.re[i], pairs.values.im[i], dt);
    const step = modulus(re - 1, im);
    const relativeResidual = residual === 0 ? 0 : residual / step;
    const condition = pairs.condition[i];
    const defective = isDefective(pairs.values, i, condition, scale);
    const amplitude = defective ? Number.NaN : (sizes[i] / Math.sqrt(P0.rows)) * columnNorm(pairs.left, i);
    const flag = flagOf({
      residual,
      relativeResidual,
      step,
      defective,
      angularFrequency: rates.angularFrequency,
      dt,
      threshold,
      values: () => eigenfunctions({ functions: pairs.right.pickColumns([i]) }, P0).column(0),
    });
    return { re, im, ...rates, residual, relativeResidual, condition, amplitude, energy: (amplitude * amplitude) / total, flag };
  });
  const sorted = sortPairs(points, order);
  return {
    dt,
    timeDomain,
    points: sorted.map((i) => points[i]),
    functions: pairs.right.pickColumns(sorted),
    duals: pairs.left.pickColumns(sorted),
    rank: pencil.rank,
    samples: P0.rows,
  };
}

function requireRequest(A: Matrix, P0: Matrix, dt: number, threshold: number): void {
  if (A.rows !== A.cols || A.cols !== P0.cols) {
    throw new DymadError("E_SHAPE", `a model of ${A.rows} x ${A.cols} does not act on samples of ${P0.cols} values`, {
      path: ["A"],
      hint: "give the k x k matrix of z+ = A z, and samples of k columns",
    });
  }
  if (P0.rows === 0) {
    throw new DymadError("E_SHAPE", "there is no pair of samples to judge eigenvalues by", {
      path: ["P0"],
      hint: "eigenvalues alone need no data: eigen(A)",
    });
  }
  if (!(dt > 0))
    throw new DymadError("E_SPEC", `the time step must be positive, got ${dt}`, {
      path: ["dt"],
      hint: "it is the time from P0 to P1, in units of t",
    });
  if (!(threshold > 0))
    throw new DymadError("E_SPEC", `the threshold must be positive, got ${threshold}`, { path: ["threshold"] });
}

/** A matrix fitted to exact samples errs by so many roundings: by up to 130 in 300 fits of three states to a hundred samples or more. */
const roundings = 256;

/** From this condition on an eigenvalue has lost half of its digits, and neighbours may be one and the same. */
const illConditioned = 1e6;

/**
 * Whether an eigenvalue has no mode of its own, to rounding: a double eigenvalue with one eigenvector is computed as two that stand
 * sqrt(2^-52) apart, with a condition as large as that is small. Then what rounding can move it by reaches its nearest neighbour.
 */
function isDefective({ re, im }: ComplexVector, i: number, condition: number, scale: number): boolean {
  if (!(condition > illConditioned)) return false;
  const gap = re.reduce(
    (least, x, j) => (j === i ? least : Math.min(least, modulus(x - re[i], im[j] - im[i]))),
    Number.POSITIVE_INFINITY,
  );
  return gap <= roundings * epsilon * condition * scale;
}

/** exp(lambda dt). */
function multipliers({ re, im }: ComplexVector, dt: number): ComplexVector {
  return {
    re: re.map((growth, i) => exp(growth * dt) * cos(im[i] * dt)),
    im: re.map((growth, i) => (im[i] === 0 ? 0 : exp(growth * dt) * sin(im[i] * dt))),
  };
}

/** Places in the wanted order; the second of a pair follows the first, and what cannot be ranked comes last. */
function sortPairs(points: readonly SpectrumPoint[], order: "residual" | "energy"): number[] {
  // The rates tell pairs apart: the multiplier of a fast continuous mode may have folded to either side.
  const leader = (i: number): number => (points[i].angularFrequency < 0 ? i - 1 : i);
  const key = (i: number): number => {
    const value = order === "residual" ? points[leader(i)].residual : -points[leader(i)].energy;
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  return Array.from(points.keys()).sort((i, j) => {
    const [a, b] = [key(i), key(j)];
    return a < b ? -1 : a > b ? 1 : i - j;
  });
}
