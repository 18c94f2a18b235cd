import { DymadError } from "../../errors.js";
import { exp, pow } from "../elementary.js";
import type { Matrix } from "../linalg/matrix.js";
import { squaredDistance } from "./neighbours.js";

/** The scale at which points look most like a manifold, and its dimension there. */
export interface KernelScale {
  /** e of the kernel exp(-d^2 / e), units of the points squared; a diffusion kernel exp(-d^2 / (4 eps)) has eps = e / 4 */
  readonly scale: number;
  /** the slope 2 dlnS/dlne at the scale: about the dimension of the manifold */
  readonly dimension: number;
  /** the largest slope of all scales: an estimate of the dimension that noise and sparse samples lower less */
  readonly steepest: number;
}

/** Squared distances of pairs: each stands for `times` ordered pairs, and N points are at distance 0 from themselves. */
export interface Pairs {
  readonly squared: Float64Array;
  readonly times: number;
  /** how many pairs each distance stands for besides; default 1 */
  readonly counts?: Float64Array;
  readonly points: number;
}

/** Scales are scanned from 2^-30 to 2^10 of the largest distance, one a factor of 2; a plateau counts from 0.8 of the largest slope. */
const scan = { from: -30, to: 10, perDoubling: 1, plateau: 0.8, flat: 0.02 } as const;
/** exp(-40) is less than the rounding of the sum of the self-distances. */
const negligible = 40;

/**
 * Chooses the scale of a kernel: S(e) = mean of exp(-d^2 / e) over all pairs grows like e^(dim / 2) where the kernel sees the
 * manifold and not its single points. Taken is the smallest scale at which the slope 2 dlnS/dlne has stopped growing and is at
 * least 0.8 of its largest value: the global maximum sits at the diameter on closed curves, where the kernel sees no geometry.
 *
 * @param pairs  squared distances, units of the points squared
 * @returns      scale, units of the points squared, and dimension
 * @throws       E_DATA when all points coincide
 * @see          Coifman, Shkolnisky, Sigworth, Singer 2008, "Graph Laplacian tomography from unknown random projections", doi:10.1109/TIP.2008.2002305
 */
export function kernelScale(pairs: Pairs): KernelScale {
  const largest = pairs.squared.reduce((a, b) => Math.max(a, b), 0);
  if (!(largest > 0)) {
    throw new DymadError("E_DATA", `all ${pairs.points} points coincide: there is no distance to choose a scale from`);
  }
  const slopeAt = (q: number): number => slope(pairs, largest * pow(2, q));
  const count = (scan.to - scan.from) * scan.perDoubling + 1;
  const at = (i: number): number => scan.from + i / scan.perDoubling;
  const slopes = Array.from({ length: count }, (_, i) => slopeAt(at(i)));
  const steepest = slopes.reduce((a, b) => Math.max(a, b), 0);
  const found = slopes.findIndex(
    (value, i) => value >= scan.plateau * steepest && (slopes[i + 1] ?? 0) <= value + scan.flat * steepest,
  );
  const q = highest(slopeAt, at(Math.max(0, found - 1)), at(Math.min(count - 1, found + 1)));
  return { scale: largest * pow(2, q), dimension: slopeAt(q), steepest };
}

/** The whole number nearest to the steepest slope, 1 at least: edges lower the slope, curvature raises it. */
export const wholeDimension = ({ steepest }: KernelScale): number => Math.max(1, Math.round(steepest));

/** Every pair of points of shape [N, n] once. */
export function allPairs(points: Matrix): Pairs {
  const N = points.rows;
  const squared = new Float64Array((N * (N - 1)) / 2);
  let at = 0;
  for (let i = 1; i < N; i++) {
    const place = points.row(i);
    for (let j = 0; j < i; j++) squared[at++] = squaredDistance(points, j, place);
  }
  return { squared, times: 2, points: N };
}

/** Bins of a doubling, as bits of the mantissa; points whose pairs are all looked at. */
const binned = { bits: 6, most: 8192 } as const;

/**
 * Every pair of points in bins of distance, each with the mean of its distances: 64 bins a doubling, whose spread moves no scale by
 * more than rounding of the scan. Takes no memory for pairs. Of more than 8192 points, every second, third, ... is looked at.
 */
export function binnedPairs(points: Matrix): Pairs {
  const stride = Math.ceil(points.rows / binned.most);
  const N = Math.ceil(points.rows / stride);
  const n = points.cols;
  const near = new Float64Array(N * n);
  for (let i = 0; i < N; i++) near.set(points.row(i * stride), i * n);
  const shift = 20 - binned.bits;
  const sums = new Float64Array(1 << (31 - shift));
  const counts = new Float64Array(sums.length);
  const cell = new Float64Array(1);
  const words = new Uint32Array(cell.buffer);
  for (let i = 1; i < N; i++) {
    for (let j = 0; j < i; j++) {
      let d = 0;
      for (let k = 0; k < n; k++) {
        const step = near[i * n + k] - near[j * n + k];
        d += step * step;
      }
      cell[0] = d;
      // exponent and leading bits of the mantissa: the bin
      const bin = words[1] >>> shift;
      sums[bin] += d;
      counts[bin]++;
    }
  }
  const filled = Array.from(counts.keys()).filter((bin) => counts[bin] > 0);
  return {
    squared: Float64Array.from(filled, (bin) => sums[bin] / counts[bin]),
    counts: Float64Array.from(filled, (bin) => counts[bin]),
    times: 2,
    points: N,
  };
}

function slope({ squared, times, points, counts }: Pairs, scale: number): number {
  let [sum, moment] = [0, 0];
  for (let i = 0; i < squared.length; i++) {
    const v = squared[i] / scale;
    if (v > negligible) continue;
    const w = (counts?.[i] ?? 1) * exp(-v);
    sum += w;
    moment += v * w;
  }
  return (2 * times * moment) / (times * sum + points);
}

/** Where a function of one hump is highest, by golden section to 1/64. */
function highest(f: (q: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  let [p, q] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [fp, fq] = [f(p), f(q)];
  while (b - a > 1 / 64) {
    if (fp >= fq) {
      [b, q, fq] = [q, p, fp];
      p = b - ratio * (b - a);
      fp = f(p);
    } else {
      [a, p, fp] = [p, q, fq];
      q = a + ratio * (b - a);
      fq = f(q);
    }
  }
  return (a + b) / 2;
}
