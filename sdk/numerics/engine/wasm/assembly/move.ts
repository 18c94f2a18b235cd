// Copies, fills, rows picked and added by index.

import { lanes, loadPart, splatAt, storePart } from "./lanes";

/** y = x with any steps on both sides: [count, step x, step y] per axis at `dims`, innermost last. */
export function copyAxes<T>(x: usize, y: usize, rank: i32, dims: usize): void {
  if (rank == 0) {
    store<T>(y, load<T>(x));
    return;
  }
  const count = load<i32>(dims);
  const dx = load<i32>(dims, 4);
  const dy = load<i32>(dims, 8);
  if (rank == 1) {
    if (dx == sizeof<T>() && dy == sizeof<T>() && count > 8) {
      memory.copy(y, x, <usize>count * sizeof<T>());
      return;
    }
    for (let i = 0; i < count; i++) {
      store<T>(y, load<T>(x));
      x += dx;
      y += dy;
    }
    return;
  }
  for (let i = 0; i < count; i++) {
    copyAxes<T>(x, y, rank - 1, dims + 12);
    x += dx;
    y += dy;
  }
}

export function fill<T>(value: usize, y: usize, n: i32): void {
  const v = splatAt<T>(value);
  for (; n >= lanes<T>(); n -= lanes<T>()) {
    v128.store(y, v);
    y += 16;
  }
  if (n > 0) storePart<T>(y, v, n);
}

/** Row k of y is row indices[k] of x, for each of `outer` blocks. */
export function gather(x: usize, y: usize, outer: i32, rows: i32, rowBytes: i32, axisBytes: i32, indices: usize): void {
  for (let o = 0; o < outer; o++) {
    for (let r = 0; r < rows; r++) {
      memory.copy(y, x + load<i32>(indices + (r << 2)) * rowBytes, rowBytes);
      y += rowBytes;
    }
    x += axisBytes;
  }
}

/** Row k of x is added to row indices[k] of y, in the order of k. */
export function scatterAdd<T>(x: usize, y: usize, outer: i32, rows: i32, n: i32, axisBytes: i32, indices: usize): void {
  for (let o = 0; o < outer; o++) {
    for (let r = 0; r < rows; r++) {
      let to = y + load<i32>(indices + (r << 2)) * n * <i32>sizeof<T>();
      let left = n;
      for (; left >= lanes<T>(); left -= lanes<T>()) {
        v128.store(to, v128.add<T>(v128.load(to), v128.load(x)));
        to += 16;
        x += 16;
      }
      if (left > 0) {
        storePart<T>(to, v128.add<T>(loadPart<T>(to, left), loadPart<T>(x, left)), left);
        x += left * sizeof<T>();
      }
    }
    y += axisBytes;
  }
}
