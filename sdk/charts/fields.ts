import { DymadError } from "../errors.js";
import { type Axis, axisEncoding, extent, linearAxis } from "./axis.js";
import { formatNumber } from "./numbers.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { type ChartOptions, colorsOn, palette, sizes, themed } from "./theme.js";

/** A value at each place of a rectangle of cells. */
export interface FieldPanel {
  readonly title: string;
  /** row after row, shape [rows, columns] */
  readonly values: ArrayLike<number>;
  /** whether the values are angles, rad: their colours go round */
  readonly angles?: boolean | undefined;
}

/** What the sides of the rectangle are: first and last value, and the name. */
export interface FieldSide {
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

/** Pictures of fields on the same cells. */
export interface FieldsData {
  readonly rows: number;
  readonly columns: number;
  readonly panels: readonly FieldPanel[];
  /** whether one colour scale holds for all panels; default each has its own */
  readonly shared?: boolean | undefined;
  /** default: no axes, the first row on top. With sides the first row is at the bottom, where the second axis begins */
  readonly sides?: readonly [across: FieldSide, up: FieldSide] | undefined;
}

/** Cells drawn at most, in all panels together: larger fields are shown by the mean of blocks of cells. */
const mostCells = 7200;

/**
 * Fields as coloured cells: blue below zero, vermillion above, zero as the background; angles from -pi to pi around a circle of colours. Each
 * title says how far its colours reach.
 *
 * @throws  E_SHAPE when a panel has not rows x columns values
 */
export function fieldsChart(data: FieldsData, options: ChartOptions = {}): ChartSpec {
  const { rows, columns, panels, shared = false, sides } = data;
  for (const { title, values } of panels) {
    if (values.length === rows * columns) continue;
    throw new DymadError("E_SHAPE", `${title} has ${values.length} values for ${rows} x ${columns} cells`);
  }
  const block = Math.max(1, Math.ceil(Math.sqrt((rows * columns * panels.length) / mostCells)));
  const [high, wide] = [Math.ceil(rows / block), Math.ceil(columns / block)];
  const across = Math.min(panels.length, sides === undefined ? 3 : 2);
  const width = Math.min(sides === undefined ? 640 : 300, Math.round((options.width ?? sizes.width) / across) - 20);
  const height = sides === undefined ? Math.max(30, Math.min(300, Math.round((width * rows) / columns))) : width;
  const places = sides === undefined ? countedPlaces(wide, high) : measuredPlaces(sides, wide, high);
  const common = reach(panels.flatMap(({ values }) => Array.from(values)));
  const drawn = panels.map(({ title, values, angles = false }): SpecPart => {
    const limit = angles ? Math.PI : shared ? common : reach(Array.from(values));
    const cells = inBlocks(values, rows, columns, block, angles);
    return {
      width,
      height,
      title: {
        text: angles ? title : `${title} (±${formatNumber(limit, 2)})`,
        fontSize: 12,
        fontWeight: "normal",
        color: colorsOn(options.surface).ink,
      },
      data: { values: cells.map((value) => Number((value / limit).toFixed(3)) + 0) },
      // the cells stand one after the other: their places are counted, not written down
      transform: [
        { window: [{ op: "row_number", as: "k" }] },
        { calculate: `(datum.k - 1) % ${wide}`, as: "j" },
        { calculate: `floor((datum.k - 1) / ${wide})`, as: "i" },
        ...places.transform,
      ],
      mark: { type: "rect", strokeWidth: 0 },
      encoding: {
        ...places.encoding,
        color: { field: "data", type: "quantitative", scale: angles ? cyclic : diverging(options), legend: null },
      },
    };
  });
  const description = `${panels.map(({ title }) => title).join(", ")} on ${rows} x ${columns} cells${block > 1 ? `, shown in blocks of ${block} x ${block}` : ""}; blue is negative, vermillion positive.`;
  return themed(
    description,
    { columns: across, spacing: 16, concat: drawn, resolve: { scale: { color: "independent" } } },
    options,
  );
}

function reach(values: Iterable<number>): number {
  const [low, top] = extent(values) ?? [-1, 1];
  return Math.max(Math.abs(low), Math.abs(top)) || 1;
}

interface Places {
  readonly transform: SpecPart[];
  readonly encoding: SpecPart;
}

// Cells reach a little over the next one: between cells that only meet, the background shows.
const over = 1.08;

function countedPlaces(wide: number, high: number): Places {
  const side = (field: string, size: number, reverse: boolean): SpecPart => ({
    field,
    type: "quantitative",
    scale: { domain: [0, size], nice: false, zero: false, reverse },
    axis: null,
  });
  return {
    transform: [
      { calculate: `min(datum.j + ${over}, ${wide})`, as: "j2" },
      { calculate: `min(datum.i + ${over}, ${high})`, as: "i2" },
    ],
    encoding: { x: side("j", wide, false), x2: { field: "j2" }, y: side("i", high, true), y2: { field: "i2" } },
  };
}

/** Each value stands in the middle of its cell, so the cells reach half a cell beyond the first and the last. */
function measuredPlaces([across, up]: readonly [FieldSide, FieldSide], wide: number, high: number): Places {
  const cell = ({ from, to }: FieldSide, count: number): number => (count > 1 ? (to - from) / (count - 1) : to - from || 1);
  const axis = (side: FieldSide, count: number): Axis => {
    const half = cell(side, count) / 2;
    return linearAxis(side.from - half, side.to + half);
  };
  const [a, b] = [axis(across, wide), axis(up, high)];
  const [width, height] = [cell(across, wide), cell(up, high)];
  const start = (side: { domain: readonly [number, number] }, size: number, field: string): string =>
    `${side.domain[0]} + datum.${field} * ${size}`;
  const end = (side: { domain: readonly [number, number] }, size: number, field: string): string =>
    `min(${side.domain[0]} + (datum.${field} + ${over}) * ${size}, ${side.domain[1]})`;
  return {
    transform: [
      { calculate: start(a, width, "j"), as: "x" },
      { calculate: end(a, width, "j"), as: "x2" },
      { calculate: start(b, height, "i"), as: "y" },
      { calculate: end(b, height, "i"), as: "y2" },
    ],
    encoding: {
      x: { field: "x", ...axisEncoding(a, across.title) },
      x2: { field: "x2" },
      y: { field: "y", ...axisEncoding(b, up.title) },
      y2: { field: "y2" },
    },
  };
}

/** From -1 to 1 through the colour of what lies behind. */
function diverging({ surface }: ChartOptions): SpecPart {
  const middle = surface === "dark" ? "#1B1D20" : "#FFFFFF";
  return { domain: [-1, 0, 1], range: [palette.blue, middle, palette.vermillion], interpolate: "rgb" };
}

/** From -pi to pi: the last colour is the first again. */
const cyclic: SpecPart = {
  domain: [-1, -0.5, 0, 0.5, 1],
  range: [palette.blue, palette.green, "#F0E442", palette.vermillion, palette.blue],
  interpolate: "rgb",
};

/** The mean of each block of cells, of angles the first; blocks at the far edges may be smaller. */
function inBlocks(values: ArrayLike<number>, rows: number, columns: number, block: number, angles: boolean): number[] {
  const size = angles ? 1 : block;
  const out: number[] = [];
  for (let i = 0; i < rows; i += block) {
    for (let j = 0; j < columns; j += block) {
      let [sum, count] = [0, 0];
      for (let a = i; a < Math.min(i + size, rows); a++) {
        for (let b = j; b < Math.min(j + size, columns); b++) {
          sum += values[a * columns + b];
          count++;
        }
      }
      out.push(sum / count);
    }
  }
  return out;
}
