import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { Graph } from "./graphs/graph.js";

/**
 * One recorded trajectory. Row k of every matrix belongs to time `t[k]`.
 * Fields without columns are `null`.
 */
export interface Trajectory {
  /** sample times, shape [T], strictly increasing, units of `t` */
  readonly t: Float64Array;
  /** states or observations, shape [T, n], units of `x` */
  readonly x: Matrix;
  /** control inputs, shape [T, m], units of `u` */
  readonly u: Matrix | null;
  /** auxiliary observations, shape [T, a] */
  readonly y: Matrix | null;
  /** parameters constant over the trajectory, shape [q] */
  readonly p: Float64Array | null;
  /** nodes whose columns stand side by side in x, u and y, and the edges between them; absent for plain state vectors */
  readonly graph?: Graph | undefined;
}

/** Trajectories recorded in the same way: equal numbers of columns in every field; lengths may differ. */
export interface Dataset {
  readonly trajectories: readonly Trajectory[];
  /** names of the columns, for charts and tables; default x1.., u1.. */
  readonly names: { readonly x: readonly string[]; readonly u: readonly string[] };
}
