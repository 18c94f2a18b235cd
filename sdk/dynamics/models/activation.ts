import { constant, type FusedActivation, fill, linear, type Tensor, where } from "../../numerics/engine/index.js";
import type { Activation } from "./spec.js";

const fused: Partial<Record<Activation, FusedActivation>> = { none: "none", tanh: "tanh", sigmoid: "sigmoid", relu: "relu" };

/** Constants of selu, Klambauer et al. 2017, arXiv:1706.02515. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/**
 * act(x W + b). `slope` is the learnable slope of prelu, shape [1].
 *
 * @see Hendrycks & Gimpel 2016, arXiv:1606.08415 (gelu, erf form); Misra 2019, arXiv:1908.08681 (mish)
 */
export function activatedLinear(x: Tensor, W: Tensor, b: Tensor, activation: Activation, slope: Tensor | undefined): Tensor {
  const direct = fused[activation];
  return direct === undefined ? activate(linear(x, W, b), activation, slope) : linear(x, W, b, direct);
}

/** act(x). */
export function activated(x: Tensor, activation: Activation, slope: Tensor | undefined): Tensor {
  switch (activation) {
    case "tanh":
      return x.tanh();
    case "sigmoid":
      return x.sigmoid();
    case "relu":
      return x.relu();
    default:
      return activate(x, activation, slope);
  }
}

function activate(x: Tensor, activation: Activation, slope: Tensor | undefined): Tensor {
  switch (activation) {
    case "leakyrelu":
      return x.max(x.mul(0.01));
    case "prelu":
      return x.relu().sub(
        x
          .neg()
          .relu()
          .mul(slope ?? constant(x, [1], [0.25])),
      );
    case "gelu":
      return x.mul(0.5).mul(x.mul(Math.SQRT1_2).erf().add(1));
    case "silu":
      return x.mul(x.sigmoid());
    case "elu":
      return exponentialLinear(x);
    case "selu":
      return where(x.gt(0), x, exponentialLinear(x).mul(SELU_ALPHA)).mul(SELU_SCALE);
    case "softplus":
      return x.softplus();
    case "mish":
      return x.mul(x.softplus().tanh());
    default:
      return x;
  }
}

/** x where positive, exp(x) - 1 elsewhere; the exponential never sees a positive number. */
function exponentialLinear(x: Tensor): Tensor {
  return where(
    x.gt(0),
    x,
    x
      .min(fill(x, [], 0))
      .exp()
      .sub(1),
  );
}
