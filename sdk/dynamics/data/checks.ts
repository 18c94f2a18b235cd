import type { Issue } from "../../errors.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { Trajectory } from "./series.js";

/** Everything that is wrong with trajectories that are to form one dataset. Each problem is counted and shown at its first place. */
export function checkTrajectories(trajectories: readonly Trajectory[], keepNaN: boolean): Issue[] {
  const first = trajectories[0];
  if (first === undefined)
    return [{ code: "E_DATA", path: ["x"], message: "there are no trajectories", hint: "give at least one" }];
  const issues: Issue[] = [];
  if (first.x.cols === 0)
    issues.push({ code: "E_SHAPE", path: ["x"], message: "x has no columns", hint: "give at least one state" });
  issues.push(...checkLengths(trajectories), ...checkWidths(trajectories), ...checkTimes(trajectories));
  // columns can be counted only when all trajectories have the same ones
  if (!keepNaN && !issues.some(({ code }) => code === "E_SHAPE")) issues.push(...checkFinite(trajectories));
  return issues;
}

function checkLengths(trajectories: readonly Trajectory[]): Issue[] {
  return trajectories.flatMap((one, i): Issue[] => {
    const rows = one.x.rows;
    const issues: Issue[] = [];
    if (rows === 0) issues.push({ code: "E_DATA", path: ["x", i], message: `trajectory ${i} has no samples` });
    for (const field of ["t", "u", "y"] as const) {
      const value = one[field];
      const length = value === null ? rows : "rows" in value ? value.rows : value.length;
      if (length === rows) continue;
      const message = `trajectory ${i} has ${rows} rows of x but ${length} of ${field}`;
      issues.push({ code: "E_SHAPE", path: [field, i], message, hint: "every field needs one row per sample" });
    }
    return issues;
  });
}

function checkWidths(trajectories: readonly Trajectory[]): Issue[] {
  const width = (one: Trajectory, field: "x" | "u" | "y" | "p"): number => {
    const value = one[field];
    return value === null ? 0 : "cols" in value ? value.cols : value.length;
  };
  return (["x", "u", "y", "p"] as const).flatMap((field): Issue[] => {
    const expected = width(trajectories[0], field);
    const other = trajectories.findIndex((one) => width(one, field) !== expected);
    if (other < 0) return [];
    const message = `${field} has ${expected} columns in trajectory 0 but ${width(trajectories[other], field)} in trajectory ${other}`;
    return [{ code: "E_SHAPE", path: [field, other], message, hint: "all trajectories must record the same columns" }];
  });
}

function checkTimes(trajectories: readonly Trajectory[]): Issue[] {
  const stalls = trajectories.flatMap(({ t }, i) => {
    const row = t.findIndex((value, k) => !Number.isFinite(value) || (k > 0 && value <= t[k - 1]));
    return row < 0 ? [] : [{ i, row, t }];
  });
  if (stalls.length === 0) return [];
  const { i, row, t } = stalls[0];
  const what = Number.isFinite(t[row]) ? `${t[row]} after ${t[row - 1]}` : `${t[row]}`;
  const more = stalls.length > 1 ? `; ${stalls.length} trajectories are concerned` : "";
  const message = `t of trajectory ${i} does not increase at row ${row}: ${what}${more}`;
  return [
    { code: "E_DATA", path: ["t", i, row], message, hint: "sort the rows by time, and give each trajectory its own number" },
  ];
}

function checkFinite(trajectories: readonly Trajectory[]): Issue[] {
  return (["x", "u", "y", "p"] as const).flatMap((field): Issue[] => {
    const bad = new Map<number, { count: number; i: number; row: number }>();
    trajectories.forEach((one, i) => {
      const { data, cols } = valuesOf(one[field]);
      for (let k = 0; k < data.length; k++) {
        if (Number.isFinite(data[k])) continue;
        const column = k % cols;
        const seen = bad.get(column);
        if (seen === undefined) bad.set(column, { count: 1, i, row: Math.floor(k / cols) });
        else seen.count++;
      }
    });
    return [...bad].map(([column, { count, i, row }]) => ({
      code: "E_DATA",
      path: [field, i, row, column],
      message: `column ${field}${column + 1} has ${count} NaN or infinite ${count === 1 ? "value" : "values"}, first in trajectory ${i} at row ${row}`,
      hint: "fill the gaps, drop the rows, or split the trajectory there",
    }));
  });
}

const valuesOf = (value: Matrix | Float64Array | null): { data: Float64Array; cols: number } => {
  if (value === null) return { data: new Float64Array(0), cols: 1 };
  return "cols" in value ? { data: value.data, cols: value.cols } : { data: value, cols: value.length };
};
