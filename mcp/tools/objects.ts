import { z } from "zod";
import { defineTool, type Tool } from "../tool.js";
import { anyHandle, objectKind, pageWords, record, summary } from "../words.js";

const objects = () => import("../../sdk/workflow/app/workspace/objects.js");
const garbage = () => import("../../sdk/workflow/app/workspace/garbage.js");

const collectable = z.enum(["compiled_training_request", "compiled_analysis_request", "prediction_request", "dataset"]);

export const objectTools: readonly Tool[] = [
  defineTool({
    name: "describe_object",
    title: "Describe an object",
    description: "Summary and record of anything that has a handle.",
    modes: ["developer"],
    effect: "reads",
    input: z.strictObject({ handle: anyHandle }),
    output: z.object({ summary, record, run_dir: z.string().nullable() }),
    run: async ({ workspace }, args) => (await objects()).describeObject(workspace, args.handle),
  }),
  defineTool({
    name: "list_objects",
    title: "List objects",
    description: "Summaries of objects of one kind, or of all, by handle.",
    modes: ["developer"],
    effect: "reads",
    input: z.strictObject({ kind: objectKind.optional(), ...pageWords }),
    output: z.object({ objects: z.array(summary), next_cursor: z.string().nullable() }),
    run: async ({ workspace }, args) => (await objects()).listObjects(workspace, args.kind, args.limit, args.cursor ?? null),
  }),
  defineTool({
    name: "trace_lineage",
    title: "Trace where an object comes from",
    description:
      "An object and everything it was made from, down to the data files; each file is compared with the hash it was recorded with.",
    modes: ["user", "developer"],
    effect: "reads",
    where: "thread",
    input: z.strictObject({ handle: anyHandle }),
    output: z.object({ nodes: z.array(summary.extend({ intact: z.boolean().nullable() })) }),
    run: async ({ workspace }, args) => ({ nodes: (await objects()).traceLineage(workspace, args.handle) }),
  }),
  defineTool({
    name: "collect_garbage",
    title: "Collect garbage",
    description:
      "Tells, or removes, records that nothing was made from, entries of runs whose directory has gone, and what killed processes have left. Run directories and data files are never touched.",
    modes: ["developer"],
    effect: "removes",
    idempotent: true,
    where: "thread",
    input: z.strictObject({
      kinds: z
        .array(collectable)
        .default(["compiled_training_request", "compiled_analysis_request", "prediction_request"])
        .describe("which records may go"),
      older_than_hours: z.number().min(0).default(24).describe("younger records stay"),
      remove: z.boolean().default(false).describe("false only tells"),
    }),
    output: z.object({
      records: z.array(z.string()),
      runs: z.array(z.string()),
      files: z.array(z.string()),
      removed: z.boolean(),
    }),
    run: async ({ workspace }, { kinds: only, older_than_hours, remove }) =>
      (await garbage()).collectGarbage(workspace, { only, olderThanMs: older_than_hours * 3_600_000, remove }),
  }),
];
