import { z } from "zod";
import { defineTool, jobState, type Tool } from "../tool.js";
import { record } from "../words.js";

const job_id = z
  .string()
  .regex(/^job_[a-z0-9]{6,}$/, "must be an id like job_3f9a0c12b7de")
  .describe("id of a job");

export const jobTools: readonly Tool[] = [
  defineTool({
    name: "describe_job",
    title: "Poll a job",
    description:
      "State of long work that goes on in the server (evaluation, analysis, forecast, report), and its result when it has ended: the envelope that its tool would have answered. With wait_ms it waits.",
    modes: ["user", "developer"],
    effect: "reads",
    input: z.strictObject({
      job_id,
      wait_ms: z.int().min(0).max(600_000).default(0).describe("milliseconds to wait for the end"),
    }),
    output: z.object({ job: jobState, result: record.nullable() }),
    run: (_, args, jobs) => jobs.poll(args.job_id, args.wait_ms),
  }),
  defineTool({
    name: "cancel_job",
    title: "Cancel a job",
    description: "Ends long work that goes on in the server; what it has written stays.",
    modes: ["user", "developer"],
    effect: "removes",
    idempotent: true,
    input: z.strictObject({ job_id }),
    output: z.object({ job: jobState, result: record.nullable() }),
    run: (_, args, jobs) => jobs.cancel(args.job_id),
  }),
];
