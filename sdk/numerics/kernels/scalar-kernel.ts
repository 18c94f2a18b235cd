import { DymadError } from "../../errors.js";
import { pow } from "../elementary.js";
import { linear } from "../engine/index.js";
import type { Matrix } from "../linalg/matrix.js";
import { binnedPairs, kernelScale } from "../manifold/kernel-scale.js";
import type { KernelOperator } from "./kernel-system.js";
import { requireAxes } from "./periodic-axes.js";
import { rawOf } from "./positive.js";
import { type Arrays, type RowFormula, rowPass, rowSlopes } from "./row-pass.js";
import { kernelArrays, kernelFormula, relativeWeights } from "./scalar-formula.js";
import { type DiffusionKernel, densityPower, type NamedArray, type ScalarKernel } from "./spec.js";

/** Name of the points among the arrays of a kernel. */
export const POINTS = "X";

/**
 * What a scalar kernel takes from its points: widths that were left open, and the sums of a diffusion kernel.
 *
 * Widths come from one scale e: l = sqrt(e / 2) and eps = e / 4, so that every kernel falls off as exp(-d^2 / e); the exponential kernel
 * takes the same l.
 *
 * @param points  shape [N, n]
 * @param prefix  of the names
 * @param scale   e, asked for where a width is open; default that of \`kernelScale\` over all pairs
 * @returns       the arrays of `kernelArrays`
 * @throws        E_DATA when a width is to be chosen and all points coincide; E_SHAPE when a periodic axis is no coordinate
 */
export function fitScalarKernel(
  kernel: ScalarKernel,
  points: Matrix,
  prefix: string,
  scale: () => number = scaleOf(points),
): Arrays {
  requireAxes(kernel, points.cols);
  switch (kernel.type) {
    case "sc_rbf":
    case "sc_exp":
      return { [`${prefix}raw`]: Float64Array.of(rawOf(kernel.lengthscale_init ?? Math.sqrt(scale() / 2))) };
    case "sc_dm":
      return diffusionSums(kernel, points, prefix, kernel.eps_init ?? scale() / 4);
    case "sc_prod":
      return Object.assign({}, ...kernel.kopts.map((inner, i) => fitScalarKernel(inner, points, `${prefix}${i}.`, scale)));
    default:
      return kernel satisfies never;
  }
}

/** The scale of the points as neighbours see them. */
export const scaleOf = (points: Matrix): (() => number) => chosenOnce(() => kernelScale(binnedPairs(points)).scale);

/** A scale that several kernels share, chosen when first asked for. */
export function chosenOnce(choose: () => number): () => number {
  let known: number | null = null;
  return () => {
    known ??= choose();
    return known;
  };
}

/** q^-alpha of every point, and D S of the symmetric normalisation: S = (D sum_j W_j D_j)^-1/2. */
function diffusionSums(kernel: DiffusionKernel, points: Matrix, prefix: string, eps: number): Arrays {
  const N = points.rows;
  const raw = { [`${prefix}raw`]: Float64Array.of(rawOf(eps)) };
  const widths: NamedArray[] = [pointsArray(points), { name: `${prefix}raw`, shape: [1], fixed: false }];
  const weights: NamedArray = { name: "weights", shape: [N], fixed: true };
  // the nearest point of a point is itself, at distance 0: relative weights are the weights
  const rowSums = (given: Float64Array): Float64Array =>
    rowPass(
      `weights of ${nameOf(kernel, prefix)}`,
      [...widths, weights],
      { ...raw, [POINTS]: points.data, weights: given },
      (x, a) => relativeWeights(kernel, x, a[POINTS], a, prefix).W.mul(a.weights).sum([-1], true),
    )(points).data;
  const density = rowSums(new Float64Array(N).fill(1)).map((q) => pow(q, -densityPower(kernel)));
  const factor = rowSums(density).map((total, i) => Math.sqrt(density[i] / total));
  return { ...raw, [`${prefix}density`]: density, [`${prefix}factor`]: factor };
}

