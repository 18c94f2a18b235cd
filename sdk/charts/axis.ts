import type { SpecPart } from "./spec.js";

/** A scale with its ticks written out: at most five, at round numbers, on every renderer the same. */
export interface Axis {
  readonly scale: "linear" | "log";
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

const MAX_TICKS = 5;

/** The smallest and largest finite number, or null when there is none. */
export function extent(values: Iterable<number>): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

/**
 * A linear axis over [low, high].
 *
 * @param pad   how much wider than the values, as a share of their range on each side, default 0
 */
export function linearAxis(low: number, high: number, pad = 0): Axis {
  // A range that is all rounding is flat, and drawn flat.
  const flat = !(high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high)));
  const room = flat ? Math.abs(low) / 10 || 1 : (high - low) * pad;
  const domain: [number, number] = [low - room, high + room];
  return { scale: "linear", domain, ticks: linearTicks(domain) };
}

function linearTicks([low, high]: readonly [number, number]): number[] {
  let magnitude = 10 ** Math.floor(Math.log10((high - low) / MAX_TICKS));
  for (;;) {
    for (const factor of [1, 2, 5]) {
      const step = factor * magnitude;
      const first = Math.ceil(low / step - 1e-9);
      const last = Math.floor(high / step + 1e-9);
      if (last - first < MAX_TICKS) {
        return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(14)));
      }
    }
    magnitude *= 10;
  }
}

/**
 * A logarithmic axis over the positive values of [low, high], with a little room on both sides;
 * at least two thirds of a decade wide, so that noise does not look like a trend.
 */
export function logAxis(low: number, high: number): Axis {
  const margin = (Math.log10(high) - Math.log10(low)) * 0.05;
  const widen = Math.max(margin, (0.67 - (Math.log10(high) - Math.log10(low))) / 2);
  const from = Math.log10(low) - widen;
  const to = Math.log10(high) + widen;
  const domain: [number, number] = [toDigits(10 ** from), toDigits(10 ** to)];

  const decades = Math.floor(to) - Math.ceil(from) + 1;
  if (decades >= 2) {
    const step = Math.ceil(decades / MAX_TICKS);
    const exponents = Array.from({ length: decades }, (_, i) => Math.ceil(from) + i).filter((e) => e % step === 0);
    return { scale: "log", domain, ticks: exponents.map((e) => Number(`1e${e}`)) };
  }
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const ticks = [Math.floor(from), Math.floor(to)]
      .flatMap((e) => factors.map((f) => Number(`${f}e${e}`)))
      .filter((tick, i, all) => tick >= domain[0] && tick <= domain[1] && all.indexOf(tick) === i);
    if (ticks.length <= MAX_TICKS && ticks.length > 1) return { scale: "log", domain, ticks };
  }
  return { scale: "log", domain, ticks: linearTicks(domain).filter((tick) => tick > 0) };
}

/** Position on an axis that another layer of the chart draws. */
export function scaleEncoding({ scale, domain }: Axis): SpecPart {
  return { type: "quantitative", scale: { type: scale, domain, nice: false, ...(scale === "log" ? {} : { zero: false }) } };
}

/** Position on an axis with its title (several lines as an array) and ticks. `extra` goes into its `axis`. */
export function axisEncoding(axis: Axis, title: string | readonly string[] | null, extra: SpecPart = {}): SpecPart {
  return {
    ...scaleEncoding(axis),
    axis: { title, values: axis.ticks, labelExpr: labelExpression(axis.ticks), ...extra },
  };
}

/** `0.001 0.01 0.1` where that is short, `1e−6 1e−4` where it is not; one form for all ticks of an axis. */
function labelExpression(ticks: readonly number[]): string {
  const sizes = ticks.filter((tick) => tick !== 0).map(Math.abs);
  const plain = sizes.every((size) => size < 1e6 && size >= (Math.max(...sizes) < 1e-2 ? 1e-2 : 1e-4));
  return plain ? "format(datum.value, '~g')" : "datum.value == 0 ? '0' : replace(format(datum.value, '~e'), '+', '')";
}

/** `x1 (V)`, or `x1` alone when the unit is not known or there is none. */
export function titleWithUnit(symbol: string, unit?: string | null): string {
  return unit === undefined || unit === null || unit === "" ? symbol : `${symbol} (${unit})`;
}

const toDigits = (value: number): number => Number(value.toPrecision(4));
