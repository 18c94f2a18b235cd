import type { ModelFamily } from "../../dynamics/models/spec.js";
import type { LossRequest, ModelRequest, PhaseRequest, TransformStageRequest } from "./request.js";

/** What a profile lays over the defaults of the library, before a request lays its own words over it. */
export interface Profile {
  readonly key: string;
  readonly summary: string;
  readonly model_keys: readonly ModelFamily[];
  readonly model: ModelRequest;
  /** what an optimisation of the request starts from, by trainer; the schedule when there is no `start` */
  readonly phases: readonly PhaseRequest[];
  readonly criterion: Readonly<Record<string, LossRequest>>;
  readonly dataloader: { readonly batch_size?: number };
  readonly double_precision: boolean;
  /** what is taken where the request leaves model, transforms and phases open; null = nothing */
  readonly start: ProfileStart | null;
}

/**
 * A model, transforms and a schedule that were chosen together (docs/training.md). The compiler fits them to the data: the latent
 * size follows the width of the states, windows and horizons follow the length of the trajectories.
 */
export interface ProfileStart {
  /** laid over `model` when the request says nothing about the shape of the networks */
  readonly model: ModelRequest;
  /** kbf and lti: latent coordinates beside the transformed states */
  readonly learned: number | null;
  readonly transform_x: readonly TransformStageRequest[];
  readonly transform_u: readonly TransformStageRequest[];
  /** the transforms are taken even where the request shapes the networks: the model cannot do without */
  readonly needs_transforms?: true;
  /** few samples, and many; left out where the data are too short or unevenly sampled, and null where it could not train the model */
  readonly weak: { readonly few: PhaseRequest; readonly many: PhaseRequest } | null;
  /** what comes before the rollouts where there is no weak form */
  readonly steps?: PhaseRequest;
  /** null = no rollouts: the phases of the profile are the schedule */
  readonly node: PhaseRequest | null;
}

const network = {
  hidden_dimension: 32,
  activation: "none",
  weight_init: "xavier_uniform",
  input_order: "cubic",
} as const;

const weak: PhaseRequest = {
  type: "optimizer",
  name: "WeakForm",
  trainer: "Weak",
  n_epochs: 25,
  save_interval: 5,
  learning_rate: 0.005,
  decay_rate: 0.999,
  weak_form_params: { N: 13, dN: 2, ordpol: 2, ordint: 2 },
};

const regular = {
  phases: [weak],
  criterion: { dynamics: { weight: 1 }, recon: { weight: 1 } },
  dataloader: { batch_size: 16 },
  double_precision: true,
};

const std = { type: "scaler", mode: "std" } as const;

/** Horizons of the rollouts that follow the weak form: samples, fitted to the length of the data. */
const node: PhaseRequest = {
  name: "Rollouts",
  trainer: "NODE",
  n_epochs: 60,
  save_interval: 20,
  learning_rate: 0.001,
  decay_rate: 0.98,
  sweep_lengths: [10, 20, 40],
  chop_mode: "unfold",
  ode_method: "rk4",
};

const schedule = (few: Partial<PhaseRequest>, many: Partial<PhaseRequest>): NonNullable<ProfileStart["weak"]> => {
  const windows = { trainer: "Weak", name: "WeakForm", weak_form_params: { N: 13, dN: 4, ordpol: 2, ordint: 2 } } as const;
  return { few: { ...windows, ...few }, many: { ...windows, ...many } };
};

/** The states, a constant and four learned observables: least squares makes them the affine model of the states first. */
const observables: ProfileStart = {
  model: { autoencoder_type: "cat", encoder_layers: 2, activation: "tanh", end_activation: false },
  learned: 4,
  transform_x: [std, { type: "add_one" }],
  transform_u: [std],
  weak: schedule(
    { n_epochs: 400, save_interval: 25, learning_rate: 0.01, decay_rate: 0.99 },
    { n_epochs: 150, save_interval: 30, learning_rate: 0.01, decay_rate: 0.975 },
  ),
  node,
};

