import { type Cell, type PlainCell, plainTable, type Table } from "../charts/table.js";
import type { Dataset, Trajectory } from "../dynamics/data/series.js";
import type { Matrix } from "../numerics/linalg/matrix.js";
import { comparisonTable } from "../workflow/app/evaluation-table.js";
import { Evaluation } from "./evaluation.js";
import type { Telling } from "./results/kind.js";

/** A class of data frames that are made of rows and names of columns, such as DataFrame of danfojs or danfojs-node. */
export type FrameClass<D> = new (rows: PlainCell[][], options: { columns: string[] }) => D;

/**
 * Results and trajectories as a data frame. The class is given, so that this package needs none.
 *
 * A data set has one row a sample: `traj`, `t`, then the columns of x, u, y and p by their names, so that `dymad.dataset(frame)` is the data set
 * again (graphs stay behind; other names than x1, u1, ... are told again by `columns`). A result has the rows of its table, an evaluation
 * those of its comparison. What is missing is NaN in columns of numbers.
 *
 * @param value      a Dataset, an Evaluation, a table, or any result that has one
 * @param DataFrame  the class to make
 */
export function toDataFrame<D>(value: Dataset | Evaluation | Table | Telling, DataFrame: FrameClass<D>): D {
  const { header, rows } = plainTable(tableOf(value));
  const numeric = header.map((_, j) => rows.every((row) => typeof row[j] !== "string") && rows.some((row) => row[j] !== null));
  const filled = rows.map((row) => row.map((cell, j) => (cell === null && numeric[j] ? Number.NaN : cell)));
  return new DataFrame(filled, { columns: [...header] });
}

function tableOf(value: Dataset | Evaluation | Table | Telling): Table {
  if (value instanceof Evaluation) return comparisonTable(value.table);
  if ("trajectories" in value) return datasetTable(value);
  return "table" in value ? value.table() : value;
}

/** One row a sample. */
function datasetTable({ trajectories, names }: Dataset): Table {
  const first = trajectories[0] as Trajectory | undefined;
  const numbered = (letter: string, count = 0): string[] => Array.from({ length: count }, (_, j) => `${letter}${j + 1}`);
  const named = (given: readonly string[], letter: string, count = 0): readonly string[] =>
    given.length === count ? given : numbered(letter, count);
  const titles = [
    "traj",
    "t",
    ...named(names.x, "x", first?.x.cols),
    ...named(names.u, "u", first?.u?.cols),
    ...numbered("y", first?.y?.cols),
    ...numbered("p", first?.p?.length),
  ];
  const row = (matrix: Matrix | null, k: number): readonly number[] => (matrix === null ? [] : Array.from(matrix.row(k)));
  const rows = trajectories.flatMap(({ t, x, u, y, p }, i) =>
    Array.from(t, (time, k): Cell[] => [i, time, ...row(x, k), ...row(u, k), ...row(y, k), ...(p ?? [])]),
  );
  return { columns: titles.map((title) => ({ title })), rows };
}
