import { z } from "zod";
import type { TransformStage } from "../../dynamics/transforms/spec.js";
import type { StoredGraph } from "../../numerics/engine/index.js";
import type { ScalarKernel } from "../../numerics/kernels/spec.js";
import type { Truncation } from "../../numerics/linalg/rank.js";
import { nearest } from "./nearest.js";
import { smoothingKeys } from "./smoothing-options.js";

export const transformTypes = [
  "identity",
  "add_one",
  "scaler",
  "delay",
  "svd",
  "lift",
  "kernel",
  "denoise",
  "dm",
  "vbdm",
  "isomap",
] as const satisfies readonly TransformStage["type"][];

/** Other names of transforms. */
const transformAliases: Readonly<Record<string, TransformStage["type"] | undefined>> = { diffmap: "dm", diffmapvb: "vbdm" };

const order: z.ZodType<Truncation> = z
  .union([
    z.number(),
    z.enum(["full", "optimal"]),
    z
      .strictObject({
        count: z.int().min(1).optional().describe("so many"),
        drop: z.int().min(0).optional().describe("all but so many"),
        energy: z.number().positive().max(1).optional().describe("the fewest that hold this part of the energy"),
      })
      .refine((value) => Object.keys(value).length === 1, "must name one of count, drop, energy"),
  ])
  .default("full")
  .describe(
    "which components stay: a whole number of them, a fraction below 1 of the energy, full, optimal (above the noise), or one of { count }, { drop }, { energy }",
  ) as z.ZodType<Truncation>;

const ifcen = z.boolean().default(true).describe("subtract the mean first");
const drawnBy = z.int().min(0).default(0).describe("of the random numbers; independent of run.seed");

/** Formulas, or a graph as `tracedLift` stores it; its nodes are checked when it is read. */
const functions: z.ZodType<readonly string[] | StoredGraph> = z.union([
  z.array(z.string().trim().min(1)).min(1),
  z.strictObject({
    nodes: z.array(z.record(z.string(), z.unknown())).describe("of a stored graph"),
    inputs: z.array(z.int()).describe("of a stored graph"),
    outputs: z.array(z.strictObject({ name: z.string(), node: z.int().describe("which node") })).describe("of a stored graph"),
  }),
]) as z.ZodType<readonly string[] | StoredGraph>;
const column = z.int().min(0);
const block = z.union([
  z.tuple([z.union([column, z.array(column).min(1)]), z.enum(["m", "f"]), z.int().min(1)]),
  z.tuple([z.tuple([column, column]), z.literal("p"), z.tuple([z.int().min(2), z.int().min(1)])]),
]);

/** Its own keys are checked when it is read. */
const scalarKernel: z.ZodType<ScalarKernel> = z
  .looseObject({ type: z.string() })
  .default({ type: "sc_rbf", lengthscale_init: 2 })
  .describe(
    "a scalar kernel; sc_rbf of width 2 when none is named; a width that is null is the narrowest at which so many observables carry it",
  ) as unknown as z.ZodType<ScalarKernel>;

const manifold = {
  edim: z.int().min(1).describe("how many coordinates"),
  Knn: z.int().min(1).default(15).describe("neighbours of a sample, itself not counted"),
  landmarks: z.int().min(3).default(1000).describe("samples the map is fitted on, at most; evenly spread over all"),
  inverse: z.enum(["gmls", "pinv"]).default("gmls").describe("the way back: local polynomials, or one affine map"),
  order: z.int().min(1).nullable().default(null).describe("gmls: dimension of the manifold; null = estimated"),
  Kphi: z.int().min(0).max(8).default(3).describe("gmls: degree of the local polynomials"),
  rcond: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe("pinv: relative size of singular values that count as zero; null = rounding"),
};

