import { DymadError } from "../../errors.js";
import { keyed } from "../../numerics/random.js";

/** How the first n samples of a pool are divided to choose parameters. */
export type ValidationPolicy =
  /** the last part validates: `fraction` of n, default 0.25, at least 1 and at most n - 1 */
  | { readonly type: "holdout"; readonly fraction?: number | undefined }
  /** `folds` parts one after the other validate in turn, default 4 */
  | { readonly type: "kfold"; readonly folds?: number | undefined }
  /** n samples train, and `valid` more validate */
  | { readonly type: "counts"; readonly valid: number };

/** Samples numbered from 0: the first test always; the others are a pool that each trial takes in an order of its own. */
export interface ResamplingSpec {
  /** default 128 */
  readonly test_size?: number | undefined;
  /** samples in the pool; a list tells how it grew, so that an earlier order stays the beginning of a later one */
  readonly pool: number | readonly number[];
  /** default holdout */
  readonly validation?: ValidationPolicy | undefined;
}

/** Which samples one context uses, by number. */
export interface SamplePlan {
  readonly test: readonly number[];
  readonly splits: readonly { readonly train: readonly number[]; readonly valid: readonly number[] }[];
  /** what the final model is fitted on */
  readonly refit: readonly number[];
}

/**
 * The samples of a trial at a level: the first n of its own order of the pool, so that levels are nested.
 *
 * @param level  n, integer >= 2 (>= 1 with counts)
 * @throws       E_DATA when the pool has fewer samples; E_SPEC when the level leaves nothing to train or validate
 */
export function samplePlan(spec: ResamplingSpec, seed: number, trial: string, level: number): SamplePlan {
  const { test_size = 128, validation = { type: "holdout" } } = spec;
  const pool = poolOrder(spec.pool, seed, trial).map((i) => i + test_size);
  const needed = validation.type === "counts" ? level + validation.valid : level;
  if (needed > pool.length) {
    throw new DymadError("E_DATA", `level ${level} needs ${needed} samples of the pool, which has ${pool.length}`, {
      path: ["resampling", "pool"],
      hint: "add samples to the pool, or leave the level out",
    });
  }
  const test = Array.from({ length: test_size }, (_, i) => i);
  const own = pool.slice(0, level);
  if (validation.type === "counts") {
    const valid = pool.slice(level, needed);
    if (level < 1 || valid.length < 1) throw tooSmall(level);
    return { test, splits: [{ train: own, valid }], refit: own };
  }
  if (level < 2) throw tooSmall(level);
  if (validation.type === "holdout") {
    const count = Math.max(1, Math.min(level - 1, Math.floor(level * (validation.fraction ?? 0.25))));
    return { test, splits: [{ train: own.slice(0, level - count), valid: own.slice(level - count) }], refit: own };
  }
  const folds = Math.min(validation.folds ?? 4, level);
  const splits = Array.from({ length: folds }, (_, i) => {
    const [start, end] = [Math.floor((i * level) / folds), Math.floor(((i + 1) * level) / folds)];
    return { train: [...own.slice(0, start), ...own.slice(end)], valid: own.slice(start, end) };
  });
  return { test, splits, refit: own };
}

function poolOrder(pool: ResamplingSpec["pool"], seed: number, trial: string): number[] {
  const sizes = typeof pool === "number" ? [pool] : pool;
  const key = keyed(seed).fold("pool").fold(trial);
  let from = 0;
  return sizes.flatMap((size) => {
    const start = from;
    from = size;
    return key
      .fold(start)
      .permutation(size - start)
      .map((i) => i + start);
  });
}

const tooSmall = (level: number): DymadError =>
  new DymadError("E_SPEC", `level ${level} leaves nothing to train or to validate`, {
    path: ["refinement_levels"],
    hint: "use larger levels",
  });
