import { type Shape, sizeOf, stridesOf } from "../graph.js";
import type { Buffer, Place, View } from "./instruction.js";

export const viewOf = (place: Place, shape: Shape): View => ({ place, shape, strides: stridesOf(shape) });
export const wholeOf = (buffer: Buffer, shape: Shape): View => viewOf({ buffer, offset: 0, steps: [] }, shape);

/** Whether the entries lie one behind the other in row-major order. */
export function isContiguous(view: View): boolean {
  const strides = stridesOf(view.shape);
  return view.shape.every((n, i) => n === 1 || view.strides[i] === strides[i]);
}

/** Whether a view is all of its buffer, entry by entry. */
export function isWhole(view: View): boolean {
  const { buffer, offset, steps } = view.place;
  return offset === 0 && steps.length === 0 && buffer.size === sizeOf(view.shape) && isContiguous(view);
}

/** The same place moved by a number of entries. */
export const moved = (place: Place, by: number): Place => (by === 0 ? place : { ...place, offset: place.offset + by });

/** The view as NumPy would broadcast it. */
export function broadcastTo(view: View, shape: Shape): View {
  const extra = shape.length - view.shape.length;
  const strides = shape.map((_, i) => (i < extra || view.shape[i - extra] === 1 ? 0 : view.strides[i - extra]));
  return { place: view.place, shape, strides };
}

export function transposed(view: View, perm: readonly number[]): View {
  return { place: view.place, shape: perm.map((p) => view.shape[p]), strides: perm.map((p) => view.strides[p]) };
}

export function sliced(view: View, shape: Shape, starts: readonly number[], steps: readonly number[]): View {
  const offset = sizeOf(shape) === 0 ? 0 : starts.reduce((sum, s, i) => sum + s * view.strides[i], 0);
  return { place: moved(view.place, offset), shape, strides: view.strides.map((s, i) => s * steps[i]) };
}

/** The same entries in another shape, or undefined when that needs a copy. */
export function reshaped(view: View, shape: Shape): View | undefined {
  if (isContiguous(view)) return viewOf(view.place, shape);
  // axes of length 1 may come and go freely
  const kept = view.shape.flatMap((n, i) => (n === 1 ? [] : [i]));
  const wanted = shape.flatMap((n, i) => (n === 1 ? [] : [i]));
  if (kept.length !== wanted.length || kept.some((axis, i) => view.shape[axis] !== shape[wanted[i]])) return undefined;
  const strides = shape.map(() => 0);
  wanted.forEach((axis, i) => {
    strides[axis] = view.strides[kept[i]];
  });
  return { place: view.place, shape, strides };
}

/** One axis of a loop over several arrays at once: how many entries, and the step of each array. */
export interface Axis {
  readonly count: number;
  readonly steps: readonly number[];
}

/** The axes of a loop over arrays of one shape, with axes merged wherever all arrays allow it; at least one axis. */
export function axesOf(shape: Shape, strides: readonly (readonly number[])[]): Axis[] {
  const axes: Axis[] = [];
  shape.forEach((count, i) => {
    if (count === 1) return;
    const steps = strides.map((s) => s[i]);
    const last = axes.at(-1);
    if (last?.steps.every((s, j) => s === steps[j] * count)) {
      axes[axes.length - 1] = { count: last.count * count, steps };
    } else {
      axes.push({ count, steps });
    }
  });
  return axes.length > 0 ? axes : [{ count: 1, steps: strides.map(() => 1) }];
}
