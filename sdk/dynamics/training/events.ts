/** What a training tells while it runs. Plain JSON: the worker writes it to its log, a door shows it. */
export type TrainingEvent =
  | {
      readonly kind: "phase";
      readonly index: number;
      readonly count: number;
      readonly name: string;
      readonly trainer: string;
      readonly epochs: number;
      /** what an epoch of gradient steps begins with; null in other phases */
      readonly batches: { readonly pieces: "windows" | "trajectories"; readonly count: number; readonly steps: number } | null;
    }
  | {
      readonly kind: "epoch";
      readonly phase: number;
      readonly phases: number;
      readonly name: string;
      readonly trainer: string;
      /** epoch within the phase, from 1 */
      readonly epoch: number;
      readonly epochs: number;
      /** epochs of all phases that are done */
      readonly total_epoch: number;
      readonly train_total: number;
      /** null in an epoch without a pass over the validation data */
      readonly valid_total: number | null;
      /** losses by name */
      readonly train: Readonly<Record<string, number>>;
      readonly valid: Readonly<Record<string, number>> | null;
      /** value of the selection metric at the weights kept so far; null before there is a finite one */
      readonly best: number | null;
      readonly learning_rate: number;
      /** gradient steps a second in this phase so far; null in its first 0.3 seconds */
      readonly steps_per_second: number | null;
      /** seconds until the end of the phase at that pace */
      readonly eta_seconds: number | null;
    }
  | {
      readonly kind: "evaluation";
      readonly epoch: number;
      /** RMSE of full validation rollouts, units of `x`; Infinity when one diverged */
      readonly valid_rmse: number;
      /** whether the weights of this epoch are the ones kept */
      readonly best: boolean;
    }
  | {
      readonly kind: "phase_end";
      readonly index: number;
      readonly name: string;
      readonly trainer: string;
      /** what the phase has measured; null where a number is not finite */
      readonly metrics: Readonly<Record<string, number | null>>;
    }
  | {
      /** the training goes on from a snapshot: epochs that come again were lost with the process that did them */
      readonly kind: "resumed";
      readonly phase: number;
      /** epochs of that phase that are done */
      readonly epoch: number;
      readonly total_epoch: number;
    }
  | { readonly kind: "warning"; readonly message: string };

/** Values of one phase, one entry an epoch: `epoch` (0-based over all phases), train_<loss>, valid_<loss>, train_total, valid_total, learning_rate; NaN where it was not measured. */
export interface PhaseHistory {
  readonly name: string;
  readonly trainer: string;
  readonly columns: Readonly<Record<string, readonly number[]>>;
}
