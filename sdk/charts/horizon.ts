import { DymadError } from "../errors.js";
import { axisEncoding, extent, linearAxis, logAxis, titleWithUnit } from "./axis.js";
import { legendAbove } from "./legend.js";
import { bandRows, lineLayer, lineRows } from "./lines.js";
import { formatNumber, listWords } from "./numbers.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { type ChartOptions, colorsOn, type Role, roleColors, sizes, themed } from "./theme.js";

/** The error of one model at each horizon. */
export interface HorizonSeries {
  readonly name: string;
  /** default `model`; baselines are dashed */
  readonly role?: Role | undefined;
  /** error at each horizon, shape [H], at least 0; NaN where there is none */
  readonly errors: ArrayLike<number>;
  /** edges of an uncertainty band, both or neither, shape [H] */
  readonly lower?: ArrayLike<number> | undefined;
  readonly upper?: ArrayLike<number> | undefined;
}

/** How the error of forecasts grows with the time they look ahead. */
export interface HorizonData {
  /** how far ahead, shape [H], increasing */
  readonly horizons: ArrayLike<number>;
  /** unit of the horizons, such as `months` */
  readonly horizonUnit?: string | undefined;
  /** name of the error, such as `RMSE`, and its unit */
  readonly metric: string;
  readonly unit?: string | undefined;
  readonly series: readonly HorizonSeries[];
}

export interface HorizonOptions extends ChartOptions {
  /** default: logarithmic when the errors span more than a factor of 50 */
  readonly scale?: "linear" | "log" | undefined;
}

/**
 * Error by horizon: one line per model, baselines dashed, so that one sees from where on a baseline does as well.
 * An error more than ten times the largest baseline error runs off a linear axis instead of flattening the rest.
 *
 * @throws   E_SHAPE when a series has not one error per horizon
 */
export function horizonChart(data: HorizonData, options: HorizonOptions = {}): ChartSpec {
  check(data);
  const width = options.width ?? sizes.width;
  const span = extent(Array.from(data.horizons)) ?? [0, 1];
  const all = data.series.flatMap(({ errors, upper }) => [...Array.from(errors), ...Array.from(upper ?? [])]);
  const positive = extent(all.filter((error) => error > 0)) ?? [1e-3, 1];
  const log = options.scale === undefined ? positive[1] > 50 * positive[0] : options.scale === "log";

  const baselines = data.series.filter(({ role }) => role === "baseline").flatMap(({ errors }) => Array.from(errors));
  const ceiling = 10 * (extent(baselines)?.[1] ?? Number.POSITIVE_INFINITY);
  const top = Math.min(positive[1], ceiling);
  const y = log ? logAxis(...positive) : { ...linearAxis(0, top * 1.05) };
  const x = { ...linearAxis(Math.min(span[0], span[0] > 0 && span[0] * 10 < span[1] ? 0 : span[0]), span[1]) };

  const colors = colorsOn(options.surface);
  const names = data.series.map(({ name }) => name);
  const color = { scale: { domain: names, range: roleColors(data.series, colors) }, legend: legendAbove(names, width) };
  const encoding = {
    x: { field: "x", ...axisEncoding(x, titleWithUnit("horizon", data.horizonUnit)) },
    y: { field: "y", ...axisEncoding(y, titleWithUnit(data.metric, data.unit), { grid: true }) },
  };
  const window = { x: x.domain, y: y.domain, log, lines: names.length * 3, width };
  // The first named is what the chart is about: it is drawn last, on top of lines that run along it.
  const layer = [...data.series].reverse().flatMap(({ name, role, errors, lower, upper }) => {
    const named = { ...encoding, color: { datum: name, ...color } };
    const few: SpecPart = errors.length <= 40 ? { point: { size: 16, filled: true } } : {};
    const stroke: SpecPart = role === "baseline" ? { strokeDash: [5, 3] } : { strokeWidth: 2 };
    const line = lineLayer(lineRows(data.horizons, errors, window), { ...few, ...stroke, tooltip: { content: "data" } }, named);
    if (lower === undefined || upper === undefined) return [line];
    const values = bandRows(data.horizons, lower, upper, window);
    return [
      { data: { values }, mark: { type: "area", opacity: 0.18, clip: true }, encoding: { ...named, y2: { field: "y2" } } },
      line,
    ];
  });
  return themed(describe(data), { width, height: sizes.height, layer }, options);
}

function describe({ metric, unit, horizonUnit, horizons, series }: HorizonData): string {
  const last = horizons.length - 1;
  if (last < 0) return `${metric} by horizon: no horizons.`;
  const ends = series.map(({ name, errors }) => `${name} ${formatNumber(errors[last], 3)}`);
  return (
    `${titleWithUnit(metric, unit)} by horizon; at ${formatNumber(horizons[last])} ${horizonUnit ?? ""}`.trimEnd() +
    `: ${listWords(ends)}.`
  );
}

function check({ horizons, series }: HorizonData): void {
  for (const { name, errors, lower, upper } of series) {
    for (const values of [errors, lower, upper]) {
      if (values === undefined || values.length === horizons.length) continue;
      throw new DymadError("E_SHAPE", `"${name}" has ${values.length} errors for ${horizons.length} horizons`, {
        hint: "give one error per horizon, NaN where there is none",
      });
    }
  }
}
