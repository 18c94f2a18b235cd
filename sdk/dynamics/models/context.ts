import type { Shape, Tensor, Tensors } from "../../numerics/engine/index.js";
import type { Batch } from "../data/batch.js";
import type { Model } from "./model.js";

/** What a model is given beside its state: what acts at the same time, and what holds for the whole trajectory. */
export interface Context {
  /** control, the leading axes of the state and then [m]; null without */
  readonly u: Tensor | null;
  /** parameters of the trajectories, shape [B, q] or what stretches to the leading axes of the state; null when no piece reads them */
  readonly p: Tensor | null;
  /** numbers that edges carry, the leading axes of the state and then [E, width]; null when no piece reads them, or programs know them */
  readonly g: Tensor | null;
}

/** A context without anything: for models that read neither control nor parameters nor a changing graph. */
export const alone: Context = { u: null, p: null, g: null };

/** Of all inputs of a trace, those that are the context: `u`, `p` and `g`. */
export function contextOf(inputs: Tensors): Context {
  return { u: inputs.u ?? null, p: inputs.p ?? null, g: inputs.g ?? null };
}

/** Shape of the numbers on the edges of one sample of B rows, where they change with the samples; null where not. */
export function edgeShape({ topology }: Pick<Model, "topology">, B: number): Shape | null {
  return topology === null || topology.fixed !== null ? null : [B, topology.source.length, topology.width];
}

/** Shapes of a model's context for states [...lead, B, n], as inputs of a trace. */
export function contextShapes(model: Pick<Model, "dims" | "topology">, B: number, lead: Shape = []): Record<string, Shape> {
  const { u, p } = model.dims;
  const edges = edgeShape(model, B);
  return {
    ...(u === 0 ? {} : { u: [...lead, B, u] }),
    ...(p === 0 ? {} : { p: [B, p] }),
    ...(edges === null ? {} : { g: [...lead, ...edges] }),
  };
}

/** The values of a batch for the inputs of `contextShapes(model, B, [T])`. */
export function contextValues({ dims, topology }: Model, batch: Batch): Record<string, Float64Array> {
  const { u, p } = dims;
  return {
    ...(u === 0 || batch.u === null ? {} : { u: batch.u }),
    ...(p === 0 || batch.p === null ? {} : { p: batch.p }),
    ...(topology === null || topology.fixed !== null ? {} : { g: topology.batchValues(batch) }),
  };
}
