import { DymadError } from "../../../errors.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import type { Dataset } from "../../data/series.js";
import { requireStep } from "../../data/step.js";

/** Samples at one regular step, trajectory by trajectory. */
export interface Snapshots {
  /** shape [T_i, n] each, rows in time order, units of `x` */
  readonly trajectories: readonly Matrix[];
  /** time between rows, units of `t` */
  readonly dt: number;
}

/** Samples and the same samples one step later. */
export interface SnapshotPairs {
  /** shape [M, n] */
  readonly P0: Matrix;
  /** shape [M, n] */
  readonly P1: Matrix;
}

/**
 * The states of a dataset as snapshots; the step is read from its times.
 *
 * @param dataset  evenly sampled trajectories, x of shape [T, n]
 * @param dt       what the step is believed to be, units of `t`; default: whatever the times say
 * @returns        the states and the step
 * @throws         E_DATA when the sampling is uneven, or the times contradict `dt`: every rate would be off by their ratio
 */
export function snapshotsOf(dataset: Dataset, dt?: number): Snapshots {
  const step = requireStep(dataset, "a mode decomposition");
  if (dt !== undefined && Math.abs(dt - step) > 1e-6 * step) {
    throw new DymadError("E_DATA", `the time step was given as ${dt}, but the times advance by ${step}`, {
      path: ["dt"],
      hint: "leave dt out: it is read from the times",
    });
  }
  return { trajectories: dataset.trajectories.map(({ x }) => x), dt: step };
}

/**
 * All pairs of neighbouring samples. A pair never joins the end of one trajectory to the beginning of the next.
 *
 * @param snapshots  trajectories of shape [T_i, n]
 * @returns          P0 and P1, shape [M, n] with M = sum (T_i - 1); views of the trajectory where there is one
 * @throws           E_SHAPE when trajectories differ in columns; E_DATA when there is no pair; E_SPEC when dt is not positive
 */
export function snapshotPairs({ trajectories, dt }: Snapshots): SnapshotPairs {
  if (!(dt > 0))
    throw new DymadError("E_SPEC", `the time step must be positive, got ${dt}`, {
      path: ["dt"],
      hint: "it is the time between rows, in units of t",
    });
  const cols = trajectories[0]?.cols ?? 0;
  const odd = trajectories.findIndex((x) => x.cols !== cols);
  if (odd > 0) {
    throw new DymadError("E_SHAPE", `trajectory ${odd} has ${trajectories[odd].cols} columns, trajectory 0 has ${cols}`);
  }
  const count = trajectories.reduce((sum, { rows }) => sum + Math.max(0, rows - 1), 0);
  if (count === 0)
    throw new DymadError("E_DATA", "no trajectory has two samples, so nothing is known about a step", {
      hint: "give longer trajectories",
    });
  const [first, ...more] = trajectories.filter(({ rows }) => rows > 1);
  if (more.length === 0) return { P0: first.slice(0, count), P1: first.slice(1, count + 1) };
  const [P0, P1] = [new Matrix(count, cols), new Matrix(count, cols)];
  let at = 0;
  for (const { data } of [first, ...more]) {
    P0.data.set(data.subarray(0, data.length - cols), at);
    P1.data.set(data.subarray(cols), at);
    at += data.length - cols;
  }
  return { P0, P1 };
}
