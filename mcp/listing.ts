import { z } from "zod";
import type { Effect, Tool } from "./tool.js";
import { told } from "./words.js";

/** A tool as the protocol lists it. */
export interface ListedTool {
  readonly [key: string]: unknown;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: { readonly type: "object"; readonly [key: string]: unknown };
  readonly outputSchema: { readonly type: "object"; readonly [key: string]: unknown };
  readonly annotations: {
    readonly title: string;
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
}

const hints: Readonly<Record<Effect, { readonly readOnlyHint: boolean; readonly destructiveHint: boolean }>> = {
  reads: { readOnlyHint: true, destructiveHint: false },
  adds: { readOnlyHint: false, destructiveHint: false },
  removes: { readOnlyHint: false, destructiveHint: true },
};

/** Schemas do not change while a program runs, and are made when they are first asked for. */
const made = new Map<Tool, ListedTool>();

export const listing = (tools: readonly Tool[]): ListedTool[] => tools.map(listed);

function listed(tool: Tool): ListedTool {
  const known = made.get(tool);
  if (known !== undefined) return known;
  const { name, title, description, effect, idempotent, input, output } = tool;
  const entry: ListedTool = {
    name,
    title,
    description,
    inputSchema: told(input, "input") as ListedTool["inputSchema"],
    outputSchema: told(envelopeOf(output), "output") as ListedTool["outputSchema"],
    annotations: { title, ...hints[effect], idempotentHint: idempotent, openWorldHint: false },
  };
  made.set(tool, entry);
  return entry;
}

const issue = z.looseObject({
  code: z.string(),
  path: z.array(z.union([z.string(), z.number()])),
  message: z.string(),
  hint: z.string().nullable(),
});

/** One object with optional parts: clients drop schemas that are a choice between two. */
const envelopeOf = (data: z.ZodObject): z.ZodObject =>
  z.object({
    ok: z.boolean(),
    data: data.optional(),
    error: issue
      .extend({ type: z.string(), title: z.string(), issues: z.array(issue) })
      .optional()
      .describe("what was wrong, where, and what to do; issues are all the problems at once"),
  });
