import { DymadError } from "../../../errors.js";
import { multiplyLarge } from "../../../numerics/linalg/large-product.js";
import { columns, joinColumns, leastSquares, numericalRank, roundingShare } from "../../../numerics/linalg/lstsq.js";
import { difference, Matrix, sumOfSquares } from "../../../numerics/linalg/matrix.js";
import { reduceRows } from "../../../numerics/linalg/qr.js";
import { truncationRank } from "../../../numerics/linalg/rank.js";
import { svd } from "../../../numerics/linalg/svd.js";
import { koopmanSpectrum, type Spectrum } from "../spectrum.js";
import { delayWindows } from "./delay-windows.js";
import { kurtosisOf } from "./forcing.js";
import { type Snapshots, snapshotPairs } from "./snapshots.js";

export interface HavokOptions {
  /** r >= 2: r - 1 coordinates and the push; default null: the directions that stand above noise (Gavish, Donoho 2014), 2 to 5 of them */
  readonly rank?: number | null;
  /** largest residual of a confirmed eigenvalue, relative to |lambda - 1|; default 0.05 */
  readonly threshold?: number;
}

/** A chaotic series as a linear system that is pushed now and then by the last of its delay coordinates. */
export interface Havok {
  /** d */
  readonly delay: number;
  /** of the linear part, residuals taken without the push */
  readonly spectrum: Spectrum;
  /** windows to coordinates v and, in the last column, the push f; orthonormal columns, shape [n (d + 1), r] */
  readonly basis: Matrix;
  /** of the windows, falling */
  readonly singularValues: Float64Array;
  /** v(k + 1) = v(k) step + [f(k) f(k + 1)] push, shape [r - 1, r - 1] */
  readonly step: Matrix;
  /** shape [2, r - 1]; zeros where f is rounding */
  readonly push: Matrix;
  /** v, one matrix for each trajectory that is long enough, shape [T_i - d, r - 1], units of `x` */
  readonly coordinates: readonly Matrix[];
  /** f, in the same way, shape [T_i - d], units of `x` */
  readonly forcing: readonly Float64Array[];
  /** fourth moment of f over its squared variance: 3 for normal numbers, more for bursts; NaN where f is rounding */
  readonly kurtosis: number;
  /** |v(k + 1) - what the step gives| over |v(k + 1) - v(k)|, with the push and without it, dimensionless */
  readonly misfit: { readonly driven: number; readonly undriven: number };
  /** how many directions the windows span, to rounding; r is at most one more */
  readonly spanned: number;
}

/** By default no rank is larger: a few coordinates embed the attractor, and of clean series any number of directions stand above noise. */
const mostByDefault = 5;

/**
 * HAVOK: delay coordinates of a chaotic system follow a linear map but for bursts of the last of them. Between samples the push is taken
 * to be linear, so that v(k + 1) = v(k) step + f(k) push_0 + f(k + 1) push_1.
 *
 * @param snapshots  trajectories of shape [T_i, n], usually one column, and their step; those too short for a window are left out
 * @param delay      d, how many earlier samples a window holds beside the newest
 * @param options    rank, threshold
 * @returns          the linear system, its coordinates and push over the windows, and how bursty the push is
 * @throws           E_SPEC when rank or delay cannot be; E_SHAPE when every trajectory is too short; E_DATA when all samples are zero
 * @see              Brunton, Brunton, Proctor, Kaiser, Kutz 2017, "Chaos as an intermittently forced linear system", doi:10.1038/s41467-017-00030-8
 */
