import { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import { truncatedSvd } from "../../numerics/linalg/truncated-svd.js";
import type { Transform, TransformState } from "./transform.js";

type SvdState = Extract<TransformState, { type: "svd" }>;

/**
 * Projection on the leading right singular vectors of the data: z = (x - off) P, inverse z P^T + off.
 *
 * @param order   how many vectors, see `truncationRank`: a count, an energy fraction, "full", ...
 * @param centre  subtract the column means first
 * @param data    trajectories, each shape [T, n]
 * @returns       the transform to r columns, units of the field
 * @see           Brunton & Kutz 2022, "Data-Driven Science and Engineering", 2nd ed., section 1.2
 */
export function fitSvd(order: number | "full", centre: boolean, data: readonly Matrix[]): Transform {
  const n = data[0].cols;
  const rows = stackRows(data);
  const off = new Array<number>(n).fill(0);
  if (centre) {
    for (let j = 0; j < n; j++) off[j] = rows.column(j).reduce((a, b) => a + b, 0) / rows.rows;
  }
  const centred = new Matrix(
    rows.rows,
    n,
    rows.data.map((v, i) => v - off[i % n]),
  );
  const { v } = truncatedSvd(centred, order);
  return svdTransform({ type: "svd", order, ifcen: centre, off, P: v.toRows(), exact: v.cols === n });
}

/** The projection a state describes. */
export function svdTransform(state: SvdState): Transform {
  const P = Matrix.from(state.P);
  const transposed = P.transpose();
  const shifted = (x: Matrix, sign: 1 | -1): Matrix =>
    new Matrix(
      x.rows,
      x.cols,
      x.data.map((v, i) => v + sign * state.off[i % x.cols]),
    );
  return {
    inputDim: P.rows,
    outputDim: P.cols,
    delay: 0,
    invertible: state.exact ? "exact" : "approximate",
    apply: (x) => shifted(x, -1).multiply(P),
    invert: (z) => shifted(z.multiply(transposed), 1),
    state,
  };
}
