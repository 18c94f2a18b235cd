import { DymadError, type Issue } from "../../errors.js";
import { checkTrajectories } from "./checks.js";
import { cutGraph } from "./graphs/graph.js";
import type { Dataset, Trajectory } from "./series.js";

/** Names of the columns; default x1.., u1... */
export interface DatasetNames {
  readonly x?: readonly string[];
  readonly u?: readonly string[];
}

/**
 * A dataset of checked trajectories: equal columns everywhere, matching lengths, increasing times, finite values.
 *
 * @param trajectories  at least one; lengths may differ
 * @param names         names of the columns of x and u; default x1.., u1..
 * @param keepNaN       leave NaN and infinite values in, to look at data that are not clean; default false
 * @throws              E_DATA or E_SHAPE with every problem found
 */
export function makeDataset(trajectories: readonly Trajectory[], names: DatasetNames = {}, keepNaN = false): Dataset {
  const issues: Issue[] = checkTrajectories(trajectories, keepNaN);
  const width = { x: trajectories[0]?.x.cols ?? 0, u: trajectories[0]?.u?.cols ?? 0 };
  const chosen = { x: names.x ?? numbered("x", width.x), u: names.u ?? numbered("u", width.u) };
  for (const field of ["x", "u"] as const) {
    if (chosen[field].length === width[field]) continue;
    const message = `${chosen[field].length} names were given for the ${width[field]} columns of ${field}`;
    issues.push({ code: "E_SHAPE", path: ["names", field], message });
  }
  if (issues.length > 0) throw DymadError.ofIssues(issues);
  return { trajectories, names: chosen };
}

/** The same dataset with other trajectories, which must come from it. */
export function withTrajectories(dataset: Dataset, trajectories: readonly Trajectory[]): Dataset {
  return { names: dataset.names, trajectories };
}

export const numbered = (letter: string, n: number): string[] => Array.from({ length: n }, (_, i) => `${letter}${i + 1}`);

/** Whether these are the names of columns that were given none. */
export const isNumbered = (letter: string, names: readonly string[]): boolean =>
  numbered(letter, names.length).every((name, i) => name === names[i]);

/** Nodes of the graph; null for plain state vectors. */
export const nodesOf = ({ trajectories }: Dataset): number | null => trajectories[0]?.graph?.nodes ?? null;

/** Numbers of columns: states n, controls m, auxiliary observations a, parameters q. */
export function widthsOf(dataset: Dataset): { x: number; u: number; y: number; p: number } {
  const first = dataset.trajectories[0];
  return { x: first.x.cols, u: first.u?.cols ?? 0, y: first.y?.cols ?? 0, p: first.p?.length ?? 0 };
}

/**
 * Keeps the first `n_samples` trajectories and the first `n_steps` rows of each.
 *
 * @throws  E_SPEC when a number is not a positive integer; E_DATA when fewer trajectories exist than are asked for
 */
export function truncate(dataset: Dataset, limits: { readonly n_samples?: number; readonly n_steps?: number }): Dataset {
  const issues: Issue[] = [];
  for (const key of ["n_samples", "n_steps"] as const) {
    const value = limits[key];
    if (value === undefined || (Number.isInteger(value) && value > 0)) continue;
    issues.push({ code: "E_SPEC", path: [key], message: `${key} must be a positive integer, got ${value}` });
  }
  const count = dataset.trajectories.length;
  if (limits.n_samples !== undefined && limits.n_samples > count) {
    const message = `n_samples asks for ${limits.n_samples} trajectories, the dataset has ${count}`;
    issues.push({ code: "E_DATA", path: ["n_samples"], message, hint: `leave n_samples out to use all ${count}` });
  }
  if (issues.length > 0) throw DymadError.ofIssues(issues);
  const { n_samples = count, n_steps = Number.POSITIVE_INFINITY } = limits;
  return withTrajectories(
    dataset,
    dataset.trajectories.slice(0, n_samples).map((one) => cut(one, 0, Math.min(n_steps, one.t.length))),
  );
}

/** Rows start .. end-1 of a trajectory, as views. */
export function cut({ t, x, u, y, p, graph }: Trajectory, start: number, end: number): Trajectory {
  return {
    t: t.subarray(start, end),
    x: x.slice(start, end),
    u: u?.slice(start, end) ?? null,
    y: y?.slice(start, end) ?? null,
    p,
    ...(graph === undefined ? {} : { graph: cutGraph(graph, start, end) }),
  };
}
