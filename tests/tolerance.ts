/**
 * The only tolerances. Each class says what may differ and why; a test names its class, never a bare number.
 */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** Equal bits: the same operations in the same order. */
export const exact: Tolerance = { rtol: 0, atol: 0 };
/** Two float64 computations of one formula in different order; a few hundred operations. */
export const f64: Tolerance = { rtol: 1e-10, atol: 1e-12 };
/** An orthogonal decomposition in float64 of a matrix with entries near 1: backward stable, a few hundred roundings. */
export const decomposition: Tolerance = { rtol: 1e-13, atol: 1e-13 };
/** The same of a 100 x 100 matrix through its eigenvectors, whose condition of some tens costs a digit. */
export const largeDecomposition: Tolerance = { rtol: 1e-12, atol: 1e-12 };
/** A handful of products of small matrices with entries near 1: some tens of roundings. */
export const rounding: Tolerance = { rtol: 1e-14, atol: 1e-14 };
/** A solution as a whole, relative to its norm: roundings of its entries average out. */
export const wholeSolution: Tolerance = { rtol: 0, atol: 1e-15 };
/** A formula of some ten operations: as many roundings. */
export const fewRoundings: Tolerance = { rtol: 2.4e-15, atol: 0 };
/** What rounding to float32 does to entries below 1. */
export const float32Rounding: Tolerance = { rtol: 0, atol: 2e-8 };
/** A float32 computation against float64: 24 bits, some hundred operations. */
export const f32: Tolerance = { rtol: 1e-4, atol: 1e-5 };
/** The same where sin or cos is a GPU's: WGSL grants them an absolute error of 2^-11; SwiftShader errs by 1.4e-4. */
export const f32Wgsl: Tolerance = { rtol: 1e-4, atol: 1e-3 };
/** A central finite difference in float64: truncation h^2 plus cancellation eps/h at h near 1e-6. */
export const finiteDifference: Tolerance = { rtol: 2e-6, atol: 2e-8 };
/** A curve of size 4 brought back from its coordinates by cubics on 10 of 130 samples: 1.2e-2 where it turns sharpest, 1.4e-3 on average. */
export const regressed: Tolerance = { rtol: 0, atol: 2e-2 };
/** Directions along a curve from such a fit: one order less. */
export const regressedSlope: Tolerance = { rtol: 0, atol: 5e-2 };
/** Rates of waves by central differences of 26 samples a period, which err by (2 pi / 26)^2 / 6 = 0.01, through such a fit. */
export const waveRate: Tolerance = { rtol: 0, atol: 2e-2 };
/** Steps under a sine of up to 6 rad per unit of t, interpolated by cubics from samples 0.05 apart: (6 * 0.05)^4 / 384 of it, times the step. */
export const splined: Tolerance = { rtol: 0, atol: 1e-5 };
/** Two kernel regressions of one function with a ridge of 1e-10 whose matrix has a condition of 1e11: solved in different ways. */
export const kernelAgreement: Tolerance = { rtol: 0, atol: 2e-6 };
/** Two kernel regressions of one function as wholes, whose systems are the same but for their form. */
export const sameRegression: Tolerance = { rtol: 0, atol: 2e-9 };
/** The same where a matrix of rank 1 couples the outputs: it stands for a ridge of another size. */
export const coupledRegression: Tolerance = { rtol: 0, atol: 2e-5 };
/** Eigenvalues of a kernel against those of a circulant matrix, relative: kernel values err by some roundings each. */
export const circulantValues: Tolerance = { rtol: 1e-11, atol: 0 };
/** Waves that a kernel of 48 points continues between them, and their slopes: divided by eigenvalues of a thousandth. */
export const continuedWaves: Tolerance = { rtol: 1e-10, atol: 1e-10 };
export const continuedSlopes: Tolerance = { rtol: 1e-9, atol: 1e-9 };
/** One formula on two engines, values near 1. */
export const sameFormula: Tolerance = { rtol: 1e-12, atol: 1e-12 };
/** A kernel scale from distances in bins of 1 part in 64, against single distances. */
export const binnedScale: Tolerance = { rtol: 1e-2, atol: 0 };
/** A field along a circle from 60 samples by a kernel of width 0.5, half way between them. */
export const kernelField: Tolerance = { rtol: 0, atol: 1e-5 };
/** Eigenvalues raised to the power of some tens of steps: their rounding times the steps and the condition of the modes. */
export const powered: Tolerance = { rtol: 0, atol: 1e-8 };
/** Through a Gram matrix, whose condition is that of the data squared: half of the digits stay. */
export const squared: Tolerance = { rtol: 1e-6, atol: 1e-6 };
/** Ritz values whose vectors have residuals of 2e-5: the error is that squared over the relative gap. */
export const ritz: Tolerance = { rtol: 1e-9, atol: 1e-12 };
/** Where two singular values of hardly coupled parts cross: the one that was followed is left within this of the other. */
export const crossing: Tolerance = { rtol: 2e-2, atol: 0 };
/** Sums of weights up to some hundreds that cancel: their rounding. */
export const cancelling: Tolerance = { rtol: 0, atol: 1e-11 };
/** Where a line smoothed over 0.1 rad peaks beside its mirror image: the other's slope moves it; angles stand 1.6e-3 apart. */
export const smoothedLine: Tolerance = { rtol: 0, atol: 5e-3 };
/** The energy near a line smoothed by a rational kernel, whose tails reach into the next line's part. */
export const kernelTails: Tolerance = { rtol: 0.1, atol: 0 };
/** Values printed with four digits in their source. */
export const printed4: Tolerance = { rtol: 5e-4, atol: 1e-12 };
/** Amplifications up to some tens of 36 points together, by two ways through a matrix of rank 6. */
export const amplifications: Tolerance = { rtol: 0, atol: 1e-11 };
/** A central difference of width 1e-6: eps / h of cancellation. */
export const narrowDifference: Tolerance = { rtol: 0, atol: 2e-10 };
/** Values printed with eight decimals in their source: half of the last. */
export const printed8: Tolerance = { rtol: 0, atol: 5e-9 };
/** An adaptive solver held to `rtol`: the global error may exceed the local one by a factor of ten. */
export const adaptive = (rtol: number): Tolerance => ({ rtol: 10 * rtol, atol: 10 * rtol });
/**
 * The global error of an adaptive solver over DETEST's problems on [0, 20]: most stay below 300 times the tolerance of a step
 * (measured: bosh3 on B1), orbits, where errors of the phase grow with the time squared, below 5000 (measured: dopri5 on D1, 3800).
 */
