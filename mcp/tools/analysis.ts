import { z } from "zod";
import { defineTool, type Tool } from "../tool.js";
import { handleOf, passedOn, record, summary } from "../words.js";

const analyses = () => import("../../sdk/workflow/app/workspace/analyses.js");
const snapshots = () => import("../../sdk/workflow/app/workspace/snapshots.js");
const capabilities = () => import("../../sdk/workflow/app/capabilities.js");

const result = z.object({
  summary,
  analysis: z.looseObject({ handle: z.string(), summary: record }),
  artifacts: z.record(z.string(), z.string()),
});

export const analysisTools: readonly Tool[] = [
  defineTool({
    name: "list_analysis_capabilities",
    title: "List analyses",
    description:
      "What can be asked of a trained model besides its errors, and of data, with the inputs and parameters of each as JSON Schema.",
    modes: ["user", "developer"],
    effect: "reads",
    input: z.strictObject({}),
    output: z.object({ capabilities: z.array(z.looseObject({ key: z.string(), summary: z.string() })) }),
    run: async () => ({ capabilities: (await capabilities()).analysisCapabilities() }),
  }),
  defineTool({
    name: "compile_analysis_request",
    title: "Compile an analysis",
    description:
      "Checks an analysis of a checkpoint or of data sets, fills in its defaults, and records it; run_analysis_request carries it out.",
    modes: ["user"],
    effect: "adds",
    where: "thread",
    input: z.strictObject({
      workflow_key: z.string().default("spectral_koopman").describe("see list_analysis_capabilities"),
      checkpoint_handle: handleOf("checkpoint").optional().describe("of a trained model, where the analysis requires one"),
      dataset_handle: handleOf("dataset")
        .optional()
        .describe("data that an analysis is about, or to judge a model by; default the run's test or validation data"),
      dataset_handles: z
        .record(z.string(), handleOf("dataset"))
        .optional()
        .describe("data sets of analyses of several, by the words of dataset_input_keys"),
      parameters: passedOn(z.record(z.string(), z.unknown()).describe("what is left out has its default")),
    }),
    output: z.object({ summary, compiled_request: z.looseObject({ handle: z.string(), parameters: record }) }),
    run: async ({ workspace }, args) => (await analyses()).compileAnalysisRequest(workspace, args as never),
  }),
  defineTool({
    name: "run_analysis_request",
    title: "Carry out an analysis",
    description:
      "Carries out a compiled analysis. Eigenvalues with residuals, vectors and modes are kept as files beside the run (of data sets: below analyses), with charts; the same analysis keeps its handle.",
    modes: ["user"],
    effect: "adds",
    idempotent: true,
    where: "job",
    input: z.strictObject({ compiled_request_handle: handleOf("compiled_analysis_request") }),
    output: result,
    run: async ({ workspace }, args) => (await analyses()).runAnalysisRequest(workspace, args.compiled_request_handle),
  }),
  defineTool({
    name: "describe_analysis_result",
    title: "Describe the result of an analysis",
    description: "What an analysis has found, in numbers, and where its files lie.",
    modes: ["user", "developer"],
    effect: "reads",
    input: z.strictObject({ analysis_handle: handleOf("analysis") }),
    output: result,
    run: async ({ workspace }, args) => (await analyses()).describeAnalysis(workspace, args.analysis_handle),
  }),
  defineTool({
    name: "register_spectral_snapshot",
    title: "Keep a spectral snapshot",
    description: "Encodes a data set with a linear latent model and keeps the pairs of latent states and the map between them.",
    modes: ["developer"],
    effect: "adds",
    where: "thread",
    input: z.strictObject({ checkpoint_handle: handleOf("checkpoint"), dataset_handle: handleOf("dataset") }),
    output: z.object({ summary }),
    run: async ({ workspace }, args) => ({
      summary: (await snapshots()).registerSnapshot(workspace, args.checkpoint_handle, args.dataset_handle),
    }),
  }),
];
