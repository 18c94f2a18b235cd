import { axisEncoding, extent, linearAxis, titleWithUnit } from "./axis.js";
import { lineLayer, lineRows } from "./lines.js";
import { listWords } from "./numbers.js";
import type { ChartSpec } from "./spec.js";
import { type ChartOptions, colorsOn, sizes, themed } from "./theme.js";

/** Columns over time. */
export interface TrajectoryData {
  /** shape [T], increasing */
  readonly t: ArrayLike<number>;
  readonly columns: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
  /** what the columns are: measured ones are grey, forecasts blue */
  readonly origin: "measured" | "forecast";
}

export interface TrajectoryOptions extends ChartOptions {
  /** columns drawn at most, default 6 */
  readonly maxColumns?: number | undefined;
}

/** What one recording looks like: a facet for each column on a shared time axis. */
export function trajectoryChart({ t, columns, origin }: TrajectoryData, options: TrajectoryOptions = {}): ChartSpec {
  const { maxColumns = 6, width = sizes.width } = options;
  const shown = columns.slice(0, maxColumns);
  const span = extent(Array.from(t)) ?? [0, 1];
  const time = { ...linearAxis(...span), domain: span };
  const colors = colorsOn(options.surface);
  const color = origin === "measured" ? colors.truth : colors.models[0];
  const height = shown.length === 1 ? 180 : shown.length <= 3 ? 110 : 80;
  const facets = shown.map(({ name, values }, i) => {
    const last = i === shown.length - 1;
    const y = linearAxis(...(extent(Array.from(values)) ?? [0, 1]), 0.05);
    const rows = lineRows(t, values, { x: span, y: y.domain, lines: shown.length, width });
    const encoding = {
      x: { field: "x", ...axisEncoding(time, last ? titleWithUnit("t", undefined) : null, last ? {} : { labels: false }) },
      y: { field: "y", ...axisEncoding(y, name) },
    };
    return { width, height, layer: [lineLayer(rows, { color }, encoding)] };
  });
  const left = columns.length - shown.length;
  const more = left > 0 ? ` (${left} more not drawn)` : "";
  const description = `${listWords(shown.map(({ name }) => name))}${more} over time, ${origin}.`;
  return themed(description, { spacing: 10, vconcat: facets }, options);
}
