import { timeBlock } from "../../dynamics/data/time-blocks.js";
import type { ParsedRequest } from "./parse.js";
import type { ResolvedRequest } from "./resolve.js";
import { type IssueList, report } from "./shape.js";

/** A division leaves something to train on and something to validate, and says one thing only. */
export function checkSplit(parsed: ParsedRequest, resolved: ResolvedRequest, list: IssueList): void {
  const { split } = parsed;
  if (split === null) return;
  const { folds, fold, time_frac, train_frac } = split;
  if (fold !== undefined && fold >= folds) {
    report(list, ["split", "fold"], `must be below split.folds, which is ${folds}: got ${fold}`, `write 0 to ${folds - 1}`);
  }
  if (parsed.data.valid !== null) {
    for (const key of ["time_frac", "folds"] as const) {
      if (key === "folds" ? folds === 1 : time_frac === undefined) continue;
      report(list, ["split", key], "divides data.train, and data.valid is given", `leave out split.${key} or data.valid`);
    }
    return;
  }
  const { train, valid } = resolved.data;
  if (train === null || valid !== null) return;
  const count = train.n_trajectories;
  const inTime = "write split.time_frac to cut trajectories in time";
  if (time_frac !== undefined) return;
  if (folds > 1) {
    if (folds <= count) return;
    report(list, ["split", "folds"], `${folds} folds need as many trajectories, data.train has ${count}`, inTime, "E_DATA");
    return;
  }
  if (train_frac === 1) return;
  const kept = Math.floor(count * train_frac);
  if (kept > 0 && kept < count) return;
  const which = kept === 0 ? "training" : "validation";
  const message = `${train_frac} of ${count} whole trajectories leaves none for ${which}`;
  const remedy = `give data.valid, ${inTime}, or train_frac: 1 to validate on the training data`;
  report(list, ["split", "train_frac"], message, remedy, "E_DATA");
}

/**
 * Every trajectory has samples before its block and in it; false when not.
 *
 * @param delay  samples that delays take from each trajectory
 */
export function checkTimeBlocks(parsed: ParsedRequest, { data }: ResolvedRequest, delay: number, list: IssueList): boolean {
  const { time_frac, folds = 1, fold = 0 } = parsed.split ?? {};
  if (data.train === null || data.valid !== null || parsed.data.valid !== null || time_frac === undefined || fold >= folds)
    return true;
  const { shortest } = data.train;
  const { start, end } = timeBlock(shortest, { time_frac, folds, fold });
  if (start > delay + 1 && end > start) return true;
  const key = folds > 1 && end === start ? "folds" : "time_frac";
  const delays = delay > 0 ? ` after a delay of ${delay}` : "";
  const message = `the shortest trajectory has ${shortest} samples, which leaves ${Math.max(0, start - delay)} to train on${delays} and ${end - start} to validate`;
  report(list, ["split", key], message, "use longer trajectories, a shorter delay, or fewer folds", "E_DATA");
  return false;
}
