import { z } from "zod";
import type {
  Activation,
  GraphLayer,
  ModelFamily,
  ModelSpec,
  NetworkType,
  SequenceAutoencoder,
  WeightInit,
} from "../../dynamics/models/spec.js";
import { type InterpolationKind, interpolationAliases, interpolationKinds, splineOrders } from "../../numerics/interpolation.js";
import { kernelMachineKeys, manifoldOptions } from "./kernel-options.js";

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
  "deterministic_orthogonal",
  "normal",
  "trunc_normal",
  "uniform",
  "zeros",
] as const satisfies readonly WeightInit[];

const depth = z.int().min(0).max(64);
const width = z.int().min(1).max(65536);

/** Networks of the catalogue, as pairs for encoder and decoder name them. */
export const networkTypes = [
  "mlp_smp",
  "mlp_res",
  "mlp_cat",
  "mlp_1st",
  "gnn_smp",
  "gnn_res",
  "gnn_cat",
  "gnn_1st",
] as const satisfies readonly NetworkType[];

export const graphLayers = ["sage", "gcn", "gcnv", "cheb", "gat"] as const satisfies readonly GraphLayer[];

const aliases = Object.keys(interpolationAliases) as (keyof typeof interpolationAliases)[];

const inputOrder = z
  .union([z.enum([...interpolationKinds, ...aliases]), z.int().min(0).max(3)])
  .default("cubic")
  .describe("how control is interpolated between samples in continuous time; a number is the order of a spline");

/** The kind that a word or a number for `input_order` means. */
export function interpolationKind(word: string | number): InterpolationKind {
  if (typeof word === "number") return splineOrders[word];
  return Object.hasOwn(interpolationAliases, word)
    ? interpolationAliases[word as (typeof aliases)[number]]
    : (word as InterpolationKind);
}

const layers = {
  hidden_dimension: width.default(64).describe("width of every hidden layer"),
  activation: z.enum(activations).default("prelu").describe("function between layers; none makes the networks linear"),
  end_activation: z.boolean().default(true).describe("apply the activation after the last layer too"),
  weight_init: z.enum(weightInits).default("xavier_uniform").describe("distribution of the first weights"),
  bias_init: z.enum(["zeros", "ones"]).default("zeros").describe("first biases"),
  gain: z.number().positive().default(1).describe("factor on the gain of the activation in the first weights"),
  input_order: inputOrder,
};

const onGraphs = {
  gcl: z
    .enum(graphLayers)
    .default("sage")
    .describe(
      "layer of the networks on a graph: sage mean of the neighbours; gcn normalised sum; gcnv weighted sum; cheb Chebyshev polynomials of the Laplacian; gat attention",
    ),
  gcl_opts: z
    .strictObject({
      K: z.int().min(1).max(32).default(2).describe("cheb: how many polynomials; 1 sees no neighbours"),
      heads: z.int().min(1).max(64).default(1).describe("gat: attention heads, whose mean is taken"),
    })
    .prefault({})
    .describe("options of the graph layer"),
};

const network = {
  encoder_layers: depth.default(2).describe("layers of the encoder; 0 = the identity"),
  decoder_layers: depth.default(2).describe("layers of the decoder; 0 = the identity"),
  ...layers,
  autoencoder_type: z
    .union([
      z.enum(["smp", "res", "cat", "mlp_smp", "mlp_res", "mlp_cat", "gnn_smp", "gnn_res", "gnn_cat"]),
      z.tuple([z.enum(networkTypes), z.enum(networkTypes)]),
    ])
    .default("smp")
    .describe(
      "smp: plain networks; res: x + net(x); cat: encoder [x; net(x)], decoder takes the first coordinates; of dense layers (mlp_) or, by default with graph_mode graph, of graph layers (gnn_); or two names for encoder and decoder of mlp_smp, mlp_res, mlp_cat, mlp_1st, gnn_smp, ...",
    ),
  ...onGraphs,
  predictor_type: z
    .enum(["ode", "np", "exp"])
    .default("ode")
    .describe("ode: re-encodes at every step; np: stays latent; exp: exact propagation of linear dynamics without control"),
};

const windows = ["seq_smp", "seq_res", "seq_cat", "seq_std", "seq_rnn"] as const satisfies readonly SequenceAutoencoder[];

const correction = {
  ...layers,
  physics: z
    .union([z.array(z.string().min(1)).min(1), z.string().min(1), z.looseObject({ nodes: z.array(z.unknown()) })])
    .describe(
      "known part of the dynamics: a list of formulas of x1, u1, f1, p1, ..., one a state (corr_dif: h1, ... too, and when there is one for each of them as well, latent_layers has no use); or in a config file ./file.ts#name, a function (x, u, f, p, ops)",
    ),
  physics_constants: z
    .record(
      z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]*$/, "must be a name of letters, digits and _, a letter first"),
      z.number().describe("first value"),
    )
    .default({})
    .describe("numbers in the physics that are learned, by name, with their first values"),
  residual_layers: depth.min(1).default(2).describe("layers of the network for the correction f"),
};

