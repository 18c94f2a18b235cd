import { type Axis, axisEncoding, extent, linearAxis, logAxis, scaleEncoding, titleWithUnit } from "./axis.js";
import { legendAbove } from "./legend.js";
import { lineLayer, lineRows } from "./lines.js";
import { formatNumber } from "./numbers.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { type ChartOptions, colorsOn, palette, sizes, themed } from "./theme.js";

/** A stretch of training with one trainer, optimiser and schedule. */
export interface LossPhase {
  readonly name: string;
  /** first and last epoch, inclusive */
  readonly start: number;
  readonly end: number;
}

/** A loss and its epoch. */
export interface LossPoint {
  readonly epoch: number;
  readonly value: number;
}

/** How a training went. All curves share the epochs. */
export interface LossData {
  /** epoch numbers, shape [E], increasing */
  readonly epochs: ArrayLike<number>;
  /** training loss, shape [E], NaN where it was not computed */
  readonly train: ArrayLike<number>;
  /** validation loss, shape [E], NaN where it was not computed */
  readonly valid?: ArrayLike<number> | undefined;
  /** learning rate, shape [E] */
  readonly learningRate?: ArrayLike<number> | undefined;
  readonly phases?: readonly LossPhase[] | undefined;
  /** epoch whose weights were kept, as the run tells it; it need not be one of `epochs`. Absent: not known */
  readonly bestEpoch?: number | undefined;
  /** what was least there, such as `rollout error on validation` */
  readonly keptBy?: string | undefined;
  /** name of the loss, default `loss`, and its unit */
  readonly lossName?: string | undefined;
  readonly unit?: string | undefined;
}

/**
 * Loss curves on a logarithmic axis: training thin, validation bold, the kept epoch (else the least loss) marked with its value,
 * phases as background bands with their names, the learning rate small beneath.
 * Values that are not positive or not finite are gaps.
 */
export function lossChart(data: LossData, options: ChartOptions = {}): ChartSpec {
  const width = options.width ?? sizes.width;
  const shown = data.valid === undefined ? [data.train] : [data.train, data.valid];
  const positive = shown.flatMap((values) => Array.from(values)).filter((value) => value > 0 && Number.isFinite(value));
  const y = logAxis(...(extent(positive) ?? [1e-3, 1]));
  const [first, final] = extent(Array.from(data.epochs)) ?? [0, 1];
  const x = linearAxis(first, Math.max(final, first + 1));
  const rate = data.learningRate;

  const lossPlot = {
    width,
    height: 220,
    layer: [
      ...phaseBands(data, x, rate === undefined, width),
      ...lossLines(data, x, y, rate === undefined, width, options),
      ...bestMark(data, x, y, options),
    ],
  };
  const plots = rate === undefined ? [lossPlot] : [lossPlot, ratePlot(data, rate, x, width, options)];
  return themed(describe(data), { spacing: 12, vconcat: plots }, options);
}

function lossLines(data: LossData, x: Axis, y: Axis, bottom: boolean, width: number, options: ChartOptions): SpecPart[] {
  const colors = colorsOn(options.surface);
  const names = data.valid === undefined ? ["train"] : ["train", "valid"];
  const range = [palette.grey, colors.models[0]].slice(0, names.length);
  const color = { scale: { domain: names, range }, legend: legendOverPhases(names, width) };
  const encoding = {
    x: { field: "x", ...epochEncoding(x, bottom) },
    y: { field: "y", ...axisEncoding(y, titleWithUnit(data.lossName ?? "loss", data.unit), { grid: true }) },
  };
  const window = { x: x.domain, y: y.domain, log: true, lines: names.length, width };
  return [data.train, data.valid].flatMap((values, i) => {
    if (values === undefined) return [];
    const pairs = withoutGaps(data.epochs, values);
    const mark = { strokeWidth: i === 0 ? 1 : 2.2 };
    return [lineLayer(lineRows(pairs.x, pairs.y, window), mark, { ...encoding, color: { datum: names[i], ...color } })];
  });
}

/** The legend, a line higher than usual: the names of the phases stand between it and the plot. */
function legendOverPhases(names: readonly string[], width: number): SpecPart | null {
  const legend = legendAbove(names, width);
  return legend === null ? null : { ...legend, offset: 24 };
}

/** Losses computed every few epochs only are joined, not drawn as isolated points. */
function withoutGaps(x: ArrayLike<number>, y: ArrayLike<number>): { x: number[]; y: number[] } {
  const kept = Array.from(y, (_, i) => i).filter((i) => !Number.isNaN(y[i]));
  return { x: kept.map((i) => x[i]), y: kept.map((i) => y[i]) };
}

const epochEncoding = (x: Axis, bottom: boolean): SpecPart =>
  axisEncoding(x, bottom ? "epoch" : null, bottom ? {} : { labels: false });

