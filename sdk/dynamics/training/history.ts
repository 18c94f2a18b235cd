import type { LinearSolvePhase, OptimizerPhase } from "./config.js";
import type { PhaseHistory } from "./events.js";

/** Losses of one pass over a data set: means over samples, by name, and their weighted total. */
export interface EpochMeans {
  readonly losses: Readonly<Record<string, number>>;
  readonly total: number;
}

/** Collects the history of one phase, a row an epoch. */
export class HistoryColumns {
  readonly record: PhaseHistory;
  readonly #columns: Record<string, number[]> = {};

  constructor(phase: OptimizerPhase | LinearSolvePhase, names: readonly string[]) {
    const columns = [
      "epoch",
      ...names.flatMap((n) => [`train_${n}`, `valid_${n}`]),
      "train_total",
      "valid_total",
      "learning_rate",
    ];
    for (const column of columns) this.#columns[column] = [];
    this.record = { name: phase.name, trainer: trainerOf(phase), columns: this.#columns };
  }

  add(epoch: number, train: EpochMeans, valid: EpochMeans, rate: number): void {
    const row: Record<string, number> = { epoch, train_total: train.total, valid_total: valid.total, learning_rate: rate };
    for (const [name, value] of Object.entries(train.losses)) row[`train_${name}`] = value;
    for (const [name, value] of Object.entries(valid.losses)) row[`valid_${name}`] = value;
    for (const [column, value] of Object.entries(row)) this.#columns[column].push(value);
  }
}

/** What a phase is called in histories and events. */
export const trainerOf = (phase: OptimizerPhase | LinearSolvePhase): string =>
  phase.type === "optimizer" ? phase.trainer : "linear_solve";
