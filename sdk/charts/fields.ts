import { DymadError } from "../errors.js";
import { extent } from "./axis.js";
import { formatNumber } from "./numbers.js";
import type { ChartSpec, SpecPart } from "./spec.js";
import { type ChartOptions, colorsOn, palette, sizes, themed } from "./theme.js";

/** A value at each place of a rectangle of cells. */
export interface FieldPanel {
  readonly title: string;
  /** row after row, shape [rows, columns] */
  readonly values: ArrayLike<number>;
}

/** Pictures of fields on the same cells. */
export interface FieldsData {
  readonly rows: number;
  readonly columns: number;
  readonly panels: readonly FieldPanel[];
  /** whether one colour scale holds for all panels; default each has its own */
  readonly shared?: boolean | undefined;
}

/** Cells drawn at most, in all panels together: larger fields are shown by the mean of blocks of cells. */
const mostCells = 7200;

/**
 * Fields as coloured cells, the first row on top: blue below zero, vermillion above, zero as the background. Each title says how far its
 * colours reach.
 *
 * @throws  E_SHAPE when a panel has not rows x columns values
 */
export function fieldsChart(data: FieldsData, options: ChartOptions = {}): ChartSpec {
  const { rows, columns, panels, shared = false } = data;
  for (const { title, values } of panels) {
    if (values.length === rows * columns) continue;
    throw new DymadError("E_SHAPE", `${title} has ${values.length} values for ${rows} x ${columns} cells`);
  }
  const block = Math.max(1, Math.ceil(Math.sqrt((rows * columns * panels.length) / mostCells)));
  const [high, wide] = [Math.ceil(rows / block), Math.ceil(columns / block)];
  const across = Math.min(panels.length, 3);
  const width = Math.round((options.width ?? sizes.width) / across) - 20;
  const height = Math.max(30, Math.min(300, Math.round((width * rows) / columns)));
  const reach = (values: Iterable<number>): number => {
    const [low, top] = extent(values) ?? [-1, 1];
    return Math.max(Math.abs(low), Math.abs(top)) || 1;
  };
  const common = reach(panels.flatMap(({ values }) => Array.from(values)));
  const drawn = panels.map(({ title, values }): SpecPart => {
    const limit = shared ? common : reach(Array.from(values));
    return {
      width,
      height,
      title: {
        text: `${title} (±${formatNumber(limit, 2)})`,
        fontSize: 12,
        fontWeight: "normal",
        color: colorsOn(options.surface).ink,
      },
      data: { values: blockMeans(values, rows, columns, block).map((value) => Number((value / limit).toFixed(3)) + 0) },
      // the cells stand one after the other: their places are counted, not written down
      transform: [
        { window: [{ op: "row_number", as: "k" }] },
        { calculate: `(datum.k - 1) % ${wide}`, as: "j" },
        { calculate: `floor((datum.k - 1) / ${wide})`, as: "i" },
        // a little over the next one: between cells that only meet, the background shows
        { calculate: `min(datum.j + 1.08, ${wide})`, as: "j2" },
        { calculate: `min(datum.i + 1.08, ${high})`, as: "i2" },
      ],
      mark: { type: "rect", strokeWidth: 0 },
      encoding: {
        x: cell("j", wide, false),
        x2: { field: "j2" },
        y: cell("i", high, true),
        y2: { field: "i2" },
        color: { field: "data", type: "quantitative", scale: diverging(options), legend: null },
      },
    };
  });
  const description = `${panels.map(({ title }) => title).join(", ")} on ${rows} x ${columns} cells${block > 1 ? `, shown by the mean of ${block} x ${block}` : ""}; blue is negative, vermillion positive.`;
  return themed(description, { columns: across, spacing: 16, concat: drawn }, options);
}

const cell = (field: string, size: number, reverse: boolean): SpecPart => ({
  field,
  type: "quantitative",
  scale: { domain: [0, size], nice: false, zero: false, reverse },
  axis: null,
});

/** From -1 to 1 through the colour of what lies behind. */
export function diverging({ surface }: ChartOptions): SpecPart {
  const middle = surface === "dark" ? "#1B1D20" : "#FFFFFF";
  return { domain: [-1, 0, 1], range: [palette.blue, middle, palette.vermillion], interpolate: "rgb" };
}

/** The mean of each block of cells; blocks at the far edges may be smaller. */
function blockMeans(values: ArrayLike<number>, rows: number, columns: number, block: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < rows; i += block) {
    for (let j = 0; j < columns; j += block) {
      let [sum, count] = [0, 0];
      for (let a = i; a < Math.min(i + block, rows); a++) {
        for (let b = j; b < Math.min(j + block, columns); b++) {
          sum += values[a * columns + b];
          count++;
        }
      }
      out.push(sum / count);
    }
  }
  return out;
}
