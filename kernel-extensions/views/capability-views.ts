import type { Listing } from "../../sdk/fluent/results/capabilities.js";
import type { Telling } from "../../sdk/fluent/results/kind.js";
import type { TrainingDescription } from "../../sdk/workflow/registry/catalog.js";
import type { View } from "../bundle.js";
import { toldView } from "./told-view.js";

export const listingView = (listing: Listing & Telling): View => whole(toldView(listing, ""));

/** A model: its options, what phases and transforms there are, and guidance. */
export function descriptionView(description: TrainingDescription & Telling): View {
  const { model, phase_schemas, transform_schemas, guidance } = description;
  const words = [
    `In ${model.time_domains.join(" or ")} time; also called ${[...model.aliases, ...model.variants.map(({ name }) => name)].join(", ")}.`,
    `Phases: ${Object.keys(phase_schemas).join(", ")}.`,
    `Transforms: ${Object.keys(transform_schemas).join(", ")}.`,
  ];
  const view = toldView(description, "Options");
  return { ...whole(view), title: `${model.key}, ${model.name}: ${model.summary}`, remarks: words, lines: guidance.join("\n") };
}

/** Tables with every row. */
function whole(view: View): View {
  return { ...view, tables: view.tables?.map((one) => ({ ...one, maxRows: one.table.rows.length })) };
}
