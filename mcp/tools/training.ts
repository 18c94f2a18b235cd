import { z } from "zod";
import { evaluationOptions, splitOptions } from "../../sdk/workflow/registry/section-options.js";
import { defineTool, type Tool } from "../tool.js";
import { describedRun, handleOf, pageWords, passedOn, path, record, runWords, summary } from "../words.js";

const training = () => import("../../sdk/workflow/app/workspace/training.js");
const runs = () => import("../../sdk/workflow/app/workspace/runs.js");

const training_run_handle = handleOf("training_run");

const requestWords = {
  train_dataset_handle: handleOf("dataset").describe("data to train on"),
  valid_dataset_handle: handleOf("dataset").optional().describe("data to validate on; default a part of the training data"),
  test_dataset_handle: handleOf("dataset").optional().describe("data that the report is made on; never trained on"),
  earlier_checkpoint_handle: handleOf("checkpoint")
    .optional()
    .describe("checkpoint of a run of the same model with a streaming phase (dmd-streaming): its pairs of samples count too"),
  time_domain: passedOn(z.enum(["continuous", "discrete"]).describe("default continuous where the family has it")),
  graph_mode: passedOn(z.enum(["none", "graph", "node"]).describe("default none")),
  reference_profile: passedOn(z.string().min(1).describe("defaults to start from; default the family's own")),
  split: passedOn(splitOptions.describe("what trains and what validates; folds")),
  evaluation: passedOn(evaluationOptions.describe("how the report evaluates")),
  run_name: passedOn(runWords.name),
  seed: passedOn(runWords.seed),
  device: passedOn(runWords.device),
  threads: passedOn(runWords.threads),
  max_workers: passedOn(runWords.max_workers),
};

const overrides = passedOn(
  z
    .union([z.record(z.string(), z.unknown()), z.string(), z.null()])
    .describe(
      "what the request changes about its profile: model, phases, criterion, transform_x, cv and others; a mapping, or JSON text",
    ),
);

const run_dir = path.optional().describe("run directory, relative to the root; default runs/ and the name of the run");

export const trainingTools: readonly Tool[] = [
  defineTool({
    name: "compile_training_request",
    title: "Compile a training request",
    description:
      "Checks a training request against its data, fills in every default, and records the result; nothing is trained. All problems are told at once, each with its path and what to write instead. The answer shows the complete configuration and its hash.",
    modes: ["user"],
    effect: "adds",
    where: "thread",
    input: z.strictObject({
      model_key: z.string().describe("family, alias or variant; see list_training_capabilities"),
      ...requestWords,
      overrides,
    }),
    output: z.object({ summary, compiled_request: z.looseObject({ handle: z.string(), hash: z.string(), config: record }) }),
    run: async ({ workspace }, args) => (await training()).compileTrainingRequest(workspace, args as never),
  }),
  defineTool({
    name: "start_training_run",
    title: "Start a training",
    description:
      "Starts the run of a compiled request in a process of its own and returns at once; the run outlives the server. Poll it with describe_training_run. An existing directory is never overwritten.",
    modes: ["user"],
    effect: "adds",
    where: "thread",
    input: z.strictObject({ compiled_request_handle: handleOf("compiled_training_request"), run_dir }),
    output: describedRun,
    run: async ({ workspace }, args) =>
      (await training()).startTrainingRun(workspace, args.compiled_request_handle, args.run_dir),
  }),
  defineTool({
    name: "start_model_training",
    title: "Compile and start a training",
    description: "compile_training_request and start_training_run in one call, for a family, alias or variant name (model_ref).",
    modes: ["developer"],
    effect: "adds",
    where: "thread",
    input: z.strictObject({
      model_ref: z.string().min(1).describe("family, alias or variant"),
      ...requestWords,
      config: overrides,
      run_dir,
    }),
    output: describedRun.extend({ compiled_request_summary: summary }),
    run: async ({ workspace }, { model_ref, config, run_dir: out, ...words }) => {
      const { compileTrainingRequest, startTrainingRun } = await training();
      const compiled = compileTrainingRequest(workspace, { ...words, model_key: model_ref, overrides: config } as never);
      const started = await startTrainingRun(workspace, compiled.summary.handle, out);
      return { ...started, compiled_request_summary: compiled.summary };
    },
  }),
  defineTool({
    name: "resume_training_run",
    title: "Go on with a training",
    description:
      "Goes on with a run that was cancelled or whose process was lost, from its last snapshot, under a new handle in the same directory. It ends with the bits of a run that was never interrupted.",
    modes: ["user", "developer"],
    effect: "adds",
    where: "thread",
    input: z.strictObject({ training_run_handle }),
    output: describedRun,
    run: async ({ workspace }, args) => (await training()).resumeTrainingRun(workspace, args.training_run_handle),
  }),
  defineTool({
    name: "describe_training_run",
    title: "Poll a training",
    description:
      "State of a run as it is now: QUEUED, RUNNING with its progress, or how it ended, with metrics, checkpoint handle and failure. With wait_ms it answers when the run has ended, or when that time is over; with a progress token it tells how far the run has come.",
    modes: ["user", "developer"],
    effect: "reads",
    input: z.strictObject({
      training_run_handle,
      wait_ms: z.int().min(0).max(600_000).default(0).describe("milliseconds to wait for the end of the run"),
    }),
    output: describedRun,
    run: async ({ workspace, ...rest }, args) => (await runs()).awaitRun(workspace, args.training_run_handle, args.wait_ms, rest),
  }),
  defineTool({
    name: "read_training_run_log",
    title: "Read the log of a training",
    description:
      "A part of a run's log, cut between characters. Read on from next_offset; when caught_up and run_terminal are both true, nothing more will come.",
    modes: ["user", "developer"],
    effect: "reads",
    input: z.strictObject({
      training_run_handle,
      offset: z.int().min(0).default(0).describe("first byte"),
      max_bytes: z.int().min(4).max(1_048_576).default(65_536).describe("most bytes"),
    }),
    output: z.object({
      text: z.string(),
      next_offset: z.number(),
      caught_up: z.boolean(),
      run_terminal: z.boolean(),
      eof: z.boolean(),
    }),
    run: async ({ workspace }, args) =>
      (await runs()).readRunLog(workspace, args.training_run_handle, args.offset, args.max_bytes),
  }),
  defineTool({
    name: "cancel_training_run",
    title: "Cancel a training",
    description: "Asks a run to stop after its present epoch; it ends CANCELLED and keeps the best model so far.",
    modes: ["user", "developer"],
    effect: "removes",
    input: z.strictObject({ training_run_handle }),
    output: describedRun,
    run: async ({ workspace }, args) => (await runs()).cancelRunOf(workspace, args.training_run_handle),
  }),
  defineTool({
    name: "list_runs",
    title: "List runs",
    description: "The runs of this store, newest first: name, model, state, checkpoint, validation error.",
    modes: ["user", "developer"],
    effect: "reads",
    input: z.strictObject(pageWords),
    output: z.object({
      runs: z.array(z.looseObject({ handle: z.string(), run_dir: z.string(), status: z.string().nullable() })),
      next_cursor: z.string().nullable(),
    }),
    run: async ({ workspace }, args) => (await runs()).listRunsOf(workspace, args.limit, args.cursor ?? null),
  }),
];
