import { z } from "zod";
import type {
  AnalysisKey,
  AnalysisParameters,
  HavokAnalysisOptions,
  SpectralOptions,
  TransformModesOptions,
} from "./analysis-request.js";

const line = z
  .tuple([z.number(), z.number(), z.int().min(2).max(2000)])
  .refine(([first, last]) => first < last, "must be [first, last, count] with first < last")
  .nullable()
  .default(null);

const pseudospectrum = z.strictObject({
  method: z
    .enum(["residual", "operator"])
    .default("residual")
    .describe("residual: smallest residual on the data; operator: smallest singular value of z - A in latent coordinates"),
  plane: z
    .enum(["discrete", "continuous"])
    .default("discrete")
    .describe("z is a multiplier of one step, or growth + i angular frequency"),
  re: line.describe("[first, last, count] of real parts; null = around the eigenvalues"),
  im: line.describe("[first, last, count] of imaginary parts; null = around the eigenvalues"),
  points: z.int().min(2).max(1000).default(61).describe("along each axis, where re or im is null"),
});

const measure = z.strictObject({
  observable: z.string().min(1).describe("name of a column of x"),
  order: z.int().min(1).max(6).default(2).describe("of the rational kernel"),
  eps: z.number().positive().default(0.1).describe("width over which the measure is smoothed, rad per step"),
  angles: z.int().min(2).max(100_000).default(361).describe("from -pi to pi"),
});

const eigenfunctions = z.strictObject({
  columns: z.tuple([z.string().min(1), z.string().min(1)]).describe("names of the two columns of x that span the plane"),
  across: line.describe("[first, last, count] of the first column; null = the range of the data"),
  up: line.describe("[first, last, count] of the second column; null = the range of the data"),
  points: z.int().min(2).max(1000).default(41).describe("along each axis, where across or up is null"),
  count: z.int().min(1).max(12).default(4).describe("how many of the kept eigenfunctions, pairs counting once"),
});

const resolvent = z.strictObject({
  frequencies: line
    .refine((value) => value === null || value[0] >= 0, "must begin at 0 or above")
    .describe(
      "[first, last, count] of angular frequencies, rad per unit of t; null = 0 and equal ratios from below the slowest rate to half a turn in a step",
    ),
  points: z.int().min(3).max(10_000).default(200).describe("how many, where frequencies is null; those of eigenvalues are added"),
  count: z.int().min(1).max(12).default(4).describe("how many peaks, the highest first, are described"),
  at: z
    .array(z.number().min(0))
    .min(1)
    .max(12)
    .nullable()
    .default(null)
    .describe("angular frequencies that are described in place of the peaks, rad per unit of t"),
});

const confirmed = z
  .number()
  .positive()
  .default(0.05)
  .describe("largest residual, relative to the change |lambda - 1| that one step should bring, of a confirmed eigenvalue");

export const spectralOptions: z.ZodType<SpectralOptions> = z.strictObject({
  dt: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("what the time step is believed to be; it is read from the data, and a contradiction is refused"),
  threshold: confirmed,
  order: z
    .enum(["residual", "energy"])
    .default("residual")
    .describe("what comes first: the smallest residual or the largest energy"),
  keep: z
    .union([
      z.literal("full"),
      z.strictObject({ max_residual: z.number().positive() }),
      z.strictObject({ count: z.int().min(1) }),
    ])
    .default("full")
    .describe(
      "eigenvalues whose modes are kept, those that remove_one drops left aside: full, { max_residual } or { count }; conjugate pairs stay whole",
    ),
  remove_one: z
    .number()
    .positive()
    .nullable()
    .default(1e-10)
    .describe("eigenvalues this near 1, which belong to constant observables, are not kept; null keeps them"),
  pseudospectrum: pseudospectrum
    .nullable()
    .default(null)
    .describe("where residuals are small in the complex plane; null = not computed"),
  measure: measure
    .nullable()
    .default(null)
    .describe("how the energy of one column is spread over frequencies; null = not computed"),
  eigenfunctions: eigenfunctions
    .nullable()
    .default(null)
    .describe("eigenfunctions on a plane of states through the sample nearest to the mean; null = not computed"),
  resolvent: resolvent
    .nullable()
    .default(null)
    .describe("gains of the response to forcing over frequencies, through control where there is one; null = not computed"),
  forecast: z
    .boolean()
    .default(false)
    .describe("whether each trajectory is forecast from its first samples by the kept eigenvalues and constants alone"),
  figures: z.boolean().default(true).describe("whether charts are written"),
});

