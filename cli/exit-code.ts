import { codes, type DymadError } from "../sdk/errors.js";
import type { RunState } from "../sdk/workflow/store/run-states.js";

/** Exit status of a command that failed with an error. */
export const exitCodeOf = (error: DymadError): number => codes[error.code].exit;

/** Exit status of a command that waited for a run. */
export function exitCodeOfRun(state: RunState): number {
  if (state === "CANCELLED") return codes.E_CANCELLED.exit;
  return state === "FAILED" ? 1 : 0;
}