const linear = {
  koopman_dimension: width.describe("size of the latent z"),
  linear_dynamics_init_scale: z
    .number()
    .nullable()
    .default(null)
    .describe("start of the linear dynamics: this times the identity; null = weight_init"),
};

/** Options as they are written: `physics` and `input_order` in any of their forms. */
export type ModelOptions = Partial<Omit<ModelSpec, "physics" | "input_order" | "kernel">> & {
  readonly kernel?: unknown;
  readonly physics?: unknown;
  readonly input_order?: string | number;
};

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
    processor_type: z
      .enum(["mlp_smp", "mlp_res", "gnn_smp", "gnn_res"])
      .default("mlp_smp")
      .describe(
        "mlp_smp: net(z); mlp_res: z + net(z); gnn_smp, gnn_res: the same on a graph, gnn_smp by default with graph_mode node",
      ),
    latent_dimension: width
      .nullable()
      .default(null)
      .describe("size of the latent z; null = hidden_dimension, or the input size when the encoder has no layers"),
  }),
  sdm: z.strictObject({
    ...network,
    autoencoder_type: z
      .enum(windows)
      .default("seq_smp")
      .describe(
        "seq_smp, seq_res, seq_cat: smp, res or cat for each sample of the window; seq_std: the encoder is a recurrent network read once, after the newest sample; seq_rnn: read after every sample",
      ),
    predictor_type: z.enum(["ode", "np"]).default("ode").describe("ode: re-encodes at every step; np: stays latent"),
    processor_layers: depth.min(1).default(1).describe("layers of the dynamics network"),
    processor_type: z
      .enum(["mlp_smp", "mlp_res", "seq_std", "seq_rnn", "gnn_smp", "gnn_res"])
      .default("seq_std")
      .describe(
        "what follows the window z: mlp_smp: net(z); mlp_res: the newest part of z + net(z); seq_std, seq_rnn: a recurrent network over the samples with and without a layer that reads it; gnn_smp, gnn_res: like mlp on a graph, gnn_smp by default with graph_mode node",
      ),
    latent_dimension: width
      .nullable()
      .default(null)
      .describe(
        "size of the latent z, all samples of the window together; null = the multiple of its samples next to hidden_dimension",
      ),
  }),
  lti: z.strictObject({ ...network, ...linear }),
  dmd: z.strictObject({}),
  km: z.strictObject({ ...network, ...kernelMachineKeys }),
  kmsk: z.strictObject({ ...network, ...kernelMachineKeys }),
  kmm: z.strictObject({
    ...network,
    ...kernelMachineKeys,
    type: kernelMachineKeys.type.default("tangent"),
    kernel: kernelMachineKeys.kernel.default({ type: "op_tan", kopts: [{ type: "sc_rbf", lengthscale_init: 2 }] }),
    manifold: manifoldOptions,
  }),
  corr_alg: z.strictObject({
    ...correction,
    residual_dimension: width.nullable().default(null).describe("size of the correction f; null = the number of states"),
  }),
  corr_dif: z.strictObject({
    ...correction,
    residual_dimension: width.default(1).describe("size of the correction f"),
    latent_dimension: width.default(1).describe("number of hidden states"),
    latent_layers: depth.min(1).default(2).describe("layers of the network for the rate of the hidden states"),
    encoder_layers: depth.default(2).describe("layers of the network for the first hidden states; 0 = they start at 0"),
    decoder_layers: depth.default(2).describe("layers of the decoder; 0 = the states as they are"),
  }),
};

/** Values of the fields that a family does not have; a complete specification names every field. */
export const absentModelOptions: Omit<ModelSpec, "family" | "time_domain" | "kernel" | keyof typeof layers> = {
  graph_mode: "none",
  gcl: "sage",
  gcl_opts: { K: 2, heads: 1 },
  encoder_layers: 0,
  decoder_layers: 0,
  autoencoder_type: "smp",
  predictor_type: "np",
  processor_layers: 0,
  sequence: 1,
  processor_type: "mlp_smp",
  latent_dimension: null,
  koopman_dimension: null,
  const_term: false,
  linear_dynamics_init_scale: null,
  residual_layers: 0,
  residual_dimension: null,
  latent_layers: 0,
  physics: null,
  physics_constants: {},
};

/** The same for the fields of `layers`, which families without a network do not have. */
export const absentLayers: Pick<ModelSpec, Exclude<keyof typeof layers, "input_order">> = {
  hidden_dimension: 1,
  activation: "none",
  end_activation: false,
  weight_init: "zeros",
  bias_init: "zeros",
  gain: 1,
};
