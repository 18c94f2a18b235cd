import { DymadError } from "../../errors.js";
import { fill, linear, type Tensor, type Tensors } from "../engine/index.js";
import type { Matrix } from "../linalg/matrix.js";
import { ridgeLeastSquares } from "../linalg/ridge-lstsq.js";
import { keyed } from "../random.js";
import { misfit } from "./misfit.js";
import { positiveOf } from "./positive.js";
import { type Arrays, rowPass } from "./row-pass.js";
import { fitScalarKernel } from "./scalar-kernel.js";
import type { LengthKernel, NamedArray } from "./spec.js";

/** A regression on random waves in place of a kernel. */
export interface RandomFeatureRidge {
  /** phases [m], frequencies [n, m] and coefficients `alpha` [m, outputs] */
  readonly arrays: Arrays;
  readonly lengthscale: number;
  /** |Y - f(X)|_F / sqrt(N) */
  readonly residual: number;
  predict(places: Matrix): Matrix;
}

/** The waves of m features of n coordinates. */
export const waveArrays = (n: number, m: number): NamedArray[] => [
  { name: "phases", shape: [m], fixed: true },
  { name: "frequencies", shape: [n, m], fixed: true },
];

/**
 * Random features as a formula: sqrt(2 / m) cos(x W + b).
 *
 * @param x       places, shape [..., n]
 * @param arrays  those of `waveArrays`
 * @returns       shape [..., m]
 */
export function waveFeatures(x: Tensor, { frequencies, phases }: Tensors): Tensor {
  const [m] = phases.shape;
  return linear(x, frequencies, phases)
    .cos()
    .mul(fill(x, [], Math.sqrt(2 / m)));
}

/**
 * Ridge regression on m random Fourier features sqrt(2 / m) cos(w_j . x + b_j), w_j normal with deviation 1 / l and b_j uniform on
 * [0, 2 pi): their products have the mean exp(-|x - z|^2 / (2 l^2)). Memory N m, no kernel matrix; the error of a kernel value is about 1 / sqrt(m).
 *
 * @param x        samples, shape [N, n]
 * @param y        values, shape [N, outputs]
 * @param kernel   sc_rbf; an open width is chosen from the samples
 * @param options  `count` m; `ridge` lambda >= 0; `seed` of the key that the waves are drawn from, default 0
 * @throws         E_UNSUPPORTED for another kernel than sc_rbf; E_SPEC when m is not a whole number from 1
 * @see            Rahimi, Recht 2007, "Random features for large-scale kernel machines", NIPS 20
 */
export function randomFeatureRidge(
  x: Matrix,
  y: Matrix,
  kernel: LengthKernel,
  options: { readonly count: number; readonly ridge: number; readonly seed?: number },
): RandomFeatureRidge {
  const { count: m, ridge, seed = 0 } = options;
  if (kernel.type !== "sc_rbf") {
    throw new DymadError("E_UNSUPPORTED", `random features are drawn for sc_rbf, not ${kernel.type}`, {
      hint: "use sc_rbf, or landmarks",
    });
  }
  if (!(Number.isInteger(m) && m >= 1)) throw new DymadError("E_SPEC", `${m} is no number of features`, { path: ["count"] });
  const lengthscale = positiveOf(fitScalarKernel(kernel, x, "").raw[0]);
  const key = keyed(seed).fold("random features");
  const waves = {
    phases: key.fold("phases").uniform(m, 0, 2 * Math.PI),
    frequencies: key.fold("frequencies").normal(x.cols * m, 0, 1 / lengthscale),
  };
  const features = rowPass("random features", waveArrays(x.cols, m), waves, waveFeatures);
  const F = features(x);
  const alpha = ridgeLeastSquares(F, y, ridge);
  return {
    arrays: { ...waves, alpha: alpha.data },
    lengthscale,
    residual: misfit(F.multiply(alpha), y),
    predict: (places) => features(places).multiply(alpha),
  };
}
