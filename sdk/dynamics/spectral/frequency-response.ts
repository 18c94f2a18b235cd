import { DymadError } from "../../errors.js";
import { cos, exp, log, sin } from "../../numerics/elementary.js";
import { type Complex, ComplexMatrix, modulus } from "../../numerics/linalg/complex.js";
import { columnNorm, largestEntry, scaleColumn } from "../../numerics/linalg/complex-lines.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import { SingularField } from "../../numerics/linalg/singular-field.js";
import { type Resolvent, resolventAt } from "./resolvent.js";
import type { SpectrumPoint } from "./spectrum.js";

/** A linear system and how forcing enters it: dz/dt = A z + B f, or z+ = A z + B f with each step. */
export interface ForcedSystem {
  /** shape [n, n] */
  readonly A: Matrix;
  /** shape [n, m]; null: a force on each coordinate */
  readonly B: Matrix | null;
  readonly timeDomain: "discrete" | "continuous";
  /** of a discrete system, units of `t` */
  readonly dt: number;
}

/** What lasting forcing at one angular frequency does at most. */
export interface FrequencyResponse {
  /** rad per unit of `t` */
  readonly angularFrequency: number;
  /** largest |response| / |forcing|; Infinity at an eigenvalue */
  readonly gain: number;
  /** the response as a unit column, shape [n, 1] */
  readonly output: ComplexMatrix;
  /** the forcing that causes it as a unit column, its largest entry real, shape [m, 1] */
  readonly input: ComplexMatrix;
}

/** Golden section: which part of the longer side of a bracket is tried next. */
const golden = (3 - Math.sqrt(5)) / 2;
/** What does not rise above its surroundings by this share is no peak: gains are computed to 1e-9, and flat ones waver by that. */
const prominent = 1e-6;
/** After so many halvings by 0.62 a bracket is as narrow as the gain, flat at its top, can tell. */
const refinements = 48;

/**
 * Largest gains |(i w - A)^-1 B|, or |(exp(i w dt) - A)^-1 B| of a discrete system, over angular frequencies. Norms are those of the
 * coordinates of A and B.
 *
 * @param angularFrequencies  w, shape [F], rad per unit of `t`
 * @returns                   shape [F]; Infinity at an eigenvalue
 * @throws                    E_SHAPE when A is not square or B has other rows; E_DATA when an entry is not finite
 * @see                       Trefethen, Embree 2005, "Spectra and Pseudospectra", chapter 17
 */
export function frequencyGains(system: ForcedSystem, angularFrequencies: Float64Array): Float64Array {
  return angularFrequencies.map(gainOf(system));
}

/**
 * Where gains are largest between the frequencies they were computed at: the highest of their local maxima, each by golden section.
 * The first and the last frequency count as maxima where the gain falls from there; a gain that is flat but for rounding has one, the highest.
 *
 * @param angularFrequencies  rising, shape [F], rad per unit of `t`
 * @param gains               from frequencyGains, shape [F]
 * @param count               how many at most
 * @returns                   angular frequencies, the highest gain first
 */
export function gainPeaks(
  system: ForcedSystem,
  angularFrequencies: Float64Array,
  gains: Float64Array,
  count: number,
): Float64Array {
  const last = gains.length - 1;
  const tops = Array.from(gains.keys())
    .filter((k) => (k === 0 || gains[k] > gains[k - 1]) && (k === last || gains[k] >= gains[k + 1]))
    .sort((i, j) => (gains[i] === gains[j] ? i - j : gains[j] - gains[i]))
    .filter((k, rank) => rank === 0 || (falls(gains, k, -1) && falls(gains, k, 1)));
  const gain = gainOf(system);
  return Float64Array.from(tops.slice(0, count), (k) => {
    const [low, high] = [angularFrequencies[Math.max(0, k - 1)], angularFrequencies[Math.min(last, k + 1)]];
    return highest(gain, { low, at: angularFrequencies[k], high, gain: gains[k] });
  });
}

/** Whether gains fall from a maximum, going one way, before they rise above it or end. */
function falls(gains: Float64Array, top: number, way: 1 | -1): boolean {
  const isEnd = (k: number): boolean => k < 0 || k >= gains.length;
  if (isEnd(top + way)) return true;
  for (let k = top + way; !isEnd(k) && gains[k] <= gains[top]; k += way) if (gains[k] < gains[top] * (1 - prominent)) return true;
  return false;
}

