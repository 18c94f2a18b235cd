import { z } from "zod";
import type { ErrorCode, Issue } from "../../errors.js";
import { replacementForKey, replacementForValue } from "../registry/legacy.js";
import { nearest } from "../registry/nearest.js";

export type Path = readonly (string | number)[];

/** Where a compilation puts what it finds wrong, so that all of it is told at once. */
export interface IssueList {
  readonly issues: Issue[];
}

export function report(list: IssueList, path: Path, message: string, hint?: string, code: ErrorCode = "E_SPEC"): void {
  list.issues.push({ code, path, message, hint });
}

/** A value as it is quoted in a message: short, and plain for a reader of YAML. */
export function quoted(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length > 4 ? `a list of ${value.length}` : JSON.stringify(value);
  if (value !== null && typeof value === "object") return "a mapping";
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(value) ?? String(value);
}

/**
 * Reads a value by a schema of the registry. Every problem becomes one issue whose path continues `path`; unknown keys are
 * answered with the word that replaces them or the nearest that exists.
 *
 * @param section  name of the section, for the table of older words
 * @returns        the value with defaults filled in, or null when there were problems
 */
export function readShape<S extends z.ZodType>(
  schema: S,
  value: unknown,
  section: string,
  path: Path,
  list: IssueList,
): z.output<S> | null {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const problem of result.error.issues) {
    const place = problem.path.map((part) => (typeof part === "symbol" ? String(part) : part));
    if (problem.code === "unrecognized_keys") {
      const inner = place.length > 0 ? String(place[0]) : section;
      for (const key of problem.keys) unknownKey(schemaAt(schema, place), key, inner, [...path, ...place], list);
    } else {
      const got = valueAt(value, place);
      const key = String(place.at(-1) ?? path.at(-1) ?? "");
      const expected = phrase(schemaAt(schema, place));
      const spoken = problem.code === "invalid_format" || problem.code === "custom";
      const wanted = spoken ? problem.message : `must be ${expected.text}`;
      if (got === undefined) report(list, [...path, ...place], `is missing: ${wanted}`);
      else report(list, [...path, ...place], `${wanted}, got ${quoted(got)}`, hintFor(key, got, expected));
    }
  }
  return null;
}

function unknownKey(schema: z.ZodType | null, key: string, section: string, path: Path, list: IssueList): void {
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const replacement = replacementForKey(section, key);
  const close = nearest(key, known);
  const hint = replacement ?? (close === null ? `known keys: ${known.join(", ")}` : `did you mean ${close}?`);
  report(list, [...path, key], replacement === null ? "is not a known key" : "is a word of older configurations", hint);
}

function hintFor(key: string, got: unknown, expected: Phrase): string | undefined {
  const replacement = replacementForValue(key, got);
  if (replacement !== null) return `write ${replacement}`;
  if (typeof got === "string" && expected.numeric && got.trim() !== "" && Number.isFinite(Number(got))) {
    return `write the number without quotes: ${Number(got)}`;
  }
  const close = typeof got === "string" ? nearest(got, expected.words) : null;
  return close === null ? undefined : `did you mean ${close}?`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) => (at !== null && typeof at === "object" ? (at as Record<string | number, unknown>)[part] : undefined),
    value,
  );
}

/** The part of a schema that a path leads to, without its wrappers; null where the path leaves the schema. */
function schemaAt(schema: z.core.$ZodType, path: Path): z.ZodType | null {
  let at = unwrapped(schema);
  for (const part of path) {
    if (at instanceof z.ZodNullable) at = unwrapped(at.unwrap() as z.ZodType);
    // of several forms that with the key
    if (at instanceof z.ZodUnion) at = at.options.map((form) => unwrapped(form)).find((form) => hasKey(form, part)) ?? null;
    if (at instanceof z.ZodObject) at = unwrapped(at.shape[part]);
    else if (at instanceof z.ZodArray) at = unwrapped(at.element);
    else if (at instanceof z.ZodRecord) at = unwrapped(at.valueType);
    else if (at instanceof z.ZodTuple) at = unwrapped(at.def.items[Number(part)]);
    else return null;
    if (at === null) return null;
  }
  return at;
}

