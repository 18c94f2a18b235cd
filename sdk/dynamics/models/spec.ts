/**
 * A model as data: independent choices, each a field. The keys are the words of the configuration; every field is filled in
 * by the compiler, whose registry holds the defaults.
 */
export interface ModelSpec {
  /** `ldm` latent dynamics, `kbf` Koopman bilinear form, `lti` linear time-invariant */
  readonly family: ModelFamily;
  /** continuous: z' is dz/dt; discrete: z' is the next z */
  readonly time_domain: TimeDomain;
  /** depth of the encoder; 0 = the identity */
  readonly encoder_layers: number;
  /** depth of the dynamics network (ldm only) */
  readonly processor_layers: number;
  /** depth of the decoder; 0 = the identity, or the first coordinates */
  readonly decoder_layers: number;
  /** width of every hidden layer */
  readonly hidden_dimension: number;
  /** size of z for ldm; null = hidden_dimension, or the input size when the encoder has no layers */
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
  /** `smp` plain, `res` x + net(x), `cat` encoder [x; net(x)] with a decoder that takes the first coordinates */
  readonly autoencoder_type: "smp" | "res" | "cat";
  /** `ode` re-encodes at every step (projected), `np` stays latent, `exp` propagates a linear model exactly (no control) */
  readonly predictor_type: "ode" | "np" | "exp";
  /** how control is interpolated between samples in continuous time */
  readonly input_order: "zoh" | "linear" | "cubic";
  /** start of the linear dynamics: this times the identity on the z columns, rest zero; null = `weight_init` */
  readonly linear_dynamics_init_scale: number | null;
}

export type ModelFamily = "ldm" | "kbf" | "lti";
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
  | "normal"
  | "trunc_normal"
  | "uniform"
  | "zeros";
