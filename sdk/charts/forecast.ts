import { DymadError } from "../errors.js";
import type { Matrix } from "../numerics/linalg/matrix.js";
import { type Axis, axisEncoding, extent, linearAxis, titleWithUnit } from "./axis.js";
import { legendAbove } from "./legend.js";
import { bandRows, lineLayer, lineRows, type Window } from "./lines.js";
import { formatNumber, listWords } from "./numbers.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { type ChartOptions, colorsOn, palette, type Role, roleColors, sizes, themed } from "./theme.js";

/** One forecast of the states. */
export interface Forecast {
  readonly name: string;
  /** default `model` */
  readonly role?: Role | undefined;
  /** times, shape [S], increasing, units of `t` */
  readonly t: ArrayLike<number>;
  /** forecast states, shape [S, n], units of `x`; NaN leaves a gap */
  readonly x: Matrix;
  /** lower and upper edge of an uncertainty band, both or neither, shape [S, n] */
  readonly lower?: Matrix | undefined;
  readonly upper?: Matrix | undefined;
}

/** What happened, and what one or more models said would happen. */
export interface ForecastData {
  /** sample times of the truth, shape [T], increasing */
  readonly t: ArrayLike<number>;
  /** measured states, shape [T, n] */
  readonly truth: Matrix;
  /** symbols of the states, n of them */
  readonly names: readonly string[];
  /** units of the states, n of them; null or "" where there is none */
  readonly units?: readonly (string | null)[] | undefined;
  /** symbol of time, default `t`, and its unit */
  readonly timeName?: string | undefined;
  readonly timeUnit?: string | undefined;
  /** time of the last sample used for training; null when the whole record was held out */
  readonly trainEnd?: number | null | undefined;
  readonly forecasts: readonly Forecast[];
}

export interface ForecastOptions extends ChartOptions {
  /** how much of the training record to show before the forecast, units of `t`; default: half as long as the forecast */
  readonly history?: number | undefined;
  /** states drawn at most, default 6, never more than 12 */
  readonly maxStates?: number | undefined;
}

/**
 * Truth against forecasts over time, one facet per state on a shared time axis. Held-out truth is dashed and drawn
 * on top; the forecast region, after the end of the training data, is shaded. A forecast that runs away is cut off
 * at the edge of the axis, which reaches one range of the truth beyond it on either side.
 *
 * @throws   E_SHAPE when the lengths of times, states, names and forecasts do not agree
 */
export function forecastChart(data: ForecastData, options: ForecastOptions = {}): ChartSpec {
  check(data);
  const width = options.width ?? sizes.width;
  const states = data.names.slice(0, Math.min(options.maxStates ?? 6, 12));
  const span = shownSpan(data, options.history);
  const time = { ...linearAxis(...span), domain: span };
  const height = states.length === 1 ? sizes.height : states.length === 2 ? 180 : 130;

  const colors = colorsOn(options.surface);
  const names = ["truth", ...data.forecasts.map((forecast) => forecast.name)];
  const scale = { domain: names, range: [colors.truth, ...roleColors(data.forecasts, colors)] };
  // The facets share this scale, and so one legend.
  const color = { scale, legend: legendAbove(names, width) };
  const banded = data.forecasts.filter(({ lower }) => lower !== undefined).length;
  const lines = states.length * (data.forecasts.length + 1 + 2 * banded);
  const facets = states.map((name, state) => {
    const last = state === states.length - 1;
    const title = last ? titleWithUnit(data.timeName ?? "t", data.timeUnit) : null;
    const x = axisEncoding(time, title, last ? {} : { labels: false });
    const y = stateAxis(data, state, span);
    const encoding = { x: { field: "x", ...x }, y: { field: "y", ...axisEncoding(y, titleWithUnit(name, data.units?.[state])) } };
    return {
      width,
      height,
      layer: [
        ...forecastRegion(data, span, x),
        ...facetLines(data, state, { x: span, y: y.domain, lines, width }, encoding, color),
      ],
    };
  });
  return themed(describe(data, states.length), { spacing: 14, vconcat: facets }, options);
}

function forecastRegion({ trainEnd }: ForecastData, [from, to]: readonly [number, number], x: SpecPart): SpecPart[] {
  if (trainEnd === undefined || trainEnd === null || trainEnd >= to) return [];
  const start = Math.max(from, trainEnd);
  return [
    {
      data: { values: [{ x: start, x2: to }] },
      mark: { type: "rect", color: palette.grey, opacity: 0.1 },
      encoding: { x: { field: "x", ...x }, x2: { field: "x2" } },
    },
  ];
}

