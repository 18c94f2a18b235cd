import { z } from "zod";
import type { Advance } from "../sdk/workflow/app/workspace/runs.js";
import type { Workspace } from "../sdk/workflow/app/workspace/workspace.js";
import type { Jobs } from "./jobs.js";

export type Mode = "user" | "developer";

/** What a tool does to what is stored. */
export type Effect = "reads" | "adds" | "removes";

/** What a tool is given besides its arguments. */
export interface Call {
  readonly workspace: Workspace;
  /** tells how far long work has come, when the client has asked */
  readonly onAdvance?: ((advance: Advance) => void) | undefined;
  /** aborted when the client has gone, or does not want the answer any more */
  readonly signal: { readonly aborted: boolean };
}

/** A picture that goes beside the data of an answer. */
export interface Picture {
  readonly type: "image/svg+xml";
  readonly text: string;
}

/** One tool: its words, and the one call it stands for. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly modes: readonly Mode[];
  readonly effect: Effect;
  /** called again with the same arguments it changes nothing more */
  readonly idempotent: boolean;
  /** `here` answers at once; `thread` reads data or computes, and must not stop the server; `job` may be waited for and polled */
  readonly where: "here" | "thread" | "job";
  readonly input: z.ZodObject;
  /** fields of `data` */
  readonly output: z.ZodObject;
  readonly run: (call: Call, args: never, jobs: Jobs) => Promise<object> | object;
  /** a picture in the data that is shown as one */
  readonly picture?: ((data: never) => Picture) | undefined;
}

type Words<I extends z.ZodObject> = Omit<Tool, "input" | "run" | "idempotent" | "where"> & {
  readonly input: I;
  readonly idempotent?: boolean;
  readonly where?: Tool["where"];
  readonly run: (call: Call, args: z.output<I>, jobs: Jobs) => Promise<object> | object;
};

/** The most milliseconds an answer is waited for by default. */
export const defaultWait = 20_000;

/** A tool; what only reads is idempotent, and tools answer here unless they say otherwise. */
export function defineTool<I extends z.ZodObject>(tool: Words<I>): Tool {
  const { where = "here", idempotent = tool.effect === "reads", input, output, run } = tool;
  if (where !== "job") return { ...tool, where, idempotent, run: run as Tool["run"] };
  return {
    ...tool,
    where,
    idempotent,
    input: input.extend({ wait_ms }) as z.ZodObject,
    output: output.partial().extend({ job: jobState.optional() }),
    run: run as Tool["run"],
  };
}

export const wait_ms = z
  .int()
  .min(0)
  .max(600_000)
  .default(defaultWait)
  .describe("milliseconds to wait for the result; then the answer is a job to poll with describe_job");

export const jobState = z
  .object({
    id: z.string(),
    tool: z.string(),
    state: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]),
    seconds: z.number(),
  })
  .describe("work that goes on in the server");
