import { DymadError } from "../../errors.js";
import { modulus } from "../../numerics/linalg/complex.js";
import type { Spectrum, SpectrumPoint } from "./spectrum.js";

/** Which points of a spectrum stay: all, those up to a residual, or so many of the smallest residual. */
export type Keep = "full" | { readonly max_residual: number } | { readonly count: number };

export interface RetainOptions {
  /** default "full" */
  readonly keep?: Keep;
  /** first drop eigenvalues this near 1, which belong to constant observables: a count is of others; default: none is dropped */
  readonly removeOne?: number;
}

/** Points of a spectrum that were chosen, and those dropped because they are 1. */
export interface Retained {
  /** the same spectrum with fewer points and vectors */
  readonly spectrum: Spectrum;
  /** places of the kept points in the full spectrum */
  readonly indices: readonly number[];
  /** points that were dropped as the eigenvalue 1 */
  readonly ones: readonly SpectrumPoint[];
}

/**
 * The part of a spectrum that residuals confirm (SAKO): by rising residual, conjugate pairs whole, defective points all or none, since only
 * their sum means something. Points whose residual is unknown are kept only by "full".
 *
 * @param spectrum  from koopmanSpectrum, functions and duals of shape [k, k]
 * @param options   keep, removeOne
 * @returns         the spectrum with r points, vectors of shape [k, r], and what was dropped as 1
 * @throws          E_SPEC when nothing is kept, or a number means nothing
 * @see             Colbrook, Townsend 2024, "Rigorous data-driven computation of spectral properties of Koopman operators", doi:10.1002/cpa.22125
 */
export function retainPoints(spectrum: Spectrum, options: RetainOptions = {}): Retained {
  const { keep = "full", removeOne } = options;
  const { points } = spectrum;
  const isOne = ({ re, im }: SpectrumPoint): boolean => removeOne !== undefined && modulus(re - 1, im) <= removeOne;
  const known = Array.from(points.keys())
    .filter((i) => !isOne(points[i]) && (keep === "full" || !Number.isNaN(points[i].residual)))
    .sort((i, j) => (keep === "full" ? i - j : points[i].residual - points[j].residual || i - j));
  const wanted =
    keep === "full"
      ? known
      : "count" in keep
        ? known.slice(0, keep.count)
        : known.filter((i) => points[i].residual <= keep.max_residual);
  const isDefective = (i: number): boolean => points[i].flag === "defective";
  const closed = new Set<number>();
  for (const i of wanted.some(isDefective) ? [...wanted, ...known.filter(isDefective)] : wanted) {
    const first = points[i].angularFrequency < 0 && i > 0 ? i - 1 : i;
    closed.add(first);
    // a negative real multiplier has a frequency, too, but no partner
    if (points[first + 1]?.angularFrequency < 0) closed.add(first + 1);
  }
  const indices = [...closed].filter((i) => i < points.length).sort((a, b) => a - b);
  if (indices.length === 0) {
    const unseen = points.some(isOne)
      ? "all that the data observe is constant: remove_one: null keeps it"
      : "the data observe nothing";
    throw new DymadError("E_SPEC", `${JSON.stringify(keep)} keeps none of ${points.length} eigenvalues`, {
      path: ["keep"],
      hint: known.length > 0 ? `the smallest residual is ${points[known[0]].residual}` : unseen,
    });
  }
  return {
    spectrum: {
      ...spectrum,
      points: indices.map((i) => points[i]),
      functions: spectrum.functions.pickColumns(indices),
      duals: spectrum.duals.pickColumns(indices),
    },
    indices,
    ones: points.filter(isOne),
  };
}
