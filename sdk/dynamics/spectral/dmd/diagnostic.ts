import { modulus } from "../../../numerics/linalg/complex.js";
import type { SpectralMeasure } from "../measure.js";
import type { Spectrum } from "../spectrum.js";

/** Something about data or settings that makes numbers mean less than they seem to. */
export interface Diagnostic {
  readonly code:
    | "rank-deficient"
    | "few-samples"
    | "offset"
    | "hidden-state"
    | "near-nyquist"
    | "unconfirmed"
    | "defective"
    | "collinear-control"
    | "unconverged"
    | "few-bags"
    | "lost-digits"
    | "unspanned"
    | "not-conserved"
    | "undamped"
    | "unstable"
    | "no-push"
    | "not-intermittent"
    | "not-followed"
    | "left-out";
  /** what was found, with its numbers */
  readonly message: string;
  /** what to do */
  readonly hint: string;
}

/** Diagnostics, a sentence each. */
export const diagnosisWords = (diagnostics: readonly Diagnostic[]): string[] =>
  diagnostics.map(({ message, hint }) => `${message}; ${hint}`);

/** A turn per step beyond which a frequency can hardly be told from its alias, as a share of half a turn. */
const nyquistShare = 0.9;

/**
 * What samples and rank say about a decomposition before it is believed.
 *
 * @param spectrum  of the reduced coordinates
 * @param rank      numerical rank of the samples, before any truncation
 * @param wanted    the most that the sizes would allow, min(M, n)
 * @see             docs/spectral.md, "Warnings"
 */
export function diagnoseSpectrum(spectrum: Spectrum, rank: number, wanted: number): Diagnostic[] {
  const out: Diagnostic[] = [];
  const { samples, points, dt } = spectrum;
  if (rank < wanted) {
    out.push({
      code: "rank-deficient",
      message: `the samples span ${rank} of ${wanted} directions`,
      hint: "nothing can be said about the others: give delays, other observables, or more varied trajectories",
    });
  }
  if (samples <= points.length) {
    out.push({
      code: "few-samples",
      message: `${samples} pairs of samples stand against ${points.length} eigenvalues: a fit to so few leaves no residual, whatever is true`,
      hint: "lower the rank, or give more samples",
    });
  }
  // the 1 of a constant is there by construction; of defective ones the eigenvalue is confirmed, not the mode
  const varying = points.filter(({ flag }) => flag !== "constant");
  const believed = varying.filter(({ flag }) => flag === "ok" || flag === "aliased" || flag === "defective");
  if (varying.length > 0 && believed.length === 0) {
    out.push({
      code: "unconfirmed",
      message: `none of ${varying.length} eigenvalues is confirmed by the data`,
      hint: "the dynamics do not close on these observables at this step, or noise hides one step: give delays, or pairs further apart",
    });
  }
  const defective = points.filter(({ flag }) => flag === "defective");
  if (defective.length > 0) {
    out.push({
      code: "defective",
      message: `${defective.length} eigenvalues coincide without an eigenvector for each, as in a motion that grows like t: none of them has a mode of its own`,
      hint: "believe the eigenvalue, not modes, amplitudes or eigenfunctions one by one: only their sum means something",
    });
  }
  const fast = believed.find(({ angularFrequency }) => Math.abs(angularFrequency) * dt > nyquistShare * Math.PI);
  if (fast !== undefined) {
    out.push({
      code: "near-nyquist",
      message: `an eigenvalue turns by ${Math.abs(fast.angularFrequency * dt).toFixed(2)} rad in a step of ${dt}, near half a turn`,
      hint: "a faster oscillation would look the same: check the time step, or sample faster",
    });
  }
  return out;
}

/** A measure that lacks less than this share of the energy is whole. */
const wholeEnough = 0.01;

/**
 * Whether a spectral measure shows all of its observable, and whether what it belongs to, a system that keeps a measure, is what the data
 * show: then confirmed eigenvalues lie on the unit circle.
 *
 * @param measure  its total, and that of the whole observable
 * @param eps      width over which the measure is smoothed, rad per step: what lies nearer to the circle cannot be told from it
 */
export function diagnoseMeasure(
  { points }: Pick<Spectrum, "points">,
  { total, whole }: Pick<SpectralMeasure, "total" | "whole">,
  eps: number,
): Diagnostic[] {
  const out: Diagnostic[] = [];
  if (whole - total > wholeEnough * whole) {
    out.push({
      code: "unspanned",
      message: `the measure shows ${((100 * total) / whole).toPrecision(2)} % of the energy of its observable: the rest is in no function of the model`,
      hint: "centred coordinates lack the mean: ifcen: false or add_one in transform_x; else more observables",
    });
  }
  const off = points.filter(({ re, im, flag }) => flag === "ok" && Math.abs(modulus(re, im) - 1) > eps);
  if (off.length === 0) return out;
  const farthest = off.reduce((most, { re, im }) => Math.max(most, Math.abs(modulus(re, im) - 1)), 0);
  out.push({
    code: "not-conserved",
    message: `${off.length} confirmed eigenvalues lie off the unit circle, by up to ${farthest.toPrecision(2)}: a spectral measure belongs to systems that neither decay nor grow`,
    hint: "read the eigenvalues, or take data after transients have died out",
  });
  return out;
}

/** Growth in a step that is none but for rounding. */
const steady = 1e-9;

/**
 * Whether the gains of a resolvent are those of a system that comes to rest: what grows by itself answers to nothing for long, and what
 * keeps on turning answers to its own frequency without bound.
 */
export function diagnoseResponse({ points, dt }: Pick<Spectrum, "points" | "dt">): Diagnostic[] {
  const out: Diagnostic[] = [];
  const growing = points.filter(({ growth }) => growth * dt > steady);
  if (growing.length > 0) {
    const fastest = growing.reduce((most, { growth }) => Math.max(most, growth), 0);
    out.push({
      code: "unstable",
      message: `${growing.length} eigenvalues grow, by up to ${fastest.toPrecision(3)} per unit of t: gains are those of the resolvent, and no forced motion settles to them`,
      hint: "keep eigenvalues that decay (keep), or read the growth rates instead",
    });
  }
  const turning = points.filter(({ growth, angularFrequency }) => Math.abs(growth * dt) <= steady && angularFrequency >= 0);
  if (turning.length > 0) {
    const places = turning.map(({ angularFrequency }) => angularFrequency.toPrecision(4)).join(", ");
    out.push({
      code: "undamped",
      message: `eigenvalues without damping at angular frequencies ${places}: the gain is unbounded there, and its number is rounding`,
      hint: "read the gain beside these frequencies only; remove_one leaves out constants",
    });
  }
  return out;
}
