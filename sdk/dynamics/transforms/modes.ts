import { DymadError } from "../../errors.js";
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
  let rows = window;
  let at = block === "newest" ? window.rows - 1 : 0;
  let slope = Matrix.identity(chain.inputDim);
  for (const stage of chain.stages) {
    if (stage.delay > 0) {
      slope = placed(slope, at, stage.delay);
      at = 0;
    } else slope = stage.jacobian(rows.row(at)).multiply(slope);
    rows = stage.apply(rows);
  }
  return slope;
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
  let row = z;
  let slope = Matrix.identity(chain.outputDim);
  for (const stage of [...chain.stages].reverse()) {
    if (stage.delay > 0) {
      const n = stage.inputDim;
      const start = (block === "newest" ? stage.delay : 0) * n;
      slope = slope.slice(start, start + n);
      row = row.slice(start, start + n);
    } else {
      slope = stage.inverseJacobian(row).multiply(slope);
      row = stage.invert(new Matrix(1, row.length, row.slice())).row(0);
    }
  }
  return slope.transpose();
}

/** A change of sample `at` alone, as a change of the window of all d + 1 samples. */
function placed(slope: Matrix, at: number, delay: number): Matrix {
  const out = new Matrix(slope.rows * (delay + 1), slope.cols);
  out.data.set(slope.data, at * slope.data.length);
  return out;
}
