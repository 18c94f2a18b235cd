import { z } from "zod";
import { defineTool, type Tool } from "../tool.js";
import { dataWords, handleOf, path, record, summary } from "../words.js";

const app = () => import("../../sdk/workflow/app/workspace/datasets.js");
const dataset_handle = handleOf("dataset");

export const datasetTools: readonly Tool[] = [
  defineTool({
    name: "register_dataset_file",
    title: "Register a data file",
    description:
      "Looks at an npz or csv file below the root and records it: format, sizes, sampling, SHA-256. The same unchanged file keeps its handle. The handle is what compile_training_request and evaluate_checkpoint take.",
    modes: ["user", "developer"],
    effect: "adds",
    idempotent: true,
    where: "thread",
    input: z.strictObject({
      path,
      format: dataWords.format,
      kind: dataWords.kind,
      columns: dataWords.columns,
      dt: dataWords.dt,
      graph: dataWords.graph,
    }),
    output: z.object({
      summary,
      dataset: z.looseObject({ handle: z.string(), sha256: z.string(), size: z.number(), inspection: record }),
    }),
    run: async ({ workspace }, args) => (await app()).registerDataset(workspace, args as never),
  }),
  defineTool({
    name: "inspect_dataset",
    title: "Inspect a data set",
    description:
      "Number and length of trajectories, states, controls and parameters, time step, and range, mean and deviation of every column of a registered data set.",
    modes: ["user", "developer"],
    effect: "reads",
    input: z.strictObject({ dataset_handle }),
    output: z.object({
      inspection: z.looseObject({ n_trajectories: z.number(), state_dim: z.number(), control_dim: z.number() }),
    }),
    run: async ({ workspace }, args) => ({ inspection: (await app()).inspectDataset(workspace, args.dataset_handle) }),
  }),
  defineTool({
    name: "sample_dataset",
    title: "Sample a system",
    description:
      'Integrates a system given by formulas, writes the trajectories as npz, and registers them. Example system: { "system": { "states": 2, "rhs": ["x2", "-x1"] }, "x0": { "kind": "uniform", "params": { "bounds": [-1, 1] } }, "time": { "stop": 10, "n": 101 }, "batch": 8 }.',
    modes: ["user", "developer"],
    effect: "adds",
    where: "thread",
    input: z.strictObject({
      system: z.record(z.string(), z.unknown()).describe("what to sample, in the words of docs/sampling.md"),
      out: path.describe("npz file to write; it must not exist"),
      seed: z.int().min(0).default(0).describe("seed of the draws"),
    }),
    output: z.object({ summary, dataset: record }),
    run: async ({ workspace }, { system, out, seed }) => (await app()).sampleDataset(workspace, system as never, out, seed),
  }),
];
