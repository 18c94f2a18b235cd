import type { SpecPart } from "./spec.js";

/** A legend above the plot, in as many columns as its names fit into. */
export function legendAbove(names: readonly string[], width: number): SpecPart | null {
  if (names.length < 2) return null;
  const longest = Math.max(...names.map((name) => name.length));
  const columns = Math.max(1, Math.min(names.length, Math.floor(width / (Math.min(longest, 34) * 6.6 + 42))));
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
