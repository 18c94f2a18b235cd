import { z } from "zod";
import { defineTool, type Tool } from "../tool.js";
import { handleOf, path, record } from "../words.js";

const app = () => import("../../sdk/workflow/app/workspace/reports.js");
const training_run_handle = handleOf("training_run");

export const reportTools: readonly Tool[] = [
  defineTool({
    name: "write_run_report",
    title: "Write the report of a run",
    description:
      "Writes report.html into the run directory: errors beside baselines, forecast, loss curves, spectrum, leaderboard, and what was run. The resource dymad://runs/HANDLE/report shows it.",
    modes: ["user", "developer"],
    effect: "adds",
    idempotent: true,
    where: "job",
    input: z.strictObject({ training_run_handle }),
    output: z.object({ report_path: z.string(), resource: z.string() }),
    run: async ({ workspace }, args) => (await app()).writeReportOf(workspace, args.training_run_handle),
  }),
  defineTool({
    name: "draw_run_chart",
    title: "Draw a chart of a run",
    description: "One chart of a run's report as an SVG picture, with its caption.",
    modes: ["user", "developer"],
    effect: "reads",
    where: "job",
    input: z.strictObject({
      training_run_handle,
      chart: z.enum(["loss", "forecast", "horizon", "spectrum", "leaderboard"]).describe("which"),
    }),
    output: z.object({ name: z.string(), caption: z.string(), svg: z.string() }),
    run: async ({ workspace }, args) => (await app()).chartOf(workspace, args.training_run_handle, args.chart),
    picture: ({ svg }: { svg: string }) => ({ type: "image/svg+xml", text: svg }),
  }),
  defineTool({
    name: "export_run_config",
    title: "Export a run as a config file",
    description:
      "The request of a run as a YAML config with which `dymad train` trains the same model again, bit for bit. Without out only the text is given.",
    modes: ["user", "developer"],
    effect: "adds",
    where: "thread",
    input: z.strictObject({ training_run_handle, out: path.optional().describe("YAML file to write; it must not exist") }),
    output: z.object({
      path: z.string().nullable(),
      text: z.string(),
      request_hash: z.string(),
      checkpoint_sha256: z.string().nullable(),
      commands: z.array(z.string()),
    }),
    run: async ({ workspace }, args) => (await app()).exportRunConfig(workspace, args.training_run_handle, args.out ?? null),
  }),
  defineTool({
    name: "verify_run",
    title: "Verify a run",
    description:
      "Compares what a run has recorded with what is there: data, checkpoint and artifacts against their hashes, the request against its hash, and every record.",
    modes: ["user", "developer"],
    effect: "reads",
    where: "thread",
    input: z.strictObject({ training_run_handle }),
    output: z.object({ ok: z.boolean(), checks: z.array(record) }),
    run: async ({ workspace }, args) => (await app()).verifyRunOf(workspace, args.training_run_handle),
  }),
  defineTool({
    name: "diff_runs",
    title: "Compare two runs",
    description: "Every value of the completed requests, the data, the build and the metrics that two runs do not share.",
    modes: ["user", "developer"],
    effect: "reads",
    where: "thread",
    input: z.strictObject({
      first_run_handle: handleOf("training_run"),
      second_run_handle: handleOf("training_run"),
    }),
    output: z.object({ same_request: z.boolean(), same_checkpoint: z.boolean(), differences: z.array(record) }),
    run: async ({ workspace }, args) => (await app()).diffRunsOf(workspace, args.first_run_handle, args.second_run_handle),
  }),
];
