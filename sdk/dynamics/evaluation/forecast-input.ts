import { DymadError } from "../../errors.js";
import type { Dataset, Trajectory } from "../data/series.js";
import { stepAgreement, stepOf } from "../data/step.js";

/** How far a sample may stand from the model's grid, in steps, so that rounded clocks are not refused. */
const JITTER = 1e-3;

/**
 * The trajectories of what a forecast was given.
 *
 * @throws  E_DATA when it is neither a data set nor a list of trajectories
 */
export function trajectoriesOf(data: Dataset | readonly Trajectory[]): readonly Trajectory[] {
  const list: unknown = isObject(data) && "trajectories" in data ? data.trajectories : data;
  const hint = "pass a Dataset (datasetFromNpz, datasetFromCsv, datasetFromArrays), its trajectories, or [trajectory]";
  if (!Array.isArray(list)) {
    throw new DymadError("E_DATA", `a forecast takes a Dataset or an array of trajectories, got ${nameOf(data)}`, { hint });
  }
  const wrong = list.findIndex((one) => !isTrajectory(one));
  if (wrong >= 0) {
    const message = `entry ${wrong} of what a forecast was given is no trajectory { t, x, u }: it is ${nameOf(list[wrong])}`;
    throw new DymadError("E_DATA", message, { hint });
  }
  return list as readonly Trajectory[];
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** By shape, not by class: a notebook or a test may hold matrices of another copy of this module. */
function isMatrix(value: unknown): boolean {
  return isObject(value) && "rows" in value && "cols" in value && "row" in value && typeof value.row === "function";
}

function isTrajectory(value: unknown): boolean {
  if (!isObject(value) || !("t" in value) || !("x" in value)) return false;
  const u = "u" in value ? value.u : null;
  return ArrayBuffer.isView(value.t) && isMatrix(value.x) && (u === null || u === undefined || isMatrix(u));
}

function nameOf(value: unknown): string {
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
  if (isTrajectory(value)) return "a single trajectory";
  if (Array.isArray(value)) return "an array";
  if (isMatrix(value)) return "a Matrix";
  return isObject(value) ? `an object with the keys ${Object.keys(value).join(", ") || "(none)"}` : String(value);
}

/**
 * The control of a trajectory must be known at each of its times.
 *
 * @throws  E_SHAPE when the control has other than T rows
 */
export function checkControl({ t, u }: Trajectory, index: number): void {
  if (!u || u.rows === t.length) return;
  throw new DymadError("E_SHAPE", `trajectory ${index} has ${t.length} times and the control at ${u.rows} of them`, {
    hint: "a forecast needs the control at every time it goes to",
  });
}

/**
 * A model whose physics reads parameters needs them of every trajectory.
 *
 * @throws  E_SHAPE when a trajectory has other than q parameters
 */
export function checkParameters({ p }: Trajectory, q: number, index: number): void {
  if (q === 0 || p?.length === q) return;
  throw new DymadError("E_SHAPE", `trajectory ${index} has ${p?.length ?? 0} parameters, the model reads ${q}`, {
    path: ["p", index],
    hint: "give p [q] with every trajectory, in the order of the training data",
  });
}

/**
 * A discrete model steps by the dt of its training data, whatever the times of other data say.
 *
 * @param dt  step of the training data, units of `t`
 * @throws    E_DATA when the step of a trajectory differs by over 1e-6 and its times leave the grid of dt by over dt / 1000
 */
export function checkStep({ t }: Trajectory, dt: number, index: number): void {
  if (t.length < 2) return;
  const step = stepOf(t);
  if (step !== null && Math.abs(step - dt) <= stepAgreement * dt) return;
  if (t.every((value, k) => Math.abs(value - (t[0] + k * dt)) <= JITTER * dt)) return;
  const found = step === null ? "is not sampled at a regular step" : `is sampled at step ${step}`;
  throw new DymadError("E_DATA", `trajectory ${index} ${found}, this discrete model was trained at step ${dt}`, {
    path: ["t", index],
    hint: `resample the data to step ${dt}, or train a continuous model (time_domain: continuous)`,
  });
}
