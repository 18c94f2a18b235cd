import { DymadError } from "../errors.js";
import { formatNumber, formatUncertain, MISSING } from "./numbers.js";
import type { Cell, Column, Table, Uncertain } from "./table.js";

/** A column ready to be written: its header, and its cells as text. */
export interface ColumnLayout {
  readonly header: string;
  /** `(1e-3 ppm)`: common exponent and unit; empty when there is neither */
  readonly unit: string;
  readonly numeric: boolean;
  readonly cells: readonly string[];
  /** row of the best value, -1 when there is none */
  readonly bestRow: number;
}

/** Every column of a table, its first `maxRows` cells written in one format. */
export function layout(table: Table, maxRows: number): ColumnLayout[] {
  checkRows(table);
  return table.columns.map((column, j) => {
    const cells = table.rows.map((row) => row[j]);
    const numbers = cells.map(numberOf);
    const numeric = numbers.some((value) => value !== null) && cells.every((cell) => typeof cell !== "string");
    const { format, factor } = columnFormat(column, cells.slice(0, maxRows));
    const words = [factor, column.unit ?? ""].filter((word) => word !== "");
    const bestRow = column.best === undefined ? -1 : indexOfBest(numbers, column.best);
    return {
      header: column.title,
      unit: words.length === 0 ? "" : `(${words.join(" ")})`,
      numeric,
      cells: cells.slice(0, maxRows).map(format),
      bestRow,
    };
  });
}

/**
 * One format for a column: digits that line up when the numbers are of like size, with a common power of ten
 * in the header when they are all tiny or huge; each its own exponent when they span over four decades.
 */
function columnFormat({ digits = 4 }: Column, cells: readonly Cell[]): { format: (cell: Cell) => string; factor: string } {
  const values = cells.map(numberOf).filter((value): value is number => value !== null && Number.isFinite(value));
  const sizes = values.filter((value) => value !== 0).map(Math.abs);
  const high = Math.floor(Math.log10(Math.max(...sizes)));
  const low = Math.floor(Math.log10(Math.min(...sizes)));
  const alike = sizes.length > 0 && Math.max(...sizes) <= 1e4 * Math.min(...sizes);
  const power = alike && sizes.length > 1 && (high < -3 || high > 5) ? high : 0;
  const whole = values.every(Number.isInteger) && high < 6;
  const places = whole ? 0 : Math.max(0, Math.min(12, Math.max(digits - 1 - high, 1 - low) + power));
  const scale = (value: number): number => (power === 0 ? value : Number(`${value}e${-power}`) || value / 10 ** power);
  const format = (cell: Cell): string => {
    if (cell === null) return MISSING;
    if (typeof cell === "string") return cell;
    if (isUncertain(cell)) return formatUncertain(scale(cell.value), scale(cell.uncertainty));
    if (!Number.isFinite(cell) || cell === 0) return alike && cell === 0 ? (0).toFixed(places) : formatNumber(cell, digits);
    if (!alike) return whole ? String(cell) : cell.toExponential(digits - 1).replace("e+", "e");
    return power === 0 && (high < -3 || high > 5) ? formatNumber(cell, digits) : scale(cell).toFixed(places);
  };
  return { format, factor: power === 0 ? "" : `1e${power}` };
}

function indexOfBest(values: readonly (number | null)[], best: "min" | "max"): number {
  const sign = best === "min" ? 1 : -1;
  const keys = values.map((value) => (value === null || !Number.isFinite(value) ? Number.POSITIVE_INFINITY : sign * value));
  const least = Math.min(...keys);
  return Number.isFinite(least) ? keys.indexOf(least) : -1;
}

export const isUncertain = (cell: Cell | undefined): cell is Uncertain => typeof cell === "object" && cell !== null;

export const numberOf = (cell: Cell): number | null => (typeof cell === "number" ? cell : isUncertain(cell) ? cell.value : null);

/** @throws   E_SHAPE when a row has not one cell per column */
export function checkRows({ columns, rows }: Table): void {
  const wrong = rows.findIndex((row) => row.length !== columns.length);
  if (wrong < 0) return;
  throw new DymadError("E_SHAPE", `row ${wrong} has ${rows[wrong].length} cells for ${columns.length} columns`, {
    hint: "give one cell per column, null where there is nothing",
    path: ["rows", wrong],
  });
}
