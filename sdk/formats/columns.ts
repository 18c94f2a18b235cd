import { DymadError, type Issue } from "../errors.js";
import { Matrix } from "../numerics/linalg/matrix.js";

/** Which columns of a table play which part. Columns not named are ignored. */
export interface ColumnRoles {
  /** trajectory each row belongs to; without it the table is one trajectory */
  readonly traj?: string;
  /** sample times; without it `dt` is needed */
  readonly t?: string;
  readonly x: readonly string[];
  readonly u?: readonly string[];
  readonly y?: readonly string[];
  /** parameters, constant over each trajectory */
  readonly p?: readonly string[];
}

export interface TableOptions {
  /** default: `traj`, `t`, and the names x1.., u1.., y1.., p1.. found in the header */
  readonly columns?: ColumnRoles;
  /** sample step, used when there is no time column, units of `t`, > 0 */
  readonly dt?: number;
  /** name of the file, for messages */
  readonly where?: string;
  /** keep NaN and empty cells as NaN instead of refusing them, to look at a file that is not clean; default false */
  readonly keepNaN?: boolean;
}

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
  const roles = options.columns ?? rolesOf(table.header);
  const issues: Issue[] = checkRoles(table.header, roles, options, where);
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

/** The roles that the default header states: traj, t, x1.., u1.., y1.., p1.. (a lone letter stands for its first column). */
export function rolesOf(header: readonly string[]): ColumnRoles {
  const numbered = (letter: string): string[] =>
    header.filter((name) => new RegExp(`^${letter}\\d*$`).test(name)).sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  return {
    ...(header.includes("traj") ? { traj: "traj" } : {}),
    ...(header.includes("t") ? { t: "t" } : {}),
    x: numbered("x"),
    u: numbered("u"),
    y: numbered("y"),
    p: numbered("p"),
  };
}

function checkRoles(header: readonly string[], roles: ColumnRoles, options: TableOptions, where: string): Issue[] {
  const issues: Issue[] = [];
  const known = header.filter((name) => name !== "").join(", ");
  const expectColumn = (name: string | undefined, path: (string | number)[]): void => {
    if (name === undefined) return;
    const found = header.filter((other) => other === name).length;
    if (found === 0)
      issues.push({ code: "E_SPEC", path, message: `${where} has no column "${name}"`, hint: `its columns are ${known}` });
    if (found > 1)
      issues.push({
        code: "E_FORMAT",
        path,
        message: `${where} has ${found} columns named "${name}"`,
        hint: "give each column its own name",
      });
  };
  expectColumn(roles.traj, ["columns", "traj"]);
  expectColumn(roles.t, ["columns", "t"]);
  for (const role of ["x", "u", "y", "p"] as const) {
    for (const [i, name] of (roles[role] ?? []).entries()) expectColumn(name, ["columns", role, i]);
  }
  if (roles.x.length === 0) {
    issues.push({
      code: options.columns === undefined ? "E_FORMAT" : "E_SPEC",
      path: ["columns", "x"],
      message:
        options.columns === undefined
          ? `${where} has no columns x1, x2, ...; its columns are ${known}`
          : "columns.x names no column",
      hint: 'say which columns are states and which are controls, for example columns: {x: ["y"], u: ["u"]}',
    });
  }
  if (options.dt !== undefined && !(options.dt > 0 && Number.isFinite(options.dt))) {
    issues.push({ code: "E_SPEC", path: ["dt"], message: `dt must be a positive number, got ${options.dt}` });
  } else if (roles.t === undefined && options.dt === undefined) {
    issues.push({
      code: "E_SPEC",
      path: ["dt"],
      message: `${where} has no time column and no dt was given`,
      hint: "give dt, the time from one row to the next, or name the time column with columns.t",
    });
  }
  return issues;
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
