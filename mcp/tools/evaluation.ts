import { z } from "zod";
import { evaluationOptions } from "../../sdk/workflow/registry/section-options.js";
import { defineTool, type Tool } from "../tool.js";
import { handleOf, path, record, summary } from "../words.js";

const evaluations = () => import("../../sdk/workflow/app/workspace/evaluations.js");
const checkpoints = () => import("../../sdk/workflow/app/workspace/checkpoints.js");
const predictions = () => import("../../sdk/workflow/app/workspace/predictions.js");

const checkpoint_handle = handleOf("checkpoint");
const { metric, plot_selection, max_plots } = (evaluationOptions as unknown as z.ZodObject).shape;

const evaluation: Omit<Parameters<typeof defineTool>[0], "name" | "modes"> = {
  title: "Evaluate a checkpoint",
  description:
    "Rolls a model out freely over a data set from its first samples, and gives RMSE, valid prediction time and the errors of cheap baselines beside it. Errors and forecast pictures are kept as files. The same evaluation keeps its handle.",
  effect: "adds",
  idempotent: true,
  where: "job",
  input: z.strictObject({
    checkpoint_handle,
    test_dataset_handle: handleOf("dataset").describe(
      "data to forecast; only the first samples of each trajectory and the control are given to the model",
    ),
    metric,
    plot_selection,
    max_plots,
  }),
  output: z.object({
    evaluation_summary: summary,
    artifacts: z.object({ metrics_path: z.string(), plot_paths: z.array(z.string()) }),
    metrics: z.record(z.string(), z.number().nullable()),
    table: z.array(record),
    per_trajectory: z.array(z.number().nullable()),
  }),
  run: async ({ workspace }, args) => (await evaluations()).evaluateCheckpoint(workspace, args as never),
};

const horizon = z.int().min(1).max(1_000_000).describe("samples to forecast after the last known state");
const has_control = z.boolean().default(false).describe("whether the model takes control");
const has_graph = z.boolean().default(false).describe("whether the model stands on a graph");

export const evaluationTools: readonly Tool[] = [
  defineTool({ ...evaluation, name: "evaluate_checkpoint", modes: ["user"] }),
  defineTool({ ...evaluation, name: "evaluate_model", modes: ["developer"] }),
  defineTool({
    name: "register_checkpoint",
    title: "Register a checkpoint file",
    description: "Records a checkpoint file below the root that was not made by a run of this store; it is read and checked.",
    modes: ["developer"],
    effect: "adds",
    idempotent: true,
    where: "thread",
    input: z.strictObject({ checkpoint_path: path, device: z.string().min(1).default("cpu").describe("where it was trained") }),
    output: z.object({ summary }),
    run: async ({ workspace }, args) => ({
      summary: (await checkpoints()).registerCheckpoint(workspace, args.checkpoint_path, args.device),
    }),
  }),
  defineTool({
    name: "prepare_prediction_request",
    title: "Prepare a prediction",
    description: "Records what shall be forecast with a checkpoint; materialize_checkpoint_prediction carries it out.",
    modes: ["user", "developer"],
    effect: "adds",
    where: "thread",
    input: z.strictObject({ checkpoint_handle, horizon, has_control, has_graph }),
    output: z.object({ summary }),
    run: async ({ workspace }, args) => ({ summary: (await predictions()).preparePrediction(workspace, args) }),
  }),
  defineTool({
    name: "plan_checkpoint_prediction",
    title: "Plan a prediction from a file",
    description: "register_checkpoint and prepare_prediction_request in one call, with what the data must hold.",
    modes: ["developer"],
    effect: "adds",
    where: "thread",
    input: z.strictObject({ checkpoint_path: path, horizon, has_control, has_graph }),
    output: z.object({
      plan: z.object({
        checkpoint_handle: z.string(),
        prediction_handle: z.string(),
        entrypoint: z.string(),
        notes: z.array(z.string()),
      }),
    }),
    run: async ({ workspace }, args) => ({ plan: (await predictions()).planPrediction(workspace, args) }),
  }),
  defineTool({
    name: "materialize_checkpoint_prediction",
    title: "Forecast",
    description:
      "Carries out a prediction request: goes on from the last known states of a data set and writes the forecasts as csv or npz. Rows whose states are empty give times and control of the future.",
    modes: ["user", "developer"],
    effect: "adds",
    where: "job",
    input: z.strictObject({
      prediction_handle: handleOf("prediction_request"),
      dataset_handle: handleOf("dataset").describe("measured data to go on from"),
      out: path.describe("csv or npz file to write; it must not exist"),
    }),
    output: z.object({
      path: z.string(),
      sha256: z.string(),
      size: z.number(),
      n_trajectories: z.number(),
      window: z.number(),
      columns: z.array(z.string()),
      rows: z.array(z.array(z.unknown())),
      n_rows: z.number(),
      troubles: z.array(z.string()),
    }),
    run: async ({ workspace }, args) => (await predictions()).materializePrediction(workspace, args),
  }),
];
