import { concat, type Tensor, type Tensors } from "../../numerics/engine/index.js";
import { graphLayer } from "./graphs/convolution.js";
import type { Messages } from "./graphs/messages.js";
import { affineLayer, type MakeLayer, type Style } from "./layer.js";
import type { Parameter } from "./parameters.js";
import type { NetworkType } from "./spec.js";

/** A feed-forward network over the last axis: its parameters, and its formula. */
export interface Network {
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  /** whether the network hands its input on unchanged */
  readonly identity: boolean;
  /** graph networks take x [..., N, inputs] and the graph; all others need none */
  apply(weights: Tensors, x: Tensor, graph?: Messages | null): Tensor;
}

/**
 * A multilayer perceptron. Layers: 0 the identity, or the first `outputs` entries; 1 in -> out; k >= 2 in -> h, (k - 2) times
 * h -> h, h -> out; an activation after each, after the last only when `end_activation`.
 *
 * @param name  prefix of the parameter names: `<name>.<layer>.W` [in, out], `.b` [out], `.slope` [1] (prelu)
 */
export function perceptron(name: string, inputs: number, outputs: number, layers: number, style: Style): Network {
  return layered(name, inputs, outputs, layers, style, (layer, from, to, activation) =>
    affineLayer(layer, from, to, activation, style),
  );
}

function layered(name: string, inputs: number, outputs: number, count: number, style: Style, make: MakeLayer): Network {
  if (count === 0) return leading(inputs, outputs);
  const widths = [inputs, ...new Array<number>(count - 1).fill(style.hidden_dimension), outputs];
  const layers = widths
    .slice(1)
    .map((to, k) => make(`${name}.${k}`, widths[k], to, k < count - 1 || style.end_activation ? style.activation : "none"));
  return {
    inputs,
    outputs,
    parameters: layers.flatMap(({ parameters }) => parameters),
    identity: false,
    apply: (w, x, graph = null) => layers.reduce((value, layer) => layer.apply(w, value, graph), x),
  };
}

/**
 * A network of the catalogue. Without layers every kind hands its input on, or the first entries of it.
 * Sizes must be those of the kind: equal for res, more outputs than inputs for cat, fewer or as many for 1st. The `gnn` kinds are
 * the same with graph layers in place of dense ones.
 *
 * @param attributes  numbers each edge of a graph has
 */
export function network(
  type: NetworkType,
  name: string,
  inputs: number,
  outputs: number,
  layers: number,
  style: Style,
  attributes = 0,
): Network {
  if (layers === 0) return leading(inputs, outputs);
  const plain = (size: number): Network =>
    onGraph(type)
      ? layered(name, inputs, size, layers, style, graphLayer(style, attributes))
      : perceptron(name, inputs, size, layers, style);
  switch (type) {
    case "mlp_1st":
    case "gnn_1st":
      return leading(inputs, outputs);
    case "mlp_smp":
    case "gnn_smp":
      return plain(outputs);
    case "mlp_res":
    case "gnn_res":
      return residual(plain(outputs));
    case "mlp_cat":
    case "gnn_cat":
      return appended(plain(outputs - inputs));
    default:
      return type satisfies never;
  }
}

/** Whether a kind of network lets nodes hear their neighbours. */
export const onGraph = (type: NetworkType): boolean => type.startsWith("gnn");

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
  return { ...net, identity: false, apply: (w, x, graph) => x.add(net.apply(w, x, graph)) };
}

/** [x; net(x)]. */
export function appended(net: Network): Network {
  return {
    ...net,
    outputs: net.inputs + net.outputs,
    identity: false,
    apply: (w, x, graph) => concat([x, net.apply(w, x, graph)], x.shape.length - 1),
  };
}
