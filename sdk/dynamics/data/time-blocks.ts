import { DymadError } from "../../errors.js";
import { cut, withTrajectories } from "./dataset.js";
import type { Dataset } from "./series.js";

/** Which block in time validates; everything before it trains. */
export interface TimeBlocks {
  /** share of the samples before the first block, 0 < time_frac < 1 */
  readonly time_frac: number;
  /** the rest is cut into so many blocks, integer >= 1; default 1 */
  readonly folds?: number | undefined;
  /** which of them, from 0; default 0 */
  readonly fold?: number | undefined;
}

/**
 * The rows of a block in a trajectory: rows 0 .. start-1 train, rows start .. end-1 validate.
 *
 * @param length  T, samples of the trajectory
 * @example       timeBlock(100, { time_frac: 0.5, folds: 5, fold: 1 }) // { start: 60, end: 70 }
 */
export function timeBlock(length: number, { time_frac, folds = 1, fold = 0 }: TimeBlocks): { start: number; end: number } {
  // 0.7 * 10 is 7.000000000000001 on a good day and 6.999999999999999 on a bad one
  const first = Math.floor(length * time_frac + 1e-9);
  const edge = (i: number): number => first + Math.floor((i * (length - first)) / folds);
  return { start: edge(fold), end: edge(fold + 1) };
}

/**
 * Divides every trajectory in time: what comes before a block trains, the block validates. With several folds each block is
 * trained for by all that comes before it, so that nothing is forecast from its future.
 *
 * @param window  samples a forecast starts from, integer >= 1: the validation part begins so many rows before its block
 * @throws        E_DATA when a trajectory leaves fewer than `window` rows to train on, or none to validate
 */
export function splitInTime(dataset: Dataset, blocks: TimeBlocks, window = 1): { train: Dataset; valid: Dataset } {
  const rows = dataset.trajectories.map(({ t }, i) => {
    const { start, end } = timeBlock(t.length, blocks);
    if (start >= window && end > start) return { start, end };
    throw new DymadError(
      "E_DATA",
      `time_frac ${blocks.time_frac} of trajectory ${i} with ${t.length} samples leaves ${start} to train on and ${end - start} to validate`,
      { path: ["time_frac"], hint: `a forecast starts from ${window} samples: use longer trajectories, or fewer folds` },
    );
  });
  const pick = (part: (i: number) => readonly [number, number]): Dataset =>
    withTrajectories(
      dataset,
      dataset.trajectories.map((one, i) => cut(one, ...part(i))),
    );
  return { train: pick((i) => [0, rows[i].start]), valid: pick((i) => [rows[i].start - window, rows[i].end]) };
}
