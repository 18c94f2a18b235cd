import { DymadError } from "../../errors.js";
import { readTable, type TableTrajectories } from "../../formats/columns.js";
import { readCsv } from "../../formats/csv.js";
import type { TableOptions } from "../../formats/roles.js";
import { makeDataset } from "./dataset.js";
import type { Dataset } from "./series.js";

/** Anything with column names and rows of values; danfo's DataFrame is one. */
export interface Frame {
  readonly columns: readonly string[];
  readonly values: unknown;
}

/**
 * A dataset from CSV text; the grammar is that of `readCsv`.
 *
 * @throws  E_FORMAT, E_SPEC or E_DATA with every problem, its line and its column; E_DATA when times do not increase
 * @example datasetFromCsv("t,x1\n0,1\n0.1,0.9").trajectories.length // 1
 */
export function datasetFromCsv(text: string, options: TableOptions = {}): Dataset {
  return datasetOf(readCsv(text, options), options);
}

/**
 * A dataset from a data frame: columns play their parts as in CSV.
 *
 * @param frame  `columns` and `values`, a list of rows (or one list when there is a single column)
 * @throws       as {@link datasetFromCsv}, with rows numbered from 0
 */
export function datasetFromFrame(frame: Frame, options: TableOptions = {}): Dataset {
  if (!Array.isArray(frame.columns) || !Array.isArray(frame.values)) {
    throw new DymadError("E_DATA", "a data frame needs `columns`, a list of names, and `values`, a list of rows");
  }
  const rows: readonly unknown[][] = frame.values.map((row: unknown) => (Array.isArray(row) ? row : [row]));
  const table = { header: frame.columns, rows, place: (row: number) => `row ${row}` };
  return datasetOf(readTable(table, { where: "the data frame", ...options }), options);
}

const datasetOf = (read: TableTrajectories, options: TableOptions): Dataset =>
  makeDataset(read.trajectories, read.names, options.keepNaN ?? false);
