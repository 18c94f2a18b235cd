import { DymadError } from "../../errors.js";
import { requireFinite } from "../linalg/finite.js";
import { Matrix } from "../linalg/matrix.js";
import { type DistinctSamples, distinctSamples, everySample } from "./distinct-samples.js";
import { type KernelSolveReport, type KernelSolverOptions, solveKernelSystem } from "./kernel-system.js";
import { farthestPoints } from "./landmarks.js";
import { misfit } from "./misfit.js";
import { requireLandmarks, solveLandmarks } from "./nystrom.js";
import { shiftsOf, solveSeparable, solveTangent } from "./operator-system.js";
import { positiveOf } from "./positive.js";
import { randomFeatureRidge } from "./random-features.js";
import {
  COEFFICIENTS,
  coefficientMatrices,
  firstFactors,
  prefixOf,
  ridgeArrays,
  ridgeFormula,
  scalarKernels,
} from "./ridge-formula.js";
import type { RidgeSolution } from "./ridge-solution.js";
import { type Arrays, rowPass } from "./row-pass.js";
import { fitScalarKernel, kernelOperator, POINTS, scaleOf } from "./scalar-kernel.js";
import { singularKernel } from "./singular-kernel.js";
import { type LengthKernel, type RidgeSpec, sumsOverSamples } from "./spec.js";

export interface KernelRidgeOptions extends KernelSolverOptions {
  /** what is added to the diagonal, units of the kernel, >= 0; a list gives `indep` one for each output */
  readonly ridge?: number | readonly number[];
  /** a fixed part of it besides, default 1e-10 */
  readonly jitter?: number;
  /** so many points instead of all (Nystrom), for `share` and `indep` without diffusion kernels; null = all */
  readonly landmarks?: number | null;
  /** `tangent`: orthonormal tangent vectors at the points as rows, shape [N, d * outputs] */
  readonly frames?: Matrix;
}

/** What a fit found. */
export interface KernelRidgeReport extends KernelSolveReport {
  /** |Y - f(X)|_F / sqrt(N), units of y */
  readonly residual: number;
  readonly samples: number;
  /** points that the regression stands on: samples, landmarks, or random features */
  readonly points: number;
  /** lengthscale or eps of every kernel, in order */
  readonly widths: readonly number[];
}

/** A fitted regression: plain arrays, and its function. */
export interface KernelRidge {
  readonly spec: RidgeSpec;
  /** those of `ridgeArrays` */
  readonly arrays: Arrays;
  readonly report: KernelRidgeReport;
  /** f at places [m, n], shape [m, outputs]; of type tangent before the projection on the tangent spaces at the places */
  predict(places: Matrix): Matrix;
}

/**
 * Kernel ridge regression: f(x) = sum_j k(x, x_j) a_j with (K + lambda I) a = y, lambda = ridge + jitter: the function of the kernel's
 * space that minimises sum_i |y_i - f(x_i)|^2 + lambda |f|^2. Always in float64. The same data give the same bits. Samples that stand at
 * one place to the bit, such as those of identical nodes, become one with their mean value and a part lambda / count of the ridge: the same
 * function from a smaller system. Diffusion kernels, which sum over all samples, and tangent vectors keep every sample.
 *
 * @param x        samples, shape [N, n]
 * @param y        values, shape [N, outputs]
 * @param spec     kind and kernels; widths that are open are chosen from the samples
 * @throws         E_SHAPE, E_DATA when the samples do not fit or are not finite; E_SPEC when kind and kernel do not; E_UNSUPPORTED when
 *                 the matrix is larger than the memory allowed; E_NUMERIC when it is singular to rounding
 * @see            Micchelli, Pontil 2005, "On learning vector-valued functions", doi:10.1162/0899766052530802
 */
export function kernelRidge(x: Matrix, y: Matrix, spec: RidgeSpec, options: KernelRidgeOptions = {}): KernelRidge {
  requireData(x, y);
  if (spec.features) return onRandomFeatures(x, y, spec, spec.features, options);
  const { landmarks = null } = options;
  const kernels = scalarKernels(spec, y.cols);
  if (landmarks !== null) requireLandmarks(spec, kernels);
  const merging = landmarks === null && spec.type !== "tangent" && !kernels.some(sumsOverSamples);
  const samples = merging ? distinctSamples(x, y) : everySample(x, y);
  const points = landmarks === null ? samples.x : farthestPoints(x, landmarks);
  const declared = ridgeArrays(spec, x.cols, y.cols, points.rows);
  const scale = scaleOf(landmarks === null ? x : points);
  const fitted: Arrays = Object.assign(
    { [POINTS]: points.data },
    firstFactors(spec, y.cols),
    ...kernels.map((kernel, i) => fitScalarKernel(kernel, points, prefixOf(i), scale)),
  );
  const solved =
    landmarks === null
      ? solveAll(samples, spec, fitted, options)
      : solveLandmarks(x, y, points, spec, fitted, lambdaOf(options, y.cols));
  const arrays: Arrays = { ...fitted, [COEFFICIENTS]: solved.alpha.data };
  // the order of the declaration is the order of checkpoints
  const ordered = Object.fromEntries(declared.map(({ name }) => [name, arrays[name]]));
  const { spread } = samples;
  const residual = spread === 0 ? solved.residual : Math.sqrt(solved.residual * solved.residual + spread * spread);
  return {
    spec,
    arrays: ordered,
    report: { ...solved.report, residual, samples: x.rows, points: points.rows, widths: widthsOf(fitted) },
    predict: predictor(spec, ordered, points.rows, x.cols, y.cols),
  };
}

