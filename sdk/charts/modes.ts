import { axisEncoding, extent, linearAxis } from "./axis.js";
import { eigenvalueWords } from "./eigenfunctions.js";
import { legendAbove } from "./legend.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import type { Eigenvalue } from "./spectrum.js";
import { type ChartOptions, colorsOn, palette, sizes, themed } from "./theme.js";

/** A pattern in the states that goes on with one eigenvalue. */
export interface ModePanel {
  readonly eigenvalue: Eigenvalue;
  /** shape [n] */
  readonly re: ArrayLike<number>;
  readonly im: ArrayLike<number>;
}

export interface ModesData {
  /** names of the states, shape [n] */
  readonly names: readonly string[];
  readonly modes: readonly ModePanel[];
}

/** States whose names still fit beside one another; more are counted. */
const mostNames = 16;
/** Points drawn of one mode: longer patterns are thinned evenly. */
const mostStates = 1000;

/**
 * Patterns of modes over the states, one below the other: real and imaginary part, as dots with stems where the states are few and as lines where
 * they are many. Each title has the eigenvalue with its residual; a pair is shown once.
 */
export function modesChart({ names, modes }: ModesData, options: ChartOptions = {}): ChartSpec {
  const width = options.width ?? sizes.width;
  const few = names.length <= mostNames;
  const stride = Math.max(1, Math.ceil(names.length / mostStates));
  const kept = Array.from(names.keys()).filter((j) => j % stride === 0);
  const ink = colorsOn(options.surface).ink;
  const parts = ["real part", "imaginary part"];
  const scale = { domain: parts, range: [colorsOn(options.surface).models[0], palette.orange] };
  const paired = modes.some(({ eigenvalue }) => eigenvalue.im !== 0);
  const drawn = modes.map((mode, k): SpecPart => {
    const complex = mode.eigenvalue.im !== 0;
    const values = kept.flatMap((j) =>
      (complex ? parts : parts.slice(0, 1)).map((part, p) => ({
        state: few ? names[j] : j + 1,
        part,
        value: Number((p === 0 ? mode.re[j] : mode.im[j]).toPrecision(4)) + 0,
      })),
    );
    const [low, high] = extent([0, ...values.map(({ value }) => value)]) ?? [0, 1];
    const last = k === modes.length - 1;
    const y = axisEncoding(linearAxis(low, high, 0.08), null);
    const x: SpecPart = few
      ? {
          field: "state",
          type: "nominal",
          sort: null,
          scale: { padding: 0.5 },
          axis: { title: null, labels: last, ticks: last, labelAngle: 0 },
        }
      : { field: "state", ...axisEncoding(linearAxis(1, names.length), last ? "state" : null, last ? {} : { labels: false }) };
    const encoding = {
      x,
      y: { field: "value", ...y },
      color: { field: "part", type: "nominal", scale, legend: paired ? legendAbove(parts, width) : null },
      ...(few && complex ? { xOffset: { field: "part", sort: parts } } : {}),
    };
    const zero = { mark: { type: "rule", color: palette.grey, strokeWidth: 0.5 }, encoding: { y: { datum: 0 } } };
    const stems = { mark: { type: "rule", strokeWidth: 1.5 }, encoding: { ...encoding, y2: { datum: 0 } } };
    const dots = { mark: { type: "point", filled: true, size: 60, opacity: 1 }, encoding };
    return {
      width,
      height: 90,
      title: { text: eigenvalueWords(mode.eigenvalue), anchor: "start", fontSize: 12, fontWeight: "normal", color: ink },
      data: { values },
      layer: few ? [zero, stems, dots] : [zero, { mark: { type: "line", clip: true }, encoding }],
    };
  });
  const description = `${modes.length} modes over ${names.length} states: ${modes.map(({ eigenvalue }) => eigenvalueWords(eigenvalue)).join("; ")}.`;
  return themed(description, { spacing: 10, vconcat: drawn }, options);
}
