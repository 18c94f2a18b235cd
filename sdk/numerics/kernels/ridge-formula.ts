import { DymadError } from "../../errors.js";
import { concat, constant, linear, matmul, type Tensor, type Tensors } from "../engine/index.js";
import { Matrix } from "../linalg/matrix.js";
import { positiveOf } from "./positive.js";
import { waveArrays, waveFeatures } from "./random-features.js";
import { kernelArrays, kernelFormula } from "./scalar-formula.js";
import { POINTS } from "./scalar-kernel.js";
import type { NamedArray, RidgeSpec, ScalarKernel } from "./spec.js";

/** Name of the coefficients among the arrays of a regression. */
export const COEFFICIENTS = "alpha";

/** The scalar kernels of a regression, in the order of their names `kernel.0.`, `kernel.1.`, ... */
export function scalarKernels({ type, kernel }: RidgeSpec, outputs: number): readonly ScalarKernel[] {
  const given = kernel.flatMap((one) => (one.type === "op_sep" || one.type === "op_tan" ? one.kopts : [one]));
  return type === "indep" && given.length === 1 ? Array.from({ length: outputs }, () => given[0]) : given;
}

/** Prefix of the names of a kernel's arrays. */
export const prefixOf = (i: number): string => `kernel.${i}.`;
const factorName = (i: number): string => `L.${i}`;

/**
 * The arrays of a regression from n coordinates to some outputs on N points: `X` [N, n], `alpha` [N, outputs], those of the kernels,
 * and the factors L_i [outputs, outputs] of separable kernels. With random features N of these are in place of points and kernels.
 *
 * @throws  E_SPEC when the kinds of regression and kernel do not belong together
 */
export function ridgeArrays(spec: RidgeSpec, n: number, outputs: number, N: number): NamedArray[] {
  requireKinds(spec, outputs);
  const alpha: NamedArray = { name: COEFFICIENTS, shape: [N, outputs], fixed: false };
  if (spec.features) return [...waveArrays(n, N), alpha];
  const kernels = scalarKernels(spec, outputs);
  const factors =
    spec.type !== "opval" ? [] : kernels.map((_, i) => ({ name: factorName(i), shape: [outputs, outputs], fixed: false }));
  return [
    { name: POINTS, shape: [N, n], fixed: true },
    alpha,
    ...kernels.flatMap((kernel, i) => kernelArrays(kernel, N, prefixOf(i))),
    ...factors,
  ];
}

/** First values of L_i, row-major: as given, or the identity. */
export function firstFactors({ type, kernel: [first] }: RidgeSpec, outputs: number): Readonly<Record<string, Float64Array>> {
  if (type !== "opval" || first.type !== "op_sep") return {};
  return Object.fromEntries(
    first.kopts.map((_, i) => {
      const given = first.Ls?.[i];
      const at = (r: number, c: number): number => (given === undefined ? (r === c ? 1 : 0) : c <= r ? given[r][c] : 0);
      return [
        factorName(i),
        Float64Array.from({ length: outputs * outputs }, (_, k) => at(Math.floor(k / outputs), k % outputs)),
      ];
    }),
  );
}

/** The regression with the widths and factors L_i of some arrays in place of those it was specified with. */
export function withArrays(spec: RidgeSpec, arrays: Readonly<Record<string, Float64Array>>, outputs: number): RidgeSpec {
  if (spec.features) return spec;
  const scalars = scalarKernels(spec, outputs).map((kernel, i) => withWidth(kernel, arrays, prefixOf(i)));
  const [first] = spec.kernel;
  if (first.type === "op_sep") {
    const Ls = scalars.map((_, i) => new Matrix(outputs, outputs, arrays[factorName(i)]).toRows());
    return { ...spec, kernel: [{ ...first, kopts: scalars, Ls }] };
  }
  return { ...spec, kernel: first.type === "op_tan" ? [{ ...first, kopts: [scalars[0]] }] : scalars };
}

function withWidth(kernel: ScalarKernel, arrays: Readonly<Record<string, Float64Array>>, prefix: string): ScalarKernel {
  if (kernel.type === "sc_prod") {
    return { ...kernel, kopts: kernel.kopts.map((inner, i) => withWidth(inner, arrays, `${prefix}${i}.`)) };
  }
  const width = positiveOf(arrays[`${prefix}raw`][0]);
  return kernel.type === "sc_dm" ? { ...kernel, eps_init: width } : { ...kernel, lengthscale_init: width };
}

