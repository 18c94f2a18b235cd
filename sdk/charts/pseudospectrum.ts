import { axisEncoding, linearAxis } from "./axis.js";
import { contourPieces, type PlaneValues } from "./contours.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { eigenvalueLayers, planeBorders, planeUnit, type SpectrumData } from "./spectrum.js";
import { type ChartOptions, colorsOn, sizes, themed } from "./theme.js";

/** A spectrum with epsilon around it. */
export interface PseudospectrumData extends SpectrumData {
  /** epsilon at the points of a grid of the same plane */
  readonly field: PlaneValues;
}

export interface PseudospectrumOptions extends ChartOptions {
  /** which epsilon are drawn, rising; default 0.01, 0.03, 0.1, 0.3, or four of 1, 3, 10, ... that the field spans where those say little */
  readonly levels?: readonly number[] | undefined;
}

/**
 * Contours of epsilon around the eigenvalues, equal units on both axes: a contour encloses every point that is an eigenvalue of some
 * operator within epsilon. Where inner contours reach far from the circles, those are uncertain.
 */
export function pseudospectrumChart(data: PseudospectrumData, options: PseudospectrumOptions = {}): ChartSpec {
  const { field } = data;
  const { levels = levelsOf(field) } = options;
  const side = options.width ?? sizes.square;
  const spans = [field.re, field.im].map((line) => line[line.length - 1] - line[0]);
  const longest = Math.max(...spans);
  // A strip is drawn with empty room beside it: equal units on both axes, and no picture many times as long as it is wide.
  const [x, y] = [field.re, field.im].map((line, k) => {
    const room = Math.max(0, longest / 3 - spans[k]) / 2;
    return linearAxis(line[0] - room, line[line.length - 1] + room);
  });
  const [width, height] = [x, y].map(({ domain }) => Math.round((side * (domain[1] - domain[0])) / longest));
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
  const suffix = planeUnit(data);
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
    ...eigenvalueLayers({ ...data, eigenvalues: inside }, encoding, options, false),
  ];
  const description = `Pseudospectrum around ${inside.length} eigenvalues, contours at epsilon ${drawn.join(", ") || "none"}.`;
  return themed(description, { width, height, layer }, options);
}

/** Levels that people know, where at least two of them are crossed; else four of 1, 3, 10, ... between what is small and what is large here. */
function levelsOf({ values }: PlaneValues): number[] {
  const sorted = Float64Array.from(values)
    .filter((value) => value > 0 && Number.isFinite(value))
    .sort();
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))];
  const usual = [0.01, 0.03, 0.1, 0.3];
  if (sorted.length === 0 || usual.filter((level) => level > sorted[0] && level < at(1)).length > 1) return usual;
  const [low, high] = [at(0.002), at(0.8)];
  const exponents = Array.from({ length: 2 * (Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1) }, (_, k) => k);
  const steps = exponents
    .map((k) => Number(`${k % 2 === 0 ? 1 : 3}e${Math.floor(Math.log10(low)) + Math.floor(k / 2)}`))
    .filter((level) => level >= low && level <= high);
  const stride = Math.max(1, Math.ceil(steps.length / 4));
  const chosen = steps.filter((_, k) => (steps.length - 1 - k) % stride === 0);
  // a field that hardly varies: three levels inside it
  return chosen.length > 1 ? chosen : [0.1, 0.4, 0.8].map((part) => Number(at(part).toPrecision(2)));
}