const hasKey = (schema: z.ZodType | null, key: string | number): boolean =>
  schema instanceof z.ZodObject && Object.hasOwn(schema.shape, key);

function unwrapped(schema: z.core.$ZodType | undefined): z.ZodType | null {
  let at = schema;
  while (
    at instanceof z.ZodDefault ||
    at instanceof z.ZodOptional ||
    at instanceof z.ZodPrefault ||
    (at instanceof z.ZodNullable && at.unwrap() instanceof z.ZodObject)
  )
    at = at.unwrap();
  return at instanceof z.ZodType ? at : null;
}

export interface Phrase {
  readonly text: string;
  /** the words an enumeration allows */
  readonly words: readonly string[];
  readonly numeric: boolean;
}

/** What a schema wants, in words: "a positive integer", "one of smp, res, cat". */
function phrase(schema: z.ZodType | null): Phrase {
  if (schema === null) return { text: "something else", words: [], numeric: false };
  return phraseOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
}

/** The words for a JSON Schema: what messages say must be there, and what docs/config.md says may be. */
export function phraseOf(json: z.core.JSONSchema.BaseSchema): Phrase {
  if (json.anyOf) {
    const parts = json.anyOf.map((part) => phraseOf(part as z.core.JSONSchema.BaseSchema));
    return {
      text: parts.map((part) => part.text).join(" or "),
      words: parts.flatMap((part) => part.words),
      numeric: parts.some((part) => part.numeric),
    };
  }
  if (json.enum) return { text: `one of ${json.enum.join(", ")}`, words: json.enum.map(String), numeric: false };
  if (json.const !== undefined) return { text: String(json.const), words: [String(json.const)], numeric: false };
  switch (json.type) {
    case "integer":
    case "number":
      return { text: numberPhrase(json), words: [], numeric: true };
    case "boolean":
      return { text: "true or false", words: ["true", "false"], numeric: false };
    case "string":
      return { text: "a text that is not empty", words: [], numeric: false };
    case "array":
      if (json.prefixItems !== undefined) {
        const places = json.prefixItems.map((part) => phraseOf(part as z.core.JSONSchema.BaseSchema));
        const numbers = places.every(({ numeric }) => numeric);
        const text = numbers ? `[${places.map((place) => place.text).join(", ")}]` : `a list of ${places.length}`;
        return { text, words: [], numeric: false };
      }
      return { text: json.minItems ? "a list with at least one entry" : "a list", words: [], numeric: false };
    case "null":
      return { text: "null", words: [], numeric: false };
    default:
      return { text: mappingPhrase(json), words: [], numeric: false };
  }
}

/** One or two keys that must be there tell a mapping from others that are allowed in its place. */
function mappingPhrase({ required = [] }: z.core.JSONSchema.BaseSchema): string {
  return required.length === 1 || required.length === 2 ? `a mapping { ${required.join(", ")} }` : "a mapping of keys to values";
}

function numberPhrase(json: z.core.JSONSchema.BaseSchema): string {
  const noun = json.type === "integer" ? "integer" : "number";
  const article = noun === "integer" ? "an" : "a";
  const low = json.minimum !== undefined && json.minimum > Number.MIN_SAFE_INTEGER ? json.minimum : null;
  const high = json.maximum !== undefined && json.maximum < Number.MAX_SAFE_INTEGER ? json.maximum : null;
  const below = json.exclusiveMaximum === undefined ? "" : ` below ${json.exclusiveMaximum}`;
  const upTo = high === null ? below : ` of at most ${high}`;
  if (json.exclusiveMinimum === 0 || (noun === "integer" && low === 1)) return `a positive ${noun}${upTo}`;
  if (json.exclusiveMinimum !== undefined) return `${article} ${noun} above ${json.exclusiveMinimum}${upTo}`;
  if (low !== null && high !== null) return `${article} ${noun} from ${low} to ${high}`;
  if (low !== null) return `${article} ${noun} of at least ${low}`;
  return `${article} ${noun}${upTo}`;
}

export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Lays one value over another: mappings key by key, everything else (lists too) replaced. A null is a value like any other.
 */
export function overlay(base: unknown, over: unknown): unknown {
  if (!isMapping(base) || !isMapping(over)) return over;
  const out: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value !== undefined) out[key] = overlay(out[key], value);
  }
  return out;
}