/** What the wake of the original study is described by: its energy in few modes, then the closed curve they run on. */
const wakeStages = [
  { type: "svd", solver: "exact", order: 0.9999, ifcen: true },
  { type: "dm", edim: 3, Knn: 15, Kphi: 3, inverse: "gmls", order: 1, mode: "full" },
] as const;

export const transformModesOptions: z.ZodType<TransformModesOptions> = z.strictObject({
  index: z
    .int()
    .min(1)
    .default(5)
    .describe("which sample of the test data, counted from 0, has its modes taken; not the first, not the last"),
  nx: z.int().min(1).default(199).describe("rows of the field; the columns of x are its values row by row"),
  ny: z.int().min(1).default(449).describe("columns of the field"),
  transform_x: z
    .array(z.record(z.string(), z.unknown()))
    .min(1)
    .default(() => wakeStages.map((stage) => ({ ...stage })))
    .describe("stages of the chain that is fitted on the training data, as under overrides"),
  figures: z.boolean().default(true).describe("whether charts are written"),
}) as unknown as z.ZodType<TransformModesOptions>;

export const havokOptions: z.ZodType<HavokAnalysisOptions> = z.strictObject({
  observable: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("name of a column of x; null = all columns side by side, in their own units"),
  delay: z
    .int()
    .min(1)
    .max(10_000)
    .nullable()
    .default(null)
    .describe(
      "how many earlier samples a window holds beside the newest; null = until the autocorrelation has fallen to 0.9, from 4 to 100",
    ),
  rank: z
    .int()
    .min(2)
    .max(1000)
    .nullable()
    .default(null)
    .describe("coordinates and the push together; null = the directions of windows that stand above noise, from 2 to 5"),
  threshold: z
    .number()
    .positive()
    .default(2)
    .describe("the push is active where it is so many standard deviations from its mean"),
  residual_threshold: confirmed,
  figures: z.boolean().default(true).describe("whether charts are written"),
});

/** An analysis that can be asked for. */
export interface AnalysisDefinition<K extends AnalysisKey = AnalysisKey> {
  readonly key: K;
  readonly name: string;
  readonly summary: string;
  /** whether it is about a trained model, and not about data alone */
  readonly requires_checkpoint: boolean;
  /** data sets it cannot do without */
  readonly dataset_input_keys: readonly string[];
  /** data sets it has a default for: `data` to judge a model by */
  readonly optional_dataset_keys: readonly string[];
  readonly parameters: z.ZodType<AnalysisParameters[K]>;
}

const definitions: { readonly [K in AnalysisKey]: AnalysisDefinition<K> } = {
  spectral_koopman: {
    key: "spectral_koopman",
    name: "Koopman spectrum",
    summary: "eigenvalues of a linear latent model with residuals, modes, pseudospectrum, resolvent gains and spectral measure",
    requires_checkpoint: true,
    dataset_input_keys: [],
    optional_dataset_keys: ["data"],
    parameters: spectralOptions,
  },
  vortex_transform_modes: {
    key: "vortex_transform_modes",
    name: "Modes of transforms",
    summary: "coordinates of a field by a chain of transforms, its modes at one sample, and how well they carry its motion",
    requires_checkpoint: false,
    dataset_input_keys: ["train_dataset_handle", "test_dataset_handle"],
    optional_dataset_keys: [],
    parameters: transformModesOptions,
  },
  havok: {
    key: "havok",
    name: "HAVOK",
    summary:
      "a chaotic series as a linear system of its delays that is pushed in bursts: spectrum, push, bursts, and what the push explains",
    requires_checkpoint: false,
    dataset_input_keys: ["data"],
    optional_dataset_keys: [],
    parameters: havokOptions,
  },
};

export const analyses: readonly AnalysisDefinition[] = Object.values(definitions);

export const isAnalysisKey = (key: string): key is AnalysisKey => Object.hasOwn(definitions, key);

export const analysisByKey = <K extends AnalysisKey>(key: K): AnalysisDefinition<K> => definitions[key] as AnalysisDefinition<K>;