/** The regression of random features in the words of a kernel regression: its points are waves. */
function onRandomFeatures(x: Matrix, y: Matrix, spec: RidgeSpec, count: number, options: KernelRidgeOptions): KernelRidge {
  const declared = ridgeArrays(spec, x.cols, y.cols, count);
  const [ridge] = lambdaOf(options, y.cols);
  const { arrays, lengthscale, residual, predict } = randomFeatureRidge(x, y, spec.kernel[0] as LengthKernel, { count, ridge });
  const report: KernelSolveReport = { solver: "random_features", iterations: 0, bytes: 8 * x.rows * count };
  return {
    spec,
    arrays: Object.fromEntries(declared.map(({ name }) => [name, arrays[name]])),
    report: { ...report, residual, samples: x.rows, points: count, widths: [lengthscale] },
    predict,
  };
}

function solveAll(
  { x, y, counts }: DistinctSamples,
  spec: RidgeSpec,
  arrays: Arrays,
  options: KernelRidgeOptions,
): RidgeSolution {
  const lambda = lambdaOf(options, y.cols);
  const kernels = scalarKernels(spec, y.cols);
  const operators = kernels.map((kernel, i) => kernelOperator(kernel, x, arrays, prefixOf(i)));
  const system = { y, counts, lambda: lambda[0] };
  try {
    switch (spec.type) {
      case "share": {
        const { alpha, fitted, report } = solveKernelSystem(operators[0], shiftsOf(system), y, options);
        return { alpha, residual: misfit(fitted, y, counts), report };
      }
      case "indep": {
        const alpha = new Matrix(y.rows, y.cols);
        const fitted = new Matrix(y.rows, y.cols);
        const reports = operators.map((operator, j) => {
          const shifts = shiftsOf({ counts, lambda: lambda[j] });
          const one = solveKernelSystem(operator, shifts, new Matrix(y.rows, 1, y.column(j)), options);
          for (let i = 0; i < y.rows; i++) {
            alpha.set(i, j, one.alpha.data[i]);
            fitted.set(i, j, one.fitted.data[i]);
          }
          return one.report;
        });
        return { alpha, residual: misfit(fitted, y, counts), report: reports[0] };
      }
      case "opval":
        return solveSeparable(operators, coefficientMatrices(arrays, y.cols, operators.length), system, options);
      case "tangent":
        return solveTangent(operators[0], requireFrames(options.frames, y), system, options);
      default:
        return spec.type satisfies never;
    }
  } catch (error) {
    throw singularKernel(error, x, lambda[0]);
  }
}

/** f as a function of places, from the arrays of a fit. */
export function predictor(spec: RidgeSpec, arrays: Arrays, N: number, n: number, outputs: number): (places: Matrix) => Matrix {
  const name = `ridge ${JSON.stringify(spec)}`;
  const run = rowPass(name, ridgeArrays(spec, n, outputs, N), arrays, (x, a) => ridgeFormula(spec, x, a));
  return (places) => {
    if (places.cols !== n) throw new DymadError("E_SHAPE", `places have ${places.cols} coordinates, the samples had ${n}`);
    return run(places);
  };
}

function lambdaOf({ ridge = 0, jitter = 1e-10 }: KernelRidgeOptions, outputs: number): number[] {
  const list = Array.from({ length: outputs }, (_, j) => (typeof ridge === "number" ? ridge : ridge[j]));
  if (list.every((v) => v >= 0) && jitter >= 0) return list.map((v) => v + jitter);
  throw new DymadError("E_SPEC", `ridge and jitter must be 0 or more, got ${ridge} and ${jitter}`, { path: ["ridge_init"] });
}

const widthsOf = (arrays: Arrays): number[] =>
  Object.entries(arrays).flatMap(([name, values]) => (name.endsWith("raw") ? [positiveOf(values[0])] : []));

function requireData(x: Matrix, y: Matrix): void {
  if (x.rows !== y.rows) throw new DymadError("E_SHAPE", `there are ${x.rows} samples and ${y.rows} values`);
  if (x.rows === 0) throw new DymadError("E_DATA", "kernel ridge regression needs samples, there are none");
  requireFinite(x, "the samples");
  requireFinite(y, "the values");
}

function requireFrames(frames: Matrix | undefined, y: Matrix): Matrix {
  if (frames?.rows === y.rows && frames.cols % y.cols === 0) return frames;
  throw new DymadError("E_SHAPE", "a regression of type tangent needs the tangent vectors at every sample", {
    hint: "give frames [N, d * outputs], for example of LocalPolynomials",
  });
}
