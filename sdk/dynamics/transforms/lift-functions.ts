import { DymadError, issuesUnder } from "../../errors.js";
import { type Graph, readGraph, type StoredGraph, storeGraph, type Tensor, trace } from "../../numerics/engine/index.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import { traceFormulas } from "../data/formulas/traced-formulas.js";
import { type LinearInverse, linearInverse } from "./linear-inverse.js";
import { rowFunction } from "./row-function.js";
import type { LiftByFunctions } from "./spec.js";
import type { Transform, TransformState } from "./transform.js";

type FunctionState = Extract<TransformState, LiftByFunctions>;

/**
 * Observables by functions of one's own: formulas of the columns x1, x2, ..., or a stored graph. The way back: functions `finv` of
 * z1, z2, ..., or x ~ z C with C fitted by least squares.
 *
 * @param state  the functions; C is null when it is still to be fitted
 * @param data   trajectories to fit C on, each of shape [T, n]; null = C is known or not needed
 * @throws       E_SPEC when a formula has a mistake or numbers of columns differ; E_DATA when a function is not finite on the data
 * @see          Williams, Kevrekidis, Rowley 2015, "A data-driven approximation of the Koopman operator: extending dynamic mode decomposition", doi:10.1007/s00332-015-9258-5
 */
export function liftedByFunctions(state: FunctionState, data: readonly Matrix[] | null): Transform {
  const { fobs, finv, inp } = state;
  const forward = rowFunction(graphOf(fobs, "x", inp, "fobs"));
  const back = finv === null ? null : rowFunction(graphOf(finv, "z", forward.outputs, "finv"));
  requireWidth("fobs", "takes", forward.inputs, inp);
  if (back !== null) {
    requireWidth("finv", "takes", back.inputs, forward.outputs);
    requireWidth("finv", "gives", back.outputs, inp);
  }
  const fit = back === null && state.C === null && data !== null ? regressed(forward.apply, stackRows(data), fobs) : null;
  const complete = fit === null ? state : { ...state, C: fit.C };
  const C = complete.C === null ? null : Matrix.from(complete.C);
  return {
    inputDim: inp,
    outputDim: forward.outputs,
    delay: 0,
    invertible: back === null ? "approximate" : "exact",
    derivatives: "exact",
    apply: forward.apply,
    invert: (z) => back?.apply(z) ?? z.multiply(C as Matrix),
    jacobian: forward.jacobian,
    inverseJacobian: (z) => back?.jacobian(z) ?? (C as Matrix).transpose(),
    state: complete,
    ...(fit === null ? {} : { notes: fit.notes }),
  };
}

/**
 * A lift by functions of TypeScript, written down as graphs: what is stored needs no source later.
 *
 * @param columns  n, columns of the field
 * @param fobs     from a tensor of shape [n] to one of shape [m]
 * @param finv     from a tensor of shape [m] to one of shape [n]; null = least squares
 * @returns        a stage of a transform chain
 * @throws         E_SHAPE when operands do not fit together; E_UNSUPPORTED for loops and random draws
 */
export function tracedLift(
  columns: number,
  fobs: (x: Tensor) => Tensor,
  finv: ((z: Tensor) => Tensor) | null = null,
): LiftByFunctions {
  const forward = trace({ x: [columns] }, ({ x }) => ({ y: fobs(x) }));
  const width = forward.nodes[forward.outputs[0].node].shape[0];
  return {
    type: "lift",
    fobs: storeGraph(forward),
    finv: finv === null ? null : storeGraph(trace({ z: [width] }, ({ z }) => ({ y: finv(z) }))),
  };
}

function graphOf(functions: readonly string[] | StoredGraph, letter: string, width: number, key: string): Graph {
  try {
    return isFormulas(functions) ? traceFormulas(functions, { [letter]: width }) : readGraph(functions);
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    throw DymadError.ofIssues(issuesUnder([key], error.issues));
  }
}

const isFormulas = (functions: readonly string[] | StoredGraph): functions is readonly string[] => Array.isArray(functions);

function requireWidth(key: string, verb: string, has: number, wanted: number): void {
  if (has === wanted) return;
  throw new DymadError("E_SPEC", `${key} ${verb} ${has} columns where there are ${wanted}`, {
    path: [key],
    hint: key === "finv" ? "give back each column of the field, or leave finv out" : "write the functions for these columns",
  });
}

function regressed(apply: (x: Matrix) => Matrix, rows: Matrix, fobs: readonly string[] | StoredGraph): LinearInverse {
  const z = apply(rows);
  const bad = z.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const [row, j] = [Math.floor(bad / z.cols), bad % z.cols];
    const what = isFormulas(fobs) ? `the formula "${fobs[j]}"` : `output ${j + 1} of the lift`;
    throw new DymadError("E_DATA", `${what} is ${z.data[bad]} at x = ${Array.from(rows.row(row)).join(", ")}`, {
      path: ["fobs", j],
      hint: "use a function that is finite on the data, or scale the columns first",
    });
  }
  return linearInverse(z, rows, "functions of the lift");
}
