import { extent } from "../sdk/charts/axis.js";
import { type Html, html } from "../sdk/charts/html.js";
import { formatNumber } from "../sdk/charts/numbers.js";
import { colorsOn, palette } from "../sdk/charts/theme.js";
import { thinLine } from "../sdk/charts/thin.js";
import { pictureTag } from "./picture-tag.js";

const [width, height] = [480, 110];
const [left, top, bottom] = [64, 20, 18];
const mostPoints = 200;

/** What is read of an epoch. */
interface Losses {
  /** epochs of all phases that are done */
  readonly total_epoch: number;
  readonly train_total: number;
  readonly valid_total: number | null;
}

/** Values at numbers that rise; NaN where there is none. */
interface Series {
  readonly name: string;
  readonly color: string;
  readonly at: readonly number[];
  readonly values: readonly number[];
  readonly dots?: boolean;
}

/**
 * Training and validation loss, small enough to be drawn anew many times a second. The whole chart, with axes and phases, follows when the
 * run has ended.
 */
export function lossPicture(epochs: readonly Losses[]): Html | null {
  // the events of a fast training are a selection of its epochs
  const at = epochs.map(({ total_epoch }) => total_epoch);
  const series = [
    { name: "training loss", color: palette.blue, at, values: epochs.map(({ train_total }) => train_total) },
    { name: "validation loss", color: palette.orange, at, values: epochs.map(({ valid_total }) => valid_total ?? Number.NaN) },
  ];
  return smallPicture(series, "epoch");
}

/** The results of trials in the order they were finished; null where one failed. */
export function trialsPicture(trials: readonly (number | null)[]): Html | null {
  const values = trials.map((value) => value ?? Number.NaN);
  return smallPicture([{ name: "result", color: palette.blue, at: values.map((_, i) => i + 1), values, dots: true }], "trial");
}

/** Lines or dots, on a logarithmic axis where all values are positive; null before there are two to compare. */
function smallPicture(series: readonly Series[], what: string): Html | null {
  const across = extent(series.flatMap(({ at }) => at));
  const finite = extent(series.flatMap(({ values }) => values));
  if (across === null || across[0] === across[1] || finite === null) return null;
  const [first, last] = across;
  const scale = finite[0] > 0 ? Math.log10 : (value: number): number => value;
  const [low, high] = [scale(finite[0]), Math.max(scale(finite[1]), scale(finite[0]) + 1e-9)];
  const place = ({ at, values }: Series, i: number): readonly [string, string] => [
    (left + ((width - left - 6) * (at[i] - first)) / (last - first)).toFixed(1),
    (top + ((height - top - bottom) * (high - scale(values[i]))) / (high - low)).toFixed(1),
  ];
  const { ink } = colorsOn("transparent");
  const drawn = series
    .filter(({ values }) => values.some(Number.isFinite))
    .map((one, k) => {
      const { at, values, color, dots, name } = one;
      const kept = dots ? [...values.keys()] : thinLine(at, values, mostPoints, width);
      const points = kept.filter((i) => Number.isFinite(values[i])).map((i) => place(one, i));
      const x = left + 130 * k;
      // words in the colour of a line would be too faint to read
      const label = html`<path d="M${x},8H${x + 14}" stroke="${color}" stroke-width="2"/><text x="${x + 20}" y="12">${name}</text>`;
      const marks = dots
        ? points.map(([x, y]) => html`<circle cx="${x}" cy="${y}" r="2.5" fill="${color}"/>`)
        : html`<polyline fill="none" stroke="${color}" stroke-width="1.5" points="${points.map((p) => p.join(",")).join(" ")}"/>`;
      return html`${label}${marks}`;
    });
  const words = [
    html`<text x="${left - 8}" y="${top + 6}" text-anchor="end">${formatNumber(finite[1], 3)}</text>`,
    html`<text x="${left - 8}" y="${height - bottom}" text-anchor="end">${formatNumber(finite[0], 3)}</text>`,
    html`<text x="${width - 6}" y="${height - 4}" text-anchor="end">${what} ${last}</text>`,
  ];
  const frame = html`<path d="M${left},${top}V${height - bottom}H${width - 6}" fill="none" stroke="${ink}" stroke-width="0.6"/>`;
  const picture = html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="${ink}">${frame}${words}${drawn}</svg>`;
  return pictureTag(picture.text, `${series.map(({ name }) => name).join(" and ")} up to ${what} ${last}`);
}
