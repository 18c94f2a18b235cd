import { DymadError } from "../../errors.js";
import { solveUpper } from "../linalg/cholesky-qr.js";
import { epsilon } from "../linalg/finite.js";
import { divideByTriangle } from "../linalg/large-product.js";
import { Matrix } from "../linalg/matrix.js";
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
  const { kept, upper } = pivotedFactor(values(landmarks));
  const features = divideByTriangle(pickColumns(values(x), kept), upper).quotient;
  const weights = ridgeLeastSquares(features, y, lambda);
  const coefficients = solveUpper(upper, weights);
  const alpha = new Matrix(landmarks.rows, y.cols);
  kept.forEach((j, k) => {
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

/** The upper triangular R of R^T R = A for the rows that are independent, largest pivot first. */
function pivotedFactor(a: Matrix): { readonly kept: readonly number[]; readonly upper: Matrix } {
  const m = a.rows;
  const rest = Float64Array.from({ length: m }, (_, i) => a.get(i, i));
  const least = m * epsilon * rest.reduce((x, y) => Math.max(x, y), 0);
  const kept: number[] = [];
  const rows: Float64Array[] = [];
  for (;;) {
    const p = rest.reduce((best, d, i) => (d > rest[best] ? i : best), 0);
    if (kept.length === m || !(rest[p] > least)) break;
    const row = a.row(p).slice();
    for (const before of rows) for (let j = 0; j < m; j++) row[j] -= before[p] * before[j];
    const root = Math.sqrt(row[p]);
    if (!(root > 0)) break;
    for (let j = 0; j < m; j++) {
      row[j] /= root;
      rest[j] -= row[j] * row[j];
    }
    for (const k of [...kept, p]) rest[k] = Number.NEGATIVE_INFINITY;
    kept.push(p);
    rows.push(row);
  }
  const upper = new Matrix(kept.length, kept.length);
  for (let i = 0; i < kept.length; i++) for (let j = i; j < kept.length; j++) upper.set(i, j, rows[i][kept[j]]);
  return { kept, upper };
}

function pickColumns(a: Matrix, columns: readonly number[]): Matrix {
  const out = new Matrix(a.rows, columns.length);
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < columns.length; k++) out.data[i * columns.length + k] = a.get(i, columns[k]);
  return out;
}
