import type { Tensor, Tensors } from "../../numerics/engine/index.js";
import type { RandomKey } from "../../numerics/random.js";
import { activatedLinear } from "./activation.js";
import type { Messages } from "./graphs/messages.js";
import { activationGain, initialMatrix } from "./initialise.js";
import type { Parameter } from "./parameters.js";
import type { Activation, ModelSpec } from "./spec.js";

/** What the layers of a network have in common. */
export type Style = Pick<
  ModelSpec,
  "hidden_dimension" | "activation" | "end_activation" | "weight_init" | "bias_init" | "gain" | "gcl" | "gcl_opts"
>;

/** One layer over the last axis: its parameters and its formula. */
export interface Layer {
  readonly parameters: readonly Parameter[];
  apply(weights: Tensors, x: Tensor, graph: Messages | null): Tensor;
}

/** Makes the layer of a name from so many inputs to so many outputs, with the activation after it. */
export type MakeLayer = (name: string, inputs: number, outputs: number, activation: Activation) => Layer;

/**
 * act(φ(x) W + b) where φ puts `blocks` vectors as wide as the input side by side; without φ it is a dense layer.
 *
 * @param name  prefix of the parameters: W [blocks * in, out], b [out], slope [1] (prelu)
 */
export function affineLayer(
  name: string,
  inputs: number,
  outputs: number,
  activation: Activation,
  style: Style,
  { blocks, of }: { readonly blocks: number; of(x: Tensor, graph: Messages | null): Tensor } = { blocks: 1, of: (x) => x },
): Layer {
  const weight: Parameter = {
    name: `${name}.W`,
    shape: [blocks * inputs, outputs],
    initial: (key) => initialBlocks(style, blocks, inputs, outputs, key),
  };
  const { parameters, bias, slope } = ending(name, outputs, activation, style);
  return {
    parameters: [weight, ...parameters],
    apply: (w, x, graph) => activatedLinear(of(x, graph), w[weight.name], w[bias], activation, w[slope]),
  };
}

/** Bias and, for prelu, slope of a layer, and their names. */
export function ending(
  name: string,
  outputs: number,
  activation: Activation,
  style: Style,
): { readonly parameters: readonly Parameter[]; readonly bias: string; readonly slope: string } {
  const [bias, slope] = [`${name}.b`, `${name}.slope`];
  const b: Parameter = {
    name: bias,
    shape: [outputs],
    initial: () => new Float64Array(outputs).fill(style.bias_init === "ones" ? 1 : 0),
  };
  const s: Parameter = { name: slope, shape: [1], initial: () => Float64Array.of(0.25) };
  return { parameters: activation === "prelu" ? [b, s] : [b], bias, slope };
}

/** First weights of a layer, each block drawn as a matrix of its own. */
function initialBlocks(style: Style, blocks: number, inputs: number, outputs: number, key: RandomKey): Float64Array {
  const gain = style.gain * activationGain(style.activation);
  const block = (from: RandomKey): Float64Array => initialMatrix(style.weight_init, gain, inputs, outputs, from);
  if (blocks === 1) return block(key);
  const out = new Float64Array(blocks * inputs * outputs);
  for (let i = 0; i < blocks; i++) out.set(block(key.fold(i)), i * inputs * outputs);
  return out;
}
