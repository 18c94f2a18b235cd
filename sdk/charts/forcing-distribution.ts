import { axisEncoding, extent, linearAxis, logAxis } from "./axis.js";
import { legendAbove } from "./legend.js";
import { lineLayer } from "./lines.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { type ChartOptions, colorsOn, palette, sizes, themed } from "./theme.js";

/** Values whose distribution is drawn. */
export interface DistributionData {
  /** in deviations from their mean, shape [N] */
  readonly values: ArrayLike<number>;
  /** deviations beyond which a value is active */
  readonly threshold: number;
}

const bins = 81;

/**
 * How often a push has which size, in deviations from its mean and on a logarithmic axis, beside normal numbers: bursts are tails that lie
 * above the parabola. Dashed lines stand where a value counts as active.
 */
export function forcingDistributionChart({ values, threshold }: DistributionData, options: ChartOptions = {}): ChartSpec {
  const width = options.width ?? sizes.width;
  const colors = colorsOn(options.surface);
  const [low, high] = extent(Array.from(values)) ?? [-1, 1];
  const reach = Math.max(-low, high, threshold, 1);
  const step = (2 * reach) / bins;
  const counts = new Float64Array(bins);
  for (let i = 0; i < values.length; i++) counts[Math.min(bins - 1, Math.floor((values[i] + reach) / step))]++;
  const least = 1 / (Math.max(1, values.length) * step);
  const density = Array.from(counts, (count, k) => ({ x: short((k + 0.5) * step - reach), y: short(count * least) }));
  const top = Math.max(0.5, ...density.map(({ y }) => y));
  const y = logAxis(least, top);
  const normal = Array.from({ length: 241 }, (_, k) => {
    const x = ((k - 120) / 120) * reach;
    return { x: short(x), y: short(Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) };
  }).filter((point) => point.y >= y.domain[0]);
  const x = linearAxis(-reach, reach);
  const encoding = {
    x: { field: "x", ...axisEncoding(x, "push (deviations from its mean)") },
    y: { field: "y", ...axisEncoding(y, "density", { grid: true }) },
  };
  const names = ["push", "normal numbers"];
  const color = {
    scale: { domain: names, range: [colors.models[0], colors.truth] },
    legend: legendAbove(names, width),
  };
  const limits = {
    data: { values: [{ x: -threshold }, { x: threshold }] },
    mark: { type: "rule", color: palette.grey, strokeWidth: 0.8, strokeDash: [3, 3] },
    encoding: { x: { ...encoding.x, field: "x" } },
  };
  const filled = density.map((bin): SpecPart => (bin.y > 0 ? bin : { ...bin, y: null }));
  const layer = [
    limits,
    lineLayer(normal, { strokeDash: [4, 3] }, { ...encoding, color: { datum: names[1], ...color } }),
    lineLayer(filled, { point: { size: 12 } }, { ...encoding, color: { datum: names[0], ...color } }),
  ];
  const beyond = Array.from(values).filter((value) => Math.abs(value) > threshold).length;
  const share = ((100 * beyond) / Math.max(1, values.length)).toPrecision(2);
  const description = `Density of the push in deviations from its mean beside normal numbers, logarithmic: it reaches from ${low.toFixed(1)} to ${high.toFixed(1)}, and ${share} % of it lie beyond ${threshold}.`;
  return themed(description, { width, height: sizes.height, layer }, options);
}

const short = (value: number): number => Number(value.toPrecision(5));
