import type { ModelFamily, ModelSpec, NetworkType, SequenceType, TimeDomain } from "./spec.js";

/**
 * What the families are made of. A model is one choice for each piece; a family is a row of choices, not a class.
 *
 * encoder   `state` E(x), `input` E([x; u]), `window` E of the samples [x; u] in a window, `identity` x, `hidden` [x; E([x; u])]
 * features  `state` z, `joined` [z; u], `bilinear` [z; z ⊗ u; u]
 * dynamics  `network` net(s), `window` the window z moved on by a sample, `linear` s W, `algebraic` and `differential` physics with a correction,
 *           `kernel` f(s), `kernel-step` z + f(s), `kernel-tangent` f(s) in tangent spaces, f a kernel regression
 * decoder   `network` D(z), `identity` z
 */
export interface Composition {
  readonly encoder: "state" | "input" | "window" | "identity" | "hidden";
  readonly features: "state" | "joined" | "bilinear";
  readonly dynamics: "network" | "window" | "linear" | "algebraic" | "differential" | "kernel" | "kernel-step" | "kernel-tangent";
  readonly decoder: "network" | "identity";
}

export const compositions: Readonly<Record<ModelFamily, Composition>> = {
  ldm: { encoder: "input", features: "state", dynamics: "network", decoder: "network" },
  sdm: { encoder: "window", features: "state", dynamics: "window", decoder: "network" },
  kbf: { encoder: "state", features: "bilinear", dynamics: "linear", decoder: "network" },
  lti: { encoder: "state", features: "joined", dynamics: "linear", decoder: "network" },
  dmd: { encoder: "identity", features: "joined", dynamics: "linear", decoder: "identity" },
  km: { encoder: "state", features: "joined", dynamics: "kernel", decoder: "network" },
  kmsk: { encoder: "state", features: "joined", dynamics: "kernel-step", decoder: "network" },
  kmm: { encoder: "state", features: "joined", dynamics: "kernel-tangent", decoder: "network" },
  corr_alg: { encoder: "identity", features: "joined", dynamics: "algebraic", decoder: "identity" },
  corr_dif: { encoder: "hidden", features: "joined", dynamics: "differential", decoder: "network" },
};

/** The networks of encoder and decoder that an `autoencoder_type` stands for; a word without `mlp_` or `gnn_` follows the graph mode. */
export function autoencoderPair({
  autoencoder_type: type,
  graph_mode,
}: Pick<ModelSpec, "autoencoder_type" | "graph_mode">): readonly [NetworkType | SequenceType, NetworkType | SequenceType] {
  if (typeof type !== "string") return type;
  const kind = type.startsWith("mlp") || (graph_mode !== "graph" && !type.startsWith("gnn")) ? "mlp" : "gnn";
  switch (type) {
    case "smp":
    case "mlp_smp":
    case "gnn_smp":
      return [`${kind}_smp`, `${kind}_smp`];
    case "res":
    case "mlp_res":
    case "gnn_res":
      return [`${kind}_res`, `${kind}_res`];
    case "cat":
    case "mlp_cat":
    case "gnn_cat":
      return [`${kind}_cat`, `${kind}_1st`];
    case "seq_smp":
      return ["seq_mlp_smp", "seq_mlp_smp"];
    case "seq_res":
      return ["seq_mlp_res", "seq_mlp_res"];
    case "seq_cat":
      return ["seq_mlp_cat", "seq_mlp_1st"];
    case "seq_std":
    case "seq_rnn":
      return [type, "seq_mlp_smp"];
    default:
      return type satisfies never;
  }
}

/** Whether a network reads windows sample by sample. */
export const isSequence = (type: NetworkType | SequenceType): type is SequenceType => type.startsWith("seq_");

/** Whether z begins with the coordinates of the state, unchanged: an encoder that appends, or none. */
export function startsWithStates(spec: ModelSpec): boolean {
  const { encoder } = compositions[spec.family];
  if (encoder === "window") return false;
  return encoder === "identity" || encoder === "hidden" || spec.encoder_layers === 0 || autoencoderPair(spec)[0].endsWith("_cat");
}

/** Whether any network of a model lets nodes hear their neighbours. */
export function hearsNeighbours(spec: ModelSpec): boolean {
  const { dynamics } = compositions[spec.family];
  const [down, up] = autoencoderPair(spec);
  const pieces: [string, number][] = [
    [down, spec.encoder_layers],
    [up, spec.decoder_layers],
    ...(dynamics === "network" || dynamics === "window"
      ? [[spec.processor_type, spec.processor_layers] as [string, number]]
      : []),
  ];
  return pieces.some(([type, layers]) => layers > 0 && type.startsWith("gnn") && !type.endsWith("_1st"));
}

/** How a rollout uses the pieces; names as in the original. */
export type Predictor =
  /** dz/dt = f(E(D(z), u), u) by a solver: through the data at every rate */
  | "continuous"
  /** dz/dt = f(z, u) by a solver: latent */
  | "continuous_np"
  /** z(t + dt) = z exp(W dt) */
  | "continuous_exp"
  /** z(t + dt) = z + f dt and a step back to the manifold of the samples */
  | "continuous_fenc"
  /** z+ = f(E(D(z), u), u) */
  | "discrete"
  /** z+ = f(z, u) */
  | "discrete_exp";

/** Whether the dynamics are a kernel regression. */
export const hasKernel = ({ family }: Pick<ModelSpec, "family">): boolean => compositions[family].dynamics.startsWith("kernel");

/** The predictor that a specification leads to. Physics with a correction stays latent: its hidden states are not in the data. */
export function predictorOf({
  family,
  time_domain,
  predictor_type,
}: Pick<ModelSpec, "family" | "time_domain" | "predictor_type">): Predictor {
  const { dynamics } = compositions[family];
  if (dynamics === "kernel-tangent") return "continuous_fenc";
  const latent = dynamics === "algebraic" || dynamics === "differential";
  const wanted = latent ? "np" : predictor_type;
  return predictors[time_domain][wanted];
}

const predictors: Readonly<Record<TimeDomain, Readonly<Record<ModelSpec["predictor_type"], Predictor>>>> = {
  continuous: { ode: "continuous", np: "continuous_np", exp: "continuous_exp" },
  discrete: { ode: "discrete", np: "discrete_exp", exp: "discrete_exp" },
};

/** Whether a rollout goes through the data at every step. */
export const isProjected = (predictor: Predictor): boolean => predictor === "continuous" || predictor === "discrete";

/**
 * Why a rollout could not use the dynamics, or would silently ignore the control; null when it can.
 *
 * @param u  width of the control, 0 = none
 */
export function predictorProblem(spec: ModelSpec, u: number): { readonly message: string; readonly hint: string } | null {
  const { encoder, dynamics } = compositions[spec.family];
  const { predictor_type: type } = spec;
  const predictor = predictorOf(spec);
  if (predictor === "continuous_exp" && dynamics !== "linear") {
    return { message: `exp needs linear dynamics, and ${spec.family} has others`, hint: "write ode or np, or use kbf or lti" };
  }
  if (predictor === "continuous_exp" && u > 0) {
    return { message: `exp propagates without control, and there are ${u} control columns`, hint: "write ode or np" };
  }
  if (!isProjected(predictor) && (encoder === "input" || encoder === "window") && u > 0) {
    const message = `${type} would ignore the control after the first sample: ${spec.family} sees control through its encoder`;
    return { message, hint: "write ode, or use kbf or lti" };
  }
  return null;
}
