import { DymadError } from "../../errors.js";
import { solveUpper } from "../linalg/cholesky-qr.js";
import { divideByTriangle } from "../linalg/large-product.js";
import { pickColumns } from "../linalg/lstsq.js";
import { Matrix } from "../linalg/matrix.js";
import { pivotedCholesky } from "../linalg/pivoted-cholesky.js";
import { ridgeLeastSquares } from "../linalg/ridge-lstsq.js";
import type { KernelSolveReport } from "./kernel-system.js";
import { misfit } from "./misfit.js";
import { prefixOf, scalarKernels } from "./ridge-formula.js";
import type { RidgeSolution } from "./ridge-solution.js";
import type { Arrays } from "./row-pass.js";
import { kernelRows } from "./scalar-kernel.js";
import { type RidgeSpec, type ScalarKernel, sumsOverSamples } from "./spec.js";

/**
 * Kernel ridge regression with functions sum_j k(x, z_j) a_j of m landmarks only: the least |Y - K_nm a|^2 + lambda a^T K_mm a. With a
 * Cholesky factor K_mm = L L^T it is plain ridge regression on K_nm L^-T. Landmarks that others explain to rounding get a = 0. Memory
 * N m, time N m^2.
 *
 * @param x          samples, shape [N, n]
 * @param landmarks  shape [m, n]
 * @param fitted     arrays of the kernel, on the landmarks
 * @see              Williams, Seeger 2001, "Using the Nystrom method to speed up kernel machines", NIPS 13
 */
function nystromSolution(
  x: Matrix,
  y: Matrix,
  landmarks: Matrix,
  kernel: ScalarKernel,
  fitted: Arrays,
  prefix: string,
  lambda: number,
): Pick<RidgeSolution, "alpha" | "residual"> {
  const values = kernelRows(kernel, landmarks, fitted, prefix);
  const { pivots, factor } = pivotedCholesky(values(landmarks));
  const upper = pickColumns(factor, pivots);
  const features = divideByTriangle(pickColumns(values(x), pivots), upper).quotient;
  const weights = ridgeLeastSquares(features, y, lambda);
  const coefficients = solveUpper(upper, weights);
  const alpha = new Matrix(landmarks.rows, y.cols);
  pivots.forEach((j, k) => {
    alpha.row(j).set(coefficients.row(k));
  });
  return { alpha, residual: misfit(features.multiply(weights), y) };
}

/** Every group of outputs that has one kernel, on the same landmarks. */
export function solveLandmarks(
  x: Matrix,
  y: Matrix,
  points: Matrix,
  spec: RidgeSpec,
  fitted: Arrays,
  lambda: readonly number[],
): RidgeSolution {
  const report: KernelSolveReport = { solver: "nystrom", iterations: 0, bytes: 8 * x.rows * points.rows };
  const kernels = scalarKernels(spec, y.cols);
  if (spec.type === "share") {
    return { ...nystromSolution(x, y, points, kernels[0], fitted, prefixOf(0), lambda[0]), report };
  }
  const alpha = new Matrix(points.rows, y.cols);
  let squares = 0;
  kernels.forEach((kernel, j) => {
    const one = nystromSolution(x, new Matrix(y.rows, 1, y.column(j)), points, kernel, fitted, prefixOf(j), lambda[j]);
    for (let i = 0; i < alpha.rows; i++) alpha.set(i, j, one.alpha.data[i]);
    squares += one.residual * one.residual;
  });
  return { alpha, residual: Math.sqrt(squares), report };
}

/** @throws E_UNSUPPORTED when a kernel is made of sums over all samples, or outputs are not each for themselves */
export function requireLandmarks(spec: RidgeSpec, kernels: readonly ScalarKernel[]): void {
  if (kernels.some(sumsOverSamples)) {
    throw new DymadError("E_UNSUPPORTED", "the diffusion kernel sums over all samples, landmarks would change it", {
      path: ["landmarks"],
      hint: "use sc_rbf or sc_exp, or leave landmarks out",
    });
  }
  if (spec.type === "share" || spec.type === "indep") return;
  throw new DymadError("E_UNSUPPORTED", `landmarks serve regressions of type share and indep, not ${spec.type}`, {
    path: ["landmarks"],
    hint: "leave landmarks out, or write type: share",
  });
}
