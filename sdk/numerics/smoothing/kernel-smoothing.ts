import { DymadError } from "../../errors.js";
import { exp } from "../elementary.js";
import { leastSquares } from "../linalg/lstsq.js";
import { Matrix } from "../linalg/matrix.js";

export interface KernelSmoothingOptions {
  /** `gaussian`: exp(-v^2 / 2); `compact_polynomial`: (1 - v)^degree for v <= 1, else 0. Default gaussian */
  readonly kernel?: "gaussian" | "compact_polynomial";
  /** sample times, shape [T], increasing, units of `t`; default 0, 1, 2, ... */
  readonly time?: Float64Array;
  /** kernels, evenly spread over the time span; default `anchor_density` of them per sample */
  readonly anchor_count?: number | null;
  /** kernels per sample, default 0.125 */
  readonly anchor_density?: number | null;
  /** width of a kernel, units of `t`; default `bandwidth_multiplier` */
  readonly bandwidth?: number | null;
  /** width in distances of anchors, default 2 */
  readonly bandwidth_multiplier?: number | null;
  /** of the compact kernel, default 3 */
  readonly degree?: number;
  /** rho of |K c - x|^2 + rho |c|^2, default 0 */
  readonly ridge?: number;
  /** singular values below rcond times the largest count as zero; default T 2^-52 */
  readonly rcond?: number | null;
}

/**
 * Smooths by a least-squares fit of few wide kernels: x(t_k) ~ sum_a K(|t_k - a| / bandwidth) c_a with anchors a evenly spaced
 * from the first to the last time.
 *
 * @param x        samples in time order, shape [T, n], units of `x`
 * @param options  kernel, times, number and width of the kernels, regularisation
 * @returns        the fit at the samples, shape [T, n], units of `x`
 * @throws         E_SPEC when options exclude one another or have no meaning; E_SHAPE when T < 2 or the times are of another number;
 *                 E_DATA when times do not increase, a value is not finite, or a sample lies outside every kernel
 * @see            Hastie, Tibshirani, Friedman 2009, "The Elements of Statistical Learning", 2nd ed., section 6.7 (radial basis functions)
 */
export function kernelSmoothing(x: Matrix, options: KernelSmoothingOptions = {}): Matrix {
  const { kernel = "gaussian", degree = 3, ridge = 0, rcond = null } = options;
  const time = timesOf(x, options.time);
  if (!Number.isInteger(degree) || degree < 0) {
    throw new DymadError("E_SPEC", `degree must be a whole number of at least 0, got ${degree}`, { path: ["degree"] });
  }
  const { anchors, bandwidth } = placeKernels(time, options);
  const shape = kernel === "gaussian" ? (v: number) => exp(-0.5 * v * v) : (v: number) => (v <= 1 ? power(1 - v, degree) : 0);
  const K = new Matrix(time.length, anchors.length);
  let uncovered = 0;
  time.forEach((t, k) => {
    const row = K.row(k);
    anchors.forEach((a, j) => {
      row[j] = shape(Math.abs(t - a) / bandwidth);
    });
    if (row.every((value) => value === 0)) uncovered++;
  });
  if (uncovered > 0) {
    const apart = anchors.length > 1 ? `${anchors[1] - anchors[0]} apart` : "one";
    throw new DymadError(
      "E_DATA",
      `${uncovered} of ${time.length} samples lie outside every kernel: width ${bandwidth}, anchors ${apart}`,
      { path: ["bandwidth"], hint: "make bandwidth at least as wide as the distance of anchors, or take more anchors" },
    );
  }
  return K.multiply(leastSquares(K, x, { ridge, ...(rcond === null ? {} : { rcond }) }).x);
}

function timesOf(x: Matrix, time: Float64Array | undefined): Float64Array {
  if (x.rows < 2) throw new DymadError("E_SHAPE", `smoothing by kernels needs at least 2 samples, got ${x.rows}`);
  if (time === undefined) return Float64Array.from({ length: x.rows }, (_, k) => k);
  if (time.length !== x.rows) throw new DymadError("E_SHAPE", `${x.rows} samples were given with ${time.length} times`);
  const stall = time.findIndex((t, k) => !Number.isFinite(t) || (k > 0 && t <= time[k - 1]));
  if (stall >= 0) throw new DymadError("E_DATA", `the times do not increase at sample ${stall}: ${time[stall]}`);
  return time;
}

function placeKernels(
  time: Float64Array,
  { anchor_count = null, anchor_density = null, bandwidth = null, bandwidth_multiplier = null }: KernelSmoothingOptions,
): { anchors: Float64Array; bandwidth: number } {
  const given = Object.entries({ anchor_count, anchor_density, bandwidth, bandwidth_multiplier });
  for (const [key, value] of given) {
    if (value === null || (value > 0 && Number.isFinite(value) && (key !== "anchor_count" || Number.isInteger(value)))) continue;
    const wanted = key === "anchor_count" ? "a positive whole number" : "a positive number";
    throw new DymadError("E_SPEC", `${key} must be ${wanted}, got ${value}`, { path: [key] });
  }
  requireOneOf("anchor_count", anchor_count, "anchor_density", anchor_density);
  requireOneOf("bandwidth", bandwidth, "bandwidth_multiplier", bandwidth_multiplier);
  const count = anchor_count ?? Math.max(1, Math.ceil(time.length * (anchor_density ?? 0.125)));
  const [first, span] = [time[0], time[time.length - 1] - time[0]];
  const apart = span / Math.max(1, count - 1);
  const anchors = Float64Array.from({ length: count }, (_, a) => (count === 1 ? first + span / 2 : first + a * apart));
  const spacing = count === 1 ? span / (time.length - 1) : apart;
  return { anchors, bandwidth: bandwidth ?? (bandwidth_multiplier ?? 2) * spacing };
}

function requireOneOf(one: string, a: number | null, other: string, b: number | null): void {
  if (a === null || b === null) return;
  throw new DymadError("E_SPEC", `${one} ${a} and ${other} ${b} exclude one another`, { path: [other], hint: "leave one out" });
}

/** b^k for whole k >= 0; 0^0 = 1. */
function power(b: number, k: number): number {
  let out = 1;
  for (let i = 0; i < k; i++) out *= b;
  return out;
}
