import type { PhaseHistory } from "./events.js";
import type { PhaseRecord } from "./progress.js";
import type { TrainingSummary } from "./summary.js";

/** Everything a finished (or stopped, or failed) training leaves. */
export interface TrainingResult {
  readonly status: "SUCCEEDED" | "FAILED" | "CANCELLED";
  readonly failure: { readonly code: string; readonly message: string; readonly hint: string; readonly epoch: number } | null;
  /** bytes of the checkpoint: best weights, last weights, optimiser state, random keys, transforms, configuration */
  readonly checkpoint: Uint8Array;
  /** a cancelled training as it was after its last epoch, to be resumed; else null */
  readonly snapshot: Uint8Array | null;
  readonly history: readonly PhaseHistory[];
  /** [epoch, RMSE of full validation rollouts], in units of x */
  readonly evaluations: readonly (readonly [number, number])[];
  /** the phases that are over, in order */
  readonly records: readonly PhaseRecord[];
  readonly summary: TrainingSummary;
  readonly metrics: {
    readonly best_valid_total: number | null;
    readonly final_train_loss: number | null;
    readonly final_valid_loss: number | null;
    readonly best_valid_rmse: number | null;
    readonly best_epoch: number | null;
    readonly epochs: number;
    readonly parameters: number;
  };
  readonly seconds: number;
}