/** The place of the largest value in a bracket whose inner point is above both ends. */
function highest(f: (w: number) => number, bracket: { low: number; at: number; high: number; gain: number }): number {
  let { low, at, high, gain } = bracket;
  for (let i = 0; i < refinements && gain < Number.POSITIVE_INFINITY; i++) {
    const next = high - at > at - low ? at + golden * (high - at) : at - golden * (at - low);
    if (next === at) break;
    const here = f(next);
    if (here > gain) {
      if (next > at) low = at;
      else high = at;
      [at, gain] = [next, here];
    } else if (next > at) high = next;
    else low = next;
  }
  return at;
}

/**
 * The strongest response at one angular frequency and the forcing that causes it. At an eigenvalue the gain is Infinity; the response is then
 * the eigenvector, and the forcing what reaches it most.
 *
 * @throws  as frequencyGains
 * @see     McKeon, Sharma 2010, "A critical-layer framework for turbulent pipe flow", doi:10.1017/S002211201000176X
 */
export function frequencyResponse(system: ForcedSystem, angularFrequency: number): FrequencyResponse {
  const { gains, outputs, inputs } = strongest(system, pointOf(system, angularFrequency));
  const { re, im } = largestEntry(inputs, 0);
  const size = modulus(re, im);
  // A pair of unit vectors is free to turn together.
  for (const column of [outputs, inputs]) scaleColumn(column, 0, { re: re / size, im: -im / size });
  return { angularFrequency, gain: gains[0], output: outputs, input: inputs };
}

function strongest({ A, B }: ForcedSystem, z: Complex): Resolvent {
  try {
    return resolventAt(A, z, B === null ? {} : { B });
  } catch (error) {
    if (B === null || !(error instanceof DymadError) || error.code !== "E_NUMERIC") throw error;
    const free = resolventAt(A, z);
    const inputs = ComplexMatrix.fromReal(B.transpose()).multiply(free.inputs);
    const size = columnNorm(inputs, 0);
    if (size > 0) scaleColumn(inputs, 0, { re: 1 / size, im: 0 });
    return { ...free, gains: Float64Array.of(Number.POSITIVE_INFINITY), inputs };
  }
}

/** Without B the norm alone is wanted, which a Schur decomposition gives for all points. */
function gainOf(system: ForcedSystem): (w: number) => number {
  if (system.B !== null) return (w) => strongest(system, pointOf(system, w)).gains[0];
  const field = new SingularField(system.A);
  return (w) => 1 / field.at(pointOf(system, w));
}

/** i w, or the multiplier that a step turns by. */
const pointOf = ({ timeDomain, dt }: ForcedSystem, w: number): Complex =>
  timeDomain === "continuous" ? { re: 0, im: w } : { re: cos(w * dt), im: sin(w * dt) };

/**
 * Angular frequencies that show a spectrum: 0, then equal ratios from a tenth of its slowest rate up to half a turn in a step, and every
 * frequency of an eigenvalue, so that no narrow peak lies between.
 *
 * @param points  of the spectrum
 * @param dt      step of the data, units of `t`
 * @param count   how many beside those of eigenvalues, at least 3
 * @returns       rising, rad per unit of `t`, shape [count + frequencies of eigenvalues]
 */
export function frequenciesAround(
  points: readonly Pick<SpectrumPoint, "growth" | "angularFrequency">[],
  dt: number,
  count: number,
): Float64Array {
  const nyquist = Math.PI / dt;
  const rates = points.map(({ growth, angularFrequency }) => modulus(growth, angularFrequency));
  const slowest = rates.reduce((least, rate) => (rate > 1e-4 * nyquist && rate < least ? rate : least), nyquist);
  const from = slowest / 10;
  const ratio = log(nyquist / from) / (count - 2);
  const spaced = Array.from({ length: count - 2 }, (_, k) => from * exp(ratio * k));
  const own = points.map(({ angularFrequency }) => angularFrequency).filter((w) => w > 0 && w < nyquist);
  return Float64Array.from(new Set([0, ...spaced, nyquist, ...own])).sort();
}
