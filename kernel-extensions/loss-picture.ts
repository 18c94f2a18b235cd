import { type Html, html } from "../sdk/charts/html.js";
import { palette } from "../sdk/charts/theme.js";
import { thinLine } from "../sdk/charts/thin.js";

const [width, height] = [480, 110];
const mostPoints = 200;

/** What is read of an epoch. */
interface Losses {
  readonly train_total: number;
  readonly valid_total: number | null;
}

/**
 * Training and validation loss on a logarithmic axis, small enough to be drawn anew many times a second. The whole chart, with axes and
 * phases, follows when the run has ended.
 */
export function lossPicture(epochs: readonly Losses[]): Html | null {
  const curves = [
    { values: epochs.map(({ train_total }) => train_total), color: palette.blue, name: "training" },
    { values: epochs.map(({ valid_total }) => valid_total ?? Number.NaN), color: palette.orange, name: "validation" },
  ].map((curve) => ({ ...curve, logs: curve.values.map((value) => (value > 0 ? Math.log10(value) : Number.NaN)) }));
  const finite = curves.flatMap(({ logs }) => logs.filter(Number.isFinite));
  if (epochs.length < 2 || finite.length === 0) return null;
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b), low + 1e-9);
  const lines = curves.map(({ logs, color, name }) => {
    const numbers = logs.map((_, i) => i);
    const kept = thinLine(numbers, logs, mostPoints, width).filter((i) => Number.isFinite(logs[i]));
    const at = (i: number): string =>
      `${((width * i) / (logs.length - 1)).toFixed(1)},${((height * (high - logs[i])) / (high - low)).toFixed(1)}`;
    return html`<polyline fill="none" stroke="${color}" stroke-width="1.5" points="${kept.map(at).join(" ")}"><title>${name}</title></polyline>`;
  });
  return html`<svg role="img" aria-label="training and validation loss" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${lines}</svg>`;
}
