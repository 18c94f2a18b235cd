// Sums and maxima over axes. The order of every sum is fixed by the shapes alone.

import { num } from "./elementary";
import { lanes, loadPart, storePart } from "./lanes";

// @ts-ignore: decorator
@inline
function join<T>(max: bool, a: v128, b: v128): v128 {
  return max ? v128.max<T>(a, b) : v128.add<T>(a, b);
}

// @ts-ignore: decorator
@inline
function neutral<T>(max: bool): v128 {
  return max ? num<T>(-Infinity) : num<T>(0);
}

/** All lanes joined, in every lane. */
// @ts-ignore: decorator
@inline
function joinLanes<T>(max: bool, v: v128): v128 {
  const w = join<T>(max, v, v128.shuffle<i64>(v, v, 1, 0));
  return sizeof<T>() == 8 ? w : join<T>(max, w, v128.shuffle<i32>(w, w, 1, 0, 3, 2));
}

/** The n entries at x joined; blocks of 512 vectors are summed apart, so that errors grow with the number of blocks. */
// @ts-ignore: decorator
@inline
function runLoop<T>(max: bool, x: usize, n: i32): v128 {
  let total = neutral<T>(max);
  while (n >= lanes<T>()) {
    let block = min(n / lanes<T>(), 512);
    n -= block * lanes<T>();
    let a = neutral<T>(max);
    let b = a;
    let c = a;
    let d = a;
    for (; block >= 4; block -= 4) {
      a = join<T>(max, a, v128.load(x));
      b = join<T>(max, b, v128.load(x, 16));
      c = join<T>(max, c, v128.load(x, 32));
      d = join<T>(max, d, v128.load(x, 48));
      x += 64;
    }
    for (; block > 0; block--) {
      a = join<T>(max, a, v128.load(x));
      x += 16;
    }
    total = join<T>(max, total, join<T>(max, join<T>(max, a, b), join<T>(max, c, d)));
  }
  for (; n > 0; n--) {
    const one = loadPart<T>(x, 1);
    total = join<T>(max, total, max ? v128.bitselect(one, neutral<T>(max), firstLane<T>()) : one);
    x += sizeof<T>();
  }
  return joinLanes<T>(max, total);
}

// @ts-ignore: decorator
@inline
function firstLane<T>(): v128 {
  return sizeof<T>() == 8 ? i64x2(-1, 0) : i32x4(-1, 0, 0, 0);
}

function run<T>(max: bool, x: usize, n: i32): v128 {
  return max ? runLoop<T>(true, x, n) : runLoop<T>(false, x, n);
}

/** Joins over the reduced axes [count, step] at `dims`; the innermost run of n entries is reduced too. */
function runAxes<T>(max: bool, x: usize, n: i32, rank: i32, dims: usize): v128 {
  if (rank == 0) return run<T>(max, x, n);
  const count = load<i32>(dims);
  let total = neutral<T>(max);
  for (let i = 0; i < count; i++) {
    total = join<T>(max, total, runAxes<T>(max, x, n, rank - 1, dims + 8));
    x += load<i32>(dims, 4);
  }
  return total;
}

/** One vector joined over the reduced axes; the innermost axis is kept. Reads may run past its end by less than a vector. */
// @ts-ignore: decorator
@inline
function column<T>(max: bool, x: usize, count: i32, step: i32): v128 {
  let a = neutral<T>(max);
  for (; count > 0; count--) {
    a = join<T>(max, a, v128.load(x));
    x += step;
  }
  return a;
}

/** Vectors of a row joined side by side: an addition waits for the one before it, so there is room for eight at a time. */
// @ts-ignore: decorator
@inline
function columnsOf<T>(eight: bool, max: bool, x: usize, y: usize, count: i32, step: i32, first: bool): void {
  let a = neutral<T>(max);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  for (; count > 0; count--) {
    a = join<T>(max, a, v128.load(x));
    b = join<T>(max, b, v128.load(x, 16));
    c = join<T>(max, c, v128.load(x, 32));
    d = join<T>(max, d, v128.load(x, 48));
    if (eight) {
      e = join<T>(max, e, v128.load(x, 64));
      f = join<T>(max, f, v128.load(x, 80));
      g = join<T>(max, g, v128.load(x, 96));
      h = join<T>(max, h, v128.load(x, 112));
    }
    x += step;
  }
  put<T>(max, y, a, first);
  put<T>(max, y + 16, b, first);
  put<T>(max, y + 32, c, first);
  put<T>(max, y + 48, d, first);
  if (!eight) return;
  put<T>(max, y + 64, e, first);
  put<T>(max, y + 80, f, first);
  put<T>(max, y + 96, g, first);
  put<T>(max, y + 112, h, first);
}

// @ts-ignore: decorator
@inline
function put<T>(max: bool, y: usize, v: v128, first: bool): void {
  v128.store(y, first ? v : join<T>(max, v128.load(y), v));
}

// @ts-ignore: decorator
@inline
function columnsLoop<T>(max: bool, x: usize, y: usize, n: i32, count: i32, step: i32, first: bool): void {
  for (; n >= lanes<T>() * 8; n -= lanes<T>() * 8) {
    columnsOf<T>(true, max, x, y, count, step, first);
    x += 128;
    y += 128;
  }
  if (n >= lanes<T>() * 4) {
    columnsOf<T>(false, max, x, y, count, step, first);
    n -= lanes<T>() * 4;
    x += 64;
    y += 64;
  }
  for (; n > 0; n -= lanes<T>()) {
    let a = column<T>(max, x, count, step);
    if (!first) a = join<T>(max, v128.load(y), a);
    if (n >= lanes<T>()) v128.store(y, a);
    else storePart<T>(y, a, n);
    x += 16;
    y += 16;
  }
}

/** Rows of n entries joined over the reduced axes; y already holds a value unless `first`. */
function columns<T>(max: bool, x: usize, y: usize, n: i32, rank: i32, dims: usize, first: bool): void {
  const count = load<i32>(dims);
  const step = load<i32>(dims, 4);
  if (rank == 1) {
    if (max) columnsLoop<T>(true, x, y, n, count, step, first);
    else columnsLoop<T>(false, x, y, n, count, step, first);
    return;
  }
  for (let i = 0; i < count; i++) {
    columns<T>(max, x, y, n, rank - 1, dims + 8, first && i == 0);
    x += step;
  }
}

/** y over the kept axes [count, step] at `kept`, the reduced ones at `reduced`. Returns the end of y. */
export function reduceAxes<T>(
  max: bool, x: usize, y: usize, n: i32, innerKept: bool, keptRank: i32, kept: usize, rank: i32, reduced: usize,
): usize {
  if (keptRank == 0) {
    if (innerKept) {
      columns<T>(max, x, y, n, rank, reduced, true);
      return y + n * sizeof<T>();
    }
    storePart<T>(y, runAxes<T>(max, x, n, rank, reduced), 1);
    return y + sizeof<T>();
  }
  const count = load<i32>(kept);
  for (let i = 0; i < count; i++) {
    y = reduceAxes<T>(max, x, y, n, innerKept, keptRank - 1, kept + 8, rank, reduced);
    x += load<i32>(kept, 4);
  }
  return y;
}
