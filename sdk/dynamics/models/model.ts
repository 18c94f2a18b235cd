import { DymadError, issuesUnder } from "../../errors.js";
import { fill, type Tensor, type Tensors } from "../../numerics/engine/index.js";
import type { GraphLayout } from "../data/graphs/layout.js";
import {
  autoencoderPair,
  compositions,
  hearsNeighbours,
  isProjected,
  isSequence,
  type Predictor,
  predictorOf,
  predictorProblem,
  startsWithStates,
} from "./composition.js";
import type { Context } from "./context.js";
import {
  algebraicCorrection,
  type Dynamics,
  differentialCorrection,
  linearDynamics,
  networkDynamics,
  windowDynamics,
} from "./dynamics.js";
import { featuresOf, join } from "./features.js";
import { type Messages, messagesOf } from "./graphs/messages.js";
import { type Topology, topologyOf } from "./graphs/topology.js";
import { type KernelMap, kernelDynamics, pointsOf } from "./kernel-dynamics.js";
import { type LinearMap, rankOf } from "./linear-map.js";
import { leading, type Network, network, perceptron } from "./network.js";
import { type NodeAxis, nodeAxis, plainState } from "./nodes.js";
import type { Parameter, Weights } from "./parameters.js";
import { interleave, windowNetwork } from "./sequence.js";
import { type ModelDims, modelDims, sizeProblems } from "./sizes.js";
import type { ModelSpec, NetworkType, SequenceType } from "./spec.js";

/**
 * A model as composition: z = E(x, u), s = features(z, u), z' = f(s), x = D(z). Every piece works on the last axis, whatever
 * stands before it. `z'` is dz/dt in continuous time and the next z in discrete time. On a graph x, u, z and s hold those of all nodes,
 * node after node; every node has the same pieces.
 */
export interface Model {
  readonly spec: ModelSpec;
  /** widths of all nodes together */
  readonly dims: ModelDims;
  /** widths of one node; those of the whole for plain state vectors */
  readonly node: ModelDims;
  readonly axis: NodeAxis;
  /** what the model was built for; null for plain state vectors */
  readonly layout: GraphLayout | null;
  /** the edges that its networks use; null when they use none */
  readonly topology: Topology | null;
  readonly parameters: readonly Parameter[];
  readonly predictor: Predictor;
  /** the map z' = s W of linear dynamics, in each node; null when the dynamics are something else */
  readonly linear: LinearMap | null;
  /** the regression of kernel dynamics; null when the dynamics are something else */
  readonly kernel: KernelMap | null;
  /** what data settle about the shape of the dynamics: rank of a linear map (null = in full), or points of a kernel; null for all others */
  readonly form: number | null;
  /** whether z begins with the x coordinates of the state, unchanged */
  readonly statesFirst: boolean;
  /** whether D(E(x)) = x and E(D(z)) = z by construction, so that projecting changes nothing */
  readonly projectionIsIdentity: boolean;
  /** whether a rollout goes through the data at every step: f(E(D(z), u), u) */
  readonly projected: boolean;
  encode(weights: Tensors, x: Tensor, around: Context): Tensor;
  features(z: Tensor, around: Context): Tensor;
  dynamics(weights: Tensors, z: Tensor, around: Context): Tensor;
  decode(weights: Tensors, z: Tensor, around: Context): Tensor;
}

/**
 * Builds the model a specification describes, for data of given widths.
 *
 * @param spec  the choices
 * @param x     width of the state after transforms
 * @param u     width of the control after transforms, 0 = autonomous
 * @param rest  `p` parameters of each trajectory, default 0; `form` of the dynamics: rank of W = U Vᵀ, default null: W in full; or points
 *              of a kernel, default 1; `layout` of the graphs, for the graph modes
 * @throws      E_SPEC, E_SHAPE when widths and choices do not fit together; E_DATA when there is no graph, or the layer cannot use it; E_UNSUPPORTED when a rollout could not use the dynamics or the control
 * @see         Otto & Rowley 2021, "Koopman operators for estimation and control of dynamical systems", doi:10.1146/annurev-control-071020-010108
 */
