import { isSmooth, jumps, partsOf, pieceEnds } from "../../numerics/interpolation.js";
import type { Batch } from "../data/batch.js";
import { type BatchControl, batchControl } from "./batch-control.js";
import { intervalAfter } from "./interval.js";
import type { Model } from "./model.js";

/** The control that a solver sees: at one time, and at the stages of a step. The arrays are overwritten by the next call. */
export interface StageControl {
  /** whether the rates jump, or only bend, where the pieces of the control meet */
  readonly jumps: boolean;
  /** times at which the rates jump or bend: a solver ends a step there */
  breaks(batch: Batch): Float64Array;
  /** at time t, shape [B, m]; at a sample where it jumps, after the jump */
  at(batch: Batch, t: number): Float64Array;
  /** at the times t + c h of a step, shape [stages, B, m]; a step that ends at a jump sees the control before it */
  along(batch: Batch, c: readonly number[], t: number, h: number): Float64Array;
}

/** The control of batches of B rows; null for a model without. */
export function stageControl({ dims, spec }: Model, B: number): StageControl | null {
  const width = B * dims.u;
  if (width === 0) return null;
  // rates jump where held control does and have a kink where linear control has one; splines are smooth enough
  const order = spec.input_order;
  const broken = !isSmooth(order);
  const endsOf = (batch: Batch): Float64Array => pieceEnds(batch.grid, partsOf(order));
  const controls = new WeakMap<Batch, BatchControl>();
  const controlOf = (batch: Batch): BatchControl => {
    const made = controls.get(batch) ?? batchControl(batch);
    controls.set(batch, made);
    return made;
  };
  const single = new Float64Array(width);
  const rooms = new Map<number, { readonly all: Float64Array; readonly parts: readonly Float64Array[] }>();
  const roomFor = (stages: number) => {
    const all = new Float64Array(stages * width);
    const parts = Array.from({ length: stages }, (_, i) => all.subarray(i * width, (i + 1) * width));
    const room = rooms.get(stages) ?? { all, parts };
    rooms.set(stages, room);
    return room;
  };
  return {
    jumps: jumps(order),
    breaks: (batch) => (broken ? endsOf(batch).subarray(1, -1) : new Float64Array()),
    at(batch, t) {
      controlOf(batch)(t, single, broken || t <= batch.grid[0] ? intervalAfter(endsOf(batch), t) : undefined);
      return single;
    },
    along(batch, c, t, h) {
      const { all, parts } = rooms.get(c.length) ?? roomFor(c.length);
      const piece = broken ? intervalAfter(endsOf(batch), t) : undefined;
      const control = controlOf(batch);
      for (let i = 0; i < c.length; i++) control(t + c[i] * h, parts[i], piece);
      return all;
    },
  };
}
