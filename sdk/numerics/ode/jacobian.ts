import type { OdeRate } from "./explicit-stepper.js";

/** Writes df_i/dy_j at (t, y) into `out`, shape [n, n], row-major, zero before; h is the step to come. */
export type OdeJacobian = (t: number, y: Float64Array, out: Float64Array, h: number) => void;

/** Which entries of a Jacobian can differ from zero: row i lists its columns. */
export type Sparsity = readonly (readonly number[])[];

/**
 * Columns in groups of which no two meet in a row, first come first served: one evaluation of f for each group gives the
 * Jacobian by differences.
 *
 * @param n         number of columns
 * @param sparsity  shape [n rows]; null = every entry may differ from zero
 * @returns         groups of columns
 * @see             Curtis, Powell, Reid 1974, "On the estimation of sparse Jacobian matrices", doi:10.1093/imamat/13.1.117
 */
export function columnGroups(n: number, sparsity: Sparsity | null): number[][] {
  if (sparsity === null) return Array.from({ length: n }, (_, j) => [j]);
  const rowsOf = Array.from({ length: n }, (): number[] => []);
  sparsity.forEach((columns, i) => {
    for (const j of columns) rowsOf[j].push(i);
  });
  const groups: { columns: number[]; rows: Set<number> }[] = [];
  rowsOf.forEach((rows, j) => {
    const free = groups.find((group) => rows.every((i) => !group.rows.has(i)));
    const group = free ?? { columns: [], rows: new Set<number>() };
    if (free === undefined) groups.push(group);
    group.columns.push(j);
    for (const i of rows) group.rows.add(i);
  });
  return groups.map((g) => g.columns);
}

const HALF = Math.sqrt(Number.EPSILON);

/** A difference in time: half the digits of t, and not less near zero. */
export const timeIncrement = (t: number): number => HALF * Math.max(1e-3, Math.abs(t));

export interface Differences {
  readonly f: OdeRate;
  /** size of y */
  readonly n: number;
  /** see `columnGroups` */
  readonly sparsity: Sparsity | null;
  readonly rtol: number;
  readonly atol: number;
}

/**
 * The Jacobian by forward differences. Each entry of y moves by half its digits, but by no less than what rounding in f over the
 * coming step would hide, in units of the tolerance: entries many orders smaller than others keep their slopes.
 *
 * @param differences  right-hand side, its size n, structure and tolerances
 * @returns            a Jacobian [n, n] that evaluates f once more than there are groups
 * @see                Hindmarsh et al. 2005, "SUNDIALS: suite of nonlinear and differential/algebraic equation solvers",
 *                     doi:10.1145/1089014.1089020
 */
export function differenceJacobian({ f, n, sparsity, rtol, atol }: Differences): OdeJacobian {
  const groups = columnGroups(n, sparsity);
  const rowsOf = Array.from({ length: n }, (_, j) =>
    Array.from({ length: n }, (_, i) => i).filter((i) => sparsity === null || sparsity[i].includes(j)),
  );
  const here = new Float64Array(n);
  const there = new Float64Array(n);
  const moved = new Float64Array(n);
  return (t, y, out, h) => {
    f(t, y, here);
    let steepness = 0;
    for (let j = 0; j < n; j++) {
      const scaled = here[j] / (rtol * Math.abs(y[j]) + atol);
      steepness += (scaled * scaled) / n;
    }
    const hidden = steepness === 0 ? 1 : 1000 * Number.EPSILON * h * n * Math.sqrt(steepness);
    for (const columns of groups) {
      moved.set(y);
      for (const j of columns) moved[j] += Math.max(HALF * Math.abs(y[j]), hidden * (rtol * Math.abs(y[j]) + atol));
      f(t, moved, there);
      for (const j of columns) {
        const width = moved[j] - y[j];
        for (const i of rowsOf[j]) out[i * n + j] = (there[i] - here[i]) / width;
      }
    }
  };
}