const pointsArray = (points: Matrix): NamedArray => ({ name: POINTS, shape: [points.rows, points.cols], fixed: true });

/**
 * The values of a scalar kernel between places and its points.
 *
 * @param kernel  widths may be open (null): then they are chosen from the points
 * @param points  Z, shape [N, n]
 * @param places  X, shape [m, n]; default the points
 * @returns       k(x_i, z_j), shape [m, N]
 * @throws        E_SHAPE when the widths differ, or a periodic axis is no coordinate; E_DATA when all points coincide and a width is to be chosen
 * @example       kernelMatrix({ type: "sc_rbf", lengthscale_init: 1 }, Matrix.from([[0], [0]])).get(0, 1) // 1
 */
export function kernelMatrix(kernel: ScalarKernel, points: Matrix, places: Matrix = points): Matrix {
  if (places.cols !== points.cols) {
    throw new DymadError("E_SHAPE", `places have ${places.cols} coordinates, the points of the kernel ${points.cols}`);
  }
  return kernelRows(kernel, points, fitScalarKernel(kernel, points, ""), "")(places);
}

const nameOf = (kernel: ScalarKernel, prefix: string): string => `kernel ${JSON.stringify(kernel)} ${prefix}`;

/** A fitted kernel as a function from places [m, n] to values [m, N]. */
export function kernelRows(kernel: ScalarKernel, points: Matrix, fitted: Arrays, prefix: string): (places: Matrix) => Matrix {
  const declared = [pointsArray(points), ...kernelArrays(kernel, points.rows, prefix)];
  return rowPass(nameOf(kernel, prefix), declared, { ...fitted, [POINTS]: points.data }, (x, a) =>
    kernelFormula(kernel, x, a[POINTS], a, prefix),
  );
}

/** Sums over the points, sum_j k(x, z_j) weights_j with weights [N, k], as a function from places [m, n] to [m, k]: no matrix of all values is made. */
export function kernelSums(
  kernel: ScalarKernel,
  points: Matrix,
  fitted: Arrays,
  prefix: string,
  weights: Matrix,
): (places: Matrix, changed?: { readonly weights: Float64Array }) => Matrix {
  return rowPass(...sumsFormula(kernel, points, fitted, prefix, weights));
}

/** The derivatives of such sums at one place [n], shape [k, n]. */
export function kernelSlopes(
  kernel: ScalarKernel,
  points: Matrix,
  fitted: Arrays,
  prefix: string,
  weights: Matrix,
): (place: Float64Array) => Matrix {
  return rowSlopes(weights.cols, ...sumsFormula(kernel, points, fitted, prefix, weights));
}

function sumsFormula(kernel: ScalarKernel, points: Matrix, fitted: Arrays, prefix: string, weights: Matrix): RowFormula {
  const declared: NamedArray[] = [
    pointsArray(points),
    ...kernelArrays(kernel, points.rows, prefix),
    { name: "weights", shape: [weights.rows, weights.cols], fixed: false },
  ];
  const arrays = { ...fitted, [POINTS]: points.data, weights: weights.data };
  return [
    `sums of ${nameOf(kernel, prefix)}`,
    declared,
    arrays,
    (x, a) => linear(kernelFormula(kernel, x, a[POINTS], a, prefix), a.weights, null),
  ];
}

/** The matrix of a fitted kernel over its points, made or applied. */
export function kernelOperator(kernel: ScalarKernel, points: Matrix, fitted: Arrays, prefix: string): KernelOperator {
  const passes = new Map<number, ReturnType<typeof kernelSums>>();
  return {
    size: points.rows,
    matrix: () => kernelRows(kernel, points, fitted, prefix)(points),
    apply(block) {
      const known = passes.get(block.cols);
      const pass = known ?? kernelSums(kernel, points, fitted, prefix, block);
      passes.set(block.cols, pass);
      return pass(points, { weights: block.data });
    },
  };
}
