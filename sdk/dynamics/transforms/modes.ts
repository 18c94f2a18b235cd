import { DymadError } from "../../errors.js";
import { columns } from "../../numerics/linalg/lstsq.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { TransformChain } from "./chain.js";

export interface ModesOptions {
  /** of a delay: which sample of the window the modes belong to; default "newest", whose time the window has */
  readonly block?: "newest" | "oldest";
}

/**
 * Forward modes of a chain z = f(x): how its columns answer to a change of the field, dz/dx.
 *
 * @param window   the samples that make one row of z, oldest first, shape [delay + 1, n], units of the field
 * @param options  which sample of the window is changed
 * @returns        shape [columns of z, n], units of z per unit of the field
 * @throws         E_SHAPE when the window has another size; E_UNSUPPORTED when a stage has no derivative
 * @see            docs/transforms.md, "Modes"
 */
export function forwardModes(chain: TransformChain, window: Matrix, { block = "newest" }: ModesOptions = {}): Matrix {
  if (window.rows !== chain.delay + 1) {
    throw new DymadError("E_SHAPE", `modes of this chain need a window of ${chain.delay + 1} samples, got ${window.rows}`);
  }
  requireDerivatives(chain);
  const at = block === "newest" ? window.rows - 1 : 0;
  const seen: Matrix[] = [];
  let rows = window;
  for (const stage of chain.stages) {
    seen.push(rows);
    rows = stage.apply(rows);
  }
  // From the last stage to the first: what leaves a chain is narrower than a field of many columns.
  let slope: Matrix | null = null;
  for (let i = chain.stages.length - 1; i >= 0; i--) {
    const stage = chain.stages[i];
    const row = seen[i].row(Math.min(at, seen[i].rows - 1));
    if (stage.delay > 0)
      slope = columns(slope ?? Matrix.identity(stage.outputDim), at * stage.inputDim, (at + 1) * stage.inputDim);
    else if (slope === null) slope = stage.jacobian(row);
    else slope = stage.carry?.forward(slope) ?? slope.multiply(stage.jacobian(row));
  }
  return slope as Matrix;
}

/**
 * Backward modes of a chain: the pattern in the field that each column of z stands for, (dx/dz)^T of the inverse.
 *
 * @param z        one row, shape [columns of z]
 * @param options  which sample of the window the patterns belong to
 * @returns        shape [columns of z, n], units of the field per unit of z
 * @throws         E_UNSUPPORTED when a stage has no derivative
 * @see            docs/transforms.md, "Modes"
 */
export function backwardModes(chain: TransformChain, z: Float64Array, { block = "newest" }: ModesOptions = {}): Matrix {
  requireDerivatives(chain);
  let row = z;
  let patterns: Matrix | null = null;
  for (const stage of [...chain.stages].reverse()) {
    if (stage.delay > 0) {
      const n = stage.inputDim;
      const start = (block === "newest" ? stage.delay : 0) * n;
      patterns = columns(patterns ?? Matrix.identity(stage.outputDim), start, start + n);
      row = row.slice(start, start + n);
    } else {
      // One row a column of z from the first stage on: few rows of a wide field, and no square matrix where the stage carries them.
      if (patterns === null) patterns = stage.inverseJacobian(row).transpose();
      else patterns = stage.carry?.backward(patterns) ?? patterns.multiply(stage.inverseJacobian(row).transpose());
      row = stage.invert(new Matrix(1, row.length, row.slice())).row(0);
    }
  }
  return patterns as Matrix;
}

/** @throws E_UNSUPPORTED when a stage has no derivative: its rows depend on their neighbours */
export function requireDerivatives({ stages }: TransformChain): void {
  const without = stages.find(({ derivatives }) => derivatives === "none");
  if (without === undefined) return;
  throw new DymadError("E_UNSUPPORTED", `the stage ${without.state.type} has no derivative, so the chain has no modes`, {
    hint: "leave it out, or take modes of the part after it; values can be computed with it: chain.apply(x)",
  });
}
