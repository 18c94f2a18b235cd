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
      /** best value so far of the selection metric */
      readonly best: number | null;
      readonly learning_rate: number;
    }
  | { readonly kind: "evaluation"; readonly epoch: number; readonly valid_rmse: number; readonly best: boolean }
  | { readonly kind: "warning"; readonly message: string };

/** Values of one phase, one entry an epoch: `epoch` (0-based over all phases), train_<loss>, valid_<loss>, train_total, valid_total, learning_rate. */
export interface PhaseHistory {
  readonly name: string;
  readonly trainer: string;
  readonly columns: Readonly<Record<string, readonly number[]>>;
}
