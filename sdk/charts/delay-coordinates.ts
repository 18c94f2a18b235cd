import { type Axis, axisEncoding, extent, linearAxis } from "./axis.js";
import { legendAbove } from "./legend.js";
import { roundTo } from "./lines.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { type ChartOptions, colorsOn, palette, sizes, themed } from "./theme.js";
import { MAX_CHART_POINTS } from "./thin.js";

/** A path in a plane, and where on it something is active. */
export interface PlanePathData {
  /** names of the two axes */
  readonly names: readonly [string, string];
  /** shape [T] each, in the order of time */
  readonly across: ArrayLike<number>;
  readonly up: ArrayLike<number>;
  /** whether a place is active, shape [T] */
  readonly active: ArrayLike<boolean | number>;
}

/** The path of two coordinates, coloured where the push is active: on an attractor these are the places where it is decided how it goes on. */
export function delayCoordinatesChart({ names, across, up, active }: PlanePathData, options: ChartOptions = {}): ChartSpec {
  const side = options.width ?? sizes.square;
  const colors = colorsOn(options.surface);
  const x = linearAxis(...(extent(Array.from(across)) ?? [0, 1]), 0.05);
  const y = linearAxis(...(extent(Array.from(up)) ?? [0, 1]), 0.05);
  // a path turns back, so it is thinned by time and not by pixels
  const stride = Math.ceil(across.length / (MAX_CHART_POINTS / 2));
  const kept = Array.from({ length: Math.ceil(across.length / stride) }, (_, i) => i * stride);
  const isActive = (k: number): boolean => Array.from({ length: stride }, (_, j) => active[k + j]).some(Boolean);
  const on = (value: number, { domain: [low, high] }: Axis): number => roundTo(value, (high - low) / 2e4);
  const place = (k: number): { x: number; y: number } => ({ x: on(across[k], x), y: on(up[k], y) });
  const path = kept.map((k, i): SpecPart => ({ ...place(k), k: i }));
  // a gap ends each stretch that is active
  const marked = kept.map((k, i): SpecPart => (isActive(k) ? { ...place(k), k: i } : { x: null, y: null, k: i }));
  const stretches = marked.filter(({ x: here }, i) => here !== null || (i > 0 && marked[i - 1].x !== null));
  const labels = ["push small", "push active"];
  const color = {
    scale: { domain: labels, range: [colors.truth, palette.orange] },
    legend: legendAbove(labels, side),
  };
  const encoding = {
    x: { field: "x", ...axisEncoding(x, names[0]) },
    y: { field: "y", ...axisEncoding(y, names[1]) },
    order: { field: "k", type: "quantitative" },
  };
  const line = (values: readonly SpecPart[], label: string, mark: SpecPart): SpecPart => ({
    data: { values },
    mark: { type: "line", ...mark },
    encoding: { ...encoding, color: { datum: label, ...color } },
  });
  const layer = [
    line(path, labels[0], { strokeWidth: 0.7, opacity: 0.8 }),
    line(stretches, labels[1], { strokeWidth: 2.2, strokeCap: "round" }),
  ];
  const share = Array.from(active).filter(Boolean).length / Math.max(1, active.length);
  const description = `${names[1]} against ${names[0]} over ${across.length} samples; the push is active on ${(100 * share).toPrecision(2)} % of them (orange).`;
  return themed(description, { width: side, height: side, layer }, options);
}
