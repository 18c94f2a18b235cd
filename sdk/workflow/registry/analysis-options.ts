import { z } from "zod";
import type { SpectralOptions } from "./analysis-request.js";

const line = z
  .tuple([z.number(), z.number(), z.int().min(1).max(2000)])
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

export const spectralOptions: z.ZodType<SpectralOptions> = z.strictObject({
  dt: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("what the time step is believed to be; it is read from the data, and a contradiction is refused"),
  threshold: z
    .number()
    .positive()
    .default(0.05)
    .describe("largest residual, relative to the change |lambda - 1| that one step should bring, of a confirmed eigenvalue"),
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
    .describe("eigenvalues whose modes are kept: full, { max_residual } or { count }; conjugate pairs stay whole"),
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
  figures: z.boolean().default(true).describe("whether charts are written"),
});

/** An analysis that can be asked for. */
export interface AnalysisDefinition {
  readonly key: string;
  readonly name: string;
  readonly summary: string;
  readonly requires_checkpoint: boolean;
  readonly dataset_input_keys: readonly string[];
  readonly parameters: z.ZodType<SpectralOptions>;
}

export const analyses: readonly AnalysisDefinition[] = [
  {
    key: "spectral_koopman",
    name: "Koopman spectrum",
    summary: "eigenvalues of a linear latent model with residuals, modes, pseudospectrum and spectral measure",
    requires_checkpoint: true,
    dataset_input_keys: [],
    parameters: spectralOptions,
  },
];

export const analysisByKey = (key: string): AnalysisDefinition | undefined => analyses.find((one) => one.key === key);
