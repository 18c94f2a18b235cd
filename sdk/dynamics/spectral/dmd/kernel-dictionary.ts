import { DymadError } from "../../../errors.js";
import { type KernelFunction, kernelObservables } from "../../../numerics/kernels/kernel-observables.js";
import { kernelSums } from "../../../numerics/kernels/scalar-kernel.js";
import type { ScalarKernel } from "../../../numerics/kernels/spec.js";
import { multiplyLarge } from "../../../numerics/linalg/large-product.js";
import type { Matrix } from "../../../numerics/linalg/matrix.js";
import type { Dictionary } from "./dictionary.js";

/**
 * The observables that a kernel implies: k(x, references) Q diag(s)^(-1/2) with Q, s the leading eigenpairs of k(references,
 * references). EDMD with them is kernel EDMD when the references are all samples, and its Nystrom form when they are some of them; only
 * then do residuals on the samples say something, because r observables fit r references exactly. References whose kernels the others
 * span to rounding are left out of the sums, which changes an observable by less than 1e-6.
 *
 * @param kernel      k, real and symmetric: a scalar kernel, whose width is chosen as observableScale does where it is open, or a function;
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
  const { places, weights, fitted } = kernelObservables(kernel, references, count);
  const evaluate =
    typeof kernel === "function"
      ? (x: Matrix) => multiplyLarge(kernel(x, places), weights)
      : kernelSums(kernel, places, fitted, "", weights);
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
