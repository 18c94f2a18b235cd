import { DymadError } from "../../../errors.js";
import { fitScalarKernel, kernelOperator, kernelRows } from "../../../numerics/kernels/scalar-kernel.js";
import type { ScalarKernel } from "../../../numerics/kernels/spec.js";
import { epsilon } from "../../../numerics/linalg/finite.js";
import { multiplyLarge } from "../../../numerics/linalg/large-product.js";
import { leadingEigen } from "../../../numerics/linalg/leading-eigen.js";
import { columns } from "../../../numerics/linalg/lstsq.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { symmetricEigen } from "../../../numerics/linalg/symmetric-eigen.js";

export interface EigenbasisOptions {
  /** how many eigenfunctions */
  readonly count: number;
  /** leading ones to leave out, such as the constant of a diffusion kernel; default 0 */
  readonly skip?: number;
  /** weights of the references, shape [N], positive; default 1 each */
  readonly weights?: Float64Array;
  /** "dense" decomposes the N x N matrix; "matrix-free" keeps no such matrix; default by N */
  readonly solver?: "dense" | "matrix-free";
  /** eigenvalues up to this share of the largest are refused: they cannot be extended; default 1e-10 */
  readonly rtol?: number;
}

/** Leading eigenfunctions of a kernel over reference points, and everywhere. */
export interface KernelEigenbasis {
  /** falling, shape [count] */
  readonly values: Float64Array;
  /** eigenfunctions at the references, orthonormal in the weights, shape [N, count] */
  readonly functions: Matrix;
  /** |K v - l v| of each, shape [count] */
  readonly residuals: Float64Array;
  readonly solver: "dense" | "matrix-free";
  /** eigenfunctions at other places, shape [M, n] to [M, count]: Nystrom's extension k(x, references) (w) v / l */
  extend(x: Matrix): Matrix;
}

/** Above so many references the matrix is not kept. */
const dense = 2000;

/**
 * Leading eigenpairs of a scalar kernel's matrix over reference points, with their extension to any place.
 *
 * @param kernel      widths may be open: then they are chosen from the references
 * @param references  shape [N, n], N >= 2
 * @param options     count, skip, weights, solver, rtol
 * @returns           values [count], functions [N, count], residuals, and the extension
 * @throws            E_SPEC when count and skip exceed N or an option means nothing; E_SHAPE when weights do not fit; E_NUMERIC when
 *                    an eigenvalue is too small to extend
 * @see               Williams, Seeger 2001, "Using the Nystrom method to speed up kernel machines", NIPS 13
 */
export function kernelEigenbasis(kernel: ScalarKernel, references: Matrix, options: EigenbasisOptions): KernelEigenbasis {
  const { count, skip = 0, weights, rtol = 1e-10 } = options;
  const N = references.rows;
  requireOptions(options, N);
  const solver = options.solver ?? (N <= dense ? "dense" : "matrix-free");
  const fitted = fitScalarKernel(kernel, references, "");
  const operator = kernelOperator(kernel, references, fitted, "");
  const roots = weights?.map(Math.sqrt);
  const matrix = solver === "dense" ? operator.matrix() : null;
  const apply = (block: Matrix): Matrix => {
    const weighted = scaleRows(block, roots);
    return scaleRows(matrix === null ? operator.apply(weighted) : multiplyLarge(matrix, weighted), roots);
  };
  const all =
    matrix === null
      ? leadingEigen(apply, N, count + skip)
      : symmetricEigen(scaleRows(scaleRows(matrix, roots).transpose(), roots));
  const values = all.values.slice(skip, skip + count);
  const vectors = columns(all.vectors, skip, skip + count);
  const small = values.findIndex((value) => Math.abs(value) <= rtol * Math.max(1, Math.abs(all.values[0])));
  if (small >= 0) {
    throw new DymadError("E_NUMERIC", `eigenvalue ${skip + small} is ${values[small]}: too small to be extended`, {
      hint: `ask for ${small} or fewer, or narrow the kernel`,
    });
  }
  const image = apply(vectors);
  const residuals = Float64Array.from(values, (value, k) => {
    let sum = 0;
    for (let i = 0; i < N; i++)
      sum += (image.get(i, k) - value * vectors.get(i, k)) * (image.get(i, k) - value * vectors.get(i, k));
    return Math.sqrt(sum);
  });
  const inverse = roots?.map((root) => 1 / root);
  const shares = scaleRows(vectors, roots);
  for (let i = 0; i < shares.data.length; i++) shares.data[i] /= values[i % count];
  const rows = kernelRows(kernel, references, fitted, "");
  return {
    values,
    functions: scaleRows(vectors, inverse),
    residuals,
    solver,
    extend: (x) => multiplyLarge(rows(x), shares),
  };
}

function requireOptions({ count, skip = 0, weights, rtol = 1e-10 }: EigenbasisOptions, N: number): void {
  if (!(Number.isInteger(count) && count >= 1 && Number.isInteger(skip) && skip >= 0 && count + skip <= N && N >= 2)) {
    throw new DymadError("E_SPEC", `cannot take ${count} eigenfunctions after ${skip} of ${N} references`, { path: ["count"] });
  }
  if (!(rtol >= epsilon)) throw new DymadError("E_SPEC", `rtol must be ${epsilon} or more, got ${rtol}`, { path: ["rtol"] });
  if (weights === undefined) return;
  if (weights.length !== N)
    throw new DymadError("E_SHAPE", `${weights.length} weights for ${N} references`, { path: ["weights"] });
  const bad = weights.findIndex((weight) => !(weight > 0 && Number.isFinite(weight)));
  if (bad >= 0)
    throw new DymadError("E_SPEC", `weight ${bad} is ${weights[bad]}: weights are positive`, { path: ["weights", bad] });
}

/** diag(factors) A; A itself when there are no factors. */
function scaleRows(a: Matrix, factors: Float64Array | undefined): Matrix {
  if (factors === undefined) return a.clone();
  return new Matrix(
    a.rows,
    a.cols,
    a.data.map((value, i) => value * factors[Math.floor(i / a.cols)]),
  );
}
