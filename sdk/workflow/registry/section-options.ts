import { z } from "zod";
import type { LossSpec } from "../../dynamics/losses/spec.js";
import type { DataloaderOptions, DataOptions, EvaluationOptions, RunOptions, SelectionOptions, SplitOptions } from "./options.js";

export const lossTypes = ["mse", "mae", "wmse", "vpt"] as const satisfies readonly LossSpec["type"][];

export const lossOptions: z.ZodType<LossSpec> = z.strictObject({
  type: z
    .enum(lossTypes)
    .default("mse")
    .describe("mse, mae, wmse with weights exp(-alpha k) over the horizon, or vpt: inverse of the valid prediction time"),
  weight: z.number().min(0).default(1).describe("factor in the total"),
  params: z
    .strictObject({
      alpha: z.number().optional().describe("wmse: decay of the weights, 1/samples"),
      gamma: z
        .number()
        .positive()
        .optional()
        .describe("vpt: normalised error at which a prediction ends to be valid; default 0.1"),
      scl: z.number().positive().optional().describe("vpt: how sharp that limit is; default 10"),
      weights: z.array(z.number().min(0)).min(1).optional().describe("relative importance of each coordinate; default equal"),
    })
    .default({}),
}) as z.ZodType<LossSpec>;

export const dataloaderOptions: z.ZodType<DataloaderOptions> = z.strictObject({
  batch_size: z
    .int()
    .min(1)
    .default(1)
    .describe(
      "pieces of data in a gradient step, as the phase cuts them: trajectories (or their first samples), or windows with chop_mode unfold",
    ),
  shuffle: z.boolean().default(true).describe("another order in each epoch"),
});

export const selectionOptions: z.ZodType<SelectionOptions> = z.strictObject({
  metric: z
    .enum(["rollout_rmse", "valid_total", "last"])
    .default("rollout_rmse")
    .describe("which weights are kept: best RMSE of full validation rollouts, best validation loss of the phase, or the last"),
});

export const precisionOptions: z.ZodType<{ readonly double_precision: boolean }> = z.strictObject({
  double_precision: z.boolean().default(false).describe("compute in float64 instead of float32"),
});

const seed = z
  .int()
  .min(0)
  .max(2 ** 53 - 1);
export const splitOptions: z.ZodType<SplitOptions> = z.strictObject({
  train_frac: z
    .number()
    .positive()
    .max(1)
    .default(0.75)
    .describe("part of the trajectories that trains; 1 = all train and all validate"),
  time_frac: z
    .number()
    .positive()
    .lt(1)
    .optional()
    .describe("instead of train_frac: cut every trajectory in time; this part of its samples trains, the rest validates"),
  seed: seed.default(0).describe("which trajectories; independent of run.seed"),
  folds: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe("parts that validate in turn: groups of whole trajectories, or with time_frac blocks of the rest, in order"),
  fold: z.int().min(0).optional().describe("train for this fold alone, from 0; default all of them, as a search"),
});

export const runOptions: z.ZodType<RunOptions> = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^(?!\.{1,2}$)[^/\\]+$/, "must be a plain file name, without / or \\")
    .optional()
    .describe("name of the run and of its directory"),
  seed: seed.default(0).describe("first weights and the order of batches"),
  device: z
    .enum(["auto", "cpu", "gpu", "cuda", "webgpu"])
    .default("auto")
    .describe("where to compute: auto and cpu mean the processor; gpu is the first of cuda and webgpu that works (float32)"),
  threads: z
    .union([z.literal("auto"), z.int().min(1).max(1024)])
    .default("auto")
    .describe("threads that share each step; auto: as many as there are cores, once a step was found long enough"),
  max_workers: z
    .union([z.literal("auto"), z.int().min(1).max(1024)])
    .default("auto")
    .describe(
      "trials of a search at the same time, a thread each; auto: as many as there are cores. The result does not depend on it",
    ),
});

export const evaluationOptions: z.ZodType<EvaluationOptions> = z.strictObject({
  metric: z.enum(["rollout_rmse"]).default("rollout_rmse").describe("RMSE over all times and states of a rollout, units of x"),
  plot_selection: z.enum(["best", "median", "worst"]).default("median").describe("which trajectories the report shows"),
  max_plots: z.int().min(0).max(100).default(1).describe("how many of them"),
  vpt_threshold: z.number().positive().default(0.4).describe("normalised error at which a forecast counts as lost (valid time)"),
  lyapunov_exponent: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("largest Lyapunov exponent of the system where it is known, 1/units of t: valid times are told in its times too"),
  predict_kwargs: z.record(z.string(), z.unknown()).default({}).describe("ode_method and ode_args of the rollouts"),
});

export const earlierOptions: z.ZodType<{ readonly path: string }> = z.strictObject({
  path: z
    .string()
    .trim()
    .min(1)
    .describe(
      "checkpoint of a run with a streaming phase, relative to the directory of the config file: its pairs of samples count too, in its transforms",
    ),
});

const column = z.string().min(1);
export const dataOptions: z.ZodType<DataOptions> = z.strictObject({
  path: z.string().trim().min(1).describe("file, relative to the directory of the config file"),
  kind: z
    .enum(["regular", "graph"])
    .optional()
    .describe("regular: a graph in the file is left aside; graph: there must be one; default what the file holds"),
  format: z.enum(["npz", "csv"]).optional().describe("default: by the ending of the path"),
  columns: z
    .strictObject({
      traj: column.optional(),
      t: column.optional(),
      x: z.array(column).min(1),
      u: z.array(column).optional(),
      y: z.array(column).optional(),
      p: z.array(column).optional(),
    })
    .optional()
    .describe("csv: which columns hold what; default traj, t, x1.., u1.., y1.., p1.."),
  dt: z.number().positive().optional().describe("csv without a time column: the sampling interval"),
  graph: z
    .strictObject({
      adj: z.array(z.unknown()).optional().describe("weighted adjacency [N, N]: entry (i, j) is the edge from i to j"),
      ei: z.array(z.unknown()).optional().describe("edges [source, target], nodes counted from 0: [E, 2]"),
      ew: z.array(z.unknown()).optional().describe("weights of the edges, [E]"),
      ea: z.array(z.unknown()).optional().describe("attributes of the edges, [E, f]"),
      n_nodes: z.int().min(1).optional().describe("number of nodes, where the edges do not tell"),
    })
    .optional()
    .describe("graph of the nodes that the columns belong to, where the file has none; docs/graphs.md"),
  n_samples: z.int().min(1).optional().describe("use only the first trajectories"),
  n_steps: z.int().min(2).optional().describe("use only the first samples of each trajectory"),
}) as z.ZodType<DataOptions>;
