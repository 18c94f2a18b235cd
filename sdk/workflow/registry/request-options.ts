import { z } from "zod";
import { kernelForm, scalarKernelForm } from "./kernel-options.js";
import { modelOptions } from "./model-options.js";
import { models } from "./models.js";
import { phaseOptions, smoothPhaseOptions } from "./phase-options.js";
import { searchOptions } from "./search-options.js";
import {
  dataloaderOptions,
  dataOptions,
  earlierOptions,
  evaluationOptions,
  lossOptions,
  precisionOptions,
  runOptions,
  selectionOptions,
  splitOptions,
} from "./section-options.js";
import { transformOptions } from "./transform-options.js";

/** The outermost keys of a request; what stands inside `overrides` depends on the family and is read section by section. */
export const requestOptions = z.strictObject({
  version: z.literal(1).default(1).describe("version of these words"),
  model_key: z
    .string()
    .trim()
    .min(1)
    .describe("kbf, ldm, lti, dmd, corr_alg, corr_dif, an alias, or a variant name such as DKBF"),
  time_domain: z.enum(["continuous", "discrete"]).optional().describe("default continuous"),
  graph_mode: z
    .enum(["none", "graph", "node"])
    .optional()
    .describe(
      "none: plain state vectors; graph: encoder and decoder on the graph, dynamics in each node; node: encoder and decoder in each node, dynamics on the graph; default none without a graph, else graph (sdm: node)",
    ),
  reference_profile: z.string().trim().min(1).optional().describe("defaults to start from; default the family's own"),
  data: z
    .strictObject({
      train: z.unknown(),
      valid: z.unknown().optional(),
      test: z.unknown().optional(),
      earlier: z.unknown().optional(),
    })
    .describe("the data sets, and the run whose pairs of samples count too"),
  overrides: z
    .strictObject({
      model: z.unknown().optional(),
      phases: z.unknown().optional(),
      criterion: z.unknown().optional(),
      dataloader: z.unknown().optional(),
      transform_x: z.unknown().optional(),
      transform_u: z.unknown().optional(),
      transform_y: z.unknown().optional(),
      transform_p: z.unknown().optional(),
      transform_ew: z.unknown().optional(),
      transform_ea: z.unknown().optional(),
      selection: z.unknown().optional(),
      plotting: z.unknown().optional(),
      cv: z.unknown().optional(),
      data: z.unknown().optional(),
    })
    .nullish()
    .describe("what the request changes about its profile"),
  split: z.unknown().optional(),
  run: z.unknown().optional(),
  evaluation: z.unknown().optional(),
});

const phase: z.ZodType = z.lazy(() =>
  z.union([
    phaseOptions.NODE,
    phaseOptions.Weak,
    phaseOptions.OneStep,
    phaseOptions.Linear,
    phaseOptions.linear_solve,
    ...Object.values(smoothPhaseOptions),
    phaseOptions.data,
    phaseOptions.analysis,
    phaseOptions.export,
    z.strictObject({ repeat: phaseOptions.repeat.extend({ phases: z.array(phase).min(1) }) }),
  ]),
);

const kernelStage = transformOptions.kernel.extend({ kernel: completed(scalarKernelForm, transformOptions.kernel.shape.kernel) });
const transforms = z.union(Object.values({ ...transformOptions, kernel: kernelStage }));
const chain = z.union([transforms, z.array(transforms)]).describe("one stage, or a list of stages applied in order");

/** The whole request as one schema, for editors and for `dymad config schema`; profile defaults are not in it. */
const requestSchema = requestOptions
  .extend({
    data: z.strictObject({
      train: dataOptions,
      valid: dataOptions.optional(),
      test: dataOptions.optional(),
      earlier: earlierOptions.optional(),
    }),
    overrides: z
      .strictObject({
        model: z.union(models.map((m) => modelForm(modelOptions[m.key]).meta({ title: m.name }))),
        phases: z.array(phase).min(1),
        criterion: z.record(z.string(), lossOptions).describe("losses by name: dynamics, recon, or any name for a full rollout"),
        dataloader: dataloaderOptions,
        transform_x: chain,
        transform_u: chain,
        transform_y: chain,
        transform_p: chain,
        transform_ew: chain,
        transform_ea: chain,
        selection: selectionOptions,
        data: precisionOptions,
        cv: searchOptions,
      })
      .partial(),
    split: splitOptions.optional(),
    run: runOptions.optional(),
    evaluation: evaluationOptions.optional(),
  })
  .meta({ title: "dymad training request" });

/** The options of a family, none of them required, kernels with the keys of their types. */
function modelForm(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof z.ZodObject)) return schema;
  const { kernel } = schema.shape;
  const kernels = z.union([kernelForm, z.array(kernelForm).min(1)]);
  return (kernel === undefined ? schema : schema.extend({ kernel: completed(kernels, kernel) })).partial();
}

/** A schema with the description and the default of another. */
function completed(schema: z.ZodType, other: z.ZodType): z.ZodType {
  return schema.default(other.parse(undefined)).describe(descriptionOf(other));
}

function descriptionOf(schema: z.ZodType): string {
  return schema.description ?? (schema instanceof z.ZodDefault ? descriptionOf(schema.unwrap() as z.ZodType) : "");
}

/** The JSON Schema (draft 2020-12) of a training request, as `dymad config schema` prints it. */
export function requestJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(requestSchema, { io: "input" }) as Record<string, unknown>;
}
