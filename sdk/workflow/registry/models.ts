import type { GraphMode, ModelFamily, TimeDomain } from "../../dynamics/models/spec.js";

/** A name that stands for a family in one time domain, and for some in one graph mode. */
export interface ModelVariant {
  readonly name: string;
  readonly time_domain: TimeDomain;
  /** null = what the data are */
  readonly graph_mode: GraphMode | null;
}

/** The name in continuous time, and with a D before it in discrete time. */
const inBothDomains = (name: string, graph_mode: GraphMode | null = null): ModelVariant[] => [
  { name, time_domain: "continuous", graph_mode },
  { name: `D${name}`, time_domain: "discrete", graph_mode },
];

const bothDomains: readonly TimeDomain[] = ["continuous", "discrete"];

export interface ModelDefinition {
  readonly key: ModelFamily;
  readonly name: string;
  readonly summary: string;
  readonly aliases: readonly string[];
  readonly variants: readonly ModelVariant[];
  /** what the model exists in, its default first */
  readonly time_domains: readonly TimeDomain[];
  /** how it uses a graph, its default first; empty = not at all */
  readonly graph_modes: readonly Exclude<GraphMode, "none">[];
  /** least squares finds the dynamics: they are linear in the features, or a kernel regression */
  readonly linear: boolean;
  /** a known part of the dynamics is given as `physics` */
  readonly physical: boolean;
  readonly default_profile: string;
}

export const models: readonly ModelDefinition[] = Object.freeze([
  {
    key: "kbf",
    name: "Koopman bilinear form",
    summary: "z' = A z + sum_j u_j B_j z + B0 u on a learned z = E(x): linear without control, bilinear with it",
    aliases: ["koopman_bilinear_form"],
    variants: [...inBothDomains("KBF"), ...inBothDomains("GKBF", "graph")],
    time_domains: bothDomains,
    graph_modes: ["graph"],
    linear: true,
    physical: false,
    default_profile: "kbf-regular-default",
  },
  {
    key: "ldm",
    name: "Latent dynamics model",
    summary: "z' = f(z) with a network f on z = E(x, u); control enters through the encoder",
    aliases: ["latent_dynamics_model"],
    variants: [...inBothDomains("LDM"), ...inBothDomains("GLDM", "graph"), ...inBothDomains("LDMG", "node")],
    time_domains: bothDomains,
    graph_modes: ["graph", "node"],
    linear: false,
    physical: false,
    default_profile: "ldm-regular-default",
  },
  {
    key: "sdm",
    name: "Sequential dynamics model",
    summary: "z' = [z_2; ...; z_seq; f(z)] on the latent window z of a window of samples (a delay of states and control)",
    aliases: ["sequential_dynamics_model"],
    variants: [
      { name: "DSDM", time_domain: "discrete", graph_mode: null },
      { name: "DSDMG", time_domain: "discrete", graph_mode: "node" },
    ],
    time_domains: ["discrete"],
    graph_modes: ["node"],
    linear: false,
    physical: false,
    default_profile: "sdm-regular-default",
  },
  {
    key: "lti",
    name: "Linear time-invariant model",
    summary: "z' = A z + B u on a learned z = E(x)",
    aliases: ["linear_time_invariant"],
    variants: [...inBothDomains("LTI"), ...inBothDomains("GLTI", "graph")],
    time_domains: bothDomains,
    graph_modes: ["graph"],
    linear: true,
    physical: false,
    default_profile: "lti-regular-default",
  },
  {
    key: "dmd",
    name: "Dynamic mode decomposition",
    summary:
      "the next z = A z + B u on the transformed states themselves: exact, total least squares, forward-backward, optimised or bagged by the method of the phase; of delays, svd directions or observables by transform_x",
    aliases: ["dynamic_mode_decomposition", "dmdc"],
    variants: [],
    time_domains: ["discrete"],
    graph_modes: [],
    linear: true,
    physical: false,
    default_profile: "dmd-regular-default",
  },
  {
    key: "km",
    name: "Kernel machine",
    summary: "z' = f(z, u) with f a kernel ridge regression on the samples: one linear solve, no gradients",
    aliases: ["kernel_machine"],
    variants: [...inBothDomains("KM"), ...inBothDomains("GKM", "graph")],
    time_domains: bothDomains,
    graph_modes: ["graph"],
    linear: true,
    physical: false,
    default_profile: "km-regular-default",
  },
  {
    key: "kmsk",
    name: "Kernel machine of increments",
    summary: "the next z = z + f(z, u) with f a kernel ridge regression on the samples",
    aliases: ["kernel_machine_skip"],
    variants: [
      { name: "DKMSK", time_domain: "discrete", graph_mode: null },
      { name: "DGKMSK", time_domain: "discrete", graph_mode: "graph" },
    ],
    time_domains: ["discrete"],
    graph_modes: ["graph"],
    linear: true,
    physical: false,
    default_profile: "kmsk-regular-default",
  },
  {
    key: "kmm",
    name: "Kernel machine on a manifold",
    summary: "z' = f(z) in the tangent spaces of the manifold that the samples lie on, in steps that lead back to it",
    aliases: ["kernel_machine_manifold"],
    variants: [{ name: "KMM", time_domain: "continuous", graph_mode: null }],
    time_domains: ["continuous"],
    graph_modes: [],
    linear: true,
    physical: false,
    default_profile: "kmm-regular-default",
  },
  {
    key: "corr_alg",
    name: "Physics with an algebraic correction",
    summary: "x' = physics(x, u, f, p) with f = net(x, u): what the known part lacks is a function of state and control",
    aliases: ["TemplateCorrAlg", "algebraic_correction"],
    variants: [],
    time_domains: bothDomains,
    graph_modes: [],
    linear: false,
    physical: true,
    default_profile: "corr_alg-regular-default",
  },
  {
    key: "corr_dif",
    name: "Physics with a differential correction",
    summary: "x' = physics(x, u, f, p), h' = net(x, h, u), f = net(x, h, u): what the known part lacks has a state h of its own",
    aliases: ["TemplateCorrDif", "differential_correction"],
    variants: [],
    time_domains: bothDomains,
    graph_modes: [],
    linear: false,
    physical: true,
    default_profile: "corr_dif-regular-default",
  },
]);

/** Every word that names a model: keys, aliases and variant names. */
export function modelWords(): string[] {
  return models.flatMap((m) => [m.key, ...m.aliases, ...m.variants.map((v) => v.name)]);
}

export type ModelLookup =
  | { readonly found: "model"; readonly model: ModelDefinition; readonly variant: ModelVariant | null }
  | { readonly found: "nothing" };

/**
 * What a model word means: upper and lower case are the same, and a variant name whose time domain is not the family's default
 * (DKBF) is told apart from the family key.
 */
export function lookUpModel(word: string): ModelLookup {
  const typed = word.trim().toLowerCase();
  for (const model of models) {
    if (typed === model.key || model.aliases.some((alias) => alias.toLowerCase() === typed))
      return { found: "model", model, variant: null };
    const variant = model.variants.find((v) => v.name.toLowerCase() === typed);
    if (variant) return { found: "model", model, variant };
  }
  return { found: "nothing" };
}

export function modelByKey(key: ModelFamily): ModelDefinition {
  return models.find((m) => m.key === key)!;
}
