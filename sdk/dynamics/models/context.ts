import type { Shape, Tensor, Tensors } from "../../numerics/engine/index.js";
import type { Batch } from "../data/batch.js";
import type { ModelDims } from "./sizes.js";

/** What a model is given beside its state: what acts at the same time, and what holds for the whole trajectory. */
export interface Context {
  /** control, the leading axes of the state and then [m]; null without */
  readonly u: Tensor | null;
  /** parameters of the trajectories, shape [B, q] or what stretches to the leading axes of the state; null when no piece reads them */
  readonly p: Tensor | null;
}

/** A context without anything: for models that read neither control nor parameters. */
export const alone: Context = { u: null, p: null };

/** Of all inputs of a trace, those that are the context: `u` and `p`. */
export function contextOf(inputs: Tensors): Context {
  return { u: inputs.u ?? null, p: inputs.p ?? null };
}

/** Shapes of a model's context for states [...lead, B, n], as inputs of a trace. */
export function contextShapes({ u, p }: ModelDims, B: number, lead: Shape = []): Record<string, Shape> {
  return { ...(u === 0 ? {} : { u: [...lead, B, u] }), ...(p === 0 ? {} : { p: [B, p] }) };
}

/** The values of a batch for the inputs of `contextShapes(dims, B, [T])`. */
export function contextValues({ u, p }: ModelDims, batch: Batch): Record<string, Float64Array> {
  return {
    ...(u === 0 || batch.u === null ? {} : { u: batch.u }),
    ...(p === 0 || batch.p === null ? {} : { p: batch.p }),
  };
}
