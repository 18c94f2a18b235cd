import { textWidth } from "./_text-width.js";
import { axisEncoding, extent, linearAxis, titleWithUnit } from "./axis.js";
import { formatNumber, formatUncertain } from "./numbers.js";
import type { ChartSpec } from "./spec.js";
import type { Cell, Column, Table } from "./table.js";
import { type ChartOptions, colorsOn, palette, type Role, sizes, themed } from "./theme.js";

/** One candidate and what it reached. */
export interface Candidate {
  readonly name: string;
  /** default `model` */
  readonly role?: Role | undefined;
  /** the deciding number; NaN or null when the candidate failed */
  readonly value: number | null;
  /** one standard deviation over seeds or folds, units of `value` */
  readonly uncertainty?: number | null | undefined;
  /** further columns of the table, by title */
  readonly more?: { readonly [title: string]: Cell } | undefined;
}

/** Candidates compared by one number. */
export interface LeaderboardData {
  /** name of the deciding number, such as `RMSE`, and its unit */
  readonly metric: string;
  readonly unit?: string | undefined;
  /** default true */
  readonly lowerIsBetter?: boolean | undefined;
  readonly candidates: readonly Candidate[];
}

/**
 * The candidates, best first; those without a number last.
 *
 * @returns   a new array; equal values keep their order
 */
export function ranked({ candidates, lowerIsBetter = true }: LeaderboardData): Candidate[] {
  const key = ({ value }: Candidate): number => {
    if (value === null || !Number.isFinite(value)) return Number.POSITIVE_INFINITY;
    return lowerIsBetter ? value : -value;
  };
  return [...candidates].sort((a, b) => (key(a) === key(b) ? 0 : key(a) - key(b)));
}

/**
 * Bars of the candidates, best at the top: the best model blue, other models grey, baselines orange.
 * At most 15 bars; a bar more than five times the median ends at the edge, its number tells how long it is.
 */
export function leaderboardChart(data: LeaderboardData, options: ChartOptions = {}): ChartSpec {
  const all = ranked(data).filter(({ value }) => value !== null && Number.isFinite(value));
  const shown = all.slice(0, 15);
  const sizesOfBars = shown.map(({ value }) => Math.abs(value ?? 0)).sort((a, b) => a - b);
  const cap = 5 * (sizesOfBars[Math.floor((sizesOfBars.length - 1) / 2)] ?? 1);
  const values = shown.map(({ value }) => Number(value));
  const [low, high] = extent([0, ...values.map((value) => Math.max(-cap, Math.min(cap, value)))]) ?? [0, 1];
  const x = { ...linearAxis(low, high === low ? low + 1 : high * 1.02) };

  const room = Math.round(
    Math.min(230, (options.width ?? sizes.width) * 0.45, Math.max(40, ...shown.map(({ name }) => textWidth(name, 11) + 12))),
  );
  const width = (options.width ?? sizes.width) - room - 90;
  const colors = colorsOn(options.surface);
  const firstModel = shown.findIndex(({ role }) => role !== "baseline");
  const rows = shown.map(({ name, role, uncertainty }, i) => ({
    // Two candidates may share a name; the row keeps them apart, the label shows the name.
    row: `${i}`,
    name,
    value: Math.max(x.domain[0], Math.min(x.domain[1], Number(values[i].toPrecision(6)))),
    label:
      (uncertainty ? formatUncertain(values[i], uncertainty) : formatNumber(values[i], 3)) +
      (Math.abs(values[i]) > cap ? " (cut)" : ""),
    color: role === "baseline" ? colors.baselines[0] : i === firstModel ? colors.models[0] : palette.grey,
  }));
  const labels = `[${rows.map(({ name }) => JSON.stringify(name)).join(",")}][toNumber(datum.value)]`;
  const axis = {
    title: null,
    labelExpr: labels,
    labelLimit: room,
    minExtent: room,
    maxExtent: room,
    labelPadding: 6,
    ticks: false,
    domain: false,
  };
  const encoding = {
    y: { field: "row", type: "nominal", sort: null, scale: { paddingInner: 0.35 }, axis },
    x: { field: "value", ...axisEncoding(x, titleWithUnit(data.metric, data.unit)) },
  };
  const bar = { type: "bar", cornerRadiusEnd: 2 };
  const text = { type: "text", align: "left", dx: 5 };
  return themed(
    describe(data, all, shown.length),
    {
      width,
      height: Math.max(1, rows.length) * 26,
      data: { values: rows },
      layer: [
        { mark: bar, encoding: { ...encoding, color: { field: "color", type: "nominal", scale: null } } },
        { mark: text, encoding: { ...encoding, text: { field: "label", type: "nominal" } } },
      ],
    },
    options,
  );
}

/** The leaderboard as a table: rank, candidate, the deciding number, then every further column that any candidate has. */
export function leaderboardTable(data: LeaderboardData): Table {
  const order = ranked(data);
  const titles = [...new Set(order.flatMap(({ more = {} }) => Object.keys(more)))];
  const best = data.lowerIsBetter === false ? "max" : "min";
  const columns: Column[] = [
    { title: "#" },
    { title: "candidate" },
    { title: data.metric, unit: data.unit, best },
    ...titles.map((title) => ({ title })),
  ];
  const rows = order.map(({ name, value, uncertainty, more = {} }, i): Cell[] => [
    i + 1,
    name,
    value !== null && typeof uncertainty === "number" ? { value, uncertainty } : value,
    ...titles.map((title) => more[title] ?? null),
  ]);
  return { columns, rows };
}

function describe({ metric, unit }: LeaderboardData, all: readonly Candidate[], drawn: number): string {
  const best = all[0];
  if (best === undefined) return `${metric} of the candidates: none has finished.`;
  const left = all.length > drawn ? ` The best ${drawn} of ${all.length} are drawn.` : "";
  return (
    `${metric} of ${all.length} candidates, best first: ${best.name} with ${formatNumber(best.value)} ${unit ?? ""}`.trimEnd() +
    `.${left}`
  );
}
