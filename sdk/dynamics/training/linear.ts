import { DymadError } from "../../errors.js";
import { compile, type Engine, type Program, trace } from "../../numerics/engine/index.js";
import { timeDerivative } from "../../numerics/finite-difference.js";
import { leastSquares } from "../../numerics/linalg/lstsq.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import { truncatedLeastSquares } from "../../numerics/linalg/truncated-svd.js";
import type { Batch } from "../data/batch.js";
import { stepOf } from "../data/step.js";
import type { LossSpec } from "../losses/spec.js";
import { contextOf, contextShapes, contextValues } from "../models/context.js";
import type { LinearMap } from "../models/linear-map.js";
import type { Model } from "../models/model.js";
import { parameterShapes, pickParameters, type Weights } from "../models/parameters.js";
import type { LinearArgs, LinearMethod } from "./config.js";
import { Cache } from "./objectives/programs.js";

/**
 * Least squares for the linear dynamics z' = s W: rows are samples, s the features, z' the next z or its time derivative by finite
 * differences. Always in float64: differences of float32 latents would lose the digits that matter.
 */
export class LinearUpdate {
  readonly #model: Model;
  readonly map: LinearMap;
  readonly #engine: Engine;
  readonly #programs = new Cache<Program>();

  constructor(model: Model, engine: Engine) {
    if (model.linear === null) {
      throw new DymadError("E_UNSUPPORTED", `${model.spec.family} has no linear dynamics to solve for`, {
        hint: "use kbf or lti, or a gradient trainer",
      });
    }
    this.#model = model;
    this.map = model.linear;
    this.#engine = { backend: engine.backend === "reference" ? "reference" : "wasm", dtype: "float64" };
  }

  /** The weight matrix [s, z] that fits the batches best. */
  solve(
    batches: readonly Batch[],
    weights: Weights,
    method: LinearMethod,
    params: number | "full" | null,
    args: LinearArgs,
  ): Float64Array {
    const parts = batches.flatMap((batch) => this.#pairs(batch, weights, args.order));
    const A = stackRows(parts.map((p) => p.features));
    const b = stackRows(parts.map((p) => p.targets));
    if (method === "truncated") {
      const { left, right } = truncatedLeastSquares(A, b, params ?? "full");
      return left.multiply(right.transpose()).data;
    }
    return args.coupling === "one-way"
      ? this.#oneWay(A, b, args.ridge)
      : leastSquares(A, b, { ridge: args.ridge * A.rows }).x.data;
  }

  /** The loss of the dynamics on batches: z' predicted from the features against its target, weighted by rows. */
  loss(batches: readonly Batch[], weights: Weights, spec: LossSpec, order: 1 | 2 | 4): number {
    let sum = 0;
    let count = 0;
    for (const { features, targets } of batches.flatMap((batch) => this.#pairs(batch, weights, order))) {
      const predicted = features.multiply(this.map.matrix(weights));
      predicted.data.forEach((p, i) => {
        const e = p - targets.data[i];
        sum += spec.type === "mae" ? Math.abs(e) : e * e;
      });
      count += targets.data.length;
    }
    return sum / count;
  }

  /** Features and targets of every trajectory of a batch, in time order; E_DATA when its trajectories are too short or uneven. */
  #pairs(batch: Batch, weights: Weights, order: 1 | 2 | 4): { features: Matrix; targets: Matrix }[] {
    const { dims, spec, parameters } = this.#model;
    const { B, T } = batch;
    const needed = spec.time_domain === "discrete" ? 2 : order + 1;
    if (T < needed) {
      throw new DymadError("E_DATA", `least squares needs ${needed} samples of every trajectory, one has ${T}`, {
        hint: "leave out short trajectories",
      });
    }
    const program = this.#programs.get(`${B}x${T}`, () =>
      compile(
        trace({ ...parameterShapes(parameters), x: [T, B, dims.x], ...contextShapes(dims, B, [T]) }, (t) => {
          const z = this.#model.encode(pickParameters(parameters, t), t.x, contextOf(t));
          return { z, s: this.#model.features(z, contextOf(t)) };
        }),
        this.#engine,
      ),
    );
    const out = program.run({ ...weights, x: batch.x, ...contextValues(dims, batch) });
    return Array.from({ length: B }, (_, b) => {
      const s = rowsOf(out.s, b, B, T, dims.s);
      const z = rowsOf(out.z, b, B, T, dims.z);
      if (spec.time_domain === "discrete") return { features: s.slice(0, T - 1), targets: z.slice(1, T) };
      const dt = stepOf(batch.grid);
      if (dt === null) {
        throw new DymadError(
          "E_DATA",
          "finite differences need a constant time step, but the sample times are not evenly spaced",
          {
            hint: "resample the data, or train with NODE",
          },
        );
      }
      return { features: s, targets: timeDerivative(z, dt, order) };
    });
  }

  #oneWay(A: Matrix, b: Matrix, ridge: number): Float64Array {
    const { x, u, z, s } = this.#model.dims;
    // features of the states alone: z_i for i < x, z_i u_j likewise, and u itself
    const own = Array.from({ length: s }, (_, c) => c).filter((c) =>
      c < z ? c < x : c < z * (1 + u) && s > z + u ? Math.floor((c - z) / u) < x : true,
    );
    const states = leastSquares(pick(A, own), b.cols === x ? b : pick(b, range(0, x))).x;
    const learned = leastSquares(A, pick(b, range(x, z)), { ridge: ridge * A.rows }).x;
    const W = new Matrix(s, z);
    own.forEach((c, i) => {
      W.row(c).set(states.row(i));
    });
    for (let c = 0; c < s; c++) W.row(c).set(learned.row(c), x);
    return W.data;
  }
}

const range = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, i) => start + i);

function pick(a: Matrix, columns: readonly number[]): Matrix {
  const out = new Matrix(a.rows, columns.length);
  for (let i = 0; i < a.rows; i++) for (let j = 0; j < columns.length; j++) out.set(i, j, a.get(i, columns[j]));
  return out;
}

/** Rows of trajectory b out of time-major values [T, B, width]. */
function rowsOf(values: ArrayLike<number>, b: number, B: number, T: number, width: number): Matrix {
  const out = new Matrix(T, width);
  for (let k = 0; k < T; k++) {
    for (let j = 0; j < width; j++) out.data[k * width + j] = values[(k * B + b) * width + j];
  }
  return out;
}
