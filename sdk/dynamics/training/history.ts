import type { Phase } from "./config.js";
import type { PhaseHistory } from "./events.js";
import type { TrainingState } from "./state.js";

/** Losses of one pass over a data set: means over samples, by name, and their weighted total. */
export interface EpochMeans {
  readonly losses: Readonly<Record<string, number>>;
  readonly total: number;
}

/** Collects the history of one phase, a row an epoch. */
export class HistoryColumns {
  readonly #columns: Record<string, number[]>;

  /** @param state  its last history is continued when the phase has done epochs before */
  constructor(state: TrainingState, phase: Phase, names: readonly string[]) {
    const begun = state.progress.epoch > 0 ? state.history.at(-1) : undefined;
    const titles = [
      "epoch",
      ...names.flatMap((n) => [`train_${n}`, `valid_${n}`]),
      "train_total",
      "valid_total",
      "learning_rate",
    ];
    this.#columns = (begun?.columns as Record<string, number[]>) ?? Object.fromEntries(titles.map((title) => [title, []]));
    if (begun === undefined) {
      const record: PhaseHistory = { name: phase.name, trainer: trainerOf(phase), columns: this.#columns };
      state.history.push(record);
    }
  }

  /** @param valid  null in an epoch without a pass over the validation data: its columns are NaN */
  add(epoch: number, train: EpochMeans, valid: EpochMeans | null, rate: number): void {
    const row: Record<string, number> = {
      epoch,
      train_total: train.total,
      valid_total: valid?.total ?? Number.NaN,
      learning_rate: rate,
    };
    for (const [name, value] of Object.entries(train.losses)) {
      row[`train_${name}`] = value;
      row[`valid_${name}`] = valid?.losses[name] ?? Number.NaN;
    }
    for (const [column, value] of Object.entries(row)) this.#columns[column].push(value);
  }
}

/** What a phase is called in histories and events. */
export const trainerOf = (phase: Phase): string => (phase.type === "optimizer" ? phase.trainer : phase.type);

/** Epochs of a phase; phases that do not count in epochs have one. */
export const epochsOf = (phase: Phase): number => (phase.type === "optimizer" ? phase.n_epochs : 1);
