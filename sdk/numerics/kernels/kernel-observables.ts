import { DymadError } from "../../errors.js";
import { blockKrylov } from "../linalg/block-krylov.js";
import { solveUpper } from "../linalg/cholesky-qr.js";
import { epsilon } from "../linalg/finite.js";
import { type BlockProduct, multiplyLarge, withGramProduct, withSymmetricProduct } from "../linalg/large-product.js";
import { columns, pickColumns } from "../linalg/lstsq.js";
import { Matrix } from "../linalg/matrix.js";
import { pivotedCholesky } from "../linalg/pivoted-cholesky.js";
import { type SymmetricEigen, symmetricEigen } from "../linalg/symmetric-eigen.js";
import { keyed } from "../random.js";
import { observableScale } from "./observable-scale.js";
import type { Arrays } from "./row-pass.js";
import { fitScalarKernel, kernelRows } from "./scalar-kernel.js";
import { type ScalarKernel, sumsOverSamples } from "./spec.js";

/** A positive definite function of two states, for all pairs of rows: shapes [M, n] and [N, n] to [M, N]. */
export type KernelFunction = (x: Matrix, z: Matrix) => Matrix;

/** Functions x -> k(x, places) weights. */
export interface KernelObservables {
  /** those references that the sums run over, shape [p, n] */
  readonly places: Matrix;
  /** shape [p, number of observables] */
  readonly weights: Matrix;
  /** what a scalar kernel took from all references, see fitScalarKernel; empty for a function */
  readonly fitted: Arrays;
}

/**
 * The leading observables that a kernel implies on references: k(x, references) Q diag(s)^(-1/2) with Q, s the leading eigenpairs of
 * k(references, references). References whose kernels the others span to rounding are left out of the sums, which changes an observable
 * by less than 1e-6; a kernel that sums over its references keeps all.
 *
 * @param kernel      real and symmetric; widths that are open are those at which so few observables carry it, see observableScale
 * @param references  shape [N, n]
 * @param count       how many observables, at most N
 * @returns           sums for `count` observables, or fewer: eigenvalues that are rounding are left out
 * @throws            E_SPEC when the count is out of range; E_DATA when the kernel vanishes on the references
 * @see               Williams, Seeger 2001, "Using the Nystrom method to speed up kernel machines", NIPS 13
 */
export function kernelObservables(kernel: ScalarKernel | KernelFunction, references: Matrix, count: number): KernelObservables {
  if (!(Number.isInteger(count) && count >= 1 && count <= references.rows)) {
    throw new DymadError("E_SPEC", `cannot make ${count} observables of ${references.rows} references`, { path: ["count"] });
  }
  const plain = typeof kernel === "function";
  const fitted = plain ? {} : fitScalarKernel(kernel, references, "", observableScale(kernel, references, count));
  const gram = plain ? kernel(references, references) : kernelRows(kernel, references, fitted, "")(references);
  const pairwise = plain || !sumsOverSamples(kernel);
  const { chosen, weights } = (pairwise ? fewReferences(gram, count) : null) ?? allReferences(gram, count);
  return { places: chosen === null ? references : Matrix.from(chosen.map((i) => references.row(i))), weights, fitted };
}

/** Observables as sums over references. */
interface Chosen {
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
function fewReferences(gram: Matrix, count: number): Chosen | null {
  const few = pivotedCholesky(gram, negligible, Math.floor(gram.rows / 2));
  if (!few.arrived || few.pivots.length < count) return null;
  const { values, vectors } = leadingPairsOfRows(few.factor, count);
  let trace = 0;
  for (let i = 0; i < gram.rows; i++) trace += gram.get(i, i);
  if (!(negligible * trace <= small * values[count - 1])) return null;
  return { chosen: few.pivots, weights: solveUpper(pickColumns(few.factor, few.pivots), columns(vectors, 0, count)) };
}

function allReferences(gram: Matrix, count: number): Chosen {
  const { values, vectors } = leadingPairs(gram, count);
  if (!(values[0] > 0)) throw new DymadError("E_DATA", "the kernel vanishes on its references");
  const kept = values.slice(0, count).filter((value) => value > gram.rows * epsilon * values[0]).length;
  const weights = columns(vectors, 0, kept);
  for (let i = 0; i < weights.data.length; i++) weights.data[i] /= Math.sqrt(values[i % kept]);
  return { chosen: null, weights };
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