/**
 * A kernel regression as a formula: share K(x, X) alpha; indep the same with a kernel for each column; opval
 * sum_i K_i(x, X) alpha L_i L_i^T; tangent K(x, X) alpha, still to be projected on the tangent space at x.
 *
 * @param x       places, shape [..., n]
 * @param arrays  those of `ridgeArrays`
 * @returns       shape [..., outputs]
 */
export function ridgeFormula(spec: RidgeSpec, x: Tensor, arrays: Tensors): Tensor {
  const alpha = arrays[COEFFICIENTS];
  const [, outputs] = alpha.shape;
  if (spec.features) return linear(waveFeatures(x, arrays), alpha, null);
  const kernels = scalarKernels(spec, outputs);
  const values = (i: number): Tensor => kernelFormula(kernels[i], x, arrays[POINTS], arrays, prefixOf(i));
  switch (spec.type) {
    case "share":
    case "tangent":
      return linear(values(0), alpha, null);
    case "indep":
      return concat(
        kernels.map((_, i) => linear(values(i), alpha.slice(1, i, 1), null)),
        -1,
      );
    case "opval":
      return kernels
        .map((_, i) => linear(linear(values(i), alpha, null), coefficientMatrix(arrays[factorName(i)]), null))
        .reduce((a, b) => a.add(b));
    default:
      return spec.type satisfies never;
  }
}

/** The values of B_i = L_i L_i^T of a separable kernel. */
export function coefficientMatrices(arrays: Readonly<Record<string, Float64Array>>, outputs: number, count: number): Matrix[] {
  return Array.from({ length: count }, (_, i) => {
    const L = new Matrix(outputs, outputs, arrays[factorName(i)].slice());
    for (let r = 0; r < outputs; r++) L.row(r).fill(0, r + 1);
    return L.multiply(L.transpose());
  });
}

/** B = L L^T from the lower triangle of L. */
function coefficientMatrix(L: Tensor): Tensor {
  const [n] = L.shape;
  const lower = constant(
    L,
    [n, n],
    Array.from({ length: n * n }, (_, k) => (k % n <= Math.floor(k / n) ? 1 : 0)),
  );
  const triangle = L.mul(lower);
  return matmul(triangle, triangle, false, true);
}

function requireKinds({ type, kernel, features }: RidgeSpec, outputs: number): void {
  const wanted = type === "opval" ? "op_sep" : type === "tangent" ? "op_tan" : "a scalar kernel (sc_rbf, sc_exp, sc_dm, sc_prod)";
  const operator = type === "opval" || type === "tangent";
  const count = kernel.length;
  const fits = kernel.every((one) => (operator ? one.type === wanted : one.type.startsWith("sc_")));
  if (!fits) {
    throw new DymadError(
      "E_SPEC",
      `a regression of type ${type} needs ${wanted}, got ${kernel.map((one) => one.type).join(", ")}`,
      {
        path: ["kernel"],
        hint: `write kernel: { type: ${operator ? `${wanted}, kopts: [...]` : "sc_rbf"} }, or another type`,
      },
    );
  }
  if (count !== 1 && !(type === "indep" && count === outputs)) {
    const needs = type === "indep" ? `1 kernel or ${outputs}, one for each output` : "1 kernel";
    throw new DymadError("E_SPEC", `a regression of type ${type} with ${outputs} outputs needs ${needs}, got ${count}`, {
      path: ["kernel"],
    });
  }
  const [first] = kernel;
  if (features && !(type === "share" && first.type === "sc_rbf")) {
    throw new DymadError(
      "E_UNSUPPORTED",
      `random features stand for one sc_rbf of type share, not for ${first.type} of type ${type}`,
      {
        path: ["random_features"],
        hint: "leave random_features out, or write kernel: { type: sc_rbf }",
      },
    );
  }
  if (first.type !== "op_sep" || first.Ls === null) return;
  if (
    first.Ls.length === first.kopts.length &&
    first.Ls.every((L) => L.length === outputs && L.every((row) => row.length === outputs))
  )
    return;
  throw new DymadError("E_SPEC", `op_sep needs ${first.kopts.length} matrices Ls of ${outputs} x ${outputs}`, {
    path: ["kernel", "Ls"],
  });
}
