import { DymadError } from "../../../errors.js";
import type { ComplexMatrix } from "../../../numerics/linalg/complex.js";
import { columns, joinColumns, leastSquares } from "../../../numerics/linalg/lstsq.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { stackRows } from "../../../numerics/linalg/qr.js";
import { reducedBasis } from "../../../numerics/linalg/reduced-basis.js";
import { embedDelay } from "../../transforms/delay.js";
import { koopmanSpectrum, type Spectrum } from "../spectrum.js";
import { type Dmd, type DmdOptions, dmd, forecastDmd } from "./dmd.js";
import { type Snapshots, snapshotPairs } from "./snapshots.js";

/** A decomposition of windows of d + 1 samples, oldest first. */
export interface HankelDmd extends Dmd {
  /** d */
  readonly delay: number;
  /** the part of each mode that belongs to the newest sample, shape [r, n] */
  readonly sampleModes: ComplexMatrix;
}

/** Windows of d + 1 samples instead of samples; trajectories too short for one are left out. */
function embedded({ trajectories, dt }: Snapshots, delay: number): Snapshots {
  if (!(Number.isInteger(delay) && delay >= 0)) {
    throw new DymadError("E_SPEC", `a delay is a whole number of samples, got ${delay}`, { path: ["delay"] });
  }
  const long = trajectories.filter(({ rows }) => rows > delay);
  if (long.length === 0)
    throw new DymadError("E_SHAPE", `delay ${delay} needs over ${delay} samples in a trajectory`, {
      path: ["delay"],
      hint: "shorten the delay, or give longer trajectories",
    });
  return { trajectories: long.map((x) => embedDelay(x, delay)), dt };
}

/**
 * Dynamic mode decomposition of delay windows: for standing waves, hidden variables and few sensors, where one sample is not a state.
 *
 * @param snapshots  trajectories of shape [T_i, n] and their step
 * @param delay      d, how many earlier samples a window holds beside the newest
 * @param options    as for dmd; rank counts directions of windows
 * @returns          as dmd for windows of n (d + 1) values, and the modes of the newest sample
 * @throws           E_SPEC when the delay is not a whole number; E_SHAPE when every trajectory is too short; otherwise as dmd
 * @see              Arbabi, Mezic 2017, "Ergodic theory, dynamic mode decomposition, and computation of spectral properties of the Koopman operator", doi:10.1137/17M1125236
 */
export function hankelDmd(snapshots: Snapshots, delay: number, options: DmdOptions = {}): HankelDmd {
  const found = dmd(embedded(snapshots, delay), options);
  const n = snapshots.trajectories[0].cols;
  const newest = Array.from({ length: n }, (_, j) => n * delay + j);
  return { ...found, delay, sampleModes: found.modes.pickColumns(newest) };
}

/**
 * The samples that follow a window.
 *
 * @param found  from hankelDmd
 * @param past   the last d + 1 samples, oldest first, shape [d + 1, n]
 * @param times  times since the newest of them, shape [T], units of `t`
 * @returns      shape [T, n]
 * @throws       E_SHAPE when `past` is not one window
 */
export function forecastHankel(found: HankelDmd, past: Matrix, times: Float64Array): Matrix {
  const window = embedDelay(past, found.delay);
  if (window.rows !== 1) throw new DymadError("E_SHAPE", `a window has ${found.delay + 1} samples, got ${past.rows}`);
  return forecastDmd({ ...found, modes: found.sampleModes }, window.data, times);
}

/** A chaotic series as a linear system that is pushed now and then by the last of its delay coordinates. */
export interface Havok {
  /** of the linear part, residuals taken without the push */
  readonly spectrum: Spectrum;
  /** windows to coordinates, shape [n (d + 1), r] */
  readonly basis: Matrix;
  /** v(k + 1) = v(k) step + f(k) push on the first r - 1 coordinates, shape [r - 1, r - 1] */
  readonly step: Matrix;
  /** shape [1, r - 1] */
  readonly push: Matrix;
  /** f, the last coordinate, one series for each trajectory that is long enough, shape [T_i - d] */
  readonly forcing: readonly Float64Array[];
  /** fourth moment of f over its squared variance: 3 for normal numbers, more for bursts */
  readonly kurtosis: number;
}

/**
 * HAVOK: delay coordinates of a chaotic system follow a linear map but for bursts of the last of them.
 *
 * @param snapshots  trajectories of shape [T_i, n], usually one column, and their step
 * @param delay      d
 * @param rank       r >= 2: r - 1 coordinates and the forcing
 * @returns          the linear system, its forcing and how bursty that is
 * @throws           E_SPEC when rank or delay cannot be; E_SHAPE when every trajectory is too short
 * @see              Brunton, Brunton, Proctor, Kaiser, Kutz 2017, "Chaos as an intermittently forced linear system", doi:10.1038/s41467-017-00030-8
 */
export function havok(snapshots: Snapshots, delay: number, rank: number): Havok {
  const windows = embedded(snapshots, delay);
  const { P0, P1 } = snapshotPairs(windows);
  const { basis } = reducedBasis(P0, { count: rank });
  const r = basis.cols;
  if (!(Number.isInteger(rank) && rank >= 2 && r === rank)) {
    throw new DymadError("E_SPEC", `forcing needs a rank of 2 or more, not above that of the windows; got ${rank} of ${r}`, {
      path: ["rank"],
      hint: "raise the rank, or the delay, which gives windows more directions",
    });
  }
  const [z0, z1] = [P0.multiply(basis), P1.multiply(basis)];
  const [v0, f0, v1] = [columns(z0, 0, r - 1), columns(z0, r - 1, r), columns(z1, 0, r - 1)];
  const { x } = leastSquares(joinColumns(v0, f0), v1);
  const [step, push] = [x.slice(0, r - 1), x.slice(r - 1, r)];
  const pushed = f0.multiply(push);
  const free = new Matrix(
    v1.rows,
    v1.cols,
    v1.data.map((value, i) => value - pushed.data[i]),
  );
  const spectrum = koopmanSpectrum({ A: step.transpose(), P0: v0, P1: free, dt: snapshots.dt, timeDomain: "discrete" });
  const forcing = windows.trajectories.map((w) => w.multiply(basis).column(r - 1));
  return {
    spectrum,
    basis,
    step,
    push,
    forcing,
    kurtosis: kurtosisOf(stackRows(forcing.map((f) => new Matrix(f.length, 1, f))).data),
  };
}

function kurtosisOf(f: Float64Array): number {
  const mean = f.reduce((sum, value) => sum + value, 0) / f.length;
  const [second, fourth] = f.reduce(
    ([two, four], value) => {
      const square = (value - mean) * (value - mean);
      return [two + square, four + square * square];
    },
    [0, 0],
  );
  return (fourth * f.length) / (second * second);
}
