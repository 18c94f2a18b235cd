import type { Dataset } from "./series.js";
import { foldsOf, split } from "./split.js";
import { splitInTime } from "./time-blocks.js";

/** How data are divided into a part that trains and a part that validates. */
export interface Division {
  /** share of whole trajectories that trains; from 1 on, all train and all validate */
  readonly train_frac?: number | undefined;
  /** instead: cut every trajectory in time, this share of its samples first */
  readonly time_frac?: number | undefined;
  readonly seed?: number | undefined;
  /** blocks in time, or groups of whole trajectories, that validate in turn; default 1 */
  readonly folds?: number | undefined;
  /** which of them validates, from 0; default 0 */
  readonly fold?: number | undefined;
}

/**
 * The part of a data set that trains and the part that validates: in time, by folds, or by a share of whole trajectories.
 *
 * @param window  samples a forecast starts from; see {@link splitInTime}
 * @throws        E_DATA when a part would be empty
 */
export function divide(dataset: Dataset, division: Division, window: number): { train: Dataset; valid: Dataset } {
  const { train_frac = 0.75, time_frac, seed = 0, folds = 1, fold = 0 } = division;
  if (time_frac !== undefined) return splitInTime(dataset, { time_frac, folds, fold }, window);
  return folds > 1 ? foldsOf(dataset, { folds, seed })[fold] : split(dataset, { train_frac, seed });
}
