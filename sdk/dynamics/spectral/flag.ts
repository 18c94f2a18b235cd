import type { ComplexVector } from "../../numerics/linalg/complex.js";

/**
 * What an eigenvalue is worth.
 *
 * ok: confirmed by the data. constant: the eigenfunction does not change over the data, lambda = 1: a constant observable.
 * spurious: the residual exceeds `threshold` times |lambda - 1|, so the data do not confirm the change the eigenvalue claims.
 * unobserved: the eigenfunction is zero on the data (redundant observables); nothing can be said.
 * defective: no full set of eigenvectors; the mode is unknown. aliased: faster than half a turn per step, beyond pi / dt.
 */
export type Flag = "ok" | "constant" | "spurious" | "unobserved" | "defective" | "aliased";

export interface Evidence {
  readonly residual: number;
  readonly relativeResidual: number;
  /** |lambda - 1| */
  readonly step: number;
  /** whether it has a mode of its own, as far as float64 can tell */
  readonly defective: boolean;
  readonly angularFrequency: number;
  readonly dt: number;
  readonly threshold: number;
  /** the eigenfunction on the data, shape [M]; asked for only where it may be constant */
  readonly values: () => ComplexVector;
}

/** Residuals below this are rounding, however small the step |lambda - 1| is: a conserved quantity has lambda = 1. */
const rounding = 1e-8;
/** A constant eigenfunction varies less than this, relative to its mean. */
const constantTolerance = 1e-6;

/** The first flag that applies: unobserved, constant, spurious, defective, aliased, ok. */
export function flagOf(evidence: Evidence): Flag {
  const { residual, relativeResidual, step, threshold, defective, angularFrequency, dt } = evidence;
  if (Number.isNaN(residual)) return "unobserved";
  if (step <= constantTolerance && isConstant(evidence.values())) return "constant";
  if (residual > rounding && relativeResidual > threshold) return "spurious";
  if (defective) return "defective";
  if (Math.abs(angularFrequency) * dt > Math.PI * (1 + rounding)) return "aliased";
  return "ok";
}

function isConstant({ re, im }: ComplexVector): boolean {
  const meanRe = re.reduce((sum, value) => sum + value, 0) / re.length;
  const meanIm = im.reduce((sum, value) => sum + value, 0) / im.length;
  const size = meanRe * meanRe + meanIm * meanIm;
  return re.every((value, i) => {
    const [x, y] = [value - meanRe, im[i] - meanIm];
    return x * x + y * y <= constantTolerance * constantTolerance * size;
  });
}
