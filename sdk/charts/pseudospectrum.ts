import { axisEncoding, linearAxis } from "./axis.js";
import { contourPieces, type PlaneValues } from "./contours.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { eigenvalueLayers, planeBorders, type SpectrumData } from "./spectrum.js";
import { type ChartOptions, colorsOn, sizes, themed } from "./theme.js";

/** A spectrum with epsilon around it. */
export interface PseudospectrumData extends SpectrumData {
  /** epsilon at the points of a grid of the same plane */
  readonly field: PlaneValues;
}

export interface PseudospectrumOptions extends ChartOptions {
  /** which epsilon are drawn, rising; default 0.01, 0.03, 0.1, 0.3 */
  readonly levels?: readonly number[] | undefined;
}

/**
 * Contours of epsilon around the eigenvalues, equal units on both axes: a contour encloses every point that is an eigenvalue of some
 * operator within epsilon. Where inner contours reach far from the circles, those are uncertain.
 */
export function pseudospectrumChart(data: PseudospectrumData, options: PseudospectrumOptions = {}): ChartSpec {
  const { field } = data;
  const { levels = [0.01, 0.03, 0.1, 0.3] } = options;
  const width = options.width ?? sizes.square;
  const [x, y] = [linearAxis(field.re[0], field.re[field.re.length - 1]), linearAxis(field.im[0], field.im[field.im.length - 1])];
  const height = Math.round((width * (y.domain[1] - y.domain[0])) / (x.domain[1] - x.domain[0]));
  const short = (value: number): number => Number(value.toPrecision(5));
  const pieces = levels.flatMap((level) =>
    contourPieces(field, level).map((piece) => ({
      re: short(piece.x),
      im: short(piece.y),
      re2: short(piece.x2),
      im2: short(piece.y2),
      epsilon: level,
    })),
  );
  const drawn = levels.filter((level) => pieces.some(({ epsilon }) => epsilon === level));
  const byLevel = (first: number, last: number): SpecPart => ({
    field: "epsilon",
    type: "ordinal",
    sort: drawn,
    scale: {
      type: "ordinal",
      domain: drawn,
      range: drawn.map((_, k) => short(first + ((last - first) * k) / Math.max(1, drawn.length - 1))),
    },
    legend: { title: "epsilon", symbolType: "stroke", symbolSize: 300, symbolStrokeColor: colorsOn(options.surface).ink },
  });
  const suffix = data.timeDomain === "continuous" && data.timeUnit !== undefined ? ` (1/${data.timeUnit})` : "";
  const encoding = {
    x: { field: "re", ...axisEncoding(x, `Re z${suffix}`) },
    y: { field: "im", ...axisEncoding(y, `Im z${suffix}`) },
  };
  const { ink } = colorsOn(options.surface);
  const contours = {
    data: { values: pieces },
    mark: { type: "rule", stroke: ink, clip: true },
    encoding: {
      ...encoding,
      x2: { field: "re2" },
      y2: { field: "im2" },
      // the nearer to an eigenvalue, the stronger: nested lines can be told apart, on white as on black
      strokeWidth: byLevel(2.4, 0.8),
      opacity: byLevel(1, 0.5),
    },
  };
  const inside = data.eigenvalues.filter(
    ({ re, im }) => re >= x.domain[0] && re <= x.domain[1] && im >= y.domain[0] && im <= y.domain[1],
  );
  const layer = [
    ...planeBorders(data, { x, y }),
    ...(pieces.length > 0 ? [contours] : []),
    ...eigenvalueLayers({ ...data, eigenvalues: inside }, encoding, false),
  ];
  const description = `Pseudospectrum around ${inside.length} eigenvalues, contours at epsilon ${drawn.join(", ") || "none"}.`;
  return themed(description, { width, height, layer }, options);
}