export const detest = (rtol: number, orbit: boolean): Tolerance => ({ rtol: 0, atol: (orbit ? 5000 : 300) * rtol });
/** A stiff solver held to `rtol`: the phase of relaxation oscillations and slow drifts over long times add up. */
export const stiff = (rtol: number): Tolerance => ({ rtol: 100 * rtol, atol: 0 });
/** The steps of a reference solver retaken: its rounding, amplified by the equations and by kinks of the right-hand side. */
export const sameSteps: Tolerance = { rtol: 1e-9, atol: 1e-9 };
/**
 * The same when the right-hand side jumps: the error estimate of a smooth step is rounding, so the next steps fall otherwise.
 * Summing stages in another order moves SciPy's own results by up to 1e-8.
 */
export const sameStepsAcrossJumps: Tolerance = { rtol: 1e-7, atol: 1e-7 };
/** A mean over n independent draws with unit variance: five standard errors. */
export const statistical = (n: number): Tolerance => ({ rtol: 0, atol: 5 / Math.sqrt(n) });

/** |a - b| <= atol + rtol |b|, where NaN equals nothing. */
export function within(a: number, b: number, tolerance: Tolerance): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance.atol + tolerance.rtol * Math.abs(b);
}

/** Throws with the first place where two arrays differ by more than the tolerance. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: Tolerance, what = "array"): void {
  if (actual.length !== expected.length) throw new Error(`${what}: length ${actual.length}, expected ${expected.length}`);
  for (let i = 0; i < actual.length; i++) {
    if (!within(actual[i], expected[i], tolerance)) {
      throw new Error(`${what}[${i}]: ${actual[i]}, expected ${expected[i]} (rtol ${tolerance.rtol}, atol ${tolerance.atol})`);
    }
  }
}
