import { DymadError } from "../../errors.js";

export type RunState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** Where a run may go from each state; a finished run stays as it is. */
const next: Readonly<Record<RunState, readonly RunState[]>> = {
  QUEUED: ["RUNNING", "FAILED", "CANCELLED"],
  RUNNING: ["SUCCEEDED", "FAILED", "CANCELLED"],
  SUCCEEDED: [],
  FAILED: [],
  CANCELLED: [],
};

export const isTerminal = (state: RunState): boolean => next[state].length === 0;

/**
 * @throws  E_CONFLICT when a run cannot go from one state to the other
 */
export function checkTransition(handle: string, from: RunState, to: RunState): void {
  if (from === to || next[from].includes(to)) return;
  throw new DymadError("E_CONFLICT", `${handle} is ${from} and cannot become ${to}`, {
    hint: isTerminal(from) ? "a finished run does not change: start a new one" : "read the run again",
  });
}
