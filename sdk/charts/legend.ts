import { textWidth } from "./_text-width.js";
import type { SpecPart } from "./spec.js";

/** A legend above the plot, in as many columns as its names fit into. */
export function legendAbove(names: readonly string[], width: number): SpecPart | null {
  if (names.length < 2) return null;
  const widths = names.map((name) => Math.min(textWidth(name, 12), 240) + 44);
  const inOneRow = widths.reduce((sum, one) => sum + one) <= width + 40;
  const columns = inOneRow ? names.length : Math.max(1, Math.min(names.length - 1, Math.floor(width / Math.max(...widths))));
  return {
    orient: "top",
    title: null,
    columns,
    symbolType: "stroke",
    symbolSize: 300,
    symbolStrokeWidth: 2.5,
    symbolOpacity: 1,
    values: names,
  };
}
