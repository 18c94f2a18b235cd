import { errorNorm } from "./error-norm.js";
import { firstStep } from "./first-step.js";
import { integrate, type OdeStatus } from "./integrate.js";
import { StepControl } from "./step-control.js";
import { errorPower, type Tableau } from "./tableau.js";

type Numbers = Float64Array | Float32Array;

/** One trial step of an explicit method whose last stage is the rate at the new point. The arrays hold until the next trial. */
export interface Trial {
  /** y(t + h), shape [size] */
  readonly y: Numbers;
  /** all stages, shape [stages, size], behind them those of the dense output where asked for */
  readonly k: Numbers;
}

/** A step that was accepted, with what it takes to take it once more. */
export interface AcceptedStep {
  readonly t: number;
  readonly h: number;
  readonly y: Float64Array;
  /** the rate at its start */
  readonly k0: Float64Array;
  /** whether values inside of it were wanted */
  readonly dense: boolean;
  /** whether its first stage was asked anew, not taken over from the step before */
  readonly fresh: boolean;
  /** outputs inside this step: index into the grid, and where in the step (0, 1] */
  readonly outputs: readonly { readonly index: number; readonly theta: number }[];
}

export interface AdaptiveOptions {
  readonly tableau: Tableau;
  /** start, shape [size] */
  readonly y0: Float64Array;
  /** output times, increasing; the first is the start; units of `t` */
  readonly grid: Float64Array;
  readonly rtol: number;
  readonly atol: number;
  readonly maxSteps: number;
  /** times at which the rate is not smooth, increasing: steps end there instead of feeling for the place; default none */
  readonly breaks?: ArrayLike<number>;
  /** whether the rate jumps at the breaks, so that it is asked anew there; default false */
  readonly jumps?: boolean;
  /** the rate at (t, y); at a jump the one after it */
  rate(t: number, y: Float64Array): Float64Array;
  /**
   * a step of size h from (t, y) with rate k0 there; one that ends at a jump sees the rates before it, also at its end.
   * `dense`: whether values inside the step are wanted, for which some methods need more stages
   */
  trial(t: number, h: number, y: Float64Array, k0: Float64Array, dense: boolean): Trial;
  /** told when the step just tried is accepted, before anything else is asked */
  accepted?(): void;
}

export interface AdaptiveSolution {
  readonly status: OdeStatus;
  /** what happened and what to do, when status is not ok */
  readonly message: string;
  /** values at the output times, shape [times, size] */
  readonly values: Float64Array;
  /** the rate at the start, shape [size] */
  readonly k0: Float64Array;
  readonly steps: readonly AcceptedStep[];
  readonly rejected: number;
}

/**
 * Integrates dy/dt = rate with steps chosen so that the local error stays below atol + rtol max(|y0|, |y1|) in the mean square
 * over all entries; values between steps by the method's dense output. Keeps where every accepted step began, for the way back of a
 * gradient; the step itself is the caller's. How it ended is a value, not an exception.
 *
 * @see Hairer, Nørsett, Wanner 1993, "Solving Ordinary Differential Equations I", sections II.4 to II.6
 */
export function solveAdaptive(options: AdaptiveOptions): AdaptiveSolution {
  const { tableau, y0, grid, rtol, atol, maxSteps, breaks = [], jumps = false, rate, trial, accepted } = options;
  const size = y0.length;
  const values = new Float64Array(grid.length * size);
  values.set(y0);
  const k0 = rate(grid[0], y0).slice();
  if (grid.length === 1) return { status: "ok", message: "", values, k0, steps: [], rejected: 0 };

  const steps: AcceptedStep[] = [];
  const lastStage = (tableau.c.length - 1) * size;
  const weights = newWeights(tableau);
  const norm = errorNorm(tableau, size, rtol, atol);
  let y: Float64Array = y0.slice();
  let k: Float64Array = k0;
  let fresh = true;
  let tried: { t: number; h: number; dense: boolean; step: Trial } = { t: grid[0], h: 0, dense: false, step: { y, k } };
  let outputs: { index: number; theta: number }[] = [];
  const { status, message, rejected } = integrate(
    {
      attempt(t, h, dense) {
        const step = trial(t, h, y, k, dense);
        tried = { t, h, dense, step };
        return norm(h, y, step.y, step.k);
      },
      output(index, theta) {
        outputs.push({ index, theta });
        if (theta === 1) values.set(tried.step.y, index * size);
        else interpolate(denseWeights(tableau, theta, weights), tried.h, y, tried.step.k, values, index * size);
      },
      accept(reached, jumped) {
        const { t, h, dense, step } = tried;
        accepted?.();
        steps.push({ t, h, y, k0: k, dense, fresh, outputs });
        outputs = [];
        y = new Float64Array(step.y);
        fresh = jumped;
        k = jumped ? rate(reached, y).slice() : new Float64Array(step.k.subarray(lastStage, lastStage + size));
      },
      point: () => ({ y, rate: k }),
    },
    {
      grid,
      maxSteps,
      first: firstStep({
        order: tableau.order,
        span: grid[grid.length - 1] - grid[0],
        y0,
        k0,
        rtol,
        atol,
        rateAfter: (h, v) => rate(grid[0] + h, v),
      }),
      control: new StepControl(errorPower(tableau), 0),
      breaks,
      jumps,
    },
  );
  return { status, message, values, k0, steps, rejected };
}

/**
 * Weights of the stages at theta: y(t + theta h) = y + h sum_i w_i k_i.
 *
 * @param out  one number for each stage, those of the dense output included; made when absent
 * @returns    `out`
 */
export function denseWeights(tableau: Tableau, theta: number, out: Float64Array = newWeights(tableau)): Float64Array {
  const { dense, b } = tableau;
  for (let i = 0; i < out.length; i++) {
    const row = dense?.[i];
    let w = 0;
    if (row === undefined || theta === 1) w = b[i] ?? 0;
    else for (let p = row.length - 1; p >= 0; p--) w = (w + row[p]) * theta;
    out[i] = w;
  }
  return out;
}

/** Room for the weights of all stages. */
export const newWeights = ({ c, extra }: Tableau): Float64Array => new Float64Array(c.length + (extra?.c.length ?? 0));

/** Writes y(t + theta h) into `values` from `at` on. */
function interpolate(weights: Float64Array, h: number, y: Float64Array, k: Numbers, values: Float64Array, at: number): void {
  const size = y.length;
  values.set(y, at);
  for (let i = 0; i < weights.length; i++) {
    const w = h * weights[i];
    if (w === 0) continue;
    const from = i * size;
    for (let j = 0; j < size; j++) values[at + j] += w * k[from + j];
  }
}
