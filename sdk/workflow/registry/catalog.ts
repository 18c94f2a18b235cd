import { z } from "zod";
import type { ModelFamily } from "../../dynamics/models/spec.js";
import { analyses } from "./analysis-options.js";
import { modelOptions } from "./model-options.js";
import { type ModelDefinition, modelByKey, models } from "./models.js";
import { odeMethods, phaseOptions, smoothPhaseOptions, trainers } from "./phase-options.js";
import { profiles } from "./profiles.js";
import { lossTypes } from "./section-options.js";
import { transformOptions, transformTypes } from "./transform-options.js";

/** One thing users can name. */
export interface CatalogEntry {
  readonly key: string;
  readonly summary: string;
}

const lossSummaries = {
  mse: "mean of squared differences",
  mae: "mean of absolute differences",
  wmse: "mean of squared differences, weighted by exp(-alpha k) over the horizon",
  vpt: "inverse of a smooth valid prediction time: how long a rollout stays within gamma deviations",
} as const satisfies Record<(typeof lossTypes)[number], string>;

const trainerSummaries = {
  NODE: "rollouts through a solver, against the data",
  Weak: "weak form: integrals against test polynomials on windows, no rollout",
  OneStep: "one-step pairs: z' against the next z, or its finite difference",
  Linear: "least squares for linear dynamics (kbf, lti), and the regression of kernel machines",
} as const satisfies Record<(typeof trainers)[number], string>;

const transformSummaries = {
  identity: "leaves the values as they are",
  add_one: "appends a column of ones",
  scaler: "to [0, 1], to [-1, 1], or to mean 0 and deviation 1, by column",
  delay: "puts the samples before each beside it, the newest last",
  svd: "coordinates on the leading singular vectors",
  lift: "observables: products of powers and Fourier pairs of the columns, or formulas of one's own",
  kernel: "observables of a kernel on landmarks: kernel EDMD",
  denoise: "takes noise out along time: Savitzky-Golay, or a fit of wide kernels",
  dm: "diffusion map: coordinates of the manifold the samples lie on",
  vbdm: "diffusion map whose kernel is wide where samples are few",
  isomap: "coordinates in which straight lines are as long as paths on the manifold",
} as const satisfies Record<(typeof transformTypes)[number], string>;

const solverSummaries = {
  euler: "fixed step, order 1",
  midpoint: "fixed step, order 2",
  heun: "fixed step, order 2",
  rk4: "fixed step, order 4, the classical rule",
  rk4_38: "fixed step, order 4, the 3/8 rule",
  bosh3: "adaptive, order 3(2)",
  dopri5: "adaptive, order 5(4); the default",
  tsit5: "adaptive, order 5(4)",
  dop853: "adaptive, order 8(5,3), for tight tolerances",
} as const satisfies Record<(typeof odeMethods)[number], string>;

const listed = <K extends string>(keys: readonly K[], summaries: Readonly<Record<K, string>>): CatalogEntry[] =>
  keys.map((key) => ({ key, summary: summaries[key] }));

/** Everything that can be listed, by kind. */
export const catalog: Readonly<Record<string, readonly CatalogEntry[]>> = {
  models: models.map(({ key, name, summary }) => ({ key, summary: `${name}: ${summary}` })),
  profiles: profiles.map(({ key, summary }) => ({ key, summary })),
  training: models.flatMap(({ key, name, graph_modes }) => [
    { key: `train-${key}-regular`, summary: `train a ${name} on regular data` },
    ...(graph_modes.length > 0 ? [{ key: `train-${key}-graph`, summary: `train a ${name} on graph data` }] : []),
  ]),
  trainers: listed(trainers, trainerSummaries),
  losses: listed(lossTypes, lossSummaries),
  transforms: listed(transformTypes, transformSummaries),
  solvers: listed(odeMethods, solverSummaries),
  evaluations: [{ key: "checkpoint_rollout", summary: "free rollouts of the best model; metric rollout_rmse" }],
  analyses: analyses.map(({ key, summary }) => ({ key, summary })),
};

export const catalogKinds: readonly string[] = Object.keys(catalog);

/** All a client needs to write a request for a family: its options, phases and transforms as JSON Schema, its profiles as they are. */
export interface TrainingDescription {
  readonly key: string;
  readonly model: ModelDefinition;
  readonly profiles: readonly object[];
  readonly model_schema: object;
  readonly phase_schemas: Readonly<Record<string, object>>;
  readonly transform_schemas: Readonly<Record<string, object>>;
  readonly guidance: readonly string[];
}

const guidance = [
  "Trainers named in order become one entry of overrides.phases each, in the same order.",
  "Write the shortest phase that says what is meant, such as { trainer: Weak }: what the profile says about the same trainer stays.",
  "Alternating updates are a repeat block: { repeat: { times, phases: [{ type: linear_solve }, { trainer: NODE }] } }.",
  "encoder_layers 0 and decoder_layers 0 are the identity: the latent size must then be the number of transformed states.",
  "Noisy data: begin with { type: data, operation: smooth }; it changes the training data of the phases after it.",
  'Known physics is model_key corr_alg or corr_dif with physics, a formula for each state: ["x2", "-9.81*sin(x1) + f1"]; f1 is what is learned.',
  "A first look at noise-free data: Weak, then NODE with growing sweep_lengths.",
  "Samples that come in pieces: dmd with reference_profile dmd-streaming, then each piece as training data with the checkpoint of the run before as data.earlier (earlier_checkpoint_handle).",
  "A sweep or a grid is overrides.cv.param_grid: dotted keys of the request with lists, { linspace } or { logspace }; phases that are searched must be written.",
  "A search within ranges is overrides.cv.search with mode and bounds; parity odd or even for integers, scale log for rates.",
  "Which candidate wins is overrides.cv.selection; what validates is split: folds for several trajectories, time_frac with folds for one long series.",
];

const schemaOf = (schema: z.ZodType): object => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });

export function describeTraining(key: ModelFamily): TrainingDescription {
  const model = modelByKey(key);
  const smoothing = Object.entries(smoothPhaseOptions).map(([method, schema]) => [`smooth_${method}`, schema] as const);
  const fitting = [...Object.entries(phaseOptions), ...smoothing].filter(
    ([name]) => model.linear || !["Linear", "linear_solve"].includes(name),
  );
  return {
    key: `train-${key}-regular`,
    model,
    profiles: profiles.filter((profile) => profile.model_keys.includes(key)),
    model_schema: schemaOf(modelOptions[key]),
    phase_schemas: Object.fromEntries(fitting.map(([name, schema]) => [name, schemaOf(schema)])),
    transform_schemas: Object.fromEntries(Object.entries(transformOptions).map(([name, schema]) => [name, schemaOf(schema)])),
    guidance,
  };
}
