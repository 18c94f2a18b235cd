import { DymadError } from "../../errors.js";
import { compile, type Engine, type Program, trace } from "../../numerics/engine/index.js";
import { timeDerivative } from "../../numerics/finite-difference.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import { stackRows } from "../../numerics/linalg/qr.js";
import type { Batch } from "../data/batch.js";
import { stepAgreement, stepOf } from "../data/step.js";
import { contextOf, contextShapes, contextValues } from "../models/context.js";
import type { Model } from "../models/model.js";
import { parameterShapes, pickParameters, type Weights } from "../models/parameters.js";
import { addPairs, type PairSums, pairsOf } from "../spectral/dmd/pair-sums.js";
import type { LinearArgs, LinearMethod } from "./config.js";
import { fitKernel, type KernelFit } from "./kernel-fit.js";
import { type LinearSolution, solveLinear } from "./linear-methods.js";
import { isNoisyMethod } from "./noisy-step.js";
import { Cache } from "./objectives/programs.js";
import { isLogarithmic } from "./phase-kinds.js";

/** What a least-squares update found: a linear map, or the regression of kernel dynamics. */
export type Solved = LinearSolution | { readonly kernel: KernelFit; readonly loss: number };

/**
 * Least squares for the linear dynamics z' = s W: rows are samples, s the features, z' the next z (discrete models, and methods
 * that take a logarithm) or its time derivative by finite differences. Always in float64: differences of float32 latents would
 * lose the digits that matter. Kernel dynamics fit their regression to the same pairs.
 */
export class LinearUpdate {
  readonly #model: Model;
  readonly #engine: Engine;
  readonly #programs = new Cache<Program>();

  /** @param engine  one that computes in float64 */
  constructor(model: Model, engine: Engine) {
    if (model.linear === null && model.kernel === null) {
      throw new DymadError("E_UNSUPPORTED", `${model.spec.family} has no linear dynamics to solve for`, {
        hint: "use kbf or lti, or a gradient trainer",
      });
    }
    this.#model = model;
    this.#engine = engine;
  }

  /**
   * The map that fits the batches best, with `streaming` together with all pairs before them.
   *
   * @param earlier  streaming: sums of pairs that came before
   * @throws  E_DATA when trajectories are too short or unevenly sampled; E_NUMERIC when the data do not determine the map, or
   *          have no logarithm
   */
  solve(
    batches: readonly Batch[],
    weights: Weights,
    method: LinearMethod,
    params: number | "full" | null,
    args: LinearArgs,
    earlier: PairSums | null = null,
  ): Solved {
    const nextStep = this.#model.spec.time_domain === "discrete" || isLogarithmic(method);
    const parts = batches.flatMap((batch) => this.#pairs(batch, weights, nextStep ? null : args.order));
    const pairs = { A: stackRows(parts.map((p) => p.features)), b: stackRows(parts.map((p) => p.targets)) };
    if (this.#model.kernel !== null) {
      const kernel = fitKernel(this.#model, weights, pairs.A, pairs.b);
      return { kernel, loss: kernel.residual };
    }
    const dt = isLogarithmic(method) ? oneStep(batches) : 1;
    const series = isNoisyMethod(method) ? parts.map(({ states }) => states) : [];
    const problem = { method, params, args, model: this.#model, dt, series };
    if (!args.streaming) return solveLinear({ ...problem, ...pairs, rows: pairs.A.rows });
    const sums = addPairs(earlier, pairs.A, pairs.b);
    const { A, B } = pairsOf(sums);
    const solution = solveLinear({ ...problem, A, b: B, rows: sums.pairs });
    return { ...solution, metrics: { ...solution.metrics, earlier_pairs: earlier?.pairs ?? 0 }, sums };
  }

  /** Features and targets of every trajectory of a batch (of each of its nodes), in time order: the next z, or its derivative by differences of an order. */
  #pairs(batch: Batch, weights: Weights, order: 1 | 2 | 4 | null): { states: Matrix; features: Matrix; targets: Matrix }[] {
    const { dims, node, axis, parameters } = this.#model;
    const { B, T } = batch;
    const needed = order === null ? 2 : order + 1;
    if (T < needed) {
      throw new DymadError("E_DATA", `least squares needs ${needed} samples of every trajectory, one has ${T}`, {
        hint: "leave out short trajectories",
      });
    }
    const program = this.#programs.get(`${B}x${T}`, () =>
      compile(
        trace({ ...parameterShapes(parameters), x: [T, B, dims.x], ...contextShapes(this.#model, B, [T]) }, (t) => {
          const z = this.#model.encode(pickParameters(parameters, t), t.x, contextOf(t));
          return { z, s: this.#model.features(z, contextOf(t)) };
        }),
        this.#engine,
      ),
    );
    const out = program.run({ ...weights, x: batch.x, ...contextValues(this.#model, batch) });
    // every node of every trajectory is a trajectory of the one map
    const each = B * axis.nodes;
    return Array.from({ length: each }, (_, b) => {
      const s = rowsOf(out.s, b, each, T, node.s);
      const z = rowsOf(out.z, b, each, T, node.z);
      if (order === null) return { states: z, features: s.slice(0, T - 1), targets: z.slice(1, T) };
      return { states: z, features: s, targets: timeDerivative(z, evenStep(batch.grid, "finite differences need"), order) };
    });
  }
}

function evenStep(grid: Float64Array, who: string): number {
  const dt = stepOf(grid);
  if (dt !== null) return dt;
  throw new DymadError("E_DATA", `${who} a constant time step, but the sample times are not evenly spaced`, {
    hint: "resample the data, or train with NODE",
  });
}

/** The one time step of all batches: the logarithm of a map belongs to one. */
function oneStep(batches: readonly Batch[]): number {
  const steps = batches.map(({ grid }) => evenStep(grid, "the logarithm of a map needs"));
  const other = steps.find((dt) => Math.abs(dt - steps[0]) > stepAgreement * steps[0]);
  if (other === undefined) return steps[0];
  throw new DymadError("E_DATA", `the logarithm of a map needs one time step, and trajectories have ${steps[0]} and ${other}`, {
    hint: "resample the data, or use a method without _log",
  });
}

/** Rows of trajectory b out of time-major values [T, B, width]. */
function rowsOf(values: ArrayLike<number>, b: number, B: number, T: number, width: number): Matrix {
  const out = new Matrix(T, width);
  for (let k = 0; k < T; k++) {
    for (let j = 0; j < width; j++) out.data[k * width + j] = values[(k * B + b) * width + j];
  }
  return out;
}
