import { type Axis, axisEncoding, extent, linearAxis, titleWithUnit } from "./axis.js";
import { legendAbove } from "./legend.js";
import { lineLayer, lineRows, roundTo } from "./lines.js";
import { formatNumber, listWords } from "./numbers.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { type ChartOptions, colorsOn, palette, sizes, themed } from "./theme.js";

/** A series, what pushes it, and when the push is large. */
export interface ForcingData {
  /** shape [T], increasing */
  readonly t: ArrayLike<number>;
  /** what is observed, and how a linear system driven by the push gives it, shape [T] each */
  readonly columns: readonly {
    readonly name: string;
    readonly measured: ArrayLike<number>;
    readonly driven: ArrayLike<number>;
  }[];
  /** the push, shape [T], with its mean and the distance from it where a burst begins */
  readonly forcing: { readonly values: ArrayLike<number>; readonly mean: number; readonly level: number };
  /** first and last time of each burst */
  readonly bursts: readonly { readonly start: number; readonly end: number }[];
}

/** Columns that still can be read one below the other. */
const mostColumns = 3;
/** Pixels that a burst is wide at least, or a short one would not be seen. */
const leastWidth = 1.5;

/** Observations over time, beside what a driven linear system makes of them, above the push; bursts are shaded through all of it. */
export function forcingChart({ t, columns, forcing, bursts }: ForcingData, options: ChartOptions = {}): ChartSpec {
  const width = options.width ?? sizes.width;
  const colors = colorsOn(options.surface);
  const span = extent(Array.from(t)) ?? [0, 1];
  const time = { ...linearAxis(...span), domain: span };
  const shown = columns.slice(0, mostColumns);
  const step = (span[1] - span[0]) / 2e4;
  const room = (leastWidth / 2) * ((span[1] - span[0]) / width);
  const shades = bursts.map(({ start, end }) => ({
    x: roundTo(Math.max(span[0], Math.min(start, (start + end) / 2 - room)), step),
    x2: roundTo(Math.min(span[1], Math.max(end, (start + end) / 2 + room)), step),
  }));
  const lines = 2 * shown.length + 1;
  const rows = (values: ArrayLike<number>, y: Axis): SpecPart[] => lineRows(t, values, { x: span, y: y.domain, lines, width });
  const place = (y: Axis, title: string, last: boolean): SpecPart => ({
    x: { field: "x", ...axisEncoding(time, last ? titleWithUnit("t") : null, last ? {} : { labels: false }) },
    y: { field: "y", ...axisEncoding(y, title) },
  });
  const shading = ({ x }: SpecPart): SpecPart => ({
    data: { values: shades },
    mark: { type: "rect", color: palette.orange, opacity: 0.28, clip: true },
    encoding: { x, x2: { field: "x2" } },
  });
  const names = ["measured", "linear system, pushed"];
  const color = {
    scale: { domain: names, range: [colors.truth, colors.models[0]] },
    legend: legendAbove(names, width),
  };
  const facets = shown.map(({ name, measured, driven }) => {
    const y = linearAxis(...(extent(Array.from(measured)) ?? [0, 1]), 0.08);
    const encoding = place(y, name, false);
    const line = (values: ArrayLike<number>, which: string, mark: SpecPart = {}): SpecPart =>
      lineLayer(rows(values, y), mark, { ...encoding, color: { datum: which, ...color } });
    const layer = [shading(encoding), line(driven, names[1]), line(measured, names[0], { strokeDash: [4, 3] })];
    return { width, height: shown.length === 1 ? 130 : 90, layer };
  });
  const { values, mean, level } = forcing;
  const y = linearAxis(...(extent([...Array.from(values), mean - level, mean + level]) ?? [0, 1]), 0.05);
  const encoding = place(y, "push", true);
  const limits = {
    data: { values: [{ y: mean - level }, { y: mean + level }] },
    mark: { type: "rule", color: palette.grey, strokeWidth: 0.8, strokeDash: [3, 3] },
    encoding: { y: { ...(encoding.y as SpecPart), field: "y" } },
  };
  const push = {
    width,
    height: 130,
    layer: [shading(encoding), limits, lineLayer(rows(values, y), { color: colors.truth }, encoding)],
  };
  const left = columns.length - shown.length;
  const more = left > 0 ? ` (${left} more not drawn)` : "";
  const description = `${listWords(shown.map(({ name }) => name))}${more} over time, measured and from the linear system that is pushed; below the push, with ${bursts.length} bursts (shaded) beyond ${formatNumber(level)} from its mean.`;
  return themed(description, { spacing: 12, vconcat: [...facets, push] }, options);
}
