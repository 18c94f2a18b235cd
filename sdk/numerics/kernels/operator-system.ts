import { epsilon } from "../linalg/finite.js";
import { Matrix } from "../linalg/matrix.js";
import { symmetricEigen } from "../linalg/symmetric-eigen.js";
import { type KernelOperator, type KernelSolveReport, type KernelSolverOptions, solveKernelSystem } from "./kernel-system.js";
import { misfit } from "./misfit.js";
import type { RidgeSolution } from "./ridge-solution.js";

/** What a system stands on: values of samples [N, outputs], how many samples each row is, and the ridge of one sample. */
export interface SystemSamples {
  readonly y: Matrix;
  readonly counts: Float64Array;
  readonly lambda: number;
}

/** lambda / c of every row, `times` times each. */
export const shiftsOf = ({ counts, lambda }: Pick<SystemSamples, "counts" | "lambda">, times = 1): Float64Array =>
  Float64Array.from({ length: counts.length * times }, (_, k) => lambda / counts[Math.floor(k / times)]);

/**
 * sum_i K_i A B_i + lambda C^-1 A = Y with the counts C. One kernel is solved in the eigenvectors of its B: a system of N for each eigenvalue that differs.
 * Several are one system of N times outputs.
 *
 * @param kernels  K_i, size N
 * @param B        B_i, symmetric and positive semidefinite, shape [outputs, outputs]
 * @see            Alvarez, Rosasco, Lawrence 2012, "Kernels for vector-valued functions: a review", doi:10.1561/2200000036
 */
export function solveSeparable(
  kernels: readonly KernelOperator[],
  B: readonly Matrix[],
  samples: SystemSamples,
  options: KernelSolverOptions,
): RidgeSolution {
  if (kernels.length === 1) return solveOne(kernels[0], B[0], samples, options);
  const { y, counts } = samples;
  const [N, p] = [y.rows, y.cols];
  const block: KernelOperator = {
    size: N * p,
    matrix() {
      const out = new Matrix(N * p, N * p);
      kernels.forEach((kernel, m) => {
        const K = kernel.matrix();
        addKronecker(out, K, B[m]);
      });
      return out;
    },
    apply(v) {
      const V = new Matrix(N, p, v.data);
      return new Matrix(N * p, 1, sum(kernels.map((kernel, m) => kernel.apply(V).multiply(B[m]))).data);
    },
  };
  const { alpha, fitted, report } = solveKernelSystem(block, shiftsOf(samples, p), new Matrix(N * p, 1, y.data), options);
  return { alpha: new Matrix(N, p, alpha.data), residual: misfit(new Matrix(N, p, fitted.data), y, counts), report };
}

function solveOne(
  kernel: KernelOperator,
  B: Matrix,
  { y, counts, lambda }: SystemSamples,
  options: KernelSolverOptions,
): RidgeSolution {
  const { values, vectors } = symmetricEigen(B);
  const turned = y.multiply(vectors);
  const alpha = new Matrix(y.rows, y.cols);
  const fitted = new Matrix(y.rows, y.cols);
  let report: KernelSolveReport = { solver: "dense_cholesky", iterations: 0, bytes: 0 };
  // directions that B does not reach have no function: their coefficients stay 0
  const reached = Array.from(values.keys()).filter((c) => values[c] > epsilon * values.length * values[0]);
  while (reached.length > 0) {
    const b = values[reached[0]];
    const together = reached.filter((c) => values[c] === b);
    reached.splice(0, reached.length, ...reached.filter((c) => values[c] !== b));
    const part = new Matrix(y.rows, together.length);
    for (let i = 0; i < y.rows; i++) {
      together.forEach((c, k) => {
        part.set(i, k, turned.get(i, c) / b);
      });
    }
    const one = solveKernelSystem(kernel, shiftsOf({ counts, lambda: lambda / b }), part, options);
    report = one.report;
    for (let i = 0; i < y.rows; i++) {
      together.forEach((c, k) => {
        alpha.set(i, c, one.alpha.get(i, k));
        fitted.set(i, c, b * one.fitted.get(i, k));
      });
    }
  }
  return { alpha: alpha.multiply(vectors.transpose()), residual: misfit(fitted, turned, counts), report };
}

