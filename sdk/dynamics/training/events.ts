/** What a training tells while it runs. Plain JSON: the worker writes it to its log, a door shows it. */
export type TrainingEvent =
  | {
      readonly kind: "phase";
      readonly index: number;
      readonly count: number;
      readonly name: string;
      readonly trainer: string;
      readonly epochs: number;
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
      readonly train_total: number;
      readonly valid_total: number;
      /** value of the selection metric at the weights kept so far; null before there is a finite one */
      readonly best: number | null;
      readonly learning_rate: number;
    }
  | {
      readonly kind: "evaluation";
      readonly epoch: number;
      /** RMSE of full validation rollouts, units of `x`; Infinity when one diverged */
      readonly valid_rmse: number;
      /** whether the weights of this epoch are the ones kept */
      readonly best: boolean;
    }
  | { readonly kind: "warning"; readonly message: string };

/** Values of one phase, one entry an epoch: `epoch` (0-based over all phases), train_<loss>, valid_<loss>, train_total, valid_total, learning_rate. */
export interface PhaseHistory {
  readonly name: string;
  readonly trainer: string;
  readonly columns: Readonly<Record<string, readonly number[]>>;
}
