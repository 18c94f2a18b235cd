import fc from "fast-check";

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
}

/** Handles that exist, by prefix. */
export type Handles = Readonly<Record<string, readonly string[]>>;

/** Longer than this nobody waits here. */
const mostWait = 100;

/** What a schema allows; handles are real ones, where there are any. */
export function fromSchema(schema: Schema, handles: Handles): fc.Arbitrary<unknown> {
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => fromSchema(one, handles)));
  switch (schema.type) {
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "integer":
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 9, 2 ** 31) });
    case "number":
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1, noNaN: true });
    case "array":
      return fc.array(fromSchema(schema.items ?? {}, handles), { maxLength: 3 });
    case "object":
      return fromFields(schema, handles);
    case "string":
      return texts(schema, handles);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function fromFields({ properties, required = [] }: Schema, handles: Handles): fc.Arbitrary<unknown> {
  if (properties === undefined) return fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
  const fields = Object.entries(properties).map(([name, schema]) => {
    const value = name === "wait_ms" ? fc.integer({ min: 0, max: mostWait }) : fromSchema(schema, handles);
    return [name, value] as const;
  });
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
}

function texts({ pattern, minLength = 0 }: Schema, handles: Handles): fc.Arbitrary<string> {
  const prefix = pattern === undefined ? null : (/^\^([a-z]+)_/.exec(pattern)?.[1] ?? null);
  const known = prefix === null ? Object.values(handles).flat() : (handles[prefix] ?? []);
  if (pattern !== undefined) return fc.constantFrom(...known, `${prefix ?? "ds"}_000000`);
  return fc.oneof(fc.constantFrom("osc.npz", "lti", "new/place.csv"), fc.string({ minLength, maxLength: 20 }));
}
