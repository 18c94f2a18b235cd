import { z } from "zod";
import { tieBreakers } from "../../dynamics/tuning/selection.js";
import type { SearchOptions } from "./options.js";

export const searchModes = ["grid", "nelder_mead_like", "batch_pattern_search", "multi_start_nelder_mead"] as const;
export const searchMetrics = ["forecast_rmse", "rollout_rmse", "valid_total", "total"] as const;

const part = z.number().gt(0).lt(1);
const triple = z.array(z.number()).length(3);

const values = z.union([
  z.array(z.unknown()).min(1),
  z.strictObject({ linspace: triple.describe("first, last, how many") }),
  z.strictObject({ logspace: triple.describe("exponent of ten of the first, of the last, how many") }),
]);

const bound = z.union([
  z.array(z.number()).length(2),
  z.strictObject({
    lower: z.number().describe("least value"),
    upper: z.number().describe("greatest value"),
    parity: z.enum(["odd", "even"]).optional().describe("integers: only these"),
    scale: z.enum(["linear", "log"]).optional().describe("log: even steps are equal factors"),
    kind: z.enum(["int", "float"]).optional().describe("default: what the key takes"),
  }),
]);

/** `overrides.cv`: a search over keys of the request. */
export const searchOptions: z.ZodType<SearchOptions> = z.strictObject({
  param_grid: z
    .record(z.string(), values)
    .optional()
    .describe("dotted key -> a list, { linspace: [first, last, count] } or { logspace: [exponents, count] }; all combinations"),
  metric: z
    .enum(searchMetrics)
    .default("forecast_rmse")
    .describe(
      "forecast_rmse: rollouts over the validation samples that every candidate forecasts; rollout_rmse: with the samples they start from; valid_total (total): best validation loss",
    ),
  selection: z
    .strictObject({
      goal: z.enum(["minimize", "maximize"]).default("minimize").describe("which metric is best"),
      tie_breakers: z
        .array(z.enum(tieBreakers))
        .min(1)
        .default(["std_metric", "combo_index"])
        .describe("deviation over folds, sum of sizes of the numbers, or number of the candidate; in order"),
    })
    .prefault({}),
  search: z
    .strictObject({
      mode: z.enum(searchModes).default("grid").describe("all of the grid, or a path through it or through bounds"),
      bounds: z
        .record(z.string(), bound)
        .optional()
        .describe("dotted key -> [lower, upper] or { lower, upper, parity, scale, kind }, instead of param_grid"),
      max_iterations: z
        .int()
        .min(1)
        .optional()
        .describe("steps of a simplex (of all of them together), evaluations of a pattern; default max(20, 8 d), each simplex"),
      reflection: z.number().gt(0).default(1).describe("simplex: how far over the centre"),
      expansion: z.number().gt(1).default(2).describe("simplex: how far on when that was good"),
      contraction: part.default(0.5).describe("simplex: how far back when it was not"),
      shrink: part.default(0.5).describe("simplex and pattern: how small when nothing is better"),
      starts: z.int().min(1).max(1000).default(4).describe("multi_start_nelder_mead: number of simplices"),
      batch_size: z
        .int()
        .min(1)
        .max(1000)
        .optional()
        .describe("batch_pattern_search: candidates at once; default a whole pattern"),
    })
    .prefault({}),
  refit: z.boolean().default(false).describe("train the best candidate once more, on all of data.train"),
}) as z.ZodType<SearchOptions>;
