import type { LinearMethod, LinearSolvePhase, OptimizerPhase, Phase } from "./config.js";

/** Whether a phase solves for the linear dynamics instead of moving along gradients. */
export const isLeastSquares = (phase: Phase): phase is OptimizerPhase | LinearSolvePhase =>
  phase.type === "linear_solve" || (phase.type === "optimizer" && phase.trainer === "Linear");

/** Whether a phase has losses. */
export const hasObjective = (phase: Phase): phase is OptimizerPhase | LinearSolvePhase =>
  phase.type === "optimizer" || phase.type === "linear_solve";

/** Whether a method finds the map of a step and takes its logarithm. */
export const isLogarithmic = (method: LinearMethod): boolean => method.endsWith("_log");
