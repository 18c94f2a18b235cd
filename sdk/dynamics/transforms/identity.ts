import { columns } from "../../numerics/linalg/lstsq.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { Transform } from "./transform.js";

/** The transform that changes nothing, on `n` columns. */
export function identity(n: number): Transform {
  return {
    inputDim: n,
    outputDim: n,
    delay: 0,
    invertible: "exact",
    derivatives: "exact",
    apply: (x) => x,
    invert: (z) => z,
    jacobian: () => Matrix.identity(n),
    inverseJacobian: () => Matrix.identity(n),
    carry: { forward: (rows) => rows, backward: (rows) => rows },
    state: { type: "identity", inp: n },
  };
}

/** Appends a column of ones: the constant observable. The inverse drops it. */
export function addOne(n: number): Transform {
  return {
    inputDim: n,
    outputDim: n + 1,
    delay: 0,
    invertible: "exact",
    derivatives: "exact",
    apply(x) {
      const out = new Matrix(x.rows, n + 1);
      for (let i = 0; i < x.rows; i++) {
        out.row(i).set(x.row(i));
        out.set(i, n, 1);
      }
      return out;
    },
    invert: (z) => columns(z, 0, n),
    jacobian: () => columns(Matrix.identity(n + 1), 0, n),
    inverseJacobian: () => Matrix.identity(n + 1).slice(0, n),
    carry: { forward: (rows) => columns(rows, 0, n), backward: (rows) => columns(rows, 0, n) },
    state: { type: "add_one", inp: n },
  };
}
