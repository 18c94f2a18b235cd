import { DymadError } from "../../errors.js";
import { exp, log, pow } from "../elementary.js";
import { leadingEigen } from "../linalg/leading-eigen.js";
import { Matrix } from "../linalg/matrix.js";
import { applyKernel, denseKernel, pairsOf, rowSums, withValues } from "./kernel-graph.js";
import { allPairs, kernelScale } from "./kernel-scale.js";
import { NeighbourTree, squaredDistance } from "./neighbours.js";

export interface DiffusionOptions {
  /** eigenfunctions, the constant not counted */
  readonly count: number;
  /** nearest others that a point sees; null = all points */
  readonly neighbours: number | null;
  /** how much of the density of the samples is divided out: 1 all, 0 nothing */
  readonly alpha: number;
  /** scale of the kernel exp(-d^2 / (4 epsilon)), units of the points squared; null = chosen by kernelScale */
  readonly epsilon: number | null;
}

/** Leading eigenfunctions of the diffusion on points, with what is needed to continue them to other places. */
export interface DiffusionMap {
  readonly points: Matrix;
  readonly neighbours: number | null;
  readonly epsilon: number;
  /** q^-alpha of each point, shape [N] */
  readonly weights: Float64Array;
  /** eigenvalues of the Markov matrix, falling, the first (1) left out, shape [count] */
  readonly markov: Float64Array;
  /** eigenfunctions at the points, mean square 1 under the stationary measure, shape [N, count] */
  readonly psi: Matrix;
}

/** An eigenvalue of the Markov matrix below this part of 1 is noise: dividing by it continues nothing. */
const smallestEigenvalue = 1e-8;
/** Eigenvalues nearer to 1 than this belong to parts that do not see one another. */
const separate = 1e-12;

/**
 * Diffusion map: eigenfunctions of the Markov matrix of W = exp(-d^2 / (4 eps)) after the density q = W 1 is divided out,
 * W <- q^-alpha W q^-alpha. With alpha = 1 they approximate those of the Laplacian, -ln(eigenvalue) / eps its eigenvalues.
 *
 * @param points   shape [N, n]
 * @param options  count, neighbours, alpha, epsilon
 * @returns        eigenvalues [count], eigenfunctions [N, count], the constant left out
 * @throws         E_DATA when samples are too few, coincide, fall into parts, or an eigenfunction is noise
 * @see            Coifman, Lafon 2006, "Diffusion maps", doi:10.1016/j.acha.2006.04.006
 */
export function diffusionMap(points: Matrix, options: DiffusionOptions): DiffusionMap {
  const { count, neighbours, alpha } = options;
  requireSamples(points.rows, count);
  const epsilon = options.epsilon ?? kernelScale(allPairs(points)).scale / 4;
  const raw = withValues(pairsOf(points, neighbours), (_i, _j, d) => exp(-d / (4 * epsilon)));
  const weights = rowSums(raw).map((q) => pow(q, -alpha));
  const even = withValues(raw, (i, j, d) => exp(-d / (4 * epsilon)) * weights[i] * weights[j]);
  const degree = rowSums(even);
  const root = degree.map((d) => Math.sqrt(d));
  const symmetric = { ...even, values: even.values.slice() };
  for (let i = 0; i < points.rows; i++) {
    for (let e = even.start[i]; e < even.start[i + 1]; e++) symmetric.values[e] /= root[i] * root[even.to[e]];
  }
  const { values, vectors } = leadingEigen(
    (block) => applyKernel(symmetric, block),
    points.rows,
    count + 1,
    () => denseKernel(symmetric),
  );
  requireUseful(values, epsilon);
  const mass = Math.sqrt(degree.reduce((a, b) => a + b, 0));
  const psi = new Matrix(points.rows, count);
  for (let i = 0; i < points.rows; i++) {
    for (let k = 0; k < count; k++) psi.set(i, k, (vectors.get(i, k + 1) / root[i]) * mass);
  }
  return { points, neighbours, epsilon, weights, markov: values.slice(1), psi };
}

/**
 * The eigenfunctions at other places, by the Nystrom formula psi(x) = sum_j P(x, j) psi_j / eigenvalue. At a point of a map that
 * sees all pairs this is the eigenfunction itself.
 *
 * @returns  a function from a place of shape [n] to values of shape [count]
 * @see      Bengio et al. 2003, "Out-of-sample extensions for LLE, Isomap, MDS, Eigenmaps, and spectral clustering", NIPS 16
 */
export function extendDiffusionMap(map: DiffusionMap): (place: Float64Array) => Float64Array {
  const { points, neighbours, epsilon, weights, markov, psi } = map;
  const tree = neighbours === null ? null : new NeighbourTree(points);
  const everyone = Int32Array.from({ length: points.rows }, (_, i) => i);
  return (place) => {
    const near = tree?.nearest(place, Math.min(points.rows, (neighbours ?? 0) + 1));
    const index = near?.index ?? everyone;
    const squared = near?.squared ?? Float64Array.from(index, (i) => squaredDistance(points, i, place));
    // only ratios count: the nearest point has the kernel 1, however far it is
    const nearest = squared.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const out = new Float64Array(markov.length);
    let total = 0;
    index.forEach((j, k) => {
      const w = exp((nearest - squared[k]) / (4 * epsilon)) * weights[j];
      total += w;
      const row = psi.row(j);
      for (let c = 0; c < out.length; c++) out[c] += w * row[c];
    });
    return out.map((sum, c) => sum / (total * markov[c]));
  };
}

/** Eigenvalues -ln(l) / epsilon of the Laplacian that a map approximates, 1/units of the points squared, shape [count]. */
export const laplacianValues = ({ markov, epsilon }: DiffusionMap): Float64Array => markov.map((l) => -log(l) / epsilon);

/** @throws E_DATA when there are not more samples than eigenfunctions */
export function requireSamples(samples: number, count: number): void {
  if (samples > count + 1) return;
  throw new DymadError("E_DATA", `${count} coordinates were asked of ${samples} samples`, {
    path: ["edim"],
    hint: `write edim of at most ${Math.max(1, samples - 2)}, or give more samples`,
  });
}

function requireUseful(values: Float64Array, epsilon: number): void {
  if (1 - values[1] < separate) {
    throw new DymadError("E_DATA", `at the scale epsilon = ${epsilon} the samples fall into parts that do not see one another`, {
      path: ["epsilon"],
      hint: "write a larger epsilon, or leave out the samples that lie apart",
    });
  }
  const noise = values.findIndex((l) => l < smallestEigenvalue);
  if (noise < 0) return;
  throw new DymadError(
    "E_DATA",
    `coordinate ${noise} of the diffusion map is noise: its eigenvalue is ${values[noise]} at the scale epsilon = ${epsilon}`,
    { path: ["edim"], hint: `write edim of at most ${Math.max(1, noise - 1)}, or a smaller epsilon` },
  );
}
