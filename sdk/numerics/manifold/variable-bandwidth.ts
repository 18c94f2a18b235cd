import { DymadError } from "../../errors.js";
import { exp, pow } from "../elementary.js";
import { leadingEigen } from "../linalg/leading-eigen.js";
import { Matrix } from "../linalg/matrix.js";
import { requireSamples } from "./diffusion-map.js";
import type { NeighbourGraph } from "./geodesics.js";
import { applyKernel, denseKernel, pairsOf, rowSums, withValues } from "./kernel-graph.js";
import { kernelScale } from "./kernel-scale.js";
import { type Neighbours, NeighbourTree } from "./neighbours.js";

export interface VariableBandwidthOptions {
  /** eigenfunctions, the constant not counted */
  readonly count: number;
  /** nearest others that a point sees */
  readonly neighbours: number;
  /** nearest others that make the first guess of the bandwidth; null = half of `neighbours` */
  readonly bandwidthNeighbours: number | null;
}

/** Eigenfunctions of the Laplacian under a kernel that is wide where samples are few. */
export interface VariableBandwidthMap {
  readonly points: Matrix;
  readonly neighbours: number;
  readonly bandwidthNeighbours: number;
  readonly dimension: number;
  /** scale of the density estimate, and of the kernel */
  readonly densityScale: number;
  readonly epsilon: number;
  /** first guess of the bandwidth of each point, its bandwidth, and its q^-alpha, shape [N] each */
  readonly guess: Float64Array;
  readonly bandwidth: Float64Array;
  readonly weights: Float64Array;
  /** mean of density^(-1/2), which makes bandwidths 1 on average */
  readonly unit: number;
  /** eigenvalues of 1 + epsilon Laplacian, falling, the first (1) left out, shape [count] */
  readonly values: Float64Array;
  /** eigenfunctions at the points, mean square 1, shape [N, count] */
  readonly psi: Matrix;
}

/**
 * Variable-bandwidth diffusion map for the Laplace-Beltrami operator: the kernel exp(-d^2 / (4 eps rho_i rho_j)) with
 * rho = density^(-1/2), so that sparse regions, where a fixed kernel sees single points, are seen as a manifold too.
 *
 * @param points   shape [N, n]
 * @param options  count, neighbours
 * @returns        eigenvalues [count], eigenfunctions [N, count], the constant left out
 * @throws         E_DATA when samples are too few, too many coincide, or they fall into parts
 * @see            Berry, Harlim 2016, "Variable bandwidth diffusion kernels", doi:10.1016/j.acha.2015.01.001
 */
export function variableBandwidthMap(points: Matrix, options: VariableBandwidthOptions): VariableBandwidthMap {
  const { count, neighbours } = options;
  const N = points.rows;
  requireSamples(N, count);
  const bandwidthNeighbours = options.bandwidthNeighbours ?? Math.max(1, Math.floor(neighbours / 2));
  const graph = pairsOf(points, neighbours);
  const tree = new NeighbourTree(points);
  const near = Array.from({ length: N }, (_, i) => tree.nearest(points.row(i), neighbours + 1));
  const guess = Float64Array.from(near, (one) => firstGuess(one, bandwidthNeighbours));
  requireSpread(guess, bandwidthNeighbours);

  const first = chooseScale(graph, guess);
  const [densityScale, dimension] = [first.scale / 2, first.dimension];
  const density = Float64Array.from(near, (one, i) => densityAt(one, guess[i], { guess, densityScale, dimension }));
  const roughly = density.map((q) => 1 / Math.sqrt(q));
  const unit = roughly.reduce((a, b) => a + b, 0) / N;
  const bandwidth = roughly.map((r) => r / unit);

  const epsilon = chooseScale(graph, bandwidth).scale / 4;
  const alpha = 0.5 - dimension / 4;
  const kernel = withValues(graph, (i, j, d) => exp(-d / (4 * epsilon * bandwidth[i] * bandwidth[j])));
  const weights = rowSums(kernel).map((sum, i) => pow(sum / pow(bandwidth[i], dimension), -alpha));
  const even = withValues(kernel, (i, j, d) => exp(-d / (4 * epsilon * bandwidth[i] * bandwidth[j])) * weights[i] * weights[j]);
  const norm = rowSums(even).map((sum, i) => Math.sqrt(sum) * bandwidth[i]);
  const generator = withValues(even, () => 0);
  for (let i = 0; i < N; i++) {
    for (let e = even.start[i]; e < even.start[i + 1]; e++) {
      const own = even.to[e] === i ? 1 / (bandwidth[i] * bandwidth[i]) - 1 : 0;
      generator.values[e] = even.values[e] / (norm[i] * norm[even.to[e]]) - own;
    }
  }
  const { values, vectors } = leadingEigen(
    (block) => applyKernel(generator, block),
    N,
    count + 1,
    () => denseKernel(generator),
  );
  const mass = Math.sqrt(norm.reduce((sum, s) => sum + s * s, 0));
  const psi = new Matrix(N, count);
  for (let i = 0; i < N; i++) {
    for (let k = 0; k < count; k++) psi.set(i, k, (vectors.get(i, k + 1) / norm[i]) * mass);
  }
  const scales = { dimension, densityScale, epsilon, guess, bandwidth, weights, unit };
  return { points, neighbours, bandwidthNeighbours, ...scales, values: values.slice(1), psi };
}

