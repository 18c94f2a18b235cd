import type { Issue } from "../errors.js";
import { closestName } from "./spelling.js";

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

const roleNames = ["traj", "t", "x", "u", "y", "p"] as const;

/**
 * Roles from what a caller or a file of settings says, which may be wrong in any way; one name may stand for a list of one.
 *
 * @param issues  takes unknown roles and values that name no column
 */
export function readRoles(given: ColumnRoles, issues: Issue[]): ColumnRoles {
  const out: Record<string, string | readonly string[]> = { x: [] };
  for (const [role, value] of Object.entries(given) as [string, unknown][]) {
    const path = ["columns", role];
    if (value === undefined || value === null) continue;
    if (!(roleNames as readonly string[]).includes(role)) {
      const close = closestName(role, roleNames);
      const hint = close === null ? `roles are ${roleNames.join(", ")}` : `did you mean ${close}?`;
      issues.push({ code: "E_SPEC", path, message: `columns has no role "${role}"`, hint });
      continue;
    }
    const names: readonly unknown[] = Array.isArray(value) ? value : [value];
    const single = role === "traj" || role === "t";
    if (names.some((name) => typeof name !== "string") || (single && names.length !== 1)) {
      const what = single ? "the name of one column" : "a list of column names";
      issues.push({ code: "E_SPEC", path, message: `columns.${role} must be ${what}, got ${JSON.stringify(value)}` });
      continue;
    }
    out[role] = single ? (names[0] as string) : (names as string[]);
  }
  return out as unknown as ColumnRoles;
}

/** What keeps these roles from being read from a table with this header. */
export function checkRoles(header: readonly string[], roles: ColumnRoles, options: TableOptions, where: string): Issue[] {
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
