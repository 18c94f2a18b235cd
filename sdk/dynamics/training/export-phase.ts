import type { ExportPhase } from "./config.js";
import type { Session } from "./session.js";
import { writeSnapshot } from "./snapshot.js";
import { summaryOf } from "./summary.js";

/** What an export phase hands out. */
export interface TrainingExport {
  /** place of the phase in the schedule, from 0 */
  readonly phase: number;
  readonly name: string;
  readonly kind: ExportPhase["export_kind"];
  readonly bytes: Uint8Array;
}

/** Hands out the best model as a checkpoint, all of the state as a snapshot, or losses and metrics as JSON, as they are now. */
export function exportPhase({ parts, state, problem }: Session, { name, export_kind: kind }: ExportPhase, phase: number): void {
  const make = {
    best_model: () => parts.checkpoint(state),
    run_checkpoint: () => writeSnapshot(state, problem),
    summary: () => new TextEncoder().encode(`${JSON.stringify(summaryOf(state, problem.config))}\n`),
  };
  parts.export({ phase, name, kind, bytes: make[kind]() });
}
