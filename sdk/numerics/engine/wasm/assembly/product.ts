// C = f(init + A B). The entries of A may have any row and column step (so A may be transposed); rows of B are contiguous; reads
// may run past the end of a row of B, init or other by less than two vectors, which the arena leaves room for. Every sum runs over
// k in order.

import { lanes } from "./lanes";
import { mapBinary, mapUnary } from "./map";
import { narrowStrip } from "./narrow";
import { isPair, pairs } from "./pair";
import { singleRows } from "./row";
import { strip4x2 } from "./strip";
import { thin, thinTerms } from "./thin";

/** Number of the binary function g (1 - y^2), which the strips make themselves. */
const tanhGrad = 7;
/** Bytes of A and of C that are worked on together, so that they stay in the cache, and bounds of their rows. */
const blockBytes = 16384;
const fewestRows = 16;
const mostRows = 128;
/** Bytes from which on columns of A compete for the same lines of the cache. */
const farApart = 1024;
/** Steps along k made together. */
const stepBlock = 256;

/** The rows of A or C, each of so many entries, that are worked on together: a multiple of 8. */
// @ts-ignore: decorator
@inline
function blockOf<T>(entries: i32): i32 {
  const rows = blockBytes / (entries * <i32>sizeof<T>());
  return max(fewestRows, min(mostRows, rows)) & ~7;
}

/** Copies B strip after strip, so that its rows do not evict each other from the cache. Returns the end of the copy. */
function packStrips<T>(b: usize, bk: i32, n: i32, k: i32, to: usize): usize {
  for (let left = n; left > 0; left -= 2 * lanes<T>()) {
    let from = b;
    for (let i = 0; i < k; i++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += bk;
      to += 32;
    }
    b += 32;
  }
  return to;
}

/** Copies runs of `bytes`, a multiple of 16, that lie `step` apart. */
function packRuns(from: usize, step: i32, bytes: i32, count: i32, to: usize): void {
  for (; count > 0; count--) {
    for (let at = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at));
    from += step;
    to += bytes;
  }
}

/** A multiple of four rows, strip by strip: strips of B are `next` apart. `other` (0: none) damps the result. */
function strips<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, next: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize,
): void {
  if (isPair<T>(ar, ak, n, init, ir)) {
    pairs<T>(a, ar, ak, b, bk, c, m, k, init, ir);
    if (other != 0) mapBinary<T>(tanhGrad, 0, c, other, c, 2 * m);
    return;
  }
  let at: usize = 0;
  for (let left = n; left > 0; left -= 2 * lanes<T>()) {
    const z = init == 0 ? 0 : init + at;
    const o = other == 0 ? 0 : other + at;
    if (left > lanes<T>()) strip4x2<T>(a, ar, ak, b, bk, c + at, cr, m, left, k, z, ir, o);
    else narrowStrip<T>(a, ar, ak, b, bk, c + at, cr, m, left, k, z, ir, o);
    b += next;
    at += 32;
  }
}

/**
 * One product. Steps in bytes: A rows `ar` and along k `ak`, B along k `bk`; C is contiguous, m by n. `init` (0: zeros) has
 * rows `ir` apart. `epilogue`: 0 none, 1 unary function `fn`, 2 binary function `fn` of C and the array `other`. `scratch` (0:
 * none) has room for up to 256 steps of B, and of a block of rows of A where they lie side by side.
 */
export function product<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, m: i32, n: i32, k: i32,
  init: usize, ir: i32, epilogue: i32, fn: i32, other: usize, scratch: usize,
): void {
  const cr = n * <i32>sizeof<T>();
  if (m < 4) {
    singleRows<T>(a, ar, ak, b, bk, c, cr, m, n, k, init, ir);
    if (epilogue == 1) mapUnary<T>(fn, c, c, m * n);
    else if (epilogue == 2) mapBinary<T>(fn, 0, c, other, c, m * n);
    return;
  }
  const isThin = k > 0 && k <= thinTerms;
  const damped = epilogue == 2 && fn == tanhGrad;
  const aside = scratch != 0 && ar == <i32>sizeof<T>() && ak >= farApart;
  let done = 0;
  do {
    const steps = min(k - done, stepBlock);
    const isLast = done + steps == k;
    const most = scratch != 0 && !aside ? mostRows : blockOf<T>(max(n, steps));
    let y = b;
    let yk = bk;
    let next = 32;
    let room: usize = 0;
    if (scratch != 0) {
      room = packStrips<T>(b, bk, n, steps, scratch);
      y = scratch;
      yk = 32;
      next = steps * 32;
    }
    for (let i = 0; i < m; i += most) {
      const rows = min(m - i, most);
      const to = c + i * cr;
      let x = a + i * ar;
      let xk = ak;
      if (aside) {
        xk = (rows * ar + 15) & ~15;
        packRuns(x, ak, xk, steps, room);
        x = room;
      }
      const z = init == 0 ? 0 : init + i * ir;
      const factor = damped && isLast ? other + i * cr : 0;
      if (factor != 0 && !isThin) touch(factor, rows * cr);
      if (isThin) thin<T>(x, ar, xk, y, yk, to, cr, rows, n, k, z, ir, factor);
      else {
        const tiled = rows & ~3;
        const rest = rows - tiled;
        const last = to + tiled * cr;
        if (tiled > 0) strips<T>(x, ar, xk, y, yk, next, to, cr, tiled, n, steps, z, ir, factor);
        if (rest > 0) singleRows<T>(a + (i + tiled) * ar, ar, ak, b, bk, last, cr, rest, n, steps, z == 0 ? 0 : z + tiled * ir, ir);
        if (rest > 0 && factor != 0) mapBinary<T>(tanhGrad, 0, last, factor + tiled * cr, last, rest * n);
      }
      if (!isLast) continue;
      if (epilogue == 1) mapUnary<T>(fn, to, to, rows * n);
      else if (epilogue == 2 && !damped) mapBinary<T>(fn, 0, to, other + i * cr, to, rows * n);
    }
    a += steps * ak;
    b += steps * bk;
    init = c;
    ir = cr;
    done += steps;
  } while (done < k);
}

/** Reads a line of the cache after the other, so that they come as a stream and not one strip at a time. */
function touch(from: usize, bytes: i32): void {
  for (const end = from + bytes; from < end; from += 64) load<i32>(from);
}

/** Products over batch axes [count, step a, step b, step init] at `dims`; C is contiguous. Returns the end of C. */
export function productAxes<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, m: i32, n: i32, k: i32,
  init: usize, ir: i32, epilogue: i32, fn: i32, other: usize, scratch: usize, rank: i32, dims: usize,
): usize {
  const bytes = m * n * <i32>sizeof<T>();
  if (rank == 0) {
    product<T>(a, ar, ak, b, bk, c, m, n, k, init, ir, epilogue, fn, other, scratch);
    return c + bytes;
  }
  const count = load<i32>(dims);
  const first = c;
  for (let i = 0; i < count; i++) {
    c = productAxes<T>(a, ar, ak, b, bk, c, m, n, k, init, ir, epilogue, fn, other == 0 ? 0 : other + (c - first), scratch, rank - 1, dims + 16);
    a += load<i32>(dims, 4);
    b += load<i32>(dims, 8);
    if (init != 0) init += load<i32>(dims, 12);
  }
  return c;
}
