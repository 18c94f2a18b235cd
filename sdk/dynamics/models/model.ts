import { DymadError } from "../../errors.js";
import { fill, type Tensor, type Tensors } from "../../numerics/engine/index.js";
import {
  autoencoderPair,
  compositions,
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
import type { LinearMap } from "./linear-map.js";
import { leading, type Network, network, perceptron } from "./network.js";
import type { Parameter } from "./parameters.js";
import { interleave, windowNetwork } from "./sequence.js";
import { type ModelDims, modelDims, sizeProblems } from "./sizes.js";
import type { ModelSpec, NetworkType, SequenceType } from "./spec.js";

/**
 * A model as composition: z = E(x, u), s = features(z, u), z' = f(s), x = D(z). Every piece works on the last axis, whatever
 * stands before it. `z'` is dz/dt in continuous time and the next z in discrete time.
 */
export interface Model {
  readonly spec: ModelSpec;
  readonly dims: ModelDims;
  readonly parameters: readonly Parameter[];
  readonly predictor: Predictor;
  /** the map z' = s W of linear dynamics; null when the dynamics are something else */
  readonly linear: LinearMap | null;
  /** whether z begins with the x coordinates of the state, unchanged */
  readonly statesFirst: boolean;
  /** whether D(E(x)) = x and E(D(z)) = z by construction, so that projecting changes nothing */
  readonly projectionIsIdentity: boolean;
  /** whether a rollout goes through the data at every step: f(E(D(z), u), u) */
  readonly projected: boolean;
  encode(weights: Tensors, x: Tensor, around: Context): Tensor;
  features(z: Tensor, around: Context): Tensor;
  dynamics(weights: Tensors, z: Tensor, around: Context): Tensor;
  decode(weights: Tensors, z: Tensor): Tensor;
}

/**
 * Builds the model a specification describes, for data of given widths.
 *
 * @param spec  the choices
 * @param x     width of the state after transforms
 * @param u     width of the control after transforms, 0 = autonomous
 * @param rest  `p` parameters of each trajectory, default 0; `rank` of linear dynamics W = U Vᵀ, default null: W in full
 * @throws      E_SPEC, E_SHAPE when widths and choices do not fit together; E_UNSUPPORTED when a rollout could not use the dynamics or the control
 * @see         Otto & Rowley 2021, "Koopman operators for estimation and control of dynamical systems", doi:10.1146/annurev-control-071020-010108
 */
export function buildModel(
  spec: ModelSpec,
  x: number,
  u: number,
  rest: { readonly p?: number; readonly rank?: number | null } = {},
): Model {
  const { p = 0, rank = null } = rest;
  const made = compositions[spec.family];
  const sizes = modelDims(spec, { x, u, p });
  requireFit(spec, sizes);
  const { encoder, decoder } = autoencoder(spec, sizes);
  const dynamics = dynamicsOf(spec, sizes, rank);
  const dims = { ...sizes, p: dynamics.p };
  const predictor = predictorOf(spec);
  const projectionIsIdentity = encoder.identity && decoder.identity;
  return {
    spec,
    dims,
    parameters: [...encoder.parameters, ...dynamics.parameters, ...decoder.parameters],
    predictor,
    linear: dynamics.linear,
    statesFirst: startsWithStates(spec),
    projectionIsIdentity,
    projected: isProjected(predictor) && !projectionIsIdentity,
    encode(w, value, { u: control }) {
      const beside = made.encoder === "window" ? (a: Tensor, b: Tensor) => interleave(a, b, spec.sequence) : join;
      const input = made.encoder === "state" || control === null ? value : beside(value, control);
      if (made.encoder === "identity") return value;
      return made.encoder === "hidden" ? join(value, encoder.apply(w, input)) : encoder.apply(w, input);
    },
    features: (z, { u: control }) => featuresOf(made.features, z, control, spec.const_term),
    dynamics(w, z, around) {
      return dynamics.apply(w, z, this.features(z, around), around);
    },
    decode: (w, z) => decoder.apply(w, z),
  };
}

/** The same model with its linear dynamics in another form: of a rank, or in full (null). */
export function withRank({ spec, dims }: Model, rank: number | null): Model {
  return buildModel(spec, dims.x, dims.u, { p: dims.p, rank });
}

function requireFit(spec: ModelSpec, dims: ModelDims): void {
  const problem = predictorProblem(spec, dims.u);
  if (problem !== null) {
    throw new DymadError("E_UNSUPPORTED", problem.message, { path: ["model", "predictor_type"], hint: problem.hint });
  }
  const issues = sizeProblems(spec, dims).map((issue) => ({ ...issue, path: ["model", ...issue.path] }));
  if (issues.length > 0)
    throw DymadError.ofIssues(issues.map((issue) => ({ ...issue, message: `${issue.path[1]} ${issue.message}` })));
}

function autoencoder(spec: ModelSpec, { x, u, e, z }: ModelDims): { encoder: Network; decoder: Network } {
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
        encoder: coder(down, "encoder", e, z, spec.encoder_layers, spec),
        decoder: coder(up, "decoder", z, x, spec.decoder_layers, spec),
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
): Network {
  if (!isSequence(type)) return network(type, name, inputs, outputs, layers, spec);
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

function dynamicsOf(spec: ModelSpec, dims: ModelDims, rank: number | null): Dynamics {
  const { dynamics } = compositions[spec.family];
  switch (dynamics) {
    case "network":
      return networkDynamics(spec, dims);
    case "window":
      return windowDynamics(spec, dims);
    case "linear":
      return linearDynamics(spec, dims, rank);
    case "algebraic":
      return algebraicCorrection(spec, dims);
    case "differential":
      return differentialCorrection(spec, dims);
    default:
      return dynamics satisfies never;
  }
}
