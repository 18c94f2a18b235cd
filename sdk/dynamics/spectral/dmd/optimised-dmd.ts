import { DymadError } from "../../../errors.js";
import type { ComplexVector } from "../../../numerics/linalg/complex.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { fitExponentials, type GrowthLimit } from "./exponential-fit.js";
import { describeFit, type OptimisedDmd } from "./fit-description.js";
import { commonDirections, firstRates, recordingsOf, type TimedSamples } from "./recordings.js";

export interface OptimisedOptions {
  /** how many exponentials */
  readonly rank: number;
  /** rates to begin with, shape [rank]; default: those of a trapezoidal fit of the leading directions */
  readonly start?: ComplexVector;
  /** what rates may be; default "free" */
  readonly growth?: GrowthLimit;
  /** fit only the leading `rank` directions of the samples (default), or all of them */
  readonly project?: boolean;
}

/**
 * Optimised dynamic mode decomposition: the sum of exponentials x(t) = sum_j b_j exp(w_j t) mode_j that comes nearest to all samples at
 * once. No error of one step is multiplied by the next, so noise does not damp, and steps may be uneven.
 *
 * @param trajectories  times [T_i] and real or complex samples [T_i, n]; they share rates and modes
 * @param options       rank, start, growth, project
 * @returns             rates, modes [r, n], coefficients [S, r], each rate with the share of its coefficient that it does not explain
 * @throws              E_SHAPE when sizes differ; E_DATA when an entry is not finite or the samples are fewer than the exponentials;
 *                      E_SPEC when the rank is not a whole number of directions
 * @see                 Askham, Kutz 2018, "Variable projection methods for an optimized dynamic mode decomposition", doi:10.1137/M1124176
 */
export function optimisedDmd(trajectories: readonly TimedSamples[], options: OptimisedOptions): OptimisedDmd {
  const recordings = recordingsOf(trajectories, options.rank);
  const { rank, growth = "free", project = true } = options;
  const directions = commonDirections(recordings, rank);
  const reduced = recordings.map(({ t, y }) => ({ t, y: y.multiply(directions) }));
  const start = options.start ?? firstRates(reduced);
  if (start.re.length !== rank) throw new DymadError("E_SHAPE", `${start.re.length} rates to begin with for a rank of ${rank}`);
  const fit = fitExponentials(project ? reduced : recordings, start, growth);
  return describeFit(
    recordings,
    fit,
    trajectories.every(({ x }) => x instanceof Matrix),
  );
}