export function buildModel(
  spec: ModelSpec,
  x: number,
  u: number,
  rest: { readonly p?: number; readonly form?: number | null; readonly layout?: GraphLayout | null } = {},
): Model {
  const { p = 0, form = null } = rest;
  const made = compositions[spec.family];
  const layout = spec.graph_mode === "none" ? null : requireLayout(rest.layout ?? null, x, u);
  const axis = layout === null ? plainState : nodeAxis(layout.nodes);
  const sizes = modelDims(spec, { x: x / axis.nodes, u: u / axis.nodes, p });
  requireFit(spec, sizes);
  const { encoder, decoder } = autoencoder(spec, sizes, layout?.attributes ?? 0);
  const dynamics = dynamicsOf(spec, sizes, form, layout?.attributes ?? 0);
  const node = { ...sizes, p: dynamics.p };
  const predictor = predictorOf(spec);
  const projectionIsIdentity = encoder.identity && decoder.identity;
  const topology = layout !== null && hearsNeighbours(spec) ? topologyOf(spec.gcl, layout) : null;
  const heard = (like: Tensor, { g }: Context): Messages | null => topology && messagesOf(topology, like, g);
  const features = (z: Tensor, { u: control }: Context): Tensor =>
    featuresOf(made.features, axis.split(z), control && axis.split(control), spec.const_term);
  return {
    spec,
    dims: allNodes(node, axis.nodes),
    node,
    axis,
    layout,
    topology,
    parameters: [...encoder.parameters, ...dynamics.parameters, ...decoder.parameters],
    predictor,
    linear: dynamics.linear,
    kernel: dynamics.kernel ?? null,
    form: dynamics.linear?.rank ?? dynamics.kernel?.points ?? null,
    statesFirst: startsWithStates(spec),
    projectionIsIdentity,
    projected: isProjected(predictor) && !projectionIsIdentity,
    encode(w, value, around) {
      const beside = made.encoder === "window" ? (a: Tensor, b: Tensor) => interleave(a, b, spec.sequence) : join;
      if (made.encoder === "identity") return value;
      const [own, control] = [axis.split(value), around.u && axis.split(around.u)];
      const input = made.encoder === "state" || control === null ? own : beside(own, control);
      const z = encoder.apply(w, input, heard(value, around));
      return axis.join(made.encoder === "hidden" ? join(own, z) : z);
    },
    features: (z, around) => axis.join(features(z, around)),
    dynamics: (w, z, around) => axis.join(dynamics.apply(w, axis.split(z), features(z, around), around, heard(z, around))),
    decode: (w, z, around) => axis.join(decoder.apply(w, axis.split(z), heard(z, around))),
  };
}

const allNodes = ({ x, u, p, e, z, s }: ModelDims, N: number): ModelDims => ({
  x: N * x,
  u: N * u,
  p,
  e: N * e,
  z: N * z,
  s: N * s,
});

function requireLayout(layout: GraphLayout | null, x: number, u: number): GraphLayout {
  if (layout === null) {
    throw new DymadError("E_DATA", "a model on a graph was given data without a graph", {
      path: ["graph_mode"],
      hint: "give adj or ei with the data, or write graph_mode: none",
    });
  }
  for (const [field, columns] of Object.entries({ x, u })) {
    if (columns % layout.nodes === 0) continue;
    throw new DymadError("E_SHAPE", `${columns} columns of ${field} do not divide among ${layout.nodes} nodes`, {
      path: [field],
    });
  }
  return layout;
}

/** The same model with its dynamics in another form: linear of a rank or in full (null), kernels on so many points. */
export function withForm({ spec, dims, layout }: Model, form: number | null): Model {
  return buildModel(spec, dims.x, dims.u, { p: dims.p, form, layout });
}

/** The form of the dynamics that weights belong to. */
export function formOf({ linear, kernel, node }: Model, weights: Weights): number | null {
  if (kernel !== null) return pointsOf(weights, node.z);
  return linear === null ? null : rankOf(weights, node.s);
}

function requireFit(spec: ModelSpec, dims: ModelDims): void {
  const problem = predictorProblem(spec, dims.u);
  if (problem !== null) {
    throw new DymadError("E_UNSUPPORTED", problem.message, { path: ["model", "predictor_type"], hint: problem.hint });
  }
  const issues = issuesUnder(["model"], sizeProblems(spec, dims));
  if (issues.length > 0)
    throw DymadError.ofIssues(issues.map((issue) => ({ ...issue, message: `${issue.path[1]} ${issue.message}` })));
}

function autoencoder(spec: ModelSpec, { x, u, e, z }: ModelDims, edge: number): { encoder: Network; decoder: Network } {
  const [down, up] = autoencoderPair(spec);
  switch (compositions[spec.family].encoder) {
    case "identity":
      return { encoder: leading(x, x), decoder: leading(x, x) };
    case "hidden":
      return {
        encoder: spec.encoder_layers === 0 ? zeros(x + u, z - x) : perceptron("encoder", e, z - x, spec.encoder_layers, spec),
        decoder: perceptron("decoder", z, x, spec.decoder_layers, spec),
      };
    default:
      return {
        encoder: coder(down, "encoder", e, z, spec.encoder_layers, spec, edge),
        decoder: coder(up, "decoder", z, x, spec.decoder_layers, spec, edge),
      };
  }
}

function coder(
  type: NetworkType | SequenceType,
  name: string,
  inputs: number,
  outputs: number,
  layers: number,
  spec: ModelSpec,
  edge: number,
): Network {
  if (!isSequence(type)) return network(type, name, inputs, outputs, layers, spec, edge);
  return windowNetwork(type, name, { inputs, outputs, samples: spec.sequence }, layers, spec);
}

/** Hidden states that start at 0 whatever is seen. */
function zeros(inputs: number, outputs: number): Network {
  return {
    inputs,
    outputs,
    parameters: [],
    identity: false,
    apply: (_, value) => fill(value, [...value.shape.slice(0, -1), outputs], 0),
  };
}

function dynamicsOf(spec: ModelSpec, dims: ModelDims, form: number | null, edge: number): Dynamics {
  const { dynamics } = compositions[spec.family];
  switch (dynamics) {
    case "network":
      return networkDynamics(spec, dims, edge);
    case "window":
      return windowDynamics(spec, dims, edge);
    case "linear":
      return linearDynamics(spec, dims, form);
    case "kernel":
    case "kernel-step":
    case "kernel-tangent":
      return kernelDynamics(spec, dims, form ?? 1, dynamics);
    case "algebraic":
      return algebraicCorrection(spec, dims);
    case "differential":
      return differentialCorrection(spec, dims);
    default:
      return dynamics satisfies never;
  }
}