const latent: ProfileStart = {
  model: { processor_layers: 2, hidden_dimension: 64, activation: "tanh", end_activation: false },
  learned: null,
  transform_x: [std],
  transform_u: [std],
  weak: schedule(
    { n_epochs: 600, save_interval: 25, learning_rate: 0.01, decay_rate: 0.993 },
    { n_epochs: 120, save_interval: 30, learning_rate: 0.01, decay_rate: 0.97 },
  ),
  node: { ...node, learning_rate: 0.002 },
};

/** Windows of two samples, a latent state for each; the next is read off all of them. */
const windows: ProfileStart = {
  model: {
    autoencoder_type: "seq_smp",
    processor_type: "mlp_res",
    processor_layers: 2,
    encoder_layers: 0,
    decoder_layers: 0,
    hidden_dimension: 64,
    activation: "tanh",
    end_activation: false,
  },
  learned: null,
  transform_x: [std, { type: "delay", delay: 1 }],
  transform_u: [std, { type: "delay", delay: 1 }],
  needs_transforms: true,
  weak: null,
  steps: { trainer: "OneStep", name: "Steps", n_epochs: 600, save_interval: 50, learning_rate: 0.01, decay_rate: 0.99 },
  node: { ...node, learning_rate: 0.003, n_epochs: 120 },
};

/** The correction alone is learned: the states stay what the physics knows. */
const correction: ProfileStart = {
  model: { residual_layers: 2, hidden_dimension: 32, activation: "tanh", end_activation: false },
  learned: null,
  transform_x: [{ type: "identity" }],
  transform_u: [{ type: "identity" }],
  weak: schedule(
    { n_epochs: 400, save_interval: 25, learning_rate: 0.01, decay_rate: 0.99 },
    { n_epochs: 120, save_interval: 30, learning_rate: 0.01, decay_rate: 0.97 },
  ),
  node: { ...node, learning_rate: 0.002 },
};

/** The states themselves, standardised; least squares is all. */
const kernels: ProfileStart = {
  model: {},
  learned: null,
  transform_x: [std],
  transform_u: [std],
  needs_transforms: true,
  weak: null,
  node: null,
};

const solve: PhaseRequest = { type: "linear_solve", name: "Kernels" };

/** The states as they are, or in the directions and delays the request names; one solve. */
const decomposition: ProfileStart = {
  model: {},
  learned: null,
  transform_x: [{ type: "identity" }],
  transform_u: [{ type: "identity" }],
  weak: null,
  node: null,
};

/**
 * Kernel observables of standardised states. The width is that of kernel machines, and near the one that a null would choose for 25
 * observables (0.9 to 1.8 on five systems).
 */
const kernelObservables: ProfileStart = {
  ...decomposition,
  transform_x: [std, { type: "kernel", kernel: { type: "sc_rbf", lengthscale_init: 2 }, count: 25, landmarks: 500, seed: 0 }],
  needs_transforms: true,
};

/** Few directions of wide samples, found at random. */
const sketched: ProfileStart = {
  ...decomposition,
  transform_x: [{ type: "svd", solver: "randomised", order: 20, oversample: 10, iterations: 2, seed: 0, ifcen: false }],
};
const measured: ProfileStart = {
  ...decomposition,
  transform_x: [{ type: "svd", solver: "compressed", order: 20, measurements: 100, seed: 0, ifcen: false }],
};

const decompositions: readonly (readonly [string, string, PhaseRequest["method"], ProfileStart?, PhaseRequest["kwargs"]?])[] = [
  ["dmd-regular-default", "least squares of each sample on the one before: exact DMD, with control DMDc", "full"],
  ["dmd-total-least-squares", "noise in both samples of each pair", "total_least_squares"],
  ["dmd-forward-backward", "the mean of the step forward and the step back", "forward_backward"],
  ["dmd-optimised", "the exponentials nearest to whole trajectories", "optimised"],
  ["dmd-bagged", "the same, with standard errors from 100 random halves and the count of those that converged", "bagged"],
  ["dmd-residual", "only the eigenpairs that the data confirm", "sako"],
  ["dmd-kernel", "the leading 25 observables of a radial kernel on 500 landmarks: kernel EDMD", "full", kernelObservables],
  ["dmd-randomised", "of wide samples: exact DMD in up to 20 directions found by a random sketch", "full", sketched],
  ["dmd-compressed", "of very wide samples: exact DMD in up to 20 directions of 100 random measurements", "full", measured],
  [
    "dmd-streaming",
    "exact DMD that keeps the sums of its pairs: another run goes on with them and further data (data.earlier)",
    "full",
    decomposition,
    { streaming: true },
  ],
];