/**
 * Vectors in tangent spaces: with T_i [d, outputs] at sample i, T_i sum_j k_ij T_j^T a_j + lambda a_i = T_i y_i.
 *
 * @param frames  T_i row by row, shape [N, d * outputs]
 * @returns       alpha_j = T_j^T a_j, so that the regression is the projection of sum_j k(x, x_j) alpha_j on the tangent space at x
 */
export function solveTangent(
  kernel: KernelOperator,
  frames: Matrix,
  { y, counts, lambda }: SystemSamples,
  options: KernelSolverOptions,
): RidgeSolution {
  const [N, D] = [y.rows, y.cols];
  const d = frames.cols / D;
  /** T_i v_i, from vectors [N, D] to coordinates [N, d] */
  const down = (v: Matrix): Matrix => framed(frames, v, d, D, false);
  /** T_i^T c_i, from coordinates [N, d] to vectors [N, D] */
  const up = (c: Matrix): Matrix => framed(frames, c, d, D, true);
  const block: KernelOperator = {
    size: N * d,
    matrix() {
      const K = kernel.matrix();
      const out = new Matrix(N * d, N * d);
      for (let i = 0; i < N; i++) {
        for (let j = 0; j < N; j++) {
          for (let a = 0; a < d; a++) {
            for (let b = 0; b < d; b++) out.set(i * d + a, j * d + b, K.get(i, j) * dot(frames, i, a, j, b, D));
          }
        }
      }
      return out;
    },
    apply: (v) => new Matrix(N * d, 1, down(kernel.apply(up(new Matrix(N, d, v.data)))).data),
  };
  const { alpha, fitted, report } = solveKernelSystem(
    block,
    shiftsOf({ counts, lambda }, d),
    new Matrix(N * d, 1, down(y).data),
    options,
  );
  return {
    alpha: up(new Matrix(N, d, alpha.data)),
    residual: misfit(up(new Matrix(N, d, fitted.data)), y, counts),
    report,
  };
}

function addKronecker(out: Matrix, K: Matrix, B: Matrix): void {
  const p = B.rows;
  for (let i = 0; i < K.rows; i++) {
    for (let a = 0; a < p; a++) {
      const row = out.row(i * p + a);
      for (let j = 0; j < K.cols; j++) {
        const k = K.data[i * K.cols + j];
        for (let b = 0; b < p; b++) row[j * p + b] += k * B.data[a * p + b];
      }
    }
  }
}

function framed(frames: Matrix, v: Matrix, d: number, D: number, back: boolean): Matrix {
  const out = new Matrix(v.rows, back ? D : d);
  for (let i = 0; i < v.rows; i++) {
    const T = frames.row(i);
    for (let a = 0; a < d; a++) {
      for (let k = 0; k < D; k++) {
        if (back) out.data[i * D + k] += T[a * D + k] * v.data[i * d + a];
        else out.data[i * d + a] += T[a * D + k] * v.data[i * D + k];
      }
    }
  }
  return out;
}

function dot(frames: Matrix, i: number, a: number, j: number, b: number, D: number): number {
  const [left, right] = [i * frames.cols + a * D, j * frames.cols + b * D];
  let total = 0;
  for (let k = 0; k < D; k++) total += frames.data[left + k] * frames.data[right + k];
  return total;
}

const sum = (parts: readonly Matrix[]): Matrix => {
  const out = parts[0].clone();
  for (const part of parts.slice(1)) for (let i = 0; i < out.data.length; i++) out.data[i] += part.data[i];
  return out;
};
