import { DymadError } from "../../errors.js";
import { columns } from "../../numerics/linalg/lstsq.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import { type Truncation, truncationRank } from "../../numerics/linalg/rank.js";
import { svd } from "../../numerics/linalg/svd.js";
import { positiveZeros, type Transform, type TransformState } from "./transform.js";

/** Singular values below this part of the largest are rounding. */
const NEGLIGIBLE = 1e-13;

type SvdState = Extract<TransformState, { type: "svd" }>;

/**
 * Projection on the leading right singular vectors of the data: z = (x - off) P, inverse z P^T + off.
 *
 * @param order   how many vectors, see `truncationRank`: a count, an energy fraction, "full", ...
 * @param centre  subtract the column means first
 * @param data    trajectories, each shape [T, n]
 * @returns       the transform to r columns, units of the field
 * @throws        E_DATA when more vectors are asked for than the data have directions; "full" takes them all and says so
 * @see           Brunton & Kutz 2022, "Data-Driven Science and Engineering", 2nd ed., section 1.2
 */
export function fitSvd(order: Truncation, centre: boolean, data: readonly Matrix[]): Transform {
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
  const { s, v } = svd(centred);
  const r = truncationRank(s, order, centred.rows, n);
  const P = columns(v, 0, r);
  const rank = s.filter((value) => value > NEGLIGIBLE * s[0]).length;
  const asked = `an svd keeps ${r} directions of ${centred.rows} samples of rank ${rank}: singular value ${rank + 1} is ${s[rank]} beside ${s[0]}`;
  if (r > rank && order !== "full") {
    throw new DymadError("E_DATA", asked, { path: ["order"], hint: `write an order of at most ${rank}` });
  }
  const notes = r > rank ? [`${asked}; the last ${r - rank} hold rounding only`] : [];
  const exact = r === n;
  return {
    ...svdTransform({ type: "svd", order, ifcen: centre, off: positiveZeros(off), P: P.toRows().map(positiveZeros), exact }),
    notes,
  };
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
    derivatives: "exact",
    apply: (x) => shifted(x, -1).multiply(P),
    invert: (z) => shifted(z.multiply(transposed), 1),
    jacobian: () => transposed,
    inverseJacobian: () => P,
    state,
  };
}