function facetLines(data: ForecastData, state: number, window: Window, encoding: SpecPart, color: SpecPart): SpecPart[] {
  const bands = data.forecasts.flatMap((forecast) => {
    if (forecast.lower === undefined || forecast.upper === undefined) return [];
    const values = bandRows(forecast.t, column(forecast.lower, state), column(forecast.upper, state), window);
    const mark = { type: "area", opacity: 0.2, clip: true };
    return [
      { data: { values }, mark, encoding: { ...encoding, y2: { field: "y2" }, color: { datum: forecast.name, ...color } } },
    ];
  });
  // The first named is what the chart is about: of the forecasts it is drawn last, on top of those that run along it.
  const models = [...data.forecasts]
    .reverse()
    .map((forecast) =>
      lineLayer(
        lineRows(forecast.t, column(forecast.x, state), window),
        {},
        { ...encoding, color: { datum: forecast.name, ...color } },
      ),
    );

  const heldOutFrom = data.trainEnd ?? Number.NEGATIVE_INFINITY;
  const truth = column(data.truth, state);
  const seen = Array.from(truth, (value, k) => (data.t[k] <= heldOutFrom ? value : Number.NaN));
  // The last training sample begins the dashed part too, so that the line does not break there.
  const firstHeldOut = Array.from(truth).findIndex((_, k) => data.t[k] > heldOutFrom);
  const heldOut = Array.from(truth, (value, k) => (firstHeldOut >= 0 && k >= firstHeldOut - 1 ? value : Number.NaN));
  const truthEncoding = { ...encoding, color: { datum: "truth", ...color } };
  const parts: [number[], SpecPart][] = [
    [seen, {}],
    [heldOut, { strokeDash: [4, 3] }],
  ];
  const truthLines = parts
    .map(([values, mark]) => ({ rows: lineRows(data.t, values, window), mark }))
    .filter(({ rows }) => rows.length > 0)
    .map(({ rows, mark }) => lineLayer(rows, mark, truthEncoding));
  return [...bands, ...models, ...truthLines];
}

/** The times drawn: everything forecast, and a stretch of history before it. */
function shownSpan(data: ForecastData, history: number | undefined): [number, number] {
  const times = [data.t, ...data.forecasts.map((forecast) => forecast.t)];
  const whole = extent(times.flatMap((t) => Array.from(t))) ?? [0, 1];
  const end = data.trainEnd;
  if (end === undefined || end === null || end >= whole[1]) return whole;
  return [Math.max(whole[0], end - (history ?? (whole[1] - end) / 2)), whole[1]];
}

function stateAxis(data: ForecastData, state: number, [from, to]: readonly [number, number]): Axis {
  const shown = (t: ArrayLike<number>, x: Matrix): number[] =>
    Array.from(column(x, state)).filter((_, k) => t[k] >= from && t[k] <= to);
  const truth = extent(shown(data.t, data.truth));
  const all = extent(
    data.forecasts.flatMap(({ t, x, lower, upper }) =>
      [x, lower, upper].flatMap((edge) => (edge === undefined ? [] : shown(t, edge))),
    ),
  );
  const [low, high] = truth ?? all ?? [0, 1];
  const room = high - low || Math.abs(high) || 1;
  if (all === null) return linearAxis(low, high, 0.05);
  return linearAxis(Math.min(low, Math.max(all[0], low - room)), Math.max(high, Math.min(all[1], high + room)), 0.05);
}

function column(x: Matrix, j: number): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, i) => x.data[i * x.cols + j]);
}

function describe(data: ForecastData, drawn: number): string {
  const left = data.names.length - drawn;
  const which = listWords(data.names.slice(0, drawn)) + (left > 0 ? ` (${left} more not drawn)` : "");
  const from =
    data.trainEnd === undefined || data.trainEnd === null
      ? ""
      : `, held out after ${data.timeName ?? "t"} = ${formatNumber(data.trainEnd, 6)}`;
  const names = data.forecasts.map((forecast) => forecast.name);
  return `${which} over time: truth (dashed where held out)${names.length > 0 ? ` against ${listWords(names)}` : ""}${from}.`;
}

function check(data: ForecastData): void {
  const n = data.names.length;
  const fields: [string, ArrayLike<number>, Matrix | undefined][] = [["truth", data.t, data.truth]];
  for (const { name, t, x, lower, upper } of data.forecasts) fields.push([name, t, x], [name, t, lower], [name, t, upper]);
  for (const [name, t, x] of fields) {
    if (x === undefined || (x.rows === t.length && x.cols === n)) continue;
    throw new DymadError("E_SHAPE", `"${name}" is ${x.rows} x ${x.cols}, but there are ${t.length} times and ${n} state names`, {
      hint: "give one row per time and one column per state name",
    });
  }
}
