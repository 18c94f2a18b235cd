import { Matrix } from "../../numerics/linalg/matrix.js";
import type { Transform } from "./transform.js";

/** The transform that changes nothing, on `n` columns. */
export function identity(n: number): Transform {
  return {
    inputDim: n,
    outputDim: n,
    delay: 0,
    invertible: "exact",
    apply: (x) => x,
    invert: (z) => z,
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
    apply(x) {
      const out = new Matrix(x.rows, n + 1);
      for (let i = 0; i < x.rows; i++) {
        out.row(i).set(x.row(i));
        out.set(i, n, 1);
      }
      return out;
    },
    invert(z) {
      const out = new Matrix(z.rows, n);
      for (let i = 0; i < z.rows; i++) out.row(i).set(z.row(i).subarray(0, n));
      return out;
    },
    state: { type: "add_one", inp: n },
  };
}