/**
 * The eigenfunctions at other places: with a(x) the average of psi over the neighbours under the kernel,
 * psi(x) = a(x) / (1 - rho(x)^2 (1 - value)).
 *
 * @returns  a function from a place of shape [n] to values of shape [count]
 */
export function extendVariableBandwidthMap(map: VariableBandwidthMap): (place: Float64Array) => Float64Array {
  const { points, neighbours, epsilon, bandwidth, weights, unit, values, psi } = map;
  const tree = new NeighbourTree(points);
  return (place) => {
    const near = tree.nearest(place, Math.min(points.rows, neighbours + 1));
    const rho = 1 / Math.sqrt(densityAt(near, firstGuess(near, map.bandwidthNeighbours), map)) / unit;
    const nearest = near.squared[0] / bandwidth[near.index[0]];
    const out = new Float64Array(values.length);
    let total = 0;
    near.index.forEach((j, k) => {
      // only ratios count: the first neighbour has the kernel 1, however far it is
      const w = exp((nearest - near.squared[k] / bandwidth[j]) / (4 * epsilon * rho)) * weights[j];
      total += w;
      const row = psi.row(j);
      for (let c = 0; c < out.length; c++) out[c] += w * row[c];
    });
    return out.map((sum, c) => sum / total / (1 - rho * rho * (1 - values[c])));
  };
}

/** Root mean square distance to the nearest others; the point itself, at distance 0, stands first. */
function firstGuess({ squared }: Neighbours, others: number): number {
  let sum = 0;
  for (let k = 0; k <= others; k++) sum += squared[k];
  return Math.sqrt(sum / others);
}

function densityAt(
  { index, squared }: Neighbours,
  own: number,
  { guess, densityScale, dimension }: { readonly guess: Float64Array; readonly densityScale: number; readonly dimension: number },
): number {
  let sum = 0;
  index.forEach((j, k) => {
    sum += exp(-squared[k] / (2 * densityScale * own * guess[j]));
  });
  const N = guess.length;
  return sum / (pow(2 * Math.PI * densityScale, dimension / 2) * N * pow(own, dimension));
}

/** The scale of distances divided by the bandwidths of both ends. */
function chooseScale({ start, to, squared }: NeighbourGraph, bandwidth: Float64Array): { scale: number; dimension: number } {
  const N = start.length - 1;
  const scaled: number[] = [];
  for (let i = 0; i < N; i++) {
    for (let e = start[i]; e < start[i + 1]; e++) {
      if (to[e] !== i) scaled.push(squared[e] / (bandwidth[i] * bandwidth[to[e]]));
    }
  }
  return kernelScale({ squared: Float64Array.from(scaled), times: 1, points: N });
}

function requireSpread(guess: Float64Array, others: number): void {
  const stuck = guess.filter((r) => r === 0).length;
  if (stuck === 0) return;
  throw new DymadError("E_DATA", `${stuck} samples coincide with their ${others} nearest others: they have no bandwidth`, {
    path: ["Kb"],
    hint: "leave out repeated samples, or write a larger Kb",
  });
}
