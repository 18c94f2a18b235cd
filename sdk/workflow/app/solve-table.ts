import type { Cell, Table } from "../../charts/table.js";
import type { PhaseRecord } from "../../dynamics/training/progress.js";

/** What a solve tells, by the names of its record, in the order of the table. */
const told = {
  rows: "rows",
  earlier_pairs: "of earlier runs",
  points: "points",
  columns: "columns",
  rank: "rank",
  condition: "condition",
  linear_solve_loss: "misfit / rows",
} as const;

/** The phases of least squares of a run, a row each, with how far the data determine what they found; null where there are none. */
export function solveTable(records: readonly PhaseRecord[]): Table | null {
  const solves = records.filter(({ metrics }) => metrics.linear_solve_loss !== undefined);
  if (solves.length === 0) return null;
  const keys = Object.keys(told).filter((key) => solves.some(({ metrics }) => metrics[key] !== undefined));
  return {
    columns: [{ title: "phase" }, ...keys.map((key) => ({ title: told[key as keyof typeof told] }))],
    rows: solves.map(({ name, metrics }): Cell[] => [name, ...keys.map((key) => metrics[key] ?? null)]),
  };
}
