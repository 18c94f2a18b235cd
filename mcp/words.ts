import { z } from "zod";
import { dataOptions, runOptions } from "../sdk/workflow/registry/section-options.js";
import { kinds, type ObjectKind, objectKinds } from "../sdk/workflow/store/kinds.js";

/** A handle of one kind. */
export function handleOf(kind: ObjectKind): z.ZodString {
  const { prefix } = kinds[kind];
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[a-z0-9]{6,}$`), `must be a handle like ${prefix}_3f9a0c12b7de`)
    .describe(`handle of a ${kind.replaceAll("_", " ")}`);
}

export const anyHandle: z.ZodString = z
  .string()
  .regex(/^[a-z]+_[a-z0-9]{6,}$/, "must be a handle like run_3f9a0c12b7de")
  .describe("handle of any object");

export const objectKind: z.ZodType<ObjectKind> = z.enum(objectKinds as [ObjectKind, ...ObjectKind[]]).describe("kind of object");

export const path: z.ZodString = z.string().min(1).max(4096).describe("path below the root of the server, relative to it");

/** The registry's own words for parts of a request. */
export const dataWords = (dataOptions as unknown as z.ZodObject).shape;
export const runWords = (runOptions as unknown as z.ZodObject).shape;

/** What is published for arguments that are passed on as they are. */
const published = new WeakMap<z.ZodType, z.ZodType>();

/**
 * An argument that clients are told the schema of, and that the compiler checks: it tells every problem of a request at once, those of
 * the data and of the overrides included.
 */
export function passedOn(schema: z.core.$ZodType): z.ZodOptional<z.ZodUnknown> {
  const passed = z.unknown().optional();
  published.set(passed.unwrap(), schema as z.ZodType);
  return passed;
}

/** The JSON Schema of arguments or answers, as clients are told it. */
export function told(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const meant = published.get(zodSchema as unknown as z.ZodType);
      if (meant !== undefined) Object.assign(jsonSchema, told(meant, io));
    },
  });
  return json;
}

export const summary = z
  .looseObject({
    handle: z.string(),
    kind: z.string(),
    derived_from: z.string().nullable(),
    lineage: z.array(z.string()),
    preview: z.string(),
  })
  .describe("what an object is and what it was made from");

/** A record with fields of its own, described in docs/interfaces.md. */
export const record = z.looseObject({});

export const describedRun = z.object({
  summary,
  training_run: z.looseObject({ handle: z.string(), status: z.enum(["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]) }),
  run_dir: z.string(),
  progress: record.nullable(),
  search_progress: record.nullable(),
});

export const pageWords = {
  limit: z.int().min(1).max(500).default(50).describe("most entries of a page"),
  cursor: z.string().optional().describe("next_cursor of the page before; left out for the first"),
};
