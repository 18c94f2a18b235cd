import type { StepControl } from "./step-control.js";

/** One method at work on one problem: it holds the present point and tries steps from there. */
export interface Stepper {
  /**
   * Tries a step of size h from the present point, at time t.
   *
   * @param dense  whether values inside the step will be wanted
   * @returns      norm of the estimated error, 1 = as large as tolerated; not finite when the step left the numbers
   */
  attempt(t: number, h: number, dense: boolean): number;
  /** Writes output `index`, at t + theta h of the step just tried, 0 < theta <= 1. */
  output(index: number, theta: number): void;
  /** Goes over to the end of the step just tried; `fresh` asks for the rate there anew. */
  accept(reached: number, fresh: boolean): void;
  /** The present state and the rate there. */
  point(): { readonly y: ArrayLike<number>; readonly rate: ArrayLike<number> };
}

/** How a solve ended. Numerical outcomes are values, not exceptions. */
export type OdeStatus = "ok" | "max-steps" | "non-finite" | "step-underflow";

export interface Outcome {
  readonly status: OdeStatus;
  /** what happened and what to do, when status is not ok */
  readonly message: string;
  /** outputs written, the start included */
  readonly reached: number;
  readonly accepted: number;
  readonly rejected: number;
}

export interface Course {
  /** output times, increasing; the first is the start; units of `t` */
  readonly grid: Float64Array;
  readonly maxSteps: number;
  /** first step, units of `t` */
  readonly first: number;
  readonly control: StepControl;
  /** times at which the rate is not smooth, increasing: steps end there */
  readonly breaks: ArrayLike<number>;
  /** whether the rate jumps at the breaks, so that it is asked anew there */
  readonly jumps: boolean;
}

/** A step this small against the whole course is none, even at t = 0. */
const TINY = 1e-30;

/**
 * Leads a stepper over the grid, accepting and rejecting steps. Outputs between steps do not change the steps.
 *
 * @see Hairer, Nørsett, Wanner 1993, "Solving Ordinary Differential Equations I", section II.4
 */
export function integrate(stepper: Stepper, { grid, maxSteps, first, control, breaks, jumps }: Course): Outcome {
  const end = grid[grid.length - 1];
  const span = end - grid[0];
  let t = grid[0];
  let next = 1;
  let ahead = 0;
  let accepted = 0;
  let rejected = 0;
  let h = first;
  const finish = (status: OdeStatus, message = ""): Outcome => ({ status, message, reached: next, accepted, rejected });
  while (next < grid.length) {
    if (accepted + rejected >= maxSteps) {
      return finish(
        "max-steps",
        `${maxSteps} steps reached only t = ${t} of ${end}: raise max_steps, loosen rtol and atol, or shorten the horizon`,
      );
    }
    while (ahead < breaks.length && breaks[ahead] <= t) ahead++;
    const limit = ahead < breaks.length ? Math.min(breaks[ahead], end) : end;
    // land on the limit exactly; a sliver left over would be a step of rounding errors
    const landing = t + h * (1 + 1e-9) + 16 * Number.EPSILON * Math.max(Math.abs(t), Math.abs(limit)) >= limit;
    const width = landing ? limit - t : h;
    const smallest = 16 * Number.EPSILON * Math.abs(t) + TINY * span;
    if (!(width > smallest)) {
      return finish(
        "step-underflow",
        `the step shrank to ${width} at t = ${t}, |y| = ${length(stepper.point().y)}: the rates may be discontinuous or blow up there`,
      );
    }
    const reached = landing ? limit : t + width;
    const error = stepper.attempt(t, width, grid[next] < reached);
    if (!(error <= 1)) {
      if (!Number.isFinite(error)) {
        const { y, rate } = stepper.point();
        if (!Number.isFinite(length(rate))) {
          return finish("non-finite", `the rate is not finite at t = ${t}, |y| = ${length(y)}: the model diverges`);
        }
      }
      h = width * control.rejected(error);
      rejected++;
      continue;
    }
    accepted++;
    while (next < grid.length && grid[next] <= reached) {
      stepper.output(next, grid[next] === reached ? 1 : (grid[next] - t) / width);
      next++;
    }
    const factor = control.accepted(error);
    stepper.accept(reached, jumps && landing && limit < end);
    t = reached;
    // a step cut short by a break says little against the longer one that was planned
    h = landing ? Math.max(h, width * factor) : width * factor;
  }
  return finish("ok");
}

/** Leads a stepper over the grid in equal steps, at most `step` long, that end at each output. */
export function integrateEvenly(
  stepper: Stepper,
  { grid, step, maxSteps }: { readonly grid: Float64Array; readonly step: number; readonly maxSteps: number },
): Outcome {
  let accepted = 0;
  let next = 1;
  const finish = (status: OdeStatus, message = ""): Outcome => ({ status, message, reached: next, accepted, rejected: 0 });
  for (; next < grid.length; next++) {
    const start = grid[next - 1];
    const count = Math.max(1, Math.ceil((grid[next] - start) / step - 1e-9));
    if (accepted + count > maxSteps) {
      return finish("max-steps", `${maxSteps} steps reached only t = ${start}: raise maxSteps or the step`);
    }
    const h = (grid[next] - start) / count;
    for (let i = 0; i < count; i++) {
      stepper.attempt(start + i * h, h, false);
      if (i === count - 1) stepper.output(next, 1);
      stepper.accept(i === count - 1 ? grid[next] : start + (i + 1) * h, false);
      accepted++;
      const { y } = stepper.point();
      if (!Number.isFinite(length(y))) {
        return finish(
          "non-finite",
          `the state is not finite at t = ${start + (i + 1) * h}: use a smaller step or an adaptive method`,
        );
      }
    }
  }
  return finish("ok");
}

function length(v: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i] * v[i];
  return Math.sqrt(sum);
}
