import { axisEncoding, extent, linearAxis } from "./axis.js";
import type { ChartSpec } from "./spec.js";
import { type ChartOptions, colorsOn, sizes, themed } from "./theme.js";

/** How the energy of an observable is spread over angles. */
export interface MeasureData {
  /** rad per step, shape [A] */
  readonly angles: ArrayLike<number>;
  /** shape [A] */
  readonly density: ArrayLike<number>;
  /** name of the observable */
  readonly observable: string;
  /** of the smoothing kernel, rad */
  readonly eps: number;
}

/** The spectral measure of an observable against the angle per step: lines of eigenvalues are peaks of the width of the kernel. */
export function measureChart(data: MeasureData, options: ChartOptions = {}): ChartSpec {
  const short = (value: number): number => Number(value.toPrecision(6));
  const values = Array.from(data.angles, (angle, k) => ({ angle: short(angle), density: short(data.density[k]) }));
  const [low, high] = extent(values.map(({ density }) => density)) ?? [0, 1];
  const x = linearAxis(-Math.PI, Math.PI);
  const top = values.reduce((best, value) => (value.density > best.density ? value : best), values[0]);
  const description = `Spectral measure of ${data.observable}, smoothed over ${data.eps} rad; the highest peak is at ${Math.abs(top.angle).toPrecision(3)} rad per step.`;
  const body = {
    width: options.width ?? sizes.width,
    height: sizes.height,
    data: { values },
    mark: { type: "line", color: colorsOn(options.surface).models[0], strokeWidth: sizes.line },
    encoding: {
      x: { field: "angle", ...axisEncoding(x, "angle (rad per step)") },
      y: {
        field: "density",
        ...axisEncoding(
          linearAxis(Math.min(0, low), high, 0.05),
          `spectral measure of ${data.observable} (${data.observable}² / rad)`,
          { grid: true },
        ),
      },
    },
  };
  return themed(description, body, options);
}
