import { DymadError } from "../../errors.js";
import { logm } from "../../numerics/linalg/logm.js";
import { logLowRank } from "../../numerics/linalg/low-rank.js";
import { conditionOf, type LeastSquares, leastSquares, pickColumns, roundingShare } from "../../numerics/linalg/lstsq.js";
import { Matrix, scaled } from "../../numerics/linalg/matrix.js";
import { type ResidualOrder, residualFilter } from "../../numerics/linalg/residual-filter.js";
import { truncatedLeastSquares } from "../../numerics/linalg/truncated-svd.js";
import type { Model } from "../models/model.js";
import type { PairSums } from "../spectral/dmd/pair-sums.js";
import type { LinearArgs, LinearMethod } from "./config.js";
import { noisyStep } from "./noisy-step.js";
import { isLogarithmic } from "./phase-kinds.js";

/** How far the data determine W. */
interface Determined {
  /** directions that were used, of how many that the method would use, and of how many columns of A */
  readonly rank: number;
  readonly asked: number;
  readonly columns: number;
  /** largest over smallest singular value of the directions in use; null where eigenpairs were chosen */
  readonly condition: number | null;
  /** the ridge that W was found with */
  readonly ridge: number;
}

/** Linear dynamics found from data: W [s, z], or U [s, r] and V [z, r] of W = U Vᵀ. */
export type SolvedMap = Matrix | { readonly U: Matrix; readonly V: Matrix };

export interface LinearSolution extends Determined {
  readonly map: SolvedMap;
  /** |A W - b|_F / rows, of the map from sample to sample where a logarithm was taken; units of z' */
  readonly loss: number;
  readonly rows: number;
  /** further numbers of the fit for its record, and what to know before it is believed */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly doubts?: readonly string[];
  /** streaming: the sums that the map was found from */
  readonly sums?: PairSums;
}

/** A least-squares problem A W ≈ b for a model, and how to solve it. */
export interface LinearProblem {
  readonly A: Matrix;
  readonly b: Matrix;
  /** rows of the data that those of A stand for: as many, or more where a triangle has their sums */
  readonly rows: number;
  /** the latent states of whole trajectories that the rows come from, each shape [T, z] */
  readonly series: readonly Matrix[];
  readonly method: LinearMethod;
  readonly params: number | "full" | null;
  readonly args: LinearArgs;
  readonly model: Model;
  /** step of the pairs where a logarithm is taken, units of `t` */
  readonly dt: number;
}

/**
 * Solves for linear dynamics.
 *
 * full: the shortest W of the least |A W - b|² + ridge rows |W|². truncated: W = V_r (Σ_r⁻¹ U_rᵀ b) in two factors. sako: the
 * eigenpairs that the data confirm, in two factors. total_least_squares, forward_backward, optimised, bagged: see `noisyStep`. `_log`: log(W) / dt of the map between samples, on the directions that the data
 * determine. The others get no part in W.
 *
 * @throws  E_NUMERIC when the data do not determine W and `deficient` refuses, or when a logarithm does not exist
 * @see     `residualFilter`, `logm`, `logLowRank`
 */
export function solveLinear(problem: LinearProblem): LinearSolution {
  const { A, b, rows, method, params, args, model, dt } = problem;
  const size = { columns: A.cols, rows };
  const lossOf = (fitted: Matrix): number => misfit(fitted, b, rows);
  switch (method) {
    case "full":
    case "full_log": {
      if (method === "full_log") requireSquare(model, method);
      const { x: W, doubtful } = args.coupling === "one-way" ? oneWay(problem) : together(problem);
      requireRank(doubtful, problem);
      const map = method === "full" ? W : fullLogarithm(W, doubtful, problem);
      return { map, loss: lossOf(A.multiply(W)), ...size, ...doubtful };
    }
    case "truncated":
    case "truncated_log": {
      const { left, right, rank, asked, s } = truncatedLeastSquares(A, b, params ?? "full", rows);
      const loss = lossOf(A.multiply(left).multiply(right.transpose()));
      const condition = conditionOf(s, rank);
      return { map: factors(left, right, method, dt), loss, rank, asked, condition, ridge: 0, ...size };
    }
    case "sako":
    case "sako_log": {
      requireSquare(model, method);
      const { left, right, values } = residualFilter(A, b, residualOrder(params), { removeOne: args.remove_one, rows });
      const loss = lossOf(A.multiply(left).multiply(right.transpose()));
      const rank = values.re.length;
      return { map: factors(left, right, method, dt), loss, rank, asked: rank, condition: null, ridge: 0, ...size };
    }
    case "total_least_squares":
    case "forward_backward":
    case "optimised":
    case "bagged": {
      requireSquare(model, method);
      const found = noisyStep(method, problem, params);
      const { map } = found;
      const fitted = map instanceof Matrix ? A.multiply(map) : A.multiply(map.U).multiply(map.V.transpose());
      return { ...found, loss: lossOf(fitted), ridge: 0, ...size };
    }
    case "raw":
      throw new DymadError("E_UNSUPPORTED", `raw is what kernel machines do, and ${model.spec.family} is none`, {
        hint: "use method full or truncated",
      });
    default:
      return method satisfies never;
  }
}

