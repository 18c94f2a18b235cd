import type { OdeArgs, OdeMethod } from "../../dynamics/models/solver.js";
import { nearestSolver, odeArgs, odeMethod, odeMethods, solverAliases } from "../registry/phase-options.js";
import { type IssueList, isMapping, type Path, quoted, readShape, report } from "./shape.js";

/** Reads the name of a solver, in any case and by any of its names; those of other libraries are answered with the nearest that exists here. */
export function readOdeMethod(value: unknown, path: Path, list: IssueList): OdeMethod | null {
  const typed = typeof value === "string" ? value.trim().toLowerCase() : value;
  if (typeof typed === "string" && Object.hasOwn(solverAliases, typed)) return solverAliases[typed];
  if (typeof typed === "string" && Object.hasOwn(nearestSolver, typed)) {
    const message = `must be one of ${odeMethods.join(", ")}, got ${quoted(value)}`;
    report(list, path, message, `the nearest here is ${nearestSolver[typed]}`, "E_UNSUPPORTED");
    return null;
  }
  return readShape(odeMethod, typed, "phase", path, list);
}

/** Reads the options of a solver; `{ options: { step_size } }`, the original's spelling, means `{ step_size }`. */
export function readOdeArgs(value: unknown, path: Path, list: IssueList): OdeArgs | null {
  return readShape(odeArgs, liftStepSize(value), "ode_args", path, list);
}

export function liftStepSize(value: unknown): unknown {
  if (!isMapping(value) || !isMapping(value.options)) return value;
  const { options, ...rest } = value;
  const { step_size, ...others } = options as Record<string, unknown>;
  const kept = Object.keys(others).length > 0 ? { options: others } : {};
  return step_size === undefined ? { ...rest, ...kept } : { step_size, ...rest, ...kept };
}