/** The keys of each transform stage, by `type`; where a type has several sets of keys, by what tells them apart. */
export const transformOptions = {
  identity: z.strictObject({ type: z.literal("identity") }),
  add_one: z.strictObject({ type: z.literal("add_one") }),
  scaler: z.strictObject({
    type: z.literal("scaler"),
    mode: z.enum(["01", "-11", "std", "none"]).default("std").describe("to [0, 1], to [-1, 1], or to mean 0 and deviation 1"),
  }),
  delay: z.strictObject({
    type: z.literal("delay"),
    delay: z
      .int()
      .min(1)
      .default(1)
      .describe("how many earlier samples stand beside each: row t holds samples t-d to t, the newest last"),
  }),
  svd: z.strictObject({
    type: z.literal("svd"),
    solver: z.literal("exact").default("exact").describe("the decomposition of all samples"),
    order,
    ifcen,
  }),
  svd_randomised: z.strictObject({
    type: z.literal("svd"),
    solver: z.literal("randomised").describe("from a random sketch: few passes over wide samples"),
    order: z.int().min(1).describe("how many directions, at most: those that hold rounding only are left out"),
    oversample: z.int().min(0).default(10).describe("directions of the sketch beyond them"),
    iterations: z.int().min(0).default(2).describe("power iterations: more where singular values fall slowly"),
    seed: drawnBy,
    ifcen,
  }),
  svd_compressed: z.strictObject({
    type: z.literal("svd"),
    solver: z.literal("compressed").describe("of random measurements of each sample: nothing of full width is decomposed"),
    order,
    measurements: z.int().min(1).describe("random sums of all columns, for each sample; more than the data have directions"),
    seed: drawnBy,
    ifcen,
  }),
  lift_poly: z.strictObject({
    type: z.literal("lift"),
    fobs: z.literal("poly").describe("all products of powers of the columns"),
    Ks: z.array(z.int().min(2)).min(1).describe("powers of each column: 1, x, ..., x^(K-1)"),
  }),
  lift_mixed: z.strictObject({
    type: z.literal("lift"),
    fobs: z.literal("mixed").describe("all products of features of the columns"),
    opts: z
      .array(block)
      .min(1)
      .describe(
        "blocks [columns from 0, kind, order]: m powers below order, f Fourier pairs, p of a pair [powers, pairs] of radius and angle",
      ),
  }),
  lift_functions: z.strictObject({
    type: z.literal("lift"),
    fobs: functions.describe("one formula of x1, x2, ... for each new column; or a stored graph"),
    finv: functions.nullable().default(null).describe("one formula of z1, z2, ... for each old column; null = least squares"),
  }),
  kernel: z.strictObject({
    type: z.literal("kernel"),
    kernel: scalarKernel,
    count: z.int().min(1).describe("how many observables: the leading ones of the kernel on the landmarks"),
    landmarks: z.int().min(1).default(500).describe("samples the kernel is taken on, at most; drawn at random"),
    seed: z.int().min(0).default(0).describe("of the draw"),
  }),
  denoise_savgol: z.strictObject({ type: z.literal("denoise"), ...smoothingKeys.savgol }),
  denoise_kernel: z.strictObject({ type: z.literal("denoise"), ...smoothingKeys.kernel_smoothing }),
  dm: z.strictObject({
    type: z.literal("dm"),
    ...manifold,
    mode: z.enum(["full", "knn"]).default("full").describe("the kernel between all samples, or between neighbours"),
    alpha: z.number().min(0).max(1).default(1).describe("how much of the density of the samples is divided out"),
    epsilon: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe("scale of exp(-d^2 / (4 epsilon)), units of x squared; null = chosen"),
  }),
  vbdm: z.strictObject({
    type: z.literal("vbdm"),
    ...manifold,
    Kb: z.int().min(1).nullable().default(null).describe("neighbours of the first guess of the bandwidth; null = half of Knn"),
  }),
  isomap: z.strictObject({ type: z.literal("isomap"), ...manifold }),
} as const satisfies Readonly<Record<string, z.ZodType<TransformStage>>>;

export type TransformForm = keyof typeof transformOptions;

/** How a form is told apart in words. */
export const transformForms: Readonly<Record<TransformForm, string>> = {
  identity: "type `identity`",
  add_one: "type `add_one`",
  scaler: "type `scaler`",
  delay: "type `delay`",
  svd: "type `svd`",
  svd_randomised: "type `svd`, `solver: randomised`",
  svd_compressed: "type `svd`, `solver: compressed`",
  lift_poly: "type `lift`, `fobs: poly`",
  lift_mixed: "type `lift`, `fobs: mixed`",
  lift_functions: "type `lift`, functions of one's own",
  kernel: "type `kernel`",
  denoise_savgol: "type `denoise`, `method: savgol`",
  denoise_kernel: "type `denoise`, `method: kernel_smoothing`",
  dm: "type `dm`",
  vbdm: "type `vbdm`",
  isomap: "type `isomap`",
};

/** The schema a stage is written in, and its type in the words of the registry; null when there is no such type. */
export function transformSchema(
  stage: Readonly<Record<string, unknown>>,
): { readonly type: TransformStage["type"]; readonly schema: z.ZodType<TransformStage> } | null {
  const typed = typeof stage.type === "string" ? stage.type.toLowerCase() : null;
  const type = typed === null ? undefined : (transformAliases[typed] ?? transformTypes.find((name) => name === typed));
  return type === undefined ? null : { type, schema: transformOptions[formOf(type, stage)] };
}

function formOf(type: TransformStage["type"], stage: Readonly<Record<string, unknown>>): TransformForm {
  switch (type) {
    case "svd": {
      // a misspelt solver is told what it was near to, not that it must be exact
      const solver = typeof stage.solver === "string" ? nearest(stage.solver, ["exact", "randomised", "compressed"]) : null;
      return solver === "randomised" ? "svd_randomised" : solver === "compressed" ? "svd_compressed" : "svd";
    }
    case "lift":
      if (typeof stage.fobs === "object" && stage.fobs !== null) return "lift_functions";
      return stage.fobs === "mixed" ? "lift_mixed" : "lift_poly";
    case "denoise":
      return stage.method === "kernel_smoothing" ? "denoise_kernel" : "denoise_savgol";
    default:
      return type;
  }
}
