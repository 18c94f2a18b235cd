import type { StoredGraph } from "../../numerics/engine/index.js";
import type { InterpolationKind } from "../../numerics/interpolation.js";
import type { KernelSpec, RidgeKind } from "../../numerics/kernels/spec.js";

/**
 * A model as data: independent choices, each a field. The keys are the words of the configuration; every field is filled in
 * by the compiler, whose registry holds the defaults.
 */
export interface ModelSpec {
  /** `ldm` latent dynamics, `sdm` the same over windows of samples, `kbf` Koopman bilinear form, `lti` linear time-invariant, `km`, `kmsk`, `kmm` kernel machines, `corr_alg`, `corr_dif` physics with a correction */
  readonly family: ModelFamily;
  /** continuous: z' is dz/dt; discrete: z' is the next z */
  readonly time_domain: TimeDomain;
  /** `none` plain state vectors; `graph` encoder and decoder on the graph, dynamics in each node; `node` the other way round */
  readonly graph_mode: GraphMode;
  /** layer of the networks on a graph */
  readonly gcl: GraphLayer;
  readonly gcl_opts: GraphLayerOptions;
  /** depth of the encoder; 0 = the identity (corr_dif: hidden states that start at 0) */
  readonly encoder_layers: number;
  /** depth of the dynamics network (ldm, sdm) */
  readonly processor_layers: number;
  /** depth of the decoder; 0 = the identity, or the first coordinates */
  readonly decoder_layers: number;
  /** width of every hidden layer */
  readonly hidden_dimension: number;
  /** kind of the dynamics network (ldm, sdm) */
  readonly processor_type: ProcessorType | "seq_std" | "seq_rnn";
  /** sdm: samples in a window, from the delay of the states; 1 for all others */
  readonly sequence: number;
  /** size of z for ldm and sdm (all samples of the window), null = hidden_dimension, or the input size when the encoder has no layers; hidden states of corr_dif */
  readonly latent_dimension: number | null;
  /** size of z for kbf and lti */
  readonly koopman_dimension: number | null;
  /** kbf: also add B0 u */
  readonly const_term: boolean;
  readonly activation: Activation;
  /** activation after the last layer too */
  readonly end_activation: boolean;
  readonly weight_init: WeightInit;
  readonly bias_init: "zeros" | "ones";
  /** factor on the gain of the activation */
  readonly gain: number;
  /** `smp` plain, `res` x + net(x), `cat` encoder [x; net(x)] with a decoder that takes the first coordinates; or a pair of networks */
  readonly autoencoder_type:
    | AutoencoderType
    | SequenceAutoencoder
    | readonly [NetworkType | SequenceType, NetworkType | SequenceType];
  /** `ode` re-encodes at every step (projected), `np` stays latent, `exp` propagates a linear model exactly (no control) */
  readonly predictor_type: "ode" | "np" | "exp";
  /** how control is interpolated between samples in continuous time */
  readonly input_order: InterpolationKind;
  /** start of the linear dynamics: this times the identity on the z columns, rest zero; null = `weight_init` */
  readonly linear_dynamics_init_scale: number | null;
  /** corr_alg, corr_dif: depth of the network for what the physics lacks */
  readonly residual_layers: number;
  /** corr_alg, corr_dif: size of f, what the physics is given of it; null = the number of states (corr_alg) or 1 (corr_dif) */
  readonly residual_dimension: number | null;
  /** corr_dif: depth of the network for the rate of the hidden states */
  readonly latent_layers: number;
  /** corr_alg, corr_dif: the known part y = physics(x, u, f, p) for one state */
  readonly physics: StoredGraph | null;
  /** corr_alg, corr_dif: numbers in the physics that are learned, by name, with their first values */
  readonly physics_constants: Readonly<Record<string, number>>;
  /** km, kmsk, kmm: the kernel regression; absent for all others */
  readonly kernel?: KernelMachineSpec;
}

/** Dynamics by kernel ridge regression. */
export interface KernelMachineSpec {
  /** size of z; null = the number of states, without an encoder */
  readonly kernel_dimension: number | null;
  readonly type: RidgeKind;
  readonly kernel: readonly KernelSpec[];
  /** what is added to the diagonal of the kernel matrix, units of the kernel */
  readonly ridge_init: number;
  /** a fixed part of it besides */
  readonly jitter: number;
  /** so many landmarks in place of all samples; null = all */
  readonly landmarks: number | null;
  /** so many random features in place of the kernel; absent = none */
  readonly random_features?: number | null;
  readonly solver: "auto" | "dense_cholesky" | "matrix_free_cg";
  /** kmm: the manifold that the samples lie on; null for the others */
  readonly manifold: ManifoldSpec | null;
}

export interface ManifoldSpec {
  /** dimension */
  readonly d: number;
  /** neighbours of a local fit; null = the root of the number of samples */
  readonly K: number | null;
  /** degree of the polynomials that lead back to the manifold */
  readonly g: number;
  /** degree of the polynomials that correct tangent spaces; 0 = none */
  readonly T: number;
}

export type ModelFamily = "ldm" | "sdm" | "kbf" | "lti" | "dmd" | "km" | "kmsk" | "kmm" | "corr_alg" | "corr_dif";
export type GraphMode = "none" | "graph" | "node";
/** `sage` mean of the neighbours, `gcn` normalised sum, `gcnv` weighted sum, `cheb` Chebyshev polynomials, `gat` attention */
export type GraphLayer = "sage" | "gcn" | "gcnv" | "cheb" | "gat";
export interface GraphLayerOptions {
  /** cheb: how many polynomials; 1 sees no neighbours */
  readonly K: number;
  /** gat: attention heads, whose mean is taken */
  readonly heads: number;
}
/** `smp` net(x), `res` x + net(x), `cat` [x; net(x)], `1st` the first entries of x; `mlp` of dense layers, `gnn` of graph layers */
export type NetworkType = DenseType | `gnn_${"smp" | "res" | "cat" | "1st"}`;
export type DenseType = `mlp_${"smp" | "res" | "cat" | "1st"}`;
/** `seq_mlp_*` a network for each sample of a window, `seq_std` and `seq_rnn` recurrent ones, read once or after every sample */
export type SequenceType = `seq_${DenseType}` | "seq_std" | "seq_rnn";
export type AutoencoderType = "smp" | "res" | "cat" | `${"mlp" | "gnn"}_${"smp" | "res" | "cat"}`;
export type SequenceAutoencoder = "seq_smp" | "seq_res" | "seq_cat" | "seq_std" | "seq_rnn";
export type ProcessorType = "mlp_smp" | "mlp_res" | "gnn_smp" | "gnn_res";
export type TimeDomain = "continuous" | "discrete";
export type Activation =
  | "none"
  | "relu"
  | "leakyrelu"
  | "prelu"
  | "tanh"
  | "sigmoid"
  | "gelu"
  | "silu"
  | "elu"
  | "selu"
  | "softplus"
  | "mish";
export type WeightInit =
  | "kaiming_uniform"
  | "kaiming_normal"
  | "xavier_uniform"
  | "xavier_normal"
  | "orthogonal"
  | "deterministic_orthogonal"
  | "normal"
  | "trunc_normal"
  | "uniform"
  | "zeros";
