import { DymadError } from "../../errors.js";
import { factorInPlace } from "../linalg/blocked-cholesky.js";
import { solveCholesky } from "../linalg/cholesky.js";
import { conjugateGradients } from "../linalg/conjugate-gradients.js";
import { Matrix } from "../linalg/matrix.js";

/** How a kernel system is solved. */
export interface KernelSolverOptions {
  /** default auto: dense while the matrix has at most `dense_threshold` entries */
  readonly solver?: "auto" | "dense_cholesky" | "matrix_free_cg";
  /** default 16e6 entries, 4,000 samples: 128 MB */
  readonly dense_threshold?: number;
  /** bytes a dense matrix may take, whatever the solver; default 2 GiB */
  readonly memory_limit?: number;
  readonly cg_rtol?: number;
  readonly cg_atol?: number;
  readonly cg_max_iter?: number;
}

/** What a solve did. */
export interface KernelSolveReport {
  readonly solver: "dense_cholesky" | "matrix_free_cg" | "nystrom" | "random_features";
  /** of conjugate gradients; 0 for a direct solve */
  readonly iterations: number;
  /** bytes of the matrix that was made; 0 without one */
  readonly bytes: number;
}

/** A symmetric positive semidefinite matrix of a kernel, made or applied. */
export interface KernelOperator {
  readonly size: number;
  /** the matrix, shape [size, size]; whoever asks may overwrite it */
  matrix(): Matrix;
  /** it times a block [size, p] */
  apply(block: Matrix): Matrix;
}

/** What to do where all samples are too many. */
export const nystromHint = "use a Nystrom approximation, which keeps m points: landmarks: 500";

/**
 * Solves (K + diag(shifts)) A = Y.
 *
 * @param shifts  ridge and jitter together, for each row; of a row that stands for c samples a c-th
 * @param y       shape [size, p]
 * @returns       A [size, p], K A [size, p] and what was done
 * @throws        E_UNSUPPORTED before a matrix is made that the memory limit does not allow; E_NUMERIC when the sum is singular to
 *                rounding, or conjugate gradients do not converge
 */
export function solveKernelSystem(
  K: KernelOperator,
  shifts: Float64Array,
  y: Matrix,
  options: KernelSolverOptions = {},
): { readonly alpha: Matrix; readonly fitted: Matrix; readonly report: KernelSolveReport } {
  const { solver = "auto", dense_threshold = 16e6, memory_limit = 2 ** 31 } = options;
  const entries = K.size * K.size;
  const dense = solver === "dense_cholesky" || (solver === "auto" && entries <= dense_threshold);
  if (!dense) return iterate(K, shifts, y, options);
  const bytes = 8 * entries;
  if (bytes > memory_limit) {
    const message = `a kernel matrix of ${K.size} x ${K.size} takes ${mega(bytes)}, allowed are ${mega(memory_limit)}`;
    throw new DymadError("E_UNSUPPORTED", message, { hint: `${nystromHint}; or solver: matrix_free_cg, or fewer samples` });
  }
  const matrix = K.matrix();
  const diagonal = Float64Array.from({ length: K.size }, (_, i) => matrix.get(i, i));
  for (let i = 0; i < K.size; i++) matrix.set(i, i, diagonal[i] + shifts[i]);
  factorInPlace(matrix);
  const alpha = solveCholesky(matrix, y);
  const fitted = upperProduct(matrix, diagonal, alpha);
  return { alpha, fitted, report: { solver: "dense_cholesky", iterations: 0, bytes } };
}

function iterate(
  K: KernelOperator,
  shifts: Float64Array,
  y: Matrix,
  { cg_rtol, cg_atol, cg_max_iter }: KernelSolverOptions,
): ReturnType<typeof solveKernelSystem> {
  const shifted = (block: Matrix): Matrix => {
    const out = K.apply(block);
    for (let i = 0; i < out.data.length; i++) out.data[i] += shifts[Math.floor(i / block.cols)] * block.data[i];
    return out;
  };
  try {
    const { x, iterations } = conjugateGradients(shifted, y, {
      ...(cg_rtol === undefined ? {} : { rtol: cg_rtol }),
      ...(cg_atol === undefined ? {} : { atol: cg_atol }),
      ...(cg_max_iter === undefined ? {} : { maxIterations: cg_max_iter }),
    });
    return { alpha: x, fitted: K.apply(x), report: { solver: "matrix_free_cg", iterations, bytes: 0 } };
  } catch (error) {
    if (!(error instanceof DymadError) || error.code !== "E_NUMERIC") throw error;
    const largest = shifts.reduce((a, b) => Math.max(a, b), 0);
    throw new DymadError("E_NUMERIC", `${error.message} (${K.size} samples, ridge ${largest})`, {
      hint: `write a larger ridge, solver: dense_cholesky (${mega(8 * K.size * K.size)}), or ${nystromHint}`,
      data: error.data,
      cause: error,
    });
  }
}

const mega = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

/** K times a block, of the diagonal and the strict upper triangle of a matrix whose lower one is a factor by now. */
function upperProduct({ rows: n, data }: Matrix, diagonal: Float64Array, block: Matrix): Matrix {
  const out = new Matrix(n, block.cols);
  const p = block.cols;
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < p; c++) out.data[i * p + c] += diagonal[i] * block.data[i * p + c];
    for (let j = i + 1; j < n; j++) {
      const k = data[i * n + j];
      for (let c = 0; c < p; c++) {
        out.data[i * p + c] += k * block.data[j * p + c];
        out.data[j * p + c] += k * block.data[i * p + c];
      }
    }
  }
  return out;
}
