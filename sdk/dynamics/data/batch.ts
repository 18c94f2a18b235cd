import type { ControlInterpolator, InterpolationKind } from "../../numerics/interpolation.js";
import { controlInterpolator } from "../../numerics/interpolation.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { Graph } from "./graphs/graph.js";

/** A trajectory as models see it: fields transformed and aligned, row k of both at time t[k]. */
export interface Prepared {
  readonly t: Float64Array;
  readonly x: Matrix;
  readonly u: Matrix | null;
  readonly control: ControlInterpolator | null;
  /** parameters of the trajectory, shape [q]; null when it has none */
  readonly p: Float64Array | null;
  /** edges by row; absent for plain state vectors */
  readonly graph?: Graph | undefined;
}

/** Adds the interpolated control to a transformed trajectory. */
export function prepared(
  t: Float64Array,
  x: Matrix,
  u: Matrix | null,
  order: InterpolationKind,
  p: Float64Array | null = null,
  graph?: Graph,
): Prepared {
  return { t, x, u, control: u === null ? null : controlInterpolator(t, u, order), p, ...(graph === undefined ? {} : { graph }) };
}

/** A stretch of one trajectory: samples start .. start + length - 1. */
export interface Stretch {
  readonly trajectory: Prepared;
  readonly start: number;
  readonly length: number;
}

/**
 * Stretches of equal length and equal sampling, side by side and time-major, ready for a program.
 * Times are relative to each stretch's first sample.
 */
export interface Batch {
  readonly B: number;
  readonly T: number;
  /** relative times, shape [T], units of `t` */
  readonly grid: Float64Array;
  /** shape [T, B, n] */
  readonly x: Float64Array;
  /** shape [T, B, m]; null without control */
  readonly u: Float64Array | null;
  /** shape [B, q]; null without parameters */
  readonly p: Float64Array | null;
  readonly widths: { readonly x: number; readonly u: number };
  readonly stretches: readonly Stretch[];
}

/** Puts stretches side by side; they must agree in length and relative times (see `sameSampling`). */
export function batchOf(stretches: readonly Stretch[]): Batch {
  const first = stretches[0];
  const [B, T, n, m] = [stretches.length, first.length, first.trajectory.x.cols, first.trajectory.u?.cols ?? 0];
  const x = new Float64Array(T * B * n);
  const u = m === 0 ? null : new Float64Array(T * B * m);
  stretches.forEach(({ trajectory, start }, b) => {
    for (let k = 0; k < T; k++) {
      x.set(trajectory.x.row(start + k), (k * B + b) * n);
      if (u !== null && trajectory.u !== null) u.set(trajectory.u.row(start + k), (k * B + b) * m);
    }
  });
  return { B, T, grid: relativeTimes(first), x, u, p: parametersOf(stretches), widths: { x: n, u: m }, stretches };
}

function parametersOf(stretches: readonly Stretch[]): Float64Array | null {
  const q = stretches[0].trajectory.p?.length ?? 0;
  if (q === 0) return null;
  const p = new Float64Array(stretches.length * q);
  stretches.forEach(({ trajectory }, b) => {
    if (trajectory.p !== null) p.set(trajectory.p, b * q);
  });
  return p;
}

function relativeTimes({ trajectory, start, length }: Stretch): Float64Array {
  const t0 = trajectory.t[start];
  return trajectory.t.slice(start, start + length).map((t) => t - t0);
}

/** Times that differ by less than this fraction of a step are the same grid: file formats round. */
const GRID_TOLERANCE = 1e-6;

/** Groups stretches that can stand in one batch, keeping their order. */
export function sameSampling(stretches: readonly Stretch[]): Stretch[][] {
  const groups: { grid: Float64Array; members: Stretch[] }[] = [];
  for (const stretch of stretches) {
    const grid = relativeTimes(stretch);
    const group = groups.find(
      (g) =>
        g.grid.length === grid.length && grid.every((t, k) => Math.abs(t - g.grid[k]) <= GRID_TOLERANCE * Math.abs(grid[1] ?? 1)),
    );
    if (group === undefined) groups.push({ grid, members: [stretch] });
    else group.members.push(stretch);
  }
  return groups.map((g) => g.members);
}

/**
 * The control of every row of a batch at one relative time.
 *
 * @param tau    time since each stretch's first sample, units of `t`
 * @param out    shape [B, m], written
 * @param piece  piece of the stretch that holds `tau` (see `pieceEnds`): at a sample time, the one that starts or ends there
 */
export function controlAt(batch: Batch, tau: number, out: Float64Array, piece?: number): void {
  const m = batch.widths.u;
  batch.stretches.forEach(({ trajectory, start }, b) => {
    const { control } = trajectory;
    if (control === null) return;
    // a trajectory of one sample has one piece, the constant
    const last = Math.max(0, control.knots.length - 2);
    const own = piece === undefined ? undefined : Math.max(0, Math.min(start * control.parts + piece, last));
    control.evaluate(trajectory.t[start] + tau, out.subarray(b * m, (b + 1) * m), own);
  });
}

/** The piece of control in a sample interval that holds a time: with two parts, the second from the middle on. */
export function pieceIn(batch: Batch, interval: number, tau: number): number {
  const { grid, stretches } = batch;
  if ((stretches[0].trajectory.control?.parts ?? 1) === 1) return interval;
  const middle = grid[interval] + (grid[interval + 1] - grid[interval]) / 2;
  return 2 * interval + (tau > middle ? 1 : 0);
}
