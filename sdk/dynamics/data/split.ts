import { DymadError } from "../../errors.js";
import { keyed } from "../../numerics/random.js";
import { withTrajectories } from "./dataset.js";
import type { Dataset } from "./series.js";

/** A division of whole trajectories, with the indices that were chosen, in the order in which they are used. */
export interface Split {
  readonly train: Dataset;
  readonly valid: Dataset;
  readonly train_index: readonly number[];
  readonly valid_index: readonly number[];
}

export interface SplitOptions {
  /** share of the trajectories to train on, > 0; from 1 on, both sides are everything; default 0.75 */
  readonly train_frac?: number;
  /** default 0 */
  readonly seed?: number;
}

/**
 * Divides whole trajectories: the first floor(S * train_frac) of a seeded permutation train, the rest validate.
 *
 * @throws  E_SPEC when train_frac is not positive; E_DATA when a side would be empty
 */
export function split(dataset: Dataset, options: SplitOptions = {}): Split {
  const { train_frac = 0.75, seed = 0 } = options;
  const S = dataset.trajectories.length;
  if (!(train_frac > 0))
    throw new DymadError("E_SPEC", `train_frac must be positive, got ${train_frac}`, { path: ["train_frac"] });
  if (train_frac >= 1) {
    const all = Array.from({ length: S }, (_, i) => i);
    return divide(dataset, all, all);
  }
  const order = orderOf(S, seed);
  const count = Math.floor(S * train_frac);
  if (count === 0 || count === S) {
    throw new DymadError(
      "E_DATA",
      `train_frac ${train_frac} of ${S} trajectories leaves ${count} to train on and ${S - count} to validate`,
      {
        path: ["train_frac"],
        hint:
          S === 1
            ? "give a validation set, cut the trajectory in two, or set train_frac to 1 to validate on the training data"
            : `choose train_frac between ${1 / S} and ${(S - 1) / S}, or 1 to use everything for both`,
      },
    );
  }
  return divide(dataset, order.slice(0, count), order.slice(count));
}

/**
 * k-fold division: one seeded permutation, cut into k parts whose sizes differ by at most one; fold i validates on part i
 * and trains on the others.
 *
 * @param options  `folds` k, 2 <= k <= S; `seed` default 0
 * @throws         E_SPEC when k is not an integer >= 2; E_DATA when there are fewer trajectories than folds
 */
export function foldsOf(dataset: Dataset, options: { readonly folds: number; readonly seed?: number }): Split[] {
  const { folds, seed = 0 } = options;
  const S = dataset.trajectories.length;
  if (!Number.isInteger(folds) || folds < 2) {
    throw new DymadError("E_SPEC", `folds must be an integer of at least 2, got ${folds}`, { path: ["folds"] });
  }
  if (folds > S) {
    throw new DymadError("E_DATA", `${folds} folds need at least ${folds} trajectories, there are ${S}`, {
      path: ["folds"],
      hint: `use at most ${S} folds`,
    });
  }
  const order = orderOf(S, seed);
  return Array.from({ length: folds }, (_, i) => {
    const start = Math.floor((i * S) / folds);
    const end = Math.floor(((i + 1) * S) / folds);
    return divide(dataset, [...order.slice(0, start), ...order.slice(end)], order.slice(start, end));
  });
}

const orderOf = (S: number, seed: number): number[] => keyed(seed).fold("split").permutation(S);

function divide(dataset: Dataset, train_index: readonly number[], valid_index: readonly number[]): Split {
  const pick = (index: readonly number[]): Dataset =>
    withTrajectories(
      dataset,
      index.map((i) => dataset.trajectories[i]),
    );
  return { train: pick(train_index), valid: pick(valid_index), train_index, valid_index };
}