const smooth = { hidden_dimension: 32, activation: "tanh", end_activation: false, input_order: "cubic" } as const;

export const profiles: readonly Profile[] = Object.freeze([
  {
    key: "kbf-regular-default",
    summary: "states, constant and four learned observables; least squares, weak form, rollouts",
    model_keys: ["kbf"],
    model: { ...network, encoder_layers: 1, decoder_layers: 1, koopman_dimension: 4, const_term: true },
    ...regular,
    start: observables,
  },
  {
    key: "ldm-regular-default",
    summary: "no encoder or decoder, a network of two layers for the dynamics; weak form, rollouts",
    model_keys: ["ldm"],
    model: { ...network, encoder_layers: 0, processor_layers: 1, decoder_layers: 0 },
    ...regular,
    start: latent,
  },
  {
    key: "sdm-regular-default",
    summary: "windows of two samples, a network of two layers for what is added to the newest; single steps, rollouts",
    model_keys: ["sdm"],
    model: { ...network, encoder_layers: 1, processor_layers: 1, decoder_layers: 1 },
    ...regular,
    phases: [],
    start: windows,
  },
  {
    key: "lti-regular-default",
    summary: "states, constant and four learned observables; least squares, weak form, rollouts",
    model_keys: ["lti"],
    model: { ...network, encoder_layers: 1, decoder_layers: 1, koopman_dimension: 4 },
    ...regular,
    start: observables,
  },
  {
    key: "corr_alg-regular-default",
    summary: "a network of two layers for what the physics lacks; weak form, rollouts",
    model_keys: ["corr_alg"],
    model: { ...smooth, residual_layers: 2 },
    ...regular,
    criterion: { dynamics: { weight: 1 } },
    start: correction,
  },
  {
    key: "corr_dif-regular-default",
    summary:
      "one hidden state that starts at 0, networks of two layers for it and for what the physics lacks; rollouts from the start",
    model_keys: ["corr_dif"],
    model: { ...smooth, residual_layers: 2, latent_layers: 2, latent_dimension: 1, encoder_layers: 0, decoder_layers: 0 },
    ...regular,
    phases: [],
    criterion: { dynamics: { weight: 1 } },
    start: {
      ...correction,
      model: { ...correction.model, latent_layers: 2 },
      weak: null,
      // windows that begin later would need the hidden state there
      node: { ...node, learning_rate: 0.005, chop_mode: "initial" },
    },
  },
  ...(["km", "kmsk", "kmm"] as const).map((family) => ({
    key: `${family}-regular-default`,
    summary: `standardised states, a kernel of width 2${family === "kmm" ? " in tangent spaces" : ""}; one linear solve`,
    model_keys: [family],
    model: { encoder_layers: 0, decoder_layers: 0, predictor_type: "np" as const, ridge_init: 1e-4 },
    ...regular,
    phases: [solve],
    criterion: { dynamics: { weight: 1 } },
    start: kernels,
  })),
  ...decompositions.map(([key, summary, method, start = decomposition, kwargs]) => ({
    key,
    summary,
    model_keys: ["dmd" as const],
    model: {},
    ...regular,
    phases: [{ type: "linear_solve", name: "Decomposition", method, ...(kwargs && { kwargs }) } satisfies PhaseRequest],
    criterion: { dynamics: { weight: 1 } },
    start,
  })),
  {
    key: "plain",
    summary:
      "nothing laid over the defaults of the library: the request names its phases and, for kbf and lti, koopman_dimension",
    model_keys: ["kbf", "ldm", "sdm", "lti", "dmd", "km", "kmsk", "kmm", "corr_alg", "corr_dif"],
    model: {},
    phases: [],
    criterion: { dynamics: {} },
    dataloader: {},
    double_precision: false,
    start: null,
  },
] satisfies readonly Profile[]);

export function profileByKey(key: string): Profile | undefined {
  return profiles.find((profile) => profile.key === key);
}
