import { dop853 } from "../../numerics/ode/dop853.js";
import * as tableaus from "../../numerics/ode/tableaus.js";

/** The solvers a rollout can use, by the names of a configuration. */
export const solvers = {
  euler: tableaus.euler,
  midpoint: tableaus.midpoint,
  heun: tableaus.heun,
  rk4: tableaus.rk4,
  rk4_38: tableaus.rk4_38,
  bosh3: tableaus.bosh3,
  dopri5: tableaus.dopri5,
  tsit5: tableaus.tsit5,
  dop853,
} as const;

export type OdeMethod = keyof typeof solvers;

export interface OdeArgs {
  /** adaptive methods: relative error tolerated in a step */
  readonly rtol: number;
  /** adaptive methods: absolute error tolerated in a step, units of z */
  readonly atol: number;
  /** most steps of an adaptive solve before it gives up */
  readonly max_steps: number;
  /** largest step of a fixed-step method, units of t; null = one step per sample interval */
  readonly step_size: number | null;
}

export interface OdeChoice {
  readonly method: OdeMethod;
  readonly args: OdeArgs;
}

const adaptive: readonly OdeMethod[] = ["bosh3", "dopri5", "tsit5", "dop853"];

/** Whether a method chooses its own steps. */
export const isAdaptive = (method: OdeMethod): boolean => adaptive.includes(method);
