import { DymadError } from "../../errors.js";
import { multiplyLarge } from "../../numerics/linalg/large-product.js";
import { columns, leastSquares } from "../../numerics/linalg/lstsq.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import { namedTruncation, type Truncation, truncationRank } from "../../numerics/linalg/rank.js";
import { reducedBasis } from "../../numerics/linalg/reduced-basis.js";
import { svd } from "../../numerics/linalg/svd.js";
import type { CompressedSvdStage, ExactSvdStage, RandomisedSvdStage, SvdStage } from "./spec.js";
import { positiveZeros, type Transform, type TransformState } from "./transform.js";

/** Singular values below this part of the largest are rounding. */
const NEGLIGIBLE = 1e-13;

type SvdState = Extract<TransformState, { type: "svd" }>;

const isExact = (stage: SvdStage): stage is ExactSvdStage => stage.solver === undefined || stage.solver === "exact";

/** Columns of P are the directions; `back` only where they are not orthonormal. */
interface Directions {
  readonly P: Matrix;
  readonly back?: Matrix;
  readonly notes: readonly string[];
}

/**
 * Projection on directions that carry the data: z = (x - off) P, inverse z P^T + off with the leading right singular vectors P, exact or
 * from a random sketch. Of random measurements x C with C [n, m], P = C V has their leading directions V, and the inverse is the
 * least-squares fit of x - off over z.
 *
 * @param stage  solver (default exact), order (see `truncationRank`), ifcen (subtract the column means first) and settings of the solver
 * @param data   trajectories, each shape [T, n]
 * @returns      the transform to r columns, units of the field
 * @throws       E_DATA when an exact order exceeds the directions of the data ("full" takes them all and says so), or when all are zero
 *               and the solver is random; E_SPEC when a setting has no meaning
 * @see          Brunton & Kutz 2022, "Data-Driven Science and Engineering", 2nd ed., section 1.2
 */
export function fitSvd(stage: SvdStage, data: readonly Matrix[]): Transform {
  const n = data[0].cols;
  const rows = stackRows(data);
  const off = new Array<number>(n).fill(0);
  if (stage.ifcen) {
    for (let j = 0; j < n; j++) off[j] = rows.column(j).reduce((a, b) => a + b, 0) / rows.rows;
  }
  const centred = new Matrix(
    rows.rows,
    n,
    rows.data.map((v, i) => v - off[i % n]),
  );
  const { P, back, notes } = directions(centred, stage);
  const fitted = {
    ...stage,
    off: positiveZeros(off),
    P: P.toRows().map(positiveZeros),
    ...(back === undefined ? {} : { back: back.toRows().map(positiveZeros) }),
    exact: isExact(stage) && P.cols === n,
  };
  return { ...svdTransform(fitted), notes };
}

const directions = (x: Matrix, stage: SvdStage): Directions => (isExact(stage) ? decomposed(x, stage.order) : drawn(x, stage));

/** Leading right singular vectors. */
function decomposed(x: Matrix, order: Truncation): Directions {
  const { s, v } = svd(x);
  const r = truncationRank(s, order, x.rows, x.cols);
  const rank = s.filter((value) => value > NEGLIGIBLE * s[0]).length;
  const asked = `an svd keeps ${r} directions of ${x.rows} samples of rank ${rank}: singular value ${rank + 1} is ${s[rank]} beside ${s[0]}`;
  if (r > rank && order !== "full") {
    throw new DymadError("E_DATA", asked, { path: ["order"], hint: `write an order of at most ${rank}` });
  }
  const notes = r > rank ? [`${asked}; the last ${r - rank} hold rounding only`] : [];
  return { P: columns(v, 0, r), notes };
}

/** Directions found at random, as for the decompositions of `spectral`: those that hold rounding only are left out. */
function drawn(x: Matrix, stage: RandomisedSvdStage | CompressedSvdStage): Directions {
  const { order, seed } = stage;
  const { basis: P } =
    stage.solver === "randomised"
      ? reducedBasis(x, order, { kind: "randomised", oversample: stage.oversample, iterations: stage.iterations, seed })
      : reducedBasis(x, order, { kind: "compressed", measurements: stage.measurements, seed });
  const named = namedTruncation(order);
  const wanted = typeof named === "object" && "count" in named ? named.count : P.cols;
  const notes = P.cols < wanted ? [`an svd keeps ${P.cols} of ${wanted} directions: the others hold rounding only`] : [];
  return stage.solver === "randomised" ? { P, notes } : { P, back: leastSquares(multiplyLarge(x, P), x).x, notes };
}

/** The projection a state describes. */
export function svdTransform(state: SvdState): Transform {
  const P = Matrix.from(state.P);
  const transposed = P.transpose();
  const back = state.back === undefined ? transposed : Matrix.from(state.back);
  const backTransposed = state.back === undefined ? P : back.transpose();
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
    invert: (z) => shifted(z.multiply(back), 1),
    jacobian: () => transposed,
    inverseJacobian: () => backTransposed,
    state,
  };
}
