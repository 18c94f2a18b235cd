import { concat, type Tensor, type Tensors } from "../../numerics/engine/index.js";
import { activatedLinear } from "./activation.js";
import { activationGain, initialMatrix } from "./initialise.js";
import type { Parameter } from "./parameters.js";
import type { ModelSpec, NetworkType } from "./spec.js";

/** A feed-forward network over the last axis: its parameters, and its formula. */
export interface Network {
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  /** whether the network hands its input on unchanged */
  readonly identity: boolean;
  apply(weights: Tensors, x: Tensor): Tensor;
}

export type Style = Pick<ModelSpec, "hidden_dimension" | "activation" | "end_activation" | "weight_init" | "bias_init" | "gain">;

/**
 * A multilayer perceptron. Layers: 0 the identity, or the first `outputs` entries; 1 in -> out; k >= 2 in -> h, (k - 2) times
 * h -> h, h -> out; an activation after each, after the last only when `end_activation`.
 *
 * @param name  prefix of the parameter names: `<name>.<layer>.W` [in, out], `.b` [out], `.slope` [1] (prelu)
 */
export function perceptron(name: string, inputs: number, outputs: number, layers: number, style: Style): Network {
  if (layers === 0) return leading(inputs, outputs);
  const widths = [inputs, ...new Array<number>(layers - 1).fill(style.hidden_dimension), outputs];
  const gain = style.gain * activationGain(style.activation);
  const activations = widths.slice(1).map((_, k) => (k < layers - 1 || style.end_activation ? style.activation : "none"));
  const parameters = activations.flatMap((activation, k): Parameter[] => {
    const [from, to] = [widths[k], widths[k + 1]];
    const W: Parameter = {
      name: `${name}.${k}.W`,
      shape: [from, to],
      initial: (key) => initialMatrix(style.weight_init, gain, from, to, key),
    };
    const b: Parameter = {
      name: `${name}.${k}.b`,
      shape: [to],
      initial: () => new Float64Array(to).fill(style.bias_init === "ones" ? 1 : 0),
    };
    const slope: Parameter = { name: `${name}.${k}.slope`, shape: [1], initial: () => Float64Array.of(0.25) };
    return activation === "prelu" ? [W, b, slope] : [W, b];
  });
  return {
    inputs,
    outputs,
    parameters,
    identity: false,
    apply: (w, x) =>
      activations.reduce(
        (value, activation, k) =>
          activatedLinear(value, w[`${name}.${k}.W`], w[`${name}.${k}.b`], activation, w[`${name}.${k}.slope`]),
        x,
      ),
  };
}

/**
 * A network of the catalogue. Without layers every kind hands its input on, or the first entries of it.
 * Sizes must be those of the kind: equal for res, more outputs than inputs for cat, fewer or as many for 1st.
 */
export function network(type: NetworkType, name: string, inputs: number, outputs: number, layers: number, style: Style): Network {
  if (layers === 0 || type === "mlp_1st") return leading(inputs, outputs);
  const plain = (size: number): Network => perceptron(name, inputs, size, layers, style);
  switch (type) {
    case "mlp_smp":
      return plain(outputs);
    case "mlp_res":
      return residual(plain(outputs));
    case "mlp_cat":
      return appended(plain(outputs - inputs));
    default:
      return type satisfies never;
  }
}

/** The first `outputs` entries of the last axis. */
export function leading(inputs: number, outputs: number): Network {
  return {
    inputs,
    outputs,
    parameters: [],
    identity: inputs === outputs,
    apply: (_, x) => x.slice(x.shape.length - 1, 0, outputs),
  };
}

/** x + net(x). */
export function residual(net: Network): Network {
  return { ...net, identity: false, apply: (w, x) => x.add(net.apply(w, x)) };
}

/** [x; net(x)]. */
export function appended(net: Network): Network {
  return {
    ...net,
    outputs: net.inputs + net.outputs,
    identity: false,
    apply: (w, x) => concat([x, net.apply(w, x)], x.shape.length - 1),
  };
}
