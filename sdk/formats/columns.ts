import { DymadError, type Issue } from "../errors.js";
import { Matrix } from "../numerics/linalg/matrix.js";

import { checkRoles, readRoles, rolesOf, type TableOptions } from "./roles.js";

export type { ColumnRoles, TableOptions } from "./roles.js";

/** A table of texts or numbers by row, and where a row stands in its source ("line 7"). */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly place: (row: number) => string;
}

/** Trajectories read from a table; fields without columns are null. Shapes as in a dataset: x [T, n], u [T, m], y [T, a], p [q]. */
export interface TableTrajectories {
  readonly trajectories: readonly {
    readonly t: Float64Array;
    readonly x: Matrix;
    readonly u: Matrix | null;
    readonly y: Matrix | null;
    readonly p: Float64Array | null;
  }[];
  readonly names: { readonly x: readonly string[]; readonly u: readonly string[] };
}

/**
 * Takes the named columns of a table and groups its rows into trajectories, in order of first appearance.
 *
 * @throws  E_SPEC when a named column is missing, or there is neither a time column nor `dt`; E_FORMAT when a default header
 *          has no states; E_DATA when a named cell is empty, not finite or a parameter changes within a trajectory:
 *          all problems of these kinds at once, each with the column and its first place
 */
export function readTable(table: Table, options: TableOptions = {}): TableTrajectories {
  const where = options.where ?? "the table";
  const issues: Issue[] = [];
  const roles = options.columns === undefined ? rolesOf(table.header) : readRoles(options.columns, issues);
  issues.push(...checkRoles(table.header, roles, options, where));
  if (table.rows.length === 0) {
    issues.push({
      code: "E_DATA",
      path: [],
      message: `${where} has a header and no rows`,
      hint: "add the samples, one row each",
    });
  }
  if (issues.length > 0) throw DymadError.ofIssues(issues);

  const groups = groupRows(table, roles.traj);
  const unlabelled = groups.get("");
  if (roles.traj !== undefined && unlabelled !== undefined) {
    const count = `${unlabelled.length} cells are empty, first on ${table.place(unlabelled[0])}`;
    issues.push({ code: "E_DATA", path: ["columns", roles.traj], message: `column "${roles.traj}" of ${where}: ${count}` });
  }
  const take = (names: readonly string[] | undefined): Matrix | null => {
    if (names === undefined || names.length === 0) return null;
    const out = new Matrix(table.rows.length, names.length);
    for (const [j, name] of names.entries()) fillColumn(table, name, out, j, options.keepNaN ?? false, where, issues);
    return out;
  };
  const [t, x, u, y, p] = [
    take(roles.t === undefined ? [] : [roles.t]),
    take(roles.x),
    take(roles.u),
    take(roles.y),
    take(roles.p),
  ];
  if (p !== null) checkConstant(table, groups, roles.p ?? [], p, where, issues);
  if (issues.length > 0) throw DymadError.ofIssues(issues);

  const pick = (m: Matrix | null, rows: readonly number[]): Matrix | null =>
    m === null ? null : Matrix.from(rows.map((row) => m.row(row)));
  return {
    names: { x: roles.x, u: roles.u ?? [] },
    trajectories: [...groups.values()].map((rows) => ({
      t: Float64Array.from(rows, (row, k) => (t === null ? k * (options.dt ?? 1) : t.data[row])),
      x: pick(x, rows) ?? new Matrix(rows.length, 0),
      u: pick(u, rows),
      y: pick(y, rows),
      p: p === null ? null : p.row(rows[0]).slice(),
    })),
  };
}

function groupRows(table: Table, traj: string | undefined): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  const column = traj === undefined ? -1 : table.header.indexOf(traj);
  table.rows.forEach((row, i) => {
    const label = column < 0 ? "" : String(row[column] ?? "").trim();
    const rows = groups.get(label);
    if (rows === undefined) groups.set(label, [i]);
    else rows.push(i);
  });
  return groups;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function fillColumn(table: Table, name: string, out: Matrix, j: number, keepNaN: boolean, where: string, issues: Issue[]): void {
  const column = table.header.indexOf(name);
  let bad = 0;
  let first = 0;
  for (let i = 0; i < table.rows.length; i++) {
    const value = numberOf(table.rows[i][column]);
    if (!Number.isFinite(value) && bad++ === 0) first = i;
    out.set(i, j, value);
  }
  if (bad === 0 || keepNaN) return;
  const cell = String(table.rows[first][column] ?? "").trim();
  issues.push({
    code: "E_DATA",
    path: ["columns", name],
    message: `column "${name}" of ${where}: ${bad} of ${table.rows.length} cells ${bad === 1 ? "is" : "are"} empty or no finite number, first on ${table.place(first)} (${cell === "" ? "empty" : `"${cell}"`})`,
    hint: "fill or drop these rows, or leave the column out by naming the columns to use",
  });
}

function numberOf(cell: unknown): number {
  if (typeof cell === "number") return cell;
  if (typeof cell === "boolean") return Number(cell);
  const text = String(cell ?? "").trim();
  return decimal.test(text) ? Number(text) : Number.NaN;
}

function checkConstant(
  table: Table,
  groups: Map<string, number[]>,
  names: readonly string[],
  p: Matrix,
  where: string,
  issues: Issue[],
): void {
  names.forEach((name, j) => {
    for (const rows of groups.values()) {
      const other = rows.find((row) => p.get(row, j) !== p.get(rows[0], j) && !Number.isNaN(p.get(row, j)));
      if (other === undefined || Number.isNaN(p.get(rows[0], j))) continue;
      issues.push({
        code: "E_DATA",
        path: ["columns", name],
        message: `parameter "${name}" of ${where} changes within a trajectory: ${p.get(rows[0], j)}, then ${p.get(other, j)} on ${table.place(other)}`,
        hint: "parameters are constant over a trajectory; name a varying column under u",
      });
      return;
    }
  });
}
