import { z } from "zod";
import type { Activation, ModelFamily, ModelSpec, WeightInit } from "../../dynamics/models/spec.js";

export const activations = [
  "none",
  "relu",
  "leakyrelu",
  "prelu",
  "tanh",
  "sigmoid",
  "gelu",
  "silu",
  "elu",
  "selu",
  "softplus",
  "mish",
] as const satisfies readonly Activation[];

export const weightInits = [
  "kaiming_uniform",
  "kaiming_normal",
  "xavier_uniform",
  "xavier_normal",
  "orthogonal",
  "normal",
  "trunc_normal",
  "uniform",
  "zeros",
] as const satisfies readonly WeightInit[];

const depth = z.int().min(0).max(64);
const width = z.int().min(1).max(65536);

const network = {
  encoder_layers: depth.default(2).describe("layers of the encoder; 0 = the identity"),
  decoder_layers: depth.default(2).describe("layers of the decoder; 0 = the identity"),
  hidden_dimension: width.default(64).describe("width of every hidden layer"),
  activation: z.enum(activations).default("prelu").describe("function between layers; none makes the networks linear"),
  end_activation: z.boolean().default(true).describe("apply the activation after the last layer too"),
  weight_init: z.enum(weightInits).default("xavier_uniform").describe("distribution of the first weights"),
  bias_init: z.enum(["zeros", "ones"]).default("zeros").describe("first biases"),
  gain: z.number().positive().default(1).describe("factor on the gain of the activation in the first weights"),
  autoencoder_type: z
    .enum(["smp", "res", "cat"])
    .default("smp")
    .describe("smp: plain networks; res: x + net(x); cat: encoder [x; net(x)], decoder takes the first coordinates"),
  predictor_type: z
    .enum(["ode", "np", "exp"])
    .default("ode")
    .describe("ode: re-encodes at every step; np: stays latent; exp: exact propagation of linear dynamics without control"),
  input_order: z
    .enum(["zoh", "linear", "cubic"])
    .default("cubic")
    .describe("how control is interpolated between samples in continuous time"),
};

const linear = {
  koopman_dimension: width.describe("size of the latent z"),
  linear_dynamics_init_scale: z
    .number()
    .nullable()
    .default(null)
    .describe("start of the linear dynamics: this times the identity; null = weight_init"),
};

export type ModelOptions = Partial<ModelSpec>;

/** The options of each family: names, limits, meaning, and the defaults of the library before a profile is laid over them. */
export const modelOptions: Readonly<Record<ModelFamily, z.ZodType<ModelOptions>>> = {
  kbf: z.strictObject({
    ...network,
    ...linear,
    const_term: z.boolean().default(true).describe("also add B0 u"),
  }),
  ldm: z.strictObject({
    ...network,
    processor_layers: depth.min(1).default(2).describe("layers of the dynamics network"),
    latent_dimension: width
      .nullable()
      .default(null)
      .describe("size of the latent z; null = hidden_dimension, or the input size when the encoder has no layers"),
  }),
  lti: z.strictObject({ ...network, ...linear }),
};

/** Values of the fields that a family does not have; a complete specification names every field. */
export const absentModelOptions: Pick<
  ModelSpec,
  "processor_layers" | "latent_dimension" | "koopman_dimension" | "const_term" | "linear_dynamics_init_scale"
> = {
  processor_layers: 0,
  latent_dimension: null,
  koopman_dimension: null,
  const_term: false,
  linear_dynamics_init_scale: null,
};