export function havok(snapshots: Snapshots, delay: number, { rank = null, threshold }: HavokOptions = {}): Havok {
  const windows = delayWindows(snapshots, delay);
  const { P0, P1 } = snapshotPairs(windows);
  const { s, v } = svd(reduceRows(P0, P0.cols).top);
  const spanned = numericalRank(s, roundingShare(P0.rows, P0.cols));
  if (spanned === 0) throw new DymadError("E_DATA", "all samples are zero", { hint: "nothing moves, so nothing is pushed" });
  const r = rankOf(rank, spanned, s, P0);
  const basis = columns(v, 0, r);
  const [z0, z1] = [multiplyLarge(P0, basis), multiplyLarge(P1, basis)];
  const [v0, v1] = [columns(z0, 0, r - 1), columns(z1, 0, r - 1)];
  const f = joinColumns(columns(z0, r - 1, r), columns(z1, r - 1, r));
  const { step, push } = fitStep(v0, f, v1, s.subarray(0, r), r <= spanned);
  const free = difference(v1, f.multiply(push));
  const spectrum = koopmanSpectrum({
    A: step.transpose(),
    P0: v0,
    P1: free,
    dt: snapshots.dt,
    timeDomain: "discrete",
    ...(threshold === undefined ? {} : { threshold }),
  });
  const linear = v0.multiply(step);
  const change = norm(difference(v1, v0));
  const all = windows.trajectories.map((w) => multiplyLarge(w, basis));
  const forcing = all.map((z) => z.column(r - 1));
  return {
    delay,
    spectrum,
    basis,
    singularValues: s,
    step,
    push,
    coordinates: all.map((z) => columns(z, 0, r - 1)),
    forcing,
    kurtosis: r <= spanned ? kurtosisOf(forcing) : Number.NaN,
    misfit: { driven: norm(difference(free, linear)) / change, undriven: norm(difference(v1, linear)) / change },
    spanned,
  };
}

/** The rank that is wanted, or that the singular values suggest. */
function rankOf(rank: number | null, spanned: number, s: Float64Array, { rows, cols }: Matrix): number {
  const most = Math.min(spanned + 1, cols, rows);
  // windows that span few directions to rounding are those of a linear system: its whole state are coordinates, and nothing pushes
  const linear = spanned < most && most <= mostByDefault;
  const above = Math.max(2, Math.min(mostByDefault, most, truncationRank(s, "optimal", rows, cols)));
  const wanted = rank ?? (linear ? most : above);
  if (Number.isInteger(wanted) && wanted >= 2 && wanted <= most) return wanted;
  const span = `${rows} ${rows === 1 ? "pair" : "pairs"} of windows of ${cols} values span ${spanned} ${spanned === 1 ? "direction" : "directions"}`;
  if (most < 2) {
    throw new DymadError("E_SPEC", `there is no room for a coordinate and a push: ${span}`, {
      path: ["delay"],
      hint: rows < 2 ? "shorten the delay, or give longer trajectories" : "lengthen the delay",
    });
  }
  throw new DymadError("E_SPEC", `a rank is a whole number from 2 to one above the directions; got ${wanted}, and ${span}`, {
    path: ["rank"],
    hint: `write 2 to ${most}`,
  });
}

/**
 * The step and the push that fit best. Coordinates fall by decades from one to the next: each is taken in its own size, or the last would
 * be lost to rounding.
 */
function fitStep(v0: Matrix, f: Matrix, v1: Matrix, sizes: Float64Array, pushed: boolean): { step: Matrix; push: Matrix } {
  const n = v0.cols;
  const last = sizes[n];
  const scale = Float64Array.of(...sizes.subarray(0, n), last, last).map((size) => Math.sqrt(v0.rows) / size);
  const known = pushed ? joinColumns(v0, f) : v0;
  const scaled = new Matrix(
    known.rows,
    known.cols,
    known.data.map((value, i) => value * scale[i % known.cols]),
  );
  const { x } = leastSquares(scaled, v1);
  for (let i = 0; i < x.rows; i++) for (let j = 0; j < n; j++) x.data[i * n + j] *= scale[i];
  return { step: x.slice(0, n), push: pushed ? x.slice(n, n + 2) : new Matrix(2, n) };
}

const norm = ({ data }: Matrix): number => Math.sqrt(sumOfSquares(data));
