import { concat, fill, type Tensor, type Tensors } from "../../numerics/engine/index.js";
import { join } from "./features.js";
import { affineLayer, type Style } from "./layer.js";
import { type Network, network } from "./network.js";
import type { NetworkType, SequenceType } from "./spec.js";

/** Widths of a network over a window: whole inputs and outputs, and how many samples stand in them, oldest first. */
export interface WindowSizes {
  readonly inputs: number;
  readonly outputs: number;
  readonly samples: number;
}

/**
 * A network of the catalogue for windows, as an encoder or decoder needs it. Without layers every kind hands the samples on, or
 * the first entries of each.
 *
 * `seq_mlp_*`  the same network for every sample; what comes out are windows again
 * `seq_std`    a recurrent network that is read once, after the newest sample: all outputs depend on all samples
 * `seq_rnn`    a recurrent network that is read after every sample: its states are the outputs, sample by sample
 *
 * @see Elman 1990, "Finding structure in time", doi:10.1207/s15516709cog1402_1
 */
export function windowNetwork(type: SequenceType, name: string, sizes: WindowSizes, layers: number, style: Style): Network {
  const { inputs, outputs, samples } = sizes;
  const each = { inputs: inputs / samples, outputs: outputs / samples };
  const kind = type === "seq_std" || type === "seq_rnn" ? "mlp_smp" : (type.slice("seq_".length) as NetworkType);
  if (layers === 0 || (type !== "seq_std" && type !== "seq_rnn"))
    return everySample(network(kind, name, each.inputs, each.outputs, layers, style), samples);
  return type === "seq_std" ? readOnce(name, sizes, layers, style) : readAlways(name, sizes, layers, style);
}

/** The newest state of a recurrent network over a window: its last layer is as wide as the output (seq_rnn), or read (seq_std). */
export function newestOf(type: "seq_std" | "seq_rnn", name: string, sizes: WindowSizes, layers: number, style: Style): Network {
  if (type === "seq_std") return readOnce(name, sizes, layers, style);
  const states = recurrence(name, sizes, stateWidths(sizes.outputs, layers, style), style);
  return { ...states, outputs: sizes.outputs, apply: (w, x) => states.run(w, x).at(-1) as Tensor };
}

/** [x_1; u_1; ...; x_seq; u_seq] from the windows [x_1; ...; x_seq] and [u_1; ...; u_seq]. */
export function interleave(x: Tensor, u: Tensor, samples: number): Tensor {
  const lead = x.shape.slice(0, -1);
  const [n, m] = [x, u].map(({ shape }) => shape[lead.length] / samples);
  return join(x.reshape([...lead, samples, n]), u.reshape([...lead, samples, m])).reshape([...lead, samples * (n + m)]);
}

/** One network applied to each sample of a window. */
function everySample(net: Network, samples: number): Network {
  return {
    ...net,
    inputs: net.inputs * samples,
    outputs: net.outputs * samples,
    apply(w, x) {
      if (net.identity) return x;
      const lead = x.shape.slice(0, -1);
      return net.apply(w, x.reshape([...lead, samples, net.inputs])).reshape([...lead, samples * net.outputs]);
    },
  };
}

/** y = act(h W + b) with h the newest state of the recurrence. */
function readOnce(name: string, sizes: WindowSizes, layers: number, style: Style): Network {
  const states = recurrence(name, sizes, new Array<number>(layers).fill(style.hidden_dimension), style);
  const read = network("mlp_smp", `${name}.read`, style.hidden_dimension, sizes.outputs, 1, style);
  return {
    ...states,
    outputs: sizes.outputs,
    parameters: [...states.parameters, ...read.parameters],
    apply: (w, x) => read.apply(w, states.run(w, x).at(-1) as Tensor),
  };
}

/** The states of the last layer after every sample, side by side. */
function readAlways(name: string, sizes: WindowSizes, layers: number, style: Style): Network {
  const states = recurrence(name, sizes, stateWidths(sizes.outputs / sizes.samples, layers, style), style);
  return { ...states, outputs: sizes.outputs, apply: (w, x) => concat(states.run(w, x), x.shape.length - 1) };
}

const stateWidths = (last: number, layers: number, { hidden_dimension }: Style): number[] => [
  ...new Array<number>(layers - 1).fill(hidden_dimension),
  last,
];

interface Recurrence extends Network {
  /** states of the last layer, oldest sample first */
  run(weights: Tensors, x: Tensor): Tensor[];
}

/**
 * Layers of h_t = act([x_t; h_(t-1)] W + b) with h_0 = 0; each layer reads the states of the one before.
 *
 * @param widths  of the states, a layer each; parameters `<name>.<layer>.W` [in + width, width], `.b` [width], `.slope` [1] (prelu)
 */
function recurrence(name: string, { inputs, samples }: WindowSizes, widths: readonly number[], style: Style): Recurrence {
  const width = inputs / samples;
  const layers = widths.map((to, k) =>
    affineLayer(`${name}.${k}`, (k === 0 ? width : widths[k - 1]) + to, to, style.activation, style),
  );
  const run = (w: Tensors, x: Tensor): Tensor[] => {
    const axis = x.shape.length - 1;
    const first = Array.from({ length: samples }, (_, i) => x.slice(axis, i * width, width));
    return layers.reduce<Tensor[]>((sequence, layer, k) => {
      let h = fill(x, [...x.shape.slice(0, -1), widths[k]], 0);
      return sequence.map((value) => {
        h = layer.apply(w, join(value, h), null);
        return h;
      });
    }, first);
  };
  return {
    inputs,
    outputs: samples * (widths.at(-1) as number),
    parameters: layers.flatMap(({ parameters }) => parameters),
    identity: false,
    run,
    apply: (w, x) => concat(run(w, x), x.shape.length - 1),
  };
}
