import type { OdeChoice } from "../models/solver.js";
import type { Phase } from "./config.js";

/** The solver of a phase. Phases without one use that of the optimisation before them, else of the first after them. */
export function odeOf(phases: readonly Phase[], index: number): OdeChoice {
  const optimisations = [...phases.slice(0, index + 1).reverse(), ...phases.slice(index + 1)];
  const phase = optimisations.find((p) => p.type === "optimizer");
  return phase === undefined
    ? { method: "dopri5", args: { rtol: 1e-7, atol: 1e-9, max_steps: 10000, step_size: null } }
    : { method: phase.ode_method, args: phase.ode_args };
}
