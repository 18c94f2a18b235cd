import { type Shape, sizeOf, stridesOf } from "../graph.js";

/** Strides for reading an array of `shape` as if it had been broadcast to `to`: 0 along stretched axes. */
export function broadcastStrides(shape: Shape, to: Shape): number[] {
  const own = stridesOf(shape);
  const extra = to.length - shape.length;
  return to.map((_, i) => (i < extra || shape[i - extra] === 1 ? 0 : own[i - extra]));
}

/** Offsets into an array read with `strides`, for every entry of `shape` in row-major order. */
export function offsets(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  const out = new Int32Array(sizeOf(shape));
  if (out.length === 0) return out;
  const index = new Array<number>(shape.length).fill(0);
  let offset = start;
  for (let at = 0; at < out.length; at++) {
    out[at] = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += strides[axis];
      if (++index[axis] < shape[axis]) break;
      offset -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}
