import type { Tensor, Tensors } from "../../../numerics/engine/index.js";
import type { Batch, Stretch } from "../../data/batch.js";
import { lossFormula } from "../../losses/loss.js";
import type { LossSpec } from "../../losses/spec.js";
import type { Context } from "../../models/context.js";
import type { Model } from "../../models/model.js";
import type { Weights } from "../../models/parameters.js";

/** Losses of one batch by name, their weighted total, and, when asked for, the derivatives of the total. */
export interface Evaluation {
  readonly losses: Readonly<Record<string, number>>;
  readonly total: number;
  readonly gradient: Readonly<Record<string, Float64Array>> | null;
  /** why there is no finite loss, when a solver gave up */
  readonly trouble?: string;
}

/** What a gradient trainer minimises. */
export interface Objective {
  /** names of the losses, `dynamics` first */
  readonly names: readonly string[];
  /** how a trajectory is cut for this objective; the horizon may change between epochs */
  stretches(trajectories: readonly Stretch[], length: number | null): Stretch[];
  evaluate(batch: Batch, weights: Weights, withGradient: boolean): Evaluation;
}

/** Whether a loss is of single samples: all others compare rollouts. */
export const pointwise = (name: string): boolean => name === "dynamics" || name === "recon";

/** The names of a criterion in their order: dynamics, recon, then the rest as written. */
export function lossNames(criterion: Readonly<Record<string, LossSpec>>): string[] {
  const rest = Object.keys(criterion).filter((name) => !pointwise(name));
  return ["dynamics", ...("recon" in criterion ? ["recon"] : []), ...rest];
}

/** Outputs of a loss graph: every loss by name, and `total`, their weighted sum. */
export function totalled(criterion: Readonly<Record<string, LossSpec>>, losses: Readonly<Record<string, Tensor>>): Tensors {
  const total = Object.entries(losses)
    .map(([name, loss]) => loss.mul(criterion[name].weight))
    .reduce((a, b) => a.add(b));
  return { ...Object.fromEntries(Object.entries(losses).map(([name, loss]) => [`loss:${name}`, loss])), total };
}

/** The reconstruction loss: x against D(E(x, u)), over all samples. */
export function reconstruction(spec: LossSpec, model: Model, weights: Tensors, x: Tensor, around: Context): Tensor {
  return lossFormula(spec, model.decode(weights, model.encode(weights, x, around), around), x);
}

/** Reads the results of a loss graph. */
export function evaluationOf(
  names: readonly string[],
  out: Readonly<Record<string, ArrayLike<number>>>,
  parameters: readonly string[] | null,
): Evaluation {
  return {
    losses: Object.fromEntries(names.map((name) => [name, out[`loss:${name}`][0]])),
    total: out.total[0],
    gradient: parameters === null ? null : Object.fromEntries(parameters.map((p) => [p, Float64Array.from(out[`grad:${p}`])])),
  };
}
