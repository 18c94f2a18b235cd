import { DymadError } from "../../errors.js";
import { trainingCapability } from "../../workflow/app/capabilities.js";
import { type CatalogEntry, catalog, catalogKinds, type TrainingDescription } from "../../workflow/registry/catalog.js";
import { nearest } from "../../workflow/registry/nearest.js";
import { ResultKind, type Telling } from "./kind.js";

/** What can be named, of one kind. */
export interface Listing {
  readonly kind: string;
  readonly entries: readonly CatalogEntry[];
}

export const listingKind: ResultKind<Listing> = new ResultKind({
  headline: ({ kind, entries }) => `${entries.length} ${kind}`,
  table: ({ entries }) => ({
    columns: [{ title: "key" }, { title: "what it is" }],
    rows: entries.map(({ key, summary }) => [key, summary]),
  }),
  maxRows: 100,
});

/** The options of a model: key, type, default and meaning, as its schema says them. */
export const descriptionKind: ResultKind<TrainingDescription> = new ResultKind({
  headline: ({ model, profiles }) => {
    const names = profiles.map((profile) => (profile as { readonly key: string }).key);
    return `${model.key}, ${model.name}: ${model.summary}\nprofiles: ${names.join(", ")}`;
  },
  table: ({ model_schema }) => schemaTable(model_schema as Schema),
  maxRows: 100,
});

/** What is read of a JSON schema. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

function schemaTable({ properties = {} }: Schema): ReturnType<Telling["table"]> {
  return {
    columns: ["option", "values", "default", "meaning"].map((title) => ({ title })),
    rows: Object.entries(properties).map(([name, schema]) => [
      name,
      valuesText(schema),
      schema.default === undefined ? "" : JSON.stringify(schema.default),
      schema.description ?? "",
    ]),
  };
}

function valuesText({ type, enum: values, const: only, anyOf }: Schema): string {
  if (values !== undefined)
    return values.length > 4 ? `${values.slice(0, 3).join(", ")} ... (${values.length})` : values.join(", ");
  if (only !== undefined) return String(only);
  if (anyOf !== undefined) return [...new Set(anyOf.map(valuesText))].join(" or ");
  return type === undefined ? "any" : [type].flat().join(" or ");
}

/** @throws  E_SPEC with the nearest kind */
export function listCapabilities(kind: string): Listing & Telling {
  if (!catalogKinds.includes(kind)) {
    const close = nearest(kind, catalogKinds);
    throw new DymadError("E_SPEC", `${JSON.stringify(kind)} is not a kind of things that can be listed`, {
      path: ["kind"],
      hint: `${close === null ? "" : `did you mean ${close}? `}the kinds are ${catalogKinds.join(", ")}`,
    });
  }
  return listingKind.of({ kind, entries: catalog[kind] });
}

/** @throws  E_NOT_FOUND with the nearest model */
export const describeCapability = (model: string): TrainingDescription & Telling => descriptionKind.of(trainingCapability(model));
