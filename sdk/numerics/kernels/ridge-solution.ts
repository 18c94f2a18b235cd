import type { Matrix } from "../linalg/matrix.js";
import type { KernelSolveReport } from "./kernel-system.js";

/** What solving a regression gives. */
export interface RidgeSolution {
  /** coefficients of the formula at the points, shape [N, outputs] */
  readonly alpha: Matrix;
  /** |Y - f(X)|_F / sqrt(N), units of y */
  readonly residual: number;
  readonly report: KernelSolveReport;
}
