import { type Axis, axisEncoding, extent, linearAxis, logAxis, scaleEncoding } from "./axis.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { type ChartOptions, colorsOn, palette, sizes, themed } from "./theme.js";

/** One eigenvalue of the fitted operator. */
export interface Eigenvalue {
  readonly re: number;
  readonly im: number;
  /** cycles per unit of `t`, signed like `im`; null when there is no time step */
  readonly frequency?: number | null | undefined;
  /** exponential growth rate, 1/units of `t`, negative for decay */
  readonly growth?: number | null | undefined;
  /** size of the mode's share of the state over the data, at least 0; null when it is not known */
  readonly amplitude?: number | null | undefined;
  /** residual of the eigenpair, dimensionless, at least 0; null when it was not computed */
  readonly residual?: number | null | undefined;
  /** why the eigenvalue is not to be trusted, such as `spurious`; null, false or "" when it is */
  readonly flag?: string | boolean | null | undefined;
}

/** The spectrum of a discrete-time operator or of a continuous-time generator. */
export interface SpectrumData {
  readonly timeDomain: "discrete" | "continuous";
  readonly eigenvalues: readonly Eigenvalue[];
  /** unit of time, such as `months` */
  readonly timeUnit?: string | undefined;
  /** known eigenvalues to compare with, drawn as crosses */
  readonly truth?: readonly { readonly re: number; readonly im: number }[] | undefined;
}

export interface FrequencyOptions extends ChartOptions {
  /** height of the plotting area in pixels, default the width */
  readonly height?: number | undefined;
}

/** @returns   whether an eigenvalue was marked as not to be trusted */
export const isFlagged = ({ flag }: Eigenvalue): boolean => flag !== undefined && flag !== null && flag !== false && flag !== "";

/**
 * Eigenvalues in the complex plane, equal units on both axes, with the unit circle (discrete time) or the
 * imaginary axis (continuous time) in thin grey: what lies inside, or to the left, decays. The colour is the
 * residual on a logarithmic scale, dark = small; hollow circles are flagged.
 */
export function spectrumChart(data: SpectrumData, options: ChartOptions = {}): ChartSpec {
  const side = options.width ?? sizes.square;
  const axes = planeAxes(data);
  const suffix = planeUnit(data);
  const encoding = {
    x: { field: "re", ...axisEncoding(axes.x, `Re λ${suffix}`) },
    y: { field: "im", ...axisEncoding(axes.y, `Im λ${suffix}`) },
  };
  const truth = (data.truth ?? []).map(({ re, im }) => ({ re, im }));
  // Longer than the circles are wide, so that the arms show around an eigenvalue that is right.
  const ink = colorsOn(options.surface).ink;
  const cross = { type: "point", shape: "M-1,-1L1,1M-1,1L1,-1", size: 200, stroke: ink, strokeWidth: 1.2, opacity: 1 };
  const layer = [
    ...planeBorders(data, axes),
    ...eigenvalueLayers(data, encoding, options),
    ...(truth.length > 0 ? [{ data: { values: truth }, mark: cross, encoding }] : []),
  ];
  return themed(describe(data), { width: side, height: side, layer }, options);
}

/**
 * Residual against frequency (growth against frequency where there are no residuals): which oscillations the
 * data support. One circle per conjugate pair; hollow circles are flagged. The colours are those of `spectrumChart`.
 */
export function frequencyChart(data: SpectrumData, options: FrequencyOptions = {}): ChartSpec {
  const width = options.width ?? sizes.square;
  const height = options.height ?? width;
  const rows = data.eigenvalues.filter((value) => value.im >= 0 && Number.isFinite(value.frequency ?? Number.NaN));
  const upper = { ...data, eigenvalues: rows };
  const withResidual = rows.some((value) => (value.residual ?? 0) > 0);
  const [, highest] = extent(rows.map((value) => value.frequency ?? 0)) ?? [0, 1];
  const x = linearAxis(0, highest > 0 ? highest * 1.06 : 1);
  const perTime = rateUnit(data);
  const y = withResidual ? residualAxis(rows) : growthAxis(rows);
  const encoding = {
    x: { field: "frequency", ...axisEncoding({ ...x, domain: [-0.03 * x.domain[1], x.domain[1]] }, `frequency${perTime}`) },
    y: {
      field: withResidual ? "residual" : "growth",
      ...axisEncoding(y, withResidual ? "residual" : `growth rate${perTime}`, { grid: true }),
    },
  };
  const what = withResidual ? "Residual" : "Growth rate";
  const description = `${what} against frequency of ${rows.length} eigenvalues with non-negative imaginary part.`;
  return themed(description, { width, height, layer: eigenvalueLayers(upper, encoding, options, !withResidual) }, options);
}

/** The unit of rates, as an axis title writes it: of one over `t` where no unit of time is known. */
export const rateUnit = ({ timeUnit = "t" }: SpectrumData): string => ` (1/${timeUnit})`;

/** The unit of the complex plane: rates in continuous time, none in discrete time. */
export const planeUnit = (data: SpectrumData): string => (data.timeDomain === "continuous" ? rateUnit(data) : "");

