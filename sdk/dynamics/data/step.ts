import { DymadError } from "../../errors.js";
import type { Dataset } from "./series.js";

/** How far a sample may stand from the regular grid, in steps: recorded clocks and float32 times are not exact. */
const JITTER = 1e-3;
/** How far the steps of two trajectories, or of data and a model, may differ, relative. */
export const stepAgreement = 1e-6;

/**
 * The sample step of times on a regular grid: dt = (t_last - t_0) / (T - 1), when every |t_k - (t_0 + k dt)| <= dt / 1000.
 *
 * @param t   sample times, shape [T], increasing
 * @returns   dt in units of `t`; null when the times are not regular, or T < 2
 */
export function stepOf(t: Float64Array): number | null {
  const last = t.length - 1;
  if (last < 1) return null;
  const dt = (t[last] - t[0]) / last;
  if (!(dt > 0)) return null;
  return t.every((value, k) => Math.abs(value - (t[0] + k * dt)) <= JITTER * dt) ? tidy(dt) : null;
}

/** dt with the noise of its subtraction removed, when 12 digits say the same: 0.009999999999999998 is 0.01. */
function tidy(dt: number): number {
  const short = Number(dt.toPrecision(12));
  return Math.abs(short - dt) <= 4 * Number.EPSILON * dt ? short : dt;
}

/** The one sample step of a dataset, units of `t`; null when a trajectory is irregular or steps differ. Trajectories of one row do not count. */
export function uniformStep(dataset: Dataset): number | null {
  const steps = dataset.trajectories.filter(({ t }) => t.length > 1).map(({ t }) => stepOf(t));
  const [dt] = steps;
  if (dt === undefined || dt === null) return null;
  return steps.every((step) => step !== null && Math.abs(step - dt) <= stepAgreement * dt) ? dt : null;
}

/**
 * The one sample step of a dataset, for those who cannot do without.
 *
 * @param who  who needs it, for the message: "the weak form"
 * @returns    dt > 0, units of `t`
 * @throws     E_DATA when a trajectory is sampled irregularly, has a single row, or steps differ
 */
export function requireStep(dataset: Dataset, who: string): number {
  const dt = uniformStep(dataset);
  if (dt !== null) return dt;
  if (dataset.trajectories.every(({ t }) => t.length < 2)) {
    throw new DymadError("E_DATA", `no trajectory has two samples, and ${who} needs a step from one to the next`, {
      path: ["t", 0],
      hint: "give longer trajectories",
    });
  }
  const steps = dataset.trajectories.map(({ t }) => stepOf(t));
  const odd = steps.findIndex((step) => step === null || Math.abs(step - (steps[0] ?? 0)) > stepAgreement * step);
  const [first, other] = [steps[0], steps[odd]];
  const message =
    other === null
      ? `trajectory ${odd} is not sampled at a regular step, which ${who} needs`
      : `${who} needs one sample step, but it is ${first} in trajectory 0 and ${other} in trajectory ${odd}`;
  throw new DymadError("E_DATA", message, { path: ["t", odd], hint: "resample the data to one regular step" });
}
