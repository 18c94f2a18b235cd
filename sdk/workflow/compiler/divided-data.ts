import { timeBlock } from "../../dynamics/data/time-blocks.js";
import type { SplitOptions } from "../registry/options.js";
import type { CompiledData } from "./compiled.js";
import type { ResolvedRequest } from "./resolve.js";

/**
 * The data as a training will see them: cut in time when the request asks for it, so that windows, horizons and schedules are
 * held against the samples there will be.
 *
 * @param delay  samples that delays take from each trajectory
 */
export function dividedData(resolved: ResolvedRequest, split: SplitOptions | null, delay: number): ResolvedRequest {
  const { train, valid } = resolved.data;
  const { time_frac, folds = 1, fold = 0 } = split ?? {};
  if (train === null || valid !== null || time_frac === undefined) return resolved;
  const sized = (length: (samples: number) => number): CompiledData => ({
    ...train,
    shortest: length(train.shortest),
    longest: length(train.longest),
  });
  const block = (samples: number): { start: number; end: number } => timeBlock(samples, { time_frac, folds, fold });
  return {
    ...resolved,
    data: {
      ...resolved.data,
      train: sized((samples) => block(samples).start),
      // the samples a forecast starts from are borrowed from the training part
      valid: sized((samples) => block(samples).end - block(samples).start + delay + 1),
    },
  };
}

/** Part of data.train that trains, when it is not cut in time. */
export function trainPart({ data }: ResolvedRequest, split: SplitOptions | null): number {
  if (data.valid !== null || split === null || split.time_frac !== undefined) return 1;
  return split.folds > 1 ? 1 - 1 / split.folds : split.train_frac;
}