/** Circles of eigenvalues, hollow where they are flagged. */
export function eigenvalueLayers(
  data: SpectrumData,
  position: SpecPart,
  { surface }: Pick<ChartOptions, "surface">,
  explained = true,
): SpecPart[] {
  const residuals = data.eigenvalues.some((value) => (value.residual ?? 0) > 0);
  const axis = residualAxis(data.eigenvalues);
  const legend = !explained ? null : { title: "residual", values: axis.ticks, format: "~e" };
  const scale = { type: "log", scheme: colorsOn(surface).sequential, domain: axis.domain };
  const color: SpecPart = residuals ? { field: "residual", type: "quantitative", scale, legend } : { value: palette.blue };
  const tooltip = ["eigenvalue", "frequency", "growth", "decay time", "residual", "flag"].map((title) => ({
    field: title === "residual" ? "told" : title,
    title,
    type: "nominal",
  }));
  return [false, true].flatMap((flagged) => {
    const values = data.eigenvalues.filter((value) => isFlagged(value) === flagged).map((value) => row(value, axis));
    const mark = {
      type: "point",
      size: 75,
      opacity: 1,
      filled: !flagged,
      ...(flagged ? { strokeWidth: 1.8 } : { stroke: palette.grey, strokeWidth: 0.6 }),
    };
    return values.length > 0 ? [{ data: { values }, mark, encoding: { ...position, color, tooltip } }] : [];
  });
}

/** The numbers to draw by, and the words of the tooltip. */
function row(value: Eigenvalue, axis: Axis): SpecPart {
  const { re, im, frequency, growth, amplitude, residual, flag } = value;
  const short = (x: number | null | undefined): number | null =>
    typeof x === "number" && Number.isFinite(x) ? Number(x.toPrecision(5)) : null;
  const sign = im < 0 ? "-" : "+";
  return {
    re: short(re),
    im: short(im),
    eigenvalue: im === 0 ? `${short(re)}` : `${short(re)} ${sign} ${short(Math.abs(im))}i`,
    frequency: short(frequency),
    growth: short(growth),
    ...(amplitude === undefined ? {} : { amplitude: short(amplitude) }),
    "decay time": typeof growth === "number" && growth < 0 ? short(-1 / growth) : null,
    told: short(residual),
    // A residual of exactly zero has no logarithm: it is drawn at the small end of the scale, and told as it is.
    residual: residual === null || residual === undefined ? null : short(Math.max(residual, axis.domain[0])),
    flag: typeof flag === "string" ? flag : isFlagged(value) ? "flagged" : "",
  };
}

function residualAxis(values: readonly Eigenvalue[]): Axis {
  return logAxis(...(extent(values.map((value) => value.residual ?? 0).filter((residual) => residual > 0)) ?? [1e-3, 1]));
}

function growthAxis(values: readonly Eigenvalue[]): Axis {
  return linearAxis(...(extent(values.map((value) => value.growth ?? Number.NaN)) ?? [-1, 0]), 0.08);
}

/** A square of equal units that holds every eigenvalue and the border of stability. */
function planeAxes({ timeDomain, eigenvalues, truth = [] }: SpectrumData): { x: Axis; y: Axis } {
  const all = [...eigenvalues, ...truth];
  if (timeDomain === "discrete") {
    const [, reach] = extent([1, ...all.flatMap(({ re, im }) => [Math.abs(re), Math.abs(im)])]) ?? [1, 1];
    const axis = linearAxis(-reach * 1.1, reach * 1.1);
    return { x: axis, y: axis };
  }
  const [left, right] = extent([0, ...all.map(({ re }) => re)]) ?? [-1, 0];
  const [, top] = extent([0, ...all.map(({ im }) => Math.abs(im))]) ?? [0, 1];
  const half = (Math.max(right - left, 2 * top) || 1) * 0.56;
  const middle = (left + right) / 2;
  return { x: linearAxis(middle - half, middle + half), y: linearAxis(-half, half) };
}

/** The axes through zero, and the border between decay and growth. */
export function planeBorders({ timeDomain }: SpectrumData, { x, y }: { x: Axis; y: Axis }): SpecPart[] {
  const place = { x: { field: "re", ...scaleEncoding(x) }, y: { field: "im", ...scaleEncoding(y) } };
  const line = (from: [number, number], to: [number, number], width: number): SpecPart => ({
    data: { values: [from, to].map(([re, im]) => ({ re, im })) },
    mark: { type: "line", color: palette.grey, strokeWidth: width, opacity: width < 1 ? 0.6 : 1, clip: true },
    encoding: place,
  });
  const realAxis = line([x.domain[0], 0], [x.domain[1], 0], 0.5);
  if (timeDomain === "continuous") return [realAxis, line([0, y.domain[0]], [0, y.domain[1]], 1)];

  const circle = Array.from({ length: 121 }, (_, k) => {
    const angle = (2 * Math.PI * k) / 120;
    return { re: Number(Math.cos(angle).toFixed(4)) + 0, im: Number(Math.sin(angle).toFixed(4)) + 0, k };
  });
  const order = { field: "k", type: "quantitative" };
  return [
    realAxis,
    line([0, y.domain[0]], [0, y.domain[1]], 0.5),
    {
      data: { values: circle },
      mark: { type: "line", color: palette.grey, strokeWidth: 1, clip: true },
      encoding: { ...place, order },
    },
  ];
}

function describe({ timeDomain, eigenvalues }: SpectrumData): string {
  const unstable = eigenvalues.filter(({ re, im }) => (timeDomain === "discrete" ? re * re + im * im > 1 : re > 0)).length;
  const flagged = eigenvalues.filter(isFlagged).length;
  const border = timeDomain === "discrete" ? "outside the unit circle" : "right of the imaginary axis";
  return `${eigenvalues.length} eigenvalues in the complex plane: ${unstable} ${border}, ${flagged} flagged (hollow).`;
}
