import { cos, exp, sin } from "../../numerics/elementary.js";
import { ComplexMatrix } from "../../numerics/linalg/complex.js";
import { scaleRow } from "../../numerics/linalg/complex-lines.js";
import { complexLeastSquares } from "../../numerics/linalg/complex-lstsq.js";
import { columns, conditionOf, numericalRank, roundingShare } from "../../numerics/linalg/lstsq.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { truncatedSvd } from "../../numerics/linalg/truncated-svd.js";
import { baggedDmd } from "../spectral/dmd/bagged-dmd.js";
import { diagnosisWords } from "../spectral/dmd/diagnostic.js";
import type { OptimisedDmd } from "../spectral/dmd/fit-description.js";
import { optimisedDmd } from "../spectral/dmd/optimised-dmd.js";
import { estimateStep } from "../spectral/dmd/step-estimate.js";

/** Ways to find a step where both samples of a pair are noisy, and least squares would make everything decay. */
export type NoisyMethod = "total_least_squares" | "forward_backward" | "optimised" | "bagged";

export const isNoisyMethod = (method: string): method is NoisyMethod => Object.hasOwn(isOne, method);

const isOne: Readonly<Record<NoisyMethod, true>> = {
  total_least_squares: true,
  forward_backward: true,
  optimised: true,
  bagged: true,
};

export interface NoisyStep {
  /** W of z+ = z W, shape [z, z], or its factors U and V [z, r] */
  readonly map: Matrix | { readonly U: Matrix; readonly V: Matrix };
  readonly rank: number;
  readonly asked: number;
  readonly condition: number;
  /** numbers of the fit that belong in its record */
  readonly metrics: Readonly<Record<string, number>>;
  /** what to know before the step is believed */
  readonly doubts: readonly string[];
}

/**
 * The step of noisy samples in the leading directions that they span.
 *
 * @param A       all samples but the last of each trajectory, shape [M, z]
 * @param b       the samples after them, shape [M, z]
 * @param rows    how many the rows of A stand for: M, or more where they are the triangle of others
 * @param series  the trajectories, each shape [T_i, z]
 * @param order   directions that stay, see `Truncation`; exponentials of optimised and bagged. null = all that are not rounding
 * @throws        E_DATA when a trajectory is shorter than the exponentials; E_NUMERIC when a step cannot be inverted
 * @see           docs/dmd.md, "Models"
 */
export function noisyStep(
  method: NoisyMethod,
  { A, b, rows, series }: { readonly A: Matrix; readonly b: Matrix; readonly rows: number; readonly series: readonly Matrix[] },
  order: number | "full" | null,
): NoisyStep {
  const { s, v } = truncatedSvd(A, order ?? "full", rows);
  const rank = Math.max(1, numericalRank(s, roundingShare(rows, A.cols)));
  const counted = typeof order === "number" && order > 1;
  const size = { rank, asked: counted ? order : order === null ? rank : s.length, condition: conditionOf(s, rank) };
  if (method === "total_least_squares" || method === "forward_backward") {
    const V = columns(v, 0, rank);
    const estimate = method === "forward_backward" ? "forward-backward" : "total-least-squares";
    const step = estimateStep(A.multiply(V), b.multiply(V), estimate);
    return { ...size, map: { U: V.multiply(step), V }, metrics: {}, doubts: [] };
  }
  const samples = series.map((x) => ({ t: Float64Array.from({ length: x.rows }, (_, k) => k), x }));
  if (method === "optimised") {
    const fit = optimisedDmd(samples, { rank });
    return { ...size, map: stepOf(fit), ...told(fit) };
  }
  const { fit, errors, bags, converged, diagnostics } = baggedDmd(samples, { rank });
  const largest = (pick: (one: (typeof errors)[number]) => number): number =>
    errors.reduce((most, one) => Math.max(most, pick(one)), 0);
  const { metrics } = told(fit);
  return {
    ...size,
    map: stepOf(fit),
    metrics: {
      ...metrics,
      bags,
      bags_converged: converged,
      // per step: z+ = z W knows no other time
      growth_error: largest(({ growth }) => growth),
      frequency_error: largest(({ frequency }) => frequency),
    },
    doubts: diagnosisWords(diagnostics),
  };
}

const told = ({ misfit, diagnostics }: OptimisedDmd): Pick<NoisyStep, "metrics" | "doubts"> => ({
  metrics: { misfit },
  doubts: diagnosisWords(diagnostics),
});

/** W = M⁺ diag(exp w) M in rows, with the modes M [r, z] and rates w of one step. */
function stepOf({ rates, modes }: OptimisedDmd): Matrix {
  const { x: inverse } = complexLeastSquares(modes, ComplexMatrix.identity(modes.rows));
  const moved = modes.clone();
  rates.re.forEach((growth, j) => {
    const length = exp(growth);
    scaleRow(moved, j, { re: length * cos(rates.im[j]), im: length * sin(rates.im[j]) });
  });
  const W = inverse.multiply(moved);
  return new Matrix(W.rows, W.cols, W.re);
}
