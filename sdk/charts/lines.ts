import type { SpecPart } from "./spec.js";
import { MAX_CHART_POINTS, MAX_LINE_POINTS, thinLine } from "./thin.js";

/** The part of a plot that a line is drawn into; a band counts as two lines. */
export interface Window {
  /** first and last abscissa shown */
  readonly x: readonly [number, number];
  /** values the ordinate axis spans */
  readonly y: readonly [number, number];
  /** true when the ordinate is logarithmic: values that are not positive become gaps */
  readonly log?: boolean | undefined;
  /** how many lines the whole chart has: they share one budget of points */
  readonly lines: number;
  /** pixels, default 640 */
  readonly width?: number | undefined;
}

/**
 * The points of one line as rows of a specification, thinned and rounded to a twentieth of a pixel.
 *
 * @param x   abscissae, shape [T], non-decreasing
 * @param y   ordinates, shape [T]
 * @returns   rows `{x, y}`; `y` is null where the line breaks; missing values at its ends are left out
 */
export function lineRows(x: ArrayLike<number>, y: ArrayLike<number>, window: Window): SpecPart[] {
  const line = cut(x, y, window);
  const present = line.y.map(Number.isFinite);
  const part = [present.indexOf(true), present.lastIndexOf(true) + 1] as const;
  const trimmed = part[0] < 0 ? { x: [], y: [] } : { x: line.x.slice(...part), y: line.y.slice(...part) };
  return thinned(trimmed, window).map((i) => ({ x: trimmed.x[i], y: drawn(trimmed.y[i], window) }));
}

/**
 * The points of a band between two lines over the same abscissae.
 *
 * @param low, high   lower and upper edge, shape [T]
 * @returns           rows `{x, y, y2}`, every extreme of either edge among them; where an edge is missing, null
 */
export function bandRows(x: ArrayLike<number>, low: ArrayLike<number>, high: ArrayLike<number>, window: Window): SpecPart[] {
  const bottom = cut(x, low, window);
  const top = cut(x, high, window);
  const kept = new Set([...thinned(bottom, window), ...thinned(top, window)]);
  return [...kept]
    .sort((a, b) => a - b)
    .map((i) => {
      const edges = [drawn(bottom.y[i], window), drawn(top.y[i], window)];
      const [y, y2] = edges.includes(null) ? [null, null] : edges;
      return { x: bottom.x[i], y, y2 };
    });
}

interface Cut {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** The part of a line inside the window; what a logarithm cannot show is missing. */
function cut(x: ArrayLike<number>, y: ArrayLike<number>, { x: [from, to], log }: Window): Cut {
  const inside: number[] = [];
  for (let i = 0; i < x.length; i++) if (x[i] >= from && x[i] <= to) inside.push(i);
  const step = (to - from) / 2e4;
  return {
    x: inside.map((i) => roundTo(x[i], step)),
    y: inside.map((i) => (log === true && !(y[i] > 0) ? Number.NaN : y[i])),
  };
}

function thinned({ x, y }: Cut, { lines, width }: Window): number[] {
  return thinLine(x, y, Math.min(MAX_LINE_POINTS, Math.floor(MAX_CHART_POINTS / Math.max(1, lines))), width);
}

function drawn(value: number, { y: [low, high], log }: Window): number | null {
  if (!Number.isFinite(value)) return null;
  return log === true ? Number(value.toPrecision(5)) : roundTo(value, (high - low) / 2e4);
}

/** `value` with only the digits that `step` can show; keeps specifications short. */
export function roundTo(value: number, step: number): number {
  if (value === 0) return 0;
  if (!(step > 0)) return value;
  const digits = Math.ceil(Math.log10(Math.abs(value) / step)) + 1;
  if (digits < 1) return 0;
  return digits > 15 ? value : Number(value.toPrecision(digits));
}

/** A chart layer that draws one line; `mark` adds to or overrides the theme's line. */
export function lineLayer(rows: readonly SpecPart[], mark: SpecPart, encoding: SpecPart): SpecPart {
  return { data: { values: rows }, mark: { type: "line", clip: true, ...mark }, encoding };
}
