import { DymadError } from "../../../errors.js";
import { ComplexMatrix, type ComplexVector, modulus } from "../../../numerics/linalg/complex.js";
import { keyed, type RandomKey } from "../../../numerics/random.js";
import type { Diagnostic } from "./diagnostic.js";
import { fitExponentials, type Recording } from "./exponential-fit.js";
import type { OptimisedDmd } from "./fit-description.js";
import { type OptimisedOptions, optimisedDmd } from "./optimised-dmd.js";
import { commonDirections, recordingsOf, type TimedSamples } from "./recordings.js";

export interface BaggedOptions extends OptimisedOptions {
  /** how many bags; default 100 */
  readonly bags?: number;
  /** share of the samples in a bag, drawn without return; default 0.5 */
  readonly share?: number;
  /** of the draws; default 0 */
  readonly seed?: number;
}

/** Standard errors of one point. */
export interface PointError {
  /** 1 / units of `t` */
  readonly growth: number;
  /** rad per unit of `t` */
  readonly angularFrequency: number;
  /** cycles per unit of `t` */
  readonly frequency: number;
}

export interface BaggedDmd {
  /** the fit to all samples */
  readonly fit: OptimisedDmd;
  /** standard error of each point of the fit, from the spread over bags; NaN when fewer than two bags converged */
  readonly errors: readonly PointError[];
  readonly bags: number;
  /** how many bags converged; the others count for nothing */
  readonly converged: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Bagged optimised dynamic mode decomposition: the fit to all samples, and how uncertain its rates are, from fits to random shares of
 * them. A bag of a share f without return varies more than all samples do; the spread is multiplied by (f / (1 - f))^(1/2), as in
 * the delete-d jackknife.
 *
 * @param trajectories  times [T_i] and real or complex samples [T_i, n]
 * @param options       as for optimisedDmd, and bags, share, seed
 * @returns             the fit, standard errors, and how many bags converged
 * @throws              E_SPEC when bags or share have no meaning; E_DATA when a bag would hold too few samples; otherwise as optimisedDmd
 * @see                 Sashidhar, Kutz 2022, "Bagging, optimized dynamic mode decomposition for robust, stable forecasting with spatial and temporal uncertainty quantification", doi:10.1098/rsta.2021.0199
 */
export function baggedDmd(trajectories: readonly TimedSamples[], options: BaggedOptions): BaggedDmd {
  const { bags = 100, share = 0.5, seed = 0, rank, growth = "free", project = true } = options;
  if (!(Number.isInteger(bags) && bags >= 2))
    throw new DymadError("E_SPEC", `bags must be 2 or more, got ${bags}`, {
      path: ["bags"],
      hint: "a spread needs two: 100 is usual",
    });
  if (!(share > 0 && share < 1))
    throw new DymadError("E_SPEC", `share lies between 0 and 1, got ${share}`, { path: ["share"], hint: "0.5 is usual" });
  const fit = optimisedDmd(trajectories, options);
  const recordings = recordingsOf(trajectories, rank);
  const directions = commonDirections(recordings, rank);
  const source = project ? recordings.map(({ t, y }) => ({ t, y: y.multiply(directions) })) : recordings;
  const fewest = Math.min(...source.map(({ t }) => Math.round(share * t.length)));
  if (fewest <= rank) {
    throw new DymadError("E_DATA", `a bag would hold ${fewest} samples of a trajectory for ${rank} exponentials`, {
      path: ["share"],
      hint: "raise the share, lower the rank, or give longer trajectories",
    });
  }
  const found: ComplexVector[] = [];
  for (let bag = 0; bag < bags; bag++) {
    const key = keyed(seed).fold("bag").fold(bag);
    const { rates, converged } = fitExponentials(
      source.map((recording, i) => drawn(recording, share, key.fold(i))),
      fit.rates,
      growth,
    );
    if (converged) found.push(matched(fit.rates, rates));
  }
  const scale = Math.sqrt(share / (1 - share));
  const errors = fit.points.map((_, j): PointError => {
    const angular = scale * deviation(found.map(({ im }) => im[j]));
    return {
      growth: scale * deviation(found.map(({ re }) => re[j])),
      angularFrequency: angular,
      frequency: angular / (2 * Math.PI),
    };
  });
  return { fit, errors, bags, converged: found.length, diagnostics: [...fit.diagnostics, ...diagnoseBags(found.length, bags)] };
}

/** A share of the samples, in time order. Times stay those of the whole record, whose first sample may be missing. */
function drawn({ t, y }: Recording, share: number, key: RandomKey): Recording {
  const kept = key
    .permutation(t.length)
    .slice(0, Math.round(share * t.length))
    .sort((a, b) => a - b);
  const rows = new ComplexMatrix(kept.length, y.cols);
  kept.forEach((from, to) => {
    rows.re.set(y.re.subarray(from * y.cols, (from + 1) * y.cols), to * y.cols);
    rows.im.set(y.im.subarray(from * y.cols, (from + 1) * y.cols), to * y.cols);
  });
  return { t: Float64Array.from(kept, (k) => t[k]), y: rows };
}

/** Rates in the order of those they are nearest to, the closest pairs first. */
function matched(reference: ComplexVector, rates: ComplexVector): ComplexVector {
  const indices = Array.from(rates.re.keys());
  const pairs = indices
    .flatMap((i) => indices.map((j) => ({ i, j, gap: modulus(reference.re[i] - rates.re[j], reference.im[i] - rates.im[j]) })))
    .sort((a, b) => a.gap - b.gap || a.i - b.i || a.j - b.j);
  const [re, im] = [new Float64Array(indices.length), new Float64Array(indices.length)];
  const [givenTo, taken] = [new Set<number>(), new Set<number>()];
  for (const { i, j } of pairs) {
    if (givenTo.has(i) || taken.has(j)) continue;
    givenTo.add(i);
    taken.add(j);
    [re[i], im[i]] = [rates.re[j], rates.im[j]];
  }
  return { re, im };
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1));
}

function diagnoseBags(converged: number, bags: number): Diagnostic[] {
  if (2 * converged >= bags) return [];
  const message = `only ${converged} of ${bags} bags converged`;
  return [{ code: "few-bags", message, hint: "the standard errors say little: lower the rank, or raise the share" }];
}
