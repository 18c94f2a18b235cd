import { z } from "zod";
import { defineTool, type Tool } from "../tool.js";
import { handleOf, record } from "../words.js";

const app = () => import("../../sdk/workflow/app/capabilities.js");
const capabilities = z.array(z.looseObject({ key: z.string(), summary: z.string() }));
const dataset_handle = handleOf("dataset").optional().describe("only what suits this data set");

export const registryTools: readonly Tool[] = [
  defineTool({
    name: "list_training_capabilities",
    title: "List what can be trained",
    description: "One entry for each model family that can be trained here.",
    modes: ["user", "developer"],
    effect: "reads",
    input: z.strictObject({ dataset_handle }),
    output: z.object({ capabilities }),
    run: async ({ workspace }, args) => ({ capabilities: (await app()).trainingCapabilities(workspace, args.dataset_handle) }),
  }),
  defineTool({
    name: "describe_training_capability",
    title: "Describe how a model is trained",
    description:
      "All one needs to write overrides for a model family: JSON Schemas of its options, phases and transforms, its profiles, and guidance from plain words to overrides. Read it before compile_training_request.",
    modes: ["user", "developer"],
    effect: "reads",
    input: z.strictObject({ model_key: z.string().min(1).describe("family, alias or variant, such as kbf or DLTI") }),
    output: z.object({ detail: z.looseObject({ key: z.string(), guidance: z.array(z.string()) }) }),
    run: async (_, { model_key }) => ({ detail: (await app()).trainingCapability(model_key) }),
  }),
  defineTool({
    name: "list_model_capabilities",
    title: "List model families",
    description: "Every model family with its aliases and variants.",
    modes: ["developer"],
    effect: "reads",
    input: z.strictObject({}),
    output: z.object({ capabilities: z.array(z.looseObject({ key: z.string() })) }),
    run: async () => ({ capabilities: (await app()).modelCapabilities() }),
  }),
  defineTool({
    name: "resolve_model_capability",
    title: "Resolve a model name",
    description: "The family that a key, alias or variant name means, and the variant when it names one.",
    modes: ["developer"],
    effect: "reads",
    input: z.strictObject({ key_or_alias: z.string().min(1).describe("for example koopman_bilinear_form or DKBF") }),
    output: z.object({ capability: z.looseObject({ key: z.string() }), variant: record.nullable() }),
    run: async (_, { key_or_alias }) => (await app()).resolveModel(key_or_alias),
  }),
  defineTool({
    name: "list_profile_capabilities",
    title: "List profiles",
    description: "Named sets of defaults, each with the families it suits.",
    modes: ["developer"],
    effect: "reads",
    input: z.strictObject({}),
    output: z.object({ capabilities: z.array(z.looseObject({ key: z.string() })) }),
    run: async () => ({ capabilities: (await app()).profileCapabilities() }),
  }),
  defineTool({
    name: "list_evaluation_capabilities",
    title: "List evaluations",
    description: "How a checkpoint can be evaluated: metrics, and the options of evaluate_checkpoint.",
    modes: ["user", "developer"],
    effect: "reads",
    input: z.strictObject({}),
    output: z.object({ capabilities }),
    run: async () => ({ capabilities: (await app()).evaluationCapabilities() }),
  }),
];
