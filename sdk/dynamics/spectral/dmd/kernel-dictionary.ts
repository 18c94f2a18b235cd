import { DymadError } from "../../../errors.js";
import { fitScalarKernel, kernelRows, kernelSums } from "../../../numerics/kernels/scalar-kernel.js";
import type { ScalarKernel } from "../../../numerics/kernels/spec.js";
import { blockKrylov } from "../../../numerics/linalg/block-krylov.js";
import { epsilon } from "../../../numerics/linalg/finite.js";
import { multiplyLarge, symmetricProduct } from "../../../numerics/linalg/large-product.js";
import { columns } from "../../../numerics/linalg/lstsq.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { symmetricEigen } from "../../../numerics/linalg/symmetric-eigen.js";
import { keyed } from "../../../numerics/random.js";
import type { Dictionary } from "./dictionary.js";

/** A positive definite function of two states, for all pairs of rows: shapes [M, n] and [N, n] to [M, N]. */
export type KernelFunction = (x: Matrix, z: Matrix) => Matrix;

/**
 * The observables that a kernel implies: k(x, references) Q diag(s)^(-1/2) with Q, s the leading eigenpairs of k(references,
 * references). EDMD with them is kernel EDMD when the references are all samples, and its Nystrom form when they are some of them; only
 * then do residuals on the samples say something, because r observables fit r references exactly.
 *
 * @param kernel      k, real and symmetric: a scalar kernel, whose width is chosen from the references where it is open, or a function;
 *                    with the first no matrix of all its values on the samples is made
 * @param references  shape [N, n], see landmarksOf
 * @param count       how many observables, at most N; eigenvalues of k that are rounding are left out
 * @returns           a dictionary of `count` observables or fewer
 * @throws            E_SPEC when the count is out of range; E_DATA when the kernel vanishes on the references
 * @see               Williams, Rowley, Kevrekidis 2015, "A kernel-based method for data-driven Koopman spectral analysis", doi:10.3934/jcd.2015005
 * @see               Meanti, Chatalic, Kostic, Novelli, Pontil, Rosasco 2023, "Estimating Koopman operators with sketching to provably learn large scale dynamical systems", arXiv:2306.04520
 */
export function kernelDictionary(kernel: ScalarKernel | KernelFunction, references: Matrix, count: number): Dictionary {
  const { gram, sums } = onReferences(kernel, references);
  const { values, vectors } = leadingPairs(gram, count);
  const kept = values.filter((value) => value > gram.rows * epsilon * values[0]).length;
  if (!(values[0] > 0)) throw new DymadError("E_DATA", "the kernel vanishes on its references");
  const weights = new Matrix(gram.rows, kept);
  for (let i = 0; i < gram.rows; i++) for (let k = 0; k < kept; k++) weights.set(i, k, vectors.get(i, k) / Math.sqrt(values[k]));
  return {
    inputs: references.cols,
    names: Array.from({ length: kept }, (_, k) => `k${k + 1}`),
    apply: sums(weights),
  };
}

interface OnReferences {
  /** k(references, references), shape [N, N] */
  readonly gram: Matrix;
  /** for weights [N, k], the function x -> k(x, references) weights, from [M, n] to [M, k] */
  readonly sums: (weights: Matrix) => (x: Matrix) => Matrix;
}

function onReferences(kernel: ScalarKernel | KernelFunction, references: Matrix): OnReferences {
  if (typeof kernel === "function") {
    return {
      gram: kernel(references, references),
      sums: (weights) => (x) => multiplyLarge(kernel(x, references), weights),
    };
  }
  const fitted = fitScalarKernel(kernel, references, "");
  return {
    gram: kernelRows(kernel, references, fitted, "")(references),
    sums: (weights) => kernelSums(kernel, references, fitted, "", weights),
  };
}

/** Directions of the Krylov space beyond those wanted, and in one block: eigenvalues that come up to eight times are all found. */
const [beyond, block] = [40, 8];

/** Leading eigenpairs of a positive matrix from one Krylov space: eigenvalues of kernels fall fast, so that the last ones settle, too. */
function leadingPairs(gram: Matrix, count: number): { readonly values: Float64Array; readonly vectors: Matrix } {
  const n = gram.rows;
  if (!(Number.isInteger(count) && count >= 1 && count <= n)) {
    throw new DymadError("E_SPEC", `cannot make ${count} observables of ${n} references`, { path: ["count"] });
  }
  const blocks = Math.ceil((count + beyond) / block);
  if (blocks * block >= n) return symmetricEigen(gram);
  const start = keyed(0)
    .fold("kernel dictionary")
    .normal(n * block);
  const { basis, image } = blockKrylov(symmetricProduct(gram, block), new Matrix(block, n, start), blocks);
  const { values, vectors } = symmetricEigen(multiplyLarge(basis, image.transpose()));
  return { values: values.slice(0, count), vectors: multiplyLarge(basis.transpose(), columns(vectors, 0, count)) };
}

/**
 * Some of the samples, drawn without return.
 *
 * @param x      shape [M, n]
 * @param count  at most M
 * @param seed   default 0
 * @returns      shape [count, n], in the order of `x`
 * @throws       E_SPEC when there are not so many
 */
export function landmarksOf(x: Matrix, count: number, seed = 0): Matrix {
  if (!(Number.isInteger(count) && count >= 1 && count <= x.rows)) {
    throw new DymadError("E_SPEC", `cannot draw ${count} of ${x.rows} samples`, { path: ["count"] });
  }
  const rows = keyed(seed)
    .fold("landmarks")
    .permutation(x.rows)
    .slice(0, count)
    .sort((a, b) => a - b);
  return Matrix.from(rows.map((i) => x.row(i)));
}
