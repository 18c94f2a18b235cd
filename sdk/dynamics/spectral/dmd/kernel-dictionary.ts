import { DymadError } from "../../../errors.js";
import { fitScalarKernel, kernelRows, kernelSums } from "../../../numerics/kernels/scalar-kernel.js";
import { type ScalarKernel, sumsOverSamples } from "../../../numerics/kernels/spec.js";
import { blockKrylov } from "../../../numerics/linalg/block-krylov.js";
import { solveUpper } from "../../../numerics/linalg/cholesky-qr.js";
import { epsilon } from "../../../numerics/linalg/finite.js";
import {
  type BlockProduct,
  multiplyLarge,
  withGramProduct,
  withSymmetricProduct,
} from "../../../numerics/linalg/large-product.js";
import { columns, pickColumns } from "../../../numerics/linalg/lstsq.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { pivotedCholesky } from "../../../numerics/linalg/pivoted-cholesky.js";
import { type SymmetricEigen, symmetricEigen } from "../../../numerics/linalg/symmetric-eigen.js";
import { keyed } from "../../../numerics/random.js";
import type { Dictionary } from "./dictionary.js";

/** A positive definite function of two states, for all pairs of rows: shapes [M, n] and [N, n] to [M, N]. */
export type KernelFunction = (x: Matrix, z: Matrix) => Matrix;

/**
 * The observables that a kernel implies: k(x, references) Q diag(s)^(-1/2) with Q, s the leading eigenpairs of k(references,
 * references). EDMD with them is kernel EDMD when the references are all samples, and its Nystrom form when they are some of them; only
 * then do residuals on the samples say something, because r observables fit r references exactly. References whose kernels the others
 * span to rounding are left out of the sums, which changes an observable by less than 1e-6.
 *
 * @param kernel      k, real and symmetric: a scalar kernel, whose width is chosen from the references where it is open, or a function;
 *                    with the first no matrix of all its values on the samples is made
 * @param references  shape [N, n], see landmarksOf
 * @param count       how many observables, at most N; eigenvalues of k that are rounding are left out
 * @returns           a dictionary of `count` observables or fewer
 * @throws            E_SPEC when the count is out of range; E_DATA when the kernel vanishes on the references; `apply` E_SHAPE when states have
 *                    another number of columns
 * @see               Williams, Rowley, Kevrekidis 2015, "A kernel-based method for data-driven Koopman spectral analysis", doi:10.3934/jcd.2015005
 * @see               Meanti, Chatalic, Kostic, Novelli, Pontil, Rosasco 2023, "Estimating Koopman operators with sketching to provably learn large scale dynamical systems", arXiv:2306.04520
 */
export function kernelDictionary(kernel: ScalarKernel | KernelFunction, references: Matrix, count: number): Dictionary {
  if (!(Number.isInteger(count) && count >= 1 && count <= references.rows)) {
    throw new DymadError("E_SPEC", `cannot make ${count} observables of ${references.rows} references`, { path: ["count"] });
  }
  const { gram, pairwise, sums } = onReferences(kernel, references);
  const { chosen, weights } = (pairwise ? fewReferences(gram, count) : null) ?? allReferences(gram, count);
  const evaluate = sums(chosen === null ? references : Matrix.from(chosen.map((i) => references.row(i))), weights);
  return {
    inputs: references.cols,
    names: Array.from({ length: weights.cols }, (_, k) => `k${k + 1}`),
    apply(x) {
      if (x.cols !== references.cols) {
        throw new DymadError("E_SHAPE", `the references of the kernel have ${references.cols} columns, the states ${x.cols}`);
      }
      return evaluate(x);
    },
  };
}

/** Observables as sums over references. */
interface Sums {
  /** which references, or null for all */
  readonly chosen: readonly number[] | null;
  /** shape [number of them, number of observables] */
  readonly weights: Matrix;
}

/** Share of the trace of k that the references left out may add, and of the smallest eigenvalue wanted. */
const [negligible, small] = [1e-10, 1e-3];

/**
 * The same observables to 1e-6 by those references that span the others: at most half of them, or null. With K close to L^T L and the
 * eigenvectors V of L L^T they are k(x, chosen) L_chosen^-1 V.
 */
function fewReferences(gram: Matrix, count: number): Sums | null {
  const few = pivotedCholesky(gram, negligible, Math.floor(gram.rows / 2));
  if (!few.arrived || few.pivots.length < count) return null;
  const { values, vectors } = leadingPairsOfRows(few.factor, count);
  let trace = 0;
  for (let i = 0; i < gram.rows; i++) trace += gram.get(i, i);
  if (!(negligible * trace <= small * values[count - 1])) return null;
  return { chosen: few.pivots, weights: solveUpper(pickColumns(few.factor, few.pivots), columns(vectors, 0, count)) };
}

function allReferences(gram: Matrix, count: number): Sums {
  const { values, vectors } = leadingPairs(gram, count);
  if (!(values[0] > 0)) throw new DymadError("E_DATA", "the kernel vanishes on its references");
  const kept = values.slice(0, count).filter((value) => value > gram.rows * epsilon * values[0]).length;
  const weights = columns(vectors, 0, kept);
  for (let i = 0; i < weights.data.length; i++) weights.data[i] /= Math.sqrt(values[i % kept]);
  return { chosen: null, weights };
}

interface OnReferences {
  /** k(references, references), shape [N, N] */
  readonly gram: Matrix;
  /** whether a value depends on its two states alone, not on all references */
  readonly pairwise: boolean;
  /** for places [p, n] and weights [p, k], the function x -> k(x, places) weights, from [M, n] to [M, k] */
  readonly sums: (places: Matrix, weights: Matrix) => (x: Matrix) => Matrix;
}

function onReferences(kernel: ScalarKernel | KernelFunction, references: Matrix): OnReferences {
  if (typeof kernel === "function") {
    return {
      gram: kernel(references, references),
      pairwise: true,
      sums: (places, weights) => (x) => multiplyLarge(kernel(x, places), weights),
    };
  }
  const fitted = fitScalarKernel(kernel, references, "");
  return {
    gram: kernelRows(kernel, references, fitted, "")(references),
    pairwise: !sumsOverSamples(kernel),
    sums: (places, weights) => kernelSums(kernel, places, fitted, "", weights),
  };
}

/** Directions of the Krylov space beyond those wanted, and in one block: eigenvalues that come up to eight times are all found. */
const [beyond, block] = [40, 8];

/** Eigenpairs of a positive matrix, the leading ones first. */
type Pairs = Pick<SymmetricEigen, "values" | "vectors">;

function leadingPairs(gram: Matrix, count: number): Pairs {
  if (isSmall(gram.rows, count)) return symmetricEigen(gram);
  return withSymmetricProduct(gram, block, (product) => krylovPairs(product, gram.rows, count));
}

/** Those of A A^T. */
function leadingPairsOfRows(a: Matrix, count: number): Pairs {
  if (isSmall(a.rows, count)) return symmetricEigen(multiplyLarge(a, a.transpose()));
  return withGramProduct(a, block, (product) => krylovPairs(product, a.rows, count));
}

const blocksFor = (count: number): number => Math.ceil((count + beyond) / block);
const isSmall = (n: number, count: number): boolean => blocksFor(count) * block >= n;

/** Leading eigenpairs from one Krylov space: eigenvalues of kernels fall fast, so that the last ones settle, too. */
function krylovPairs(product: BlockProduct, n: number, count: number): Pairs {
  const start = keyed(0)
    .fold("kernel dictionary")
    .normal(n * block);
  const { basis, image } = blockKrylov(product, new Matrix(block, n, start), blocksFor(count));
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
