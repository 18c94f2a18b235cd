import type { Telling } from "../../sdk/fluent/results/kind.js";
import type { View } from "../bundle.js";

/**
 * A result that tells itself, with figures if it has any.
 *
 * @param heading  what its table shows
 */
export function toldView(value: Telling, heading: string, figures: View["figures"] = []): View {
  const text = value.describe();
  const remarks = value.warnings.map((line) => `Warning: ${line}`);
  return { text, title: text.split("\n")[0], remarks, figures, tables: [{ title: heading, table: value.table() }] };
}
