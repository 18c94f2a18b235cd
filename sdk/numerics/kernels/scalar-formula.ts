import { fill, matmul, type Tensor, type Tensors } from "../engine/index.js";
import { type DiffusionKernel, densityPower, type NamedArray, type ScalarKernel } from "./spec.js";

/** The arrays that the formula of a scalar kernel needs beside the N points, named with a prefix. */
export function kernelArrays(kernel: ScalarKernel, N: number, prefix: string): NamedArray[] {
  const raw: NamedArray = { name: `${prefix}raw`, shape: [1], fixed: false };
  switch (kernel.type) {
    case "sc_rbf":
    case "sc_exp":
      return [raw];
    case "sc_dm":
      return [raw, ...["density", "factor"].map((name) => ({ name: prefix + name, shape: [N], fixed: true }))];
    case "sc_prod":
      return kernel.kopts.flatMap((inner, i) => kernelArrays(inner, N, `${prefix}${i}.`));
    default:
      return kernel satisfies never;
  }
}

/**
 * A scalar kernel between places and the points, as a formula.
 *
 * @param x       places, shape [..., n]
 * @param points  shape [N, n]
 * @param arrays  those of `kernelArrays`, the widths as softplus of their raw values
 * @returns       k(x, point j), shape [..., N]
 */
export function kernelFormula(kernel: ScalarKernel, x: Tensor, points: Tensor, arrays: Tensors, prefix: string): Tensor {
  switch (kernel.type) {
    case "sc_rbf": {
      const inverse = width(arrays, prefix).square().mul(2).reciprocal().neg();
      return squaredDistances(x, points, null).mul(inverse).exp();
    }
    case "sc_exp": {
      // the root has no slope at 0: a coinciding point gives none
      const distance = squaredDistances(x, points, null).max(1e-300).sqrt();
      return distance.mul(width(arrays, prefix).reciprocal().neg()).exp();
    }
    case "sc_dm":
      return diffusion(kernel, x, points, arrays, prefix);
    case "sc_prod":
      return kernel.kopts.map((inner, i) => kernelFormula(inner, x, points, arrays, `${prefix}${i}.`)).reduce((a, b) => a.mul(b));
    default:
      return kernel satisfies never;
  }
}

const width = (arrays: Tensors, prefix: string): Tensor => arrays[`${prefix}raw`].softplus();

/**
 * With W = exp(-d^2 / 4 eps), q its row sum, D = q^-alpha, t the row sum of W D(points): the kernel is sqrt(D / t) W factor. All row
 * sums are taken relative to the nearest point, so that places far from every point have finite values too.
 */
function diffusion(kernel: DiffusionKernel, x: Tensor, points: Tensor, arrays: Tensors, prefix: string): Tensor {
  const alpha = densityPower(kernel);
  const { W, nearest } = relativeWeights(kernel, x, points, arrays, prefix);
  const last = W.shape.length - 1;
  const density = power(W.sum([last], true), -alpha);
  const total = W.mul(arrays[`${prefix}density`]).sum([last], true);
  const value = W.mul(arrays[`${prefix}factor`]).mul(density.div(total).sqrt());
  return alpha === 1 ? value : value.mul(nearest.mul((alpha - 1) / 2).exp());
}

/** exp(-(d^2 - nearest) / 4 eps), shape [..., N], and nearest / 4 eps, shape [..., 1]. */
export function relativeWeights(
  kernel: DiffusionKernel,
  x: Tensor,
  points: Tensor,
  arrays: Tensors,
  prefix: string,
): { readonly W: Tensor; readonly nearest: Tensor } {
  const inverse = width(arrays, prefix).mul(4).reciprocal();
  const axes =
    kernel.metric === "periodic" ? (kernel.periodic_axes ?? Array.from({ length: points.shape[1] }, (_, j) => j)) : null;
  const distance = squaredDistances(x, points, axes).mul(inverse);
  // what is taken out here is put back: derivatives need not see it
  const nearest = distance.neg().maximum([-1], true).neg().stop();
  return { W: nearest.sub(distance).exp(), nearest };
}

function power(x: Tensor, exponent: number): Tensor {
  if (exponent === -1) return x.reciprocal();
  return exponent === 0 ? fill(x, x.shape, 1) : x.log().mul(exponent).exp();
}

/** Up to so many coordinates distances are sums of squared differences, exact between close points; beyond, by a product. */
const mostColumns = 64;
/** Adding and subtracting 1.5 times 2^52 rounds a float64 to the nearest whole number. */
const rounder = 6755399441055744;

/** |x - point j|^2, shape [..., N]; differences along `periodic` coordinates are taken modulo 1. */
function squaredDistances(x: Tensor, points: Tensor, periodic: readonly number[] | null): Tensor {
  const [N, n] = points.shape;
  if (n > mostColumns && periodic === null) {
    const lengths = points.square().sum([1]);
    const own = x.square().sum([-1], true);
    const product = matmul(x.reshape([x.size / n, n]), points, false, true).reshape([...x.shape.slice(0, -1), N]);
    return own.add(lengths).sub(product.mul(2)).relu();
  }
  const columns = points.transpose([1, 0]);
  return Array.from({ length: n }, (_, j) => {
    const d = x.slice(-1, j, 1).sub(columns.slice(0, j, 1).reshape([N]));
    return (periodic?.includes(j) ? d.sub(d.add(rounder).sub(rounder).stop()) : d).square();
  }).reduce((a, b) => a.add(b));
}
