import { DymadError } from "../../errors.js";
import { cut, withTrajectories } from "./dataset.js";
import type { Dataset } from "./series.js";

/**
 * All windows of `length` rows that start at rows 0, stride, 2 stride, ...; windows of trajectory 0 first, then of 1, and
 * so on. Trajectories shorter than a window give none. Windows are views of the data and keep their own times.
 *
 * @param length  rows of a window, integer >= 1
 * @param stride  rows between starts, integer >= 1; default 1
 * @throws        E_SPEC when a number is not a positive integer; E_DATA when no trajectory holds a window
 */
export function windows(dataset: Dataset, length: number, stride = 1): Dataset {
  for (const [name, value] of Object.entries({ length, stride })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new DymadError("E_SPEC", `the ${name} of windows must be a positive integer, got ${value}`, { path: [name] });
  }
  const pieces = dataset.trajectories.flatMap((one) => {
    const count = Math.max(0, Math.floor((one.t.length - length) / stride) + 1);
    return Array.from({ length: count }, (_, k) => cut(one, k * stride, k * stride + length));
  });
  if (pieces.length === 0) {
    const longest = dataset.trajectories.reduce((most, { t }) => Math.max(most, t.length), 0);
    throw new DymadError("E_DATA", `no trajectory has ${length} rows; the longest has ${longest}`, {
      path: ["length"],
      hint: `use windows of at most ${longest} rows`,
    });
  }
  return withTrajectories(dataset, pieces);
}
