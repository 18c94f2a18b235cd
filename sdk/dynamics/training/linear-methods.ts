import { DymadError } from "../../errors.js";
import { logm } from "../../numerics/linalg/logm.js";
import { logLowRank } from "../../numerics/linalg/low-rank.js";
import { type LeastSquares, leastSquares } from "../../numerics/linalg/lstsq.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { type ResidualOrder, residualFilter } from "../../numerics/linalg/residual-filter.js";
import { truncatedLeastSquares } from "../../numerics/linalg/truncated-svd.js";
import type { Model } from "../models/model.js";
import type { LinearArgs, LinearMethod } from "./config.js";
import { isLogarithmic } from "./phase-kinds.js";

/** Linear dynamics found from data: W [s, z], or U [s, r] and V [z, r] of W = U Vᵀ. */
export type SolvedMap = Matrix | { readonly U: Matrix; readonly V: Matrix };

export interface LinearSolution {
  readonly map: SolvedMap;
  /** |A W - b|_F / rows, of the map from sample to sample where a logarithm was taken; units of z' */
  readonly loss: number;
  /** directions that were used, of how many columns of A */
  readonly rank: number;
  readonly columns: number;
  readonly rows: number;
}

/** A least-squares problem A W ≈ b for a model, and how to solve it. */
export interface LinearProblem {
  readonly A: Matrix;
  readonly b: Matrix;
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
 * eigenpairs that the data confirm, in two factors. `_log`: log(W) / dt of the map between samples.
 *
 * @throws  E_NUMERIC when the data do not determine W and `deficient` refuses, or when a logarithm does not exist
 * @see     `residualFilter`, `logm`, `logLowRank`
 */
export function solveLinear(problem: LinearProblem): LinearSolution {
  const { A, b, method, params, args, model, dt } = problem;
  const size = { columns: A.cols, rows: A.rows };
  switch (method) {
    case "full":
    case "full_log": {
      if (method === "full_log") requireSquare(model, method);
      const W = args.coupling === "one-way" ? oneWay(problem) : leastSquares(A, b, { ridge: args.ridge * A.rows });
      if (args.coupling === "full") requireRank(W, problem);
      const map = method === "full" ? W.x : scaled(logm(W.x), 1 / dt);
      return { map, loss: misfit(A.multiply(W.x), b), rank: W.rank, ...size };
    }
    case "truncated":
    case "truncated_log": {
      const { left, right, rank } = truncatedLeastSquares(A, b, params ?? "full");
      const loss = misfit(A.multiply(left).multiply(right.transpose()), b);
      return { map: factors(left, right, method, dt), loss, rank, ...size };
    }
    case "sako":
    case "sako_log": {
      requireSquare(model, method);
      const { left, right, values } = residualFilter(A, b, residualOrder(params), { removeOne: args.remove_one });
      const loss = misfit(A.multiply(left).multiply(right.transpose()), b);
      return { map: factors(left, right, method, dt), loss, rank: values.re.length, ...size };
    }
    default:
      return method satisfies never;
  }
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

function requireSquare({ dims }: Model, method: LinearMethod): void {
  if (dims.s === dims.z) return;
  throw new DymadError("E_UNSUPPORTED", `${method} needs as many features as latent coordinates, got ${dims.s} and ${dims.z}`, {
    hint: "eigenpairs and logarithms belong to models without control: use method full or truncated",
  });
}

/** Refuses to choose among solutions where the data do not determine one. */
function requireRank({ rank }: LeastSquares, { A, args, model }: LinearProblem): void {
  const refuses = args.deficient === "refuse" || (args.deficient === "auto" && model.spec.encoder_layers === 0);
  if (rank === A.cols || args.ridge > 0 || !refuses) return;
  const message = `least squares has rank ${rank} of ${A.cols} columns over ${A.rows} rows: the data do not determine the dynamics`;
  throw new DymadError("E_NUMERIC", message, {
    hint: `leave out columns that depend on others, write kwargs.ridge: 1e-8, method: truncated with params: ${Math.max(1, rank)}, or kwargs.deficient: shortest for the smallest of the solutions`,
    data: { rank, columns: A.cols, rows: A.rows },
  });
}

/** The states from the states and the control alone, the learned coordinates from everything. */
function oneWay({ A, b, args, model }: LinearProblem): LeastSquares {
  const { x, u, z, s } = model.dims;
  // features of the states alone: z_i for i < x, z_i u_j likewise, and u itself
  const own = Array.from({ length: s }, (_, c) => c).filter((c) =>
    c < z ? c < x : c < z * (1 + u) && s > z + u ? Math.floor((c - z) / u) < x : true,
  );
  const states = leastSquares(pick(A, own), b.cols === x ? b : pick(b, range(0, x)));
  const learned = leastSquares(A, pick(b, range(x, z)), { ridge: args.ridge * A.rows });
  const W = new Matrix(s, z);
  own.forEach((c, i) => {
    W.row(c).set(states.x.row(i));
  });
  for (let c = 0; c < s; c++) W.row(c).set(learned.x.row(c), x);
  return { ...learned, x: W };
}

function misfit(fitted: Matrix, b: Matrix): number {
  let sum = 0;
  for (let i = 0; i < b.data.length; i++) sum += (fitted.data[i] - b.data[i]) * (fitted.data[i] - b.data[i]);
  return Math.sqrt(sum) / b.rows;
}

const scaled = (a: Matrix, factor: number): Matrix =>
  new Matrix(
    a.rows,
    a.cols,
    a.data.map((v) => v * factor),
  );

const range = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, i) => start + i);

function pick(a: Matrix, columns: readonly number[]): Matrix {
  const out = new Matrix(a.rows, columns.length);
  for (let i = 0; i < a.rows; i++) for (let j = 0; j < columns.length; j++) out.set(i, j, a.get(i, columns[j]));
  return out;
}