/** Every second phase is shaded; names stand above their band, cut to its width. */
function phaseBands({ phases = [] }: LossData, x: Axis, bottom: boolean, width: number): SpecPart[] {
  const [from, to] = x.domain;
  const perEpoch = width / (to - from);
  const bands = phases.flatMap((phase, i) => {
    const start = Math.max(from, i === 0 ? phase.start : phase.start - 0.5);
    const end = Math.min(to, i === phases.length - 1 ? phase.end : phase.end + 0.5);
    return end > start ? [{ name: phase.name, x: start, x2: end, odd: i % 2 === 1, pixels: (end - start) * perEpoch }] : [];
  });
  const encoding = { x: { field: "x", ...epochEncoding(x, bottom) } };
  const shaded = bands.filter((band) => band.odd).map(({ x, x2 }) => ({ x, x2 }));
  const layers: SpecPart[] = [
    {
      data: { values: shaded },
      mark: { type: "rect", color: palette.grey, opacity: 0.12 },
      encoding: { ...encoding, x2: { field: "x2" } },
    },
  ];
  for (const { name, x: start, pixels } of bands) {
    if (pixels < 24) continue;
    layers.push({
      data: { values: [{ x: start }] },
      mark: {
        type: "text",
        text: name,
        align: "left",
        baseline: "bottom",
        dx: 4,
        limit: Math.round(pixels - 8),
        fontStyle: "italic",
        opacity: 0.85,
      },
      encoding: { ...encoding, y: { value: -4 } },
    });
  }
  return layers;
}

function bestMark(data: LossData, x: Axis, y: Axis, options: ChartOptions): SpecPart[] {
  const best = bestOf(data);
  if (best === null) return [];
  const colors = colorsOn(options.surface);
  const color = data.valid === undefined ? palette.grey : colors.models[0];
  const encoding = { x: { field: "x", ...scaleEncoding(x) }, y: { field: "y", ...scaleEncoding(y) } };
  const values = [{ x: best.epoch, y: Number(best.value.toPrecision(5)) }];
  const leftHalf = best.epoch < (x.domain[0] + x.domain[1]) / 2;
  const word = best.epoch === data.bestEpoch ? "kept" : "least";
  const text = `${word} ${formatNumber(best.value, 3)} at ${best.epoch}`;
  const dot = {
    type: "point",
    filled: true,
    size: 70,
    color,
    opacity: 1,
    stroke: colors.background ?? "#FFFFFF",
    strokeWidth: 1.5,
  };
  const label = { type: "text", text, align: leftHalf ? "left" : "right", baseline: "top", dx: leftHalf ? 5 : -5 };
  return [
    { data: { values }, mark: { type: "rule", color, strokeWidth: 1, strokeDash: [2, 3] }, encoding: { x: encoding.x } },
    { data: { values }, mark: label, encoding: { x: encoding.x, y: { value: 6 } } },
    { data: { values }, mark: dot, encoding },
  ];
}

const rateHeight = 60;

function ratePlot(data: LossData, rate: ArrayLike<number>, x: Axis, width: number, options: ChartOptions): SpecPart {
  const [low, high] = extent(Array.from(rate).filter((value) => value > 0)) ?? [1e-3, 1];
  const y = logAxis(low, high);
  // two labels need the height of a line between them, or they are printed over each other
  const apart = (rateHeight * Math.log10(high / low)) / Math.log10(y.domain[1] / y.domain[0]);
  const ticks = (apart < 16 ? [high] : [low, high]).map((value) => Number(value.toPrecision(2)));
  const encoding = {
    x: { field: "x", ...epochEncoding(x, true) },
    y: { field: "y", ...axisEncoding({ ...y, ticks }, ["learning", "rate"], { titleFontSize: 11 }) },
  };
  const window = { x: x.domain, y: y.domain, log: true, lines: 3, width };
  const mark = { color: colorsOn(options.surface).truth, interpolate: "step-after" };
  return {
    width,
    height: rateHeight,
    layer: [phaseBands(data, x, true, width)[0], lineLayer(lineRows(data.epochs, rate, window), mark, encoding)],
  };
}

/** The epoch to mark and its loss: the one that was kept where it is drawn, else that of the least loss; null when no loss is finite. */
export function bestOf(data: LossData): LossPoint | null {
  const values = data.valid ?? data.train;
  const i = data.bestEpoch === undefined ? -1 : Array.from(data.epochs).indexOf(data.bestEpoch);
  return i >= 0 && isDrawn(values[i]) ? { epoch: data.epochs[i], value: values[i] } : leastOf(data);
}

/** Where the validation loss (else the training loss) is least; null when none is finite. */
export function leastOf(data: LossData): LossPoint | null {
  const values = data.valid ?? data.train;
  let least: LossPoint | null = null;
  for (let i = 0; i < values.length; i++) {
    if (isDrawn(values[i]) && (least === null || values[i] < least.value)) least = { epoch: data.epochs[i], value: values[i] };
  }
  return least;
}

const isDrawn = (value: number): boolean => Number.isFinite(value) && value > 0;

function describe(data: LossData): string {
  const best = leastOf(data);
  const which = data.valid === undefined ? "Training loss" : "Training (thin) and validation (bold) loss";
  const phases = data.phases === undefined || data.phases.length === 0 ? "" : ` in ${data.phases.length} phases`;
  const end = best === null ? "no finite loss" : `least ${formatNumber(best.value, 3)} at epoch ${best.epoch}`;
  return `${which} over ${data.epochs.length} epochs${phases}: ${end}.`;
}
