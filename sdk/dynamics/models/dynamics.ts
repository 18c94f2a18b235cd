import type { Tensor, Tensors } from "../../numerics/engine/index.js";
import type { Context } from "./context.js";
import { join } from "./features.js";
import type { Messages } from "./graphs/messages.js";
import { activationGain, initialMatrix } from "./initialise.js";
import type { KernelMap } from "./kernel-dynamics.js";
import { type LinearMap, linearMap, type Start } from "./linear-map.js";
import { network, perceptron } from "./network.js";
import type { Parameter } from "./parameters.js";
import { constantNames, type Physics, physicsOf } from "./physics.js";
import { newestOf } from "./sequence.js";
import type { ModelDims } from "./sizes.js";
import type { ModelSpec } from "./spec.js";

/** The piece that gives z' = f(s): its parameters and its formula. */
export interface Dynamics {
  readonly parameters: readonly Parameter[];
  /** the map of linear dynamics; null for all others */
  readonly linear: LinearMap | null;
  /** the regression of kernel dynamics; absent for all others */
  readonly kernel?: KernelMap;
  /** parameters of a trajectory it reads; 0 = none */
  readonly p: number;
  /** z' from z, its features s and the context */
  apply(weights: Tensors, z: Tensor, s: Tensor, around: Context, graph: Messages | null): Tensor;
}

/**
 * z' = [z_2; ...; z_seq; new] for the window z = [z_1; ...; z_seq], oldest sample first: new = net(z), or for a res processor z_seq + net(z).
 */
export function windowDynamics(spec: ModelSpec, { z }: ModelDims, attributes: number): Dynamics {
  const { processor_type: type, processor_layers: layers, sequence } = spec;
  const one = z / sequence;
  const net =
    type === "seq_std" || type === "seq_rnn"
      ? newestOf(type, "processor", { inputs: z, outputs: one, samples: sequence }, layers, spec)
      : network(type.startsWith("gnn") ? "gnn_smp" : "mlp_smp", "processor", z, one, layers, spec, attributes);
  return {
    parameters: net.parameters,
    linear: null,
    p: 0,
    apply(w, window, _s, _around, graph) {
      const axis = window.shape.length - 1;
      const made = net.apply(w, window, graph);
      const newest = type.endsWith("_res") ? window.slice(axis, z - one, one).add(made) : made;
      return sequence === 1 ? newest : join(window.slice(axis, one, z - one), newest);
    },
  };
}

/** z' = net(s). @param attributes  numbers each edge of a graph has */
export function networkDynamics(spec: ModelSpec, { s, z }: ModelDims, attributes: number): Dynamics {
  const { processor_type: type, processor_layers: layers } = spec;
  const net = network(type === "seq_std" || type === "seq_rnn" ? "mlp_smp" : type, "processor", s, z, layers, spec, attributes);
  return {
    parameters: net.parameters,
    linear: null,
    p: 0,
    apply: (w, _z, features, _around, graph) => net.apply(w, features, graph),
  };
}

/** z' = s W, W in full or of a rank. */
export function linearDynamics(spec: ModelSpec, { s, z }: ModelDims, rank: number | null): Dynamics {
  const map = linearMap(s, z, rank, linearStart(spec));
  return { parameters: map.parameters, linear: map, p: 0, apply: (w, _z, features) => map.apply(w, features) };
}

/** First values of linear dynamics: `weight_init`, or a multiple of the identity on the z columns. */
function linearStart(spec: ModelSpec): Start {
  const scale = spec.linear_dynamics_init_scale;
  return (inputs, outputs, key) => {
    if (scale === null) return initialMatrix(spec.weight_init, spec.gain * activationGain(spec.activation), inputs, outputs, key);
    const W = new Float64Array(inputs * outputs);
    for (let i = 0; i < Math.min(inputs, outputs); i++) W[i * outputs + i] = scale;
    return W;
  };
}

/** x' = physics(x, u, f, p) with f = net([x; u]): what the physics lacks is a function of state and control. */
export function algebraicCorrection(spec: ModelSpec, dims: ModelDims): Dynamics {
  const k = spec.residual_dimension ?? dims.x;
  const residual = perceptron("residual", dims.s, k, spec.residual_layers, spec);
  const physics = knownPart(spec, dims, k);
  return {
    parameters: [...residual.parameters, ...learnedConstants(spec)],
    linear: null,
    p: physics.p,
    apply: (w, x, s, { u, p }) => physics.apply({ x, u, f: residual.apply(w, s), p, h: null, c: w[CONSTANTS] ?? null }),
  };
}

/**
 * x' = physics(x, u, f, p, h) and h' = net([x; h; u]) with f = net([x; h; u]): what the physics lacks has a state h of its own. A
 * physics that gives the rates of h too takes the place of the second network: [x'; h'] = physics(x, u, f, p, h).
 */
export function differentialCorrection(spec: ModelSpec, dims: ModelDims): Dynamics {
  const k = spec.residual_dimension ?? 1;
  const hidden = dims.z - dims.x;
  const residual = perceptron("residual", dims.s, k, spec.residual_layers, spec);
  const physics = knownPart(spec, dims, k);
  const latent = physics.whole ? null : perceptron("latent", dims.s, hidden, spec.latent_layers, spec);
  return {
    parameters: [...residual.parameters, ...(latent?.parameters ?? []), ...learnedConstants(spec)],
    linear: null,
    p: physics.p,
    apply(w, z, s, { u, p }) {
      const axis = z.shape.length - 1;
      const [x, h] = [z.slice(axis, 0, dims.x), z.slice(axis, dims.x, hidden)];
      const rates = physics.apply({ x, u, f: residual.apply(w, s), p, h, c: w[CONSTANTS] ?? null });
      return latent === null ? rates : join(rates, latent.apply(w, s));
    },
  };
}

/** The known part; without one it is x' = f. */
function knownPart({ physics, physics_constants }: ModelSpec, { x, u, p, z }: ModelDims, f: number): Physics {
  if (physics === null) return { p: 0, whole: false, apply: (inputs) => inputs.f };
  return physicsOf(physics, { x, u, f, p, h: z - x, constants: constantNames(physics_constants) });
}

/** Name of the weights that hold the learned numbers of the physics. */
const CONSTANTS = "physics.constants";

function learnedConstants({ physics_constants: constants }: ModelSpec): Parameter[] {
  const names = constantNames(constants);
  if (names.length === 0) return [];
  return [{ name: CONSTANTS, shape: [names.length], initial: () => Float64Array.from(names, (name) => constants[name]) }];
}
