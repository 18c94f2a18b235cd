import type { TrainingResult } from "../../dynamics/training/result.js";
import type { RunFailure } from "../facade/records.js";
import type { RunState } from "../store/run-states.js";

/** How the work of a run ended, before it is written down. */
export interface Ending {
  readonly status: Extract<RunState, "SUCCEEDED" | "FAILED" | "CANCELLED">;
  readonly result: TrainingResult | null;
  readonly failure: RunFailure | null;
  /** threads that have shared the work */
  readonly threads: number;
  /** what computed, when it was not this machine's processor */
  readonly device: string | null;
  /** metrics beside those of the training */
  readonly metrics?: Readonly<Record<string, number | null>>;
}
