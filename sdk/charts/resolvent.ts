import { type Axis, axisEncoding, extent, linearAxis, logAxis } from "./axis.js";
import { lineLayer, lineRows } from "./lines.js";
import { formatNumber } from "./numbers.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { eigenvalueLayers, type SpectrumData } from "./spectrum.js";
import { type ChartOptions, colorsOn, palette, sizes, themed } from "./theme.js";

/** A spectrum in the continuous plane, and how strongly forcing is answered at each frequency. */
export interface ResolventData extends SpectrumData {
  /** rad per unit of `t`, rising, shape [F] */
  readonly angularFrequencies: ArrayLike<number>;
  /** shape [F]; Infinity leaves a gap */
  readonly gains: ArrayLike<number>;
  /** what is marked, such as peaks */
  readonly marks: readonly { readonly angularFrequency: number; readonly gain: number }[];
  /** what the gain is of, as an axis writes it */
  readonly symbol: string;
}

/** Frequencies whose last step is so many times the first are drawn on a logarithmic axis. */
const widening = 5;

/**
 * The largest gain of the resolvent against the angular frequency, which is logarithmic where the steps widen. Peaks are marked with their
 * numbers; circles along the bottom are the frequencies of eigenvalues, coloured by residual as in `spectrumChart`, hollow where flagged.
 * On a logarithmic axis frequency 0 has no place: what is marked there stands at the left edge.
 */
export function resolventChart(data: ResolventData, options: ChartOptions = {}): ChartSpec {
  const width = options.width ?? sizes.width;
  const colors = colorsOn(options.surface);
  const { ink } = colors;
  const positive = Array.from(data.angularFrequencies).filter((w) => w > 0);
  const last = positive[positive.length - 1];
  const wide = last - positive[positive.length - 2] > widening * (positive[1] - positive[0]);
  const x = wide ? fittedLog(positive[0], last) : linearAxis(data.angularFrequencies[0], last);
  // the tops of narrow peaks lie between the frequencies
  const line = [
    ...Array.from(data.angularFrequencies, (angularFrequency, k) => ({ angularFrequency, gain: data.gains[k] })),
    ...data.marks,
  ].sort((a, b) => a.angularFrequency - b.angularFrequency);
  const gains = line.map(({ gain }) => gain);
  const finite = extent(gains.filter((gain) => gain > 0)) ?? [0.1, 1];
  const y = logAxis(finite[0], finite[1] * (finite[1] / finite[0]) ** 0.12);
  const place = {
    x: { field: "x", ...axisEncoding(x, `angular frequency (rad/${data.timeUnit ?? "t"})`) },
    y: { field: "y", ...axisEncoding(y, data.symbol, { grid: true }) },
  };
  const rows = lineRows(
    line.map(({ angularFrequency }) => angularFrequency),
    gains,
    { x: x.domain, y: y.domain, log: true, lines: 1, width },
  );
  const shown = (w: number): number => Number(Math.min(Math.max(w, x.domain[0]), x.domain[1]).toPrecision(6));
  const marks = data.marks.map(({ angularFrequency, gain }) => ({
    x: shown(angularFrequency),
    y: Number(Math.min(gain, y.domain[1]).toPrecision(5)),
    words: `${Number.isFinite(gain) ? formatNumber(gain, 3) : "unbounded"} at ${formatNumber(angularFrequency, 3)}`,
  }));
  const inside = data.eigenvalues.filter(({ im }) => im > 0 && im >= x.domain[0] && im <= x.domain[1]);
  const rules = {
    data: { values: inside.map(({ im }) => ({ x: shown(im) })) },
    mark: { type: "rule", color: palette.grey, strokeWidth: 0.6, strokeDash: [2, 3] },
    encoding: { x: place.x },
  };
  const along = { x: { ...place.x, field: "im" }, y: { value: sizes.height - 8 } };
  const layer: SpecPart[] = [
    ...(inside.length > 0 ? [rules] : []),
    lineLayer(rows, { color: colors.models[0] }, place),
    ...(marks.length > 0 ? markLayers(marks, place, ink, x) : []),
    ...eigenvalueLayers({ ...data, eigenvalues: inside }, along, options),
  ];
  const told = marks.length === 0 ? "" : ` Marked: ${marks.map(({ words }) => words).join(", ")}.`;
  const description = `Largest gain of the resolvent over ${data.angularFrequencies.length} angular frequencies; ${inside.length} oscillating eigenvalues or pairs among them.${told}`;
  return themed(description, { width, height: sizes.height, layer }, options);
}

/** Triangles above the line and their numbers; those at the right end are written to the left. */
function markLayers(
  marks: readonly { readonly x: number; readonly y: number; readonly words: string }[],
  place: SpecPart,
  ink: string,
  { scale, domain: [from, to] }: Axis,
): SpecPart[] {
  const along = (v: number): number => (scale === "log" ? Math.log(v / from) / Math.log(to / from) : (v - from) / (to - from));
  const triangles = {
    data: { values: marks },
    mark: { type: "point", shape: "triangle-down", filled: true, color: ink, size: 45, opacity: 1, yOffset: -5 },
    encoding: place,
  };
  const words = [false, true].flatMap((late): SpecPart[] => {
    const values = marks.filter((mark) => along(mark.x) > 0.8 === late);
    const mark = { type: "text", align: late ? "right" : "left", dx: late ? -7 : 7, dy: -10, color: ink };
    return values.length === 0
      ? []
      : [{ data: { values }, mark, encoding: { ...place, text: { field: "words", type: "nominal" } } }];
  });
  return [triangles, ...words];
}

/** A logarithmic axis that ends where the values do. */
function fittedLog(low: number, high: number): Axis {
  const axis = logAxis(low, high);
  return { ...axis, domain: [low, high], ticks: axis.ticks.filter((tick) => tick >= low && tick <= high) };
}
