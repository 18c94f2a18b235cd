import { DymadError } from "../../errors.js";
import { concat, type Tensor, type Tensors } from "../../numerics/engine/index.js";
import type { Context } from "./context.js";
import { activationGain, initialMatrix } from "./initialise.js";
import { type LinearMap, linearMap, type Start } from "./linear-map.js";
import { appended, leading, type Network, perceptron, residual } from "./network.js";
import type { Parameter } from "./parameters.js";
import type { ModelSpec } from "./spec.js";

/** Widths of the pieces of a model; see docs/notation.md. */
export interface ModelDims {
  /** state as the model sees it (after transforms) */
  readonly x: number;
  /** control as the model sees it; 0 = none */
  readonly u: number;
  /** parameters of a trajectory that the dynamics read; 0 = none */
  readonly p: number;
  /** what the encoder sees */
  readonly e: number;
  /** latent state */
  readonly z: number;
  /** features given to the dynamics */
  readonly s: number;
}

/**
 * A model as composition: z = E(x, u), s = features(z, u), z' = f(s), x = D(z). Every piece works on the last axis, whatever
 * stands before it. `z'` is dz/dt in continuous time and the next z in discrete time.
 */
export interface Model {
  readonly spec: ModelSpec;
  readonly dims: ModelDims;
  readonly parameters: readonly Parameter[];
  /** the map z' = s W of linear dynamics; null when the dynamics are something else */
  readonly linear: LinearMap | null;
  /** whether z begins with the x coordinates of the state, unchanged */
  readonly statesFirst: boolean;
  /** whether D(E(x)) = x and E(D(z)) = z by construction, so that projecting changes nothing */
  readonly projectionIsIdentity: boolean;
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
 * @param rest  `rank` of linear dynamics W = U Vᵀ, default null: W in full
 * @throws      E_SPEC when widths and choices do not fit together; E_UNSUPPORTED when a rollout could not use the dynamics or the control
 * @see         Otto & Rowley 2021, "Koopman operators for estimation and control of dynamical systems", doi:10.1146/annurev-control-071020-010108
 */
export function buildModel(spec: ModelSpec, x: number, u: number, rest: { readonly rank?: number | null } = {}): Model {
  checkPredictor(spec, u);
  return spec.family === "ldm" ? latentDynamics(spec, x, u) : linearFeatures(spec, x, u, rest.rank ?? null);
}

/** The same model with its linear dynamics in another form: of a rank, or in full (null). */
export function withRank({ spec, dims }: Model, rank: number | null): Model {
  return buildModel(spec, dims.x, dims.u, { rank });
}

/** Refuses a rollout that would have no matrix to exponentiate, or would silently ignore the control. */
function checkPredictor({ family, time_domain, predictor_type }: ModelSpec, u: number): void {
  const refuse = (message: string, hint: string): never => {
    throw new DymadError("E_UNSUPPORTED", message, { path: ["model", "predictor_type"], hint });
  };
  if (predictor_type === "exp" && family === "ldm")
    refuse("exp needs linear dynamics, and ldm has a network", "use ode or np, or kbf or lti");
  if (predictor_type === "exp" && u > 0 && time_domain === "continuous")
    refuse(`exp propagates without control, and there are ${u} control columns`, "use ode or np");
  if (predictor_type === "np" && family === "ldm" && u > 0)
    refuse("np would ignore the control after the first sample: ldm sees control through its encoder", "use ode, or kbf or lti");
}

/** LDM: z = E([x; u]), z' = net(z), x = D(z). Control reaches the dynamics through the encoder. */
function latentDynamics(spec: ModelSpec, x: number, u: number): Model {
  const e = x + u;
  const z = spec.latent_dimension ?? (spec.encoder_layers > 0 ? spec.hidden_dimension : e);
  const { encoder, decoder } = autoencoder(spec, e, x, z);
  const processor = perceptron("processor", z, z, spec.processor_layers, spec);
  return {
    spec,
    dims: { x, u, p: 0, e, z, s: z },
    parameters: [...encoder.parameters, ...processor.parameters, ...decoder.parameters],
    linear: null,
    statesFirst: startsWithStates(spec),
    projectionIsIdentity: encoder.identity && decoder.identity,
    encode: (w, value, { u: control }) => encoder.apply(w, control === null ? value : join(value, control)),
    features: (value) => value,
    dynamics: (w, value) => processor.apply(w, value),
    decode: (w, value) => decoder.apply(w, value),
  };
}

/** KBF and LTI: z = E(x), z' = features(z, u) W, x = D(z). */
function linearFeatures(spec: ModelSpec, x: number, u: number, rank: number | null): Model {
  const z = spec.koopman_dimension;
  if (z === null)
    throw new DymadError("E_SPEC", `${spec.family} needs koopman_dimension`, { path: ["model", "koopman_dimension"] });
  const { encoder, decoder } = autoencoder(spec, x, x, z);
  const bilinear = spec.family === "kbf";
  const s = u === 0 ? z : bilinear ? z * (1 + u) + (spec.const_term ? u : 0) : z + u;
  const map = linearMap(s, z, rank, dynamicsStart(spec));
  return {
    spec,
    dims: { x, u, p: 0, e: x, z, s },
    parameters: [...encoder.parameters, ...map.parameters, ...decoder.parameters],
    linear: map,
    statesFirst: startsWithStates(spec),
    projectionIsIdentity: encoder.identity && decoder.identity,
    encode: (w, value) => encoder.apply(w, value),
    features: (value, { u: control }) =>
      control === null ? value : bilinear ? bilinearFeatures(value, control, spec.const_term) : join(value, control),
    dynamics(w, value, around) {
      return map.apply(w, this.features(value, around));
    },
    decode: (w, value) => decoder.apply(w, value),
  };
}

/** First values of linear dynamics: `weight_init`, or a multiple of the identity on the z columns. */
function dynamicsStart(spec: ModelSpec): Start {
  const scale = spec.linear_dynamics_init_scale;
  return (inputs, outputs, key) => {
    if (scale === null) return initialMatrix(spec.weight_init, spec.gain * activationGain(spec.activation), inputs, outputs, key);
    const W = new Float64Array(inputs * outputs);
    for (let i = 0; i < Math.min(inputs, outputs); i++) W[i * outputs + i] = scale;
    return W;
  };
}

const startsWithStates = (spec: ModelSpec): boolean => spec.autoencoder_type === "cat" || spec.encoder_layers === 0;

function autoencoder(spec: ModelSpec, e: number, x: number, z: number): { encoder: Network; decoder: Network } {
  const { encoder_layers: down, decoder_layers: up, autoencoder_type: type } = spec;
  if (type === "cat" && down > 0) {
    if (z <= e) {
      throw new DymadError(
        "E_SPEC",
        `autoencoder_type "cat" keeps the ${e} inputs and appends learned ones, so z must exceed ${e}, got ${z}`,
        {
          path: ["model", spec.family === "ldm" ? "latent_dimension" : "koopman_dimension"],
          hint: `raise it above ${e}, or use autoencoder_type "smp"`,
        },
      );
    }
    return { encoder: appended(perceptron("encoder", e, z - e, down, spec)), decoder: leading(z, x) };
  }
  if (down === 0 && z !== e) {
    throw new DymadError(
      "E_SPEC",
      `encoder_layers 0 is the identity map, so z must equal the encoder's input size ${e}, got ${z}`,
      {
        path: ["model", "encoder_layers"],
        hint: `set the latent size to ${e}, or give the encoder a layer`,
      },
    );
  }
  if (type === "res" && (z !== e || z !== x)) {
    const sizes = `the encoder's input, z and x must be of one size, but are ${e}, ${z} and ${x}`;
    throw new DymadError("E_SPEC", `autoencoder_type "res" adds inputs to outputs: ${sizes}`, {
      path: ["model", "autoencoder_type"],
      hint: 'use autoencoder_type "smp"',
    });
  }
  if (up === 0 && z < x) {
    throw new DymadError("E_SPEC", `decoder_layers 0 takes the first ${x} coordinates of z, which has ${z}`, {
      path: ["model", "decoder_layers"],
      hint: `set the latent size to ${x} or more, or give the decoder a layer`,
    });
  }
  const plain = (name: string, inputs: number, outputs: number, layers: number): Network =>
    perceptron(name, inputs, outputs, layers, spec);
  const wrap = (net: Network, layers: number): Network => (type === "res" && layers > 0 ? residual(net) : net);
  return { encoder: wrap(plain("encoder", e, z, down), down), decoder: wrap(plain("decoder", z, x, up), up) };
}

const join = (a: Tensor, b: Tensor): Tensor => concat([a, b], a.shape.length - 1);

/** [z; z_i u_j (latent-major); u]. */
function bilinearFeatures(z: Tensor, u: Tensor, constant: boolean): Tensor {
  const lead = z.shape.slice(0, -1);
  const [n, m] = [z.shape[lead.length], u.shape[lead.length]];
  const products = z
    .reshape([...lead, n, 1])
    .mul(u.reshape([...lead, 1, m]))
    .reshape([...lead, n * m]);
  return concat(constant ? [z, products, u] : [z, products], lead.length);
}