/** log(W) / dt; of a map that the data do not determine, on the directions that they do, where alone it has a logarithm. */
function fullLogarithm(W: Matrix, { rank, columns, ridge }: Determined, { A, b, rows, args, dt }: LinearProblem): Matrix {
  if (rank === columns || ridge > 0 || args.coupling === "one-way") return scaled(logm(W), 1 / dt);
  const { left, right } = truncatedLeastSquares(A, b, rank, rows);
  const low = logLowRank(left, right, dt);
  return low.left.multiply(low.right.transpose());
}

function factors(left: Matrix, right: Matrix, method: LinearMethod, dt: number): SolvedMap {
  const low = isLogarithmic(method) ? logLowRank(left, right, dt) : { left, right };
  return { U: low.left, V: low.right };
}

/** A whole number is how many eigenpairs stay, another number the largest residual. */
function residualOrder(params: number | "full" | null): ResidualOrder {
  if (params === null || params === "full") return "full";
  return Number.isInteger(params) ? { count: params } : { maxResidual: params };
}

function requireSquare({ node: dims }: Model, method: LinearMethod): void {
  if (dims.s === dims.z) return;
  throw new DymadError("E_UNSUPPORTED", `${method} needs as many features as latent coordinates, got ${dims.s} and ${dims.z}`, {
    hint: "eigenpairs and logarithms belong to models without control: use method full or truncated",
  });
}

/** Refuses to choose among solutions where that is asked for. */
function requireRank({ rank, columns, ridge }: Determined, { rows, args, method }: LinearProblem): void {
  if (rank === columns || ridge > 0 || args.deficient !== "refuse") return;
  const message = `least squares has rank ${rank} of ${columns} columns over ${rows} rows: the data do not determine the dynamics`;
  const ways = [
    "leave out columns that depend on others",
    `write method: ${method.replace("full", "truncated")} with params: ${rank}`,
    "or kwargs.deficient: shortest",
  ];
  throw new DymadError("E_NUMERIC", message, { hint: ways.join(", "), data: { rank, columns, rows } });
}

/** Singular values that differ by more than 2^26 leave less than half of the digits of float64 to W. */
const worstCondition = 2 ** 26;

/** What a reader must know of a solution; null when it is as determined as it looks. Ridge and eigenpairs choose by their own rules. */
export function doubtAbout({ rank, asked, columns, rows, condition, ridge }: LinearSolution): string | null {
  if (ridge > 0 || condition === null) return null;
  const size = `least squares over ${rows} rows and ${columns} columns has`;
  if (rank < asked) {
    const wanted = asked === columns ? "" : ` where ${asked} were asked for`;
    const within = rank === 0 ? "" : ` (condition ${condition.toPrecision(3)} within it)`;
    return `${size} rank ${rank}${wanted}${within}: the data do not determine all of the dynamics, and the smallest of the many solutions was taken`;
  }
  if (condition <= worstCondition) return null;
  return `${size} condition ${condition.toPrecision(3)}: the smallest directions are hardly more than rounding; scale columns whose units are far apart (scaler in transform_x), leave out those that nearly depend on others, or write kwargs.ridge or method: truncated`;
}

/** A solution, and how far the part of it that is least determined is. */
interface FullSolution {
  readonly x: Matrix;
  readonly doubtful: Determined;
}

const determined = ({ rank, s }: LeastSquares, columns: number, ridge: number): Determined => ({
  rank,
  asked: columns,
  columns,
  condition: conditionOf(s, rank),
  ridge,
});

/** Every latent coordinate from all features. */
function together({ A, b, rows, args }: LinearProblem): FullSolution {
  const solution = leastSquares(A, b, { ridge: args.ridge * A.rows, rcond: roundingShare(rows, A.cols) });
  return { x: solution.x, doubtful: determined(solution, A.cols, args.ridge) };
}

/** The states from the states and the control alone, the learned coordinates from everything. */
function oneWay({ A, b, args, model }: LinearProblem): FullSolution {
  const { x, u, z, s } = model.node;
  // features of the states alone: z_i for i < x, z_i u_j likewise, and u itself
  const own = Array.from({ length: s }, (_, c) => c).filter((c) =>
    c < z ? c < x : c < z * (1 + u) && s > z + u ? Math.floor((c - z) / u) < x : true,
  );
  const states = leastSquares(pickColumns(A, own), b.cols === x ? b : pickColumns(b, range(0, x)));
  const learned = leastSquares(A, pickColumns(b, range(x, z)), { ridge: args.ridge * A.rows });
  const W = new Matrix(s, z);
  own.forEach((c, i) => {
    W.row(c).set(states.x.row(i));
  });
  for (let c = 0; c < s; c++) W.row(c).set(learned.x.row(c), x);
  const both = [determined(states, own.length, 0), determined(learned, A.cols, args.ridge)];
  return { x: W, doubtful: both.find(({ rank, columns }) => rank < columns) ?? both[1] };
}

/** |fitted - b|_F / rows, where each row of b may stand for several. */
function misfit(fitted: Matrix, b: Matrix, rows: number): number {
  let sum = 0;
  for (let i = 0; i < b.data.length; i++) sum += (fitted.data[i] - b.data[i]) * (fitted.data[i] - b.data[i]);
  return Math.sqrt(sum) / Math.sqrt(b.rows * rows);
}

const range = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, i) => start + i);
