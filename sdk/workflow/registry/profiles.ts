import type { ModelFamily } from "../../dynamics/models/spec.js";
import type { LossRequest, ModelRequest, PhaseRequest } from "./request.js";

/** What a profile lays over the defaults of the library, before a request lays its own words over it. */
export interface Profile {
  readonly key: string;
  readonly summary: string;
  readonly model_keys: readonly ModelFamily[];
  readonly model: ModelRequest;
  readonly phases: readonly PhaseRequest[];
  readonly criterion: Readonly<Record<string, LossRequest>>;
  readonly dataloader: { readonly batch_size?: number };
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
};

export const profiles: readonly Profile[] = Object.freeze([
  {
    key: "kbf-regular-default",
    summary: "linear encoder and decoder, z of size 4, weak form for 25 epochs",
    model_keys: ["kbf"],
    model: { ...network, encoder_layers: 1, decoder_layers: 1, koopman_dimension: 4, const_term: true },
    ...regular,
  },
  {
    key: "ldm-regular-default",
    summary: "no encoder or decoder, one linear layer of dynamics, weak form for 25 epochs",
    model_keys: ["ldm"],
    model: { ...network, encoder_layers: 0, processor_layers: 1, decoder_layers: 0 },
    ...regular,
  },
  {
    key: "lti-regular-default",
    summary: "linear encoder and decoder, z of size 4, weak form for 25 epochs",
    model_keys: ["lti"],
    model: { ...network, encoder_layers: 1, decoder_layers: 1, koopman_dimension: 4 },
    ...regular,
  },
  {
    key: "plain",
    summary:
      "nothing laid over the defaults of the library: the request names its phases and, for kbf and lti, koopman_dimension",
    model_keys: ["kbf", "ldm", "lti"],
    model: {},
    phases: [],
    criterion: { dynamics: {} },
    dataloader: {},
  },
] satisfies readonly Profile[]);

export function profileByKey(key: string): Profile | undefined {
  return profiles.find((profile) => profile.key === key);
}
