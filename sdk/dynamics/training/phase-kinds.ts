import type { DataPhase, LinearMethod, LinearSolvePhase, OptimizerPhase, Phase } from "./config.js";

/** Whether a phase solves for the linear dynamics instead of moving along gradients. */
export const isLeastSquares = (phase: Phase): phase is OptimizerPhase | LinearSolvePhase =>
  phase.type === "linear_solve" || (phase.type === "optimizer" && phase.trainer === "Linear");

/** Whether a phase has losses. */
export const hasObjective = (phase: Phase): phase is OptimizerPhase | LinearSolvePhase =>
  phase.type === "optimizer" || phase.type === "linear_solve";

/** Whether a method finds the map of a step and takes its logarithm. */
export const isLogarithmic = (method: LinearMethod): boolean => method.endsWith("_log");

/** Whether a phase of least squares keeps the sums of its pairs. */
export const isStreaming = (phase: Phase): boolean => isLeastSquares(phase) && phase.kwargs.streaming === true;

/** Whether a phase changes the data of a part for the phases after it. */
export const changesData = (phase: Phase, part: "train" | "valid"): phase is DataPhase =>
  phase.type === "data" && phase.smoothing !== null && phase.splits.includes(part);
