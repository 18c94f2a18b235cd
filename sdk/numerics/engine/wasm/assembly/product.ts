// C = f(init + A B). The entries of A may have any row and column step (so A may be transposed); rows of B are contiguous; reads
// may run past the end of a row of B, init or other by less than two vectors, which the arena leaves room for. Every sum runs over
// k in order.

import { lanes } from "./lanes";
import { mapBinary, mapUnary } from "./map";
import { singleRows } from "./row";
import { strip4x2, strip8x1 } from "./strip";
import { thin, thinTerms } from "./thin";

/** Number of the binary function g (1 - y^2), which the strips make themselves. */
const tanhGrad = 7;
/** Bytes of A and of C that are worked on together, so that they stay in the cache, and bounds of their rows. */
const blockBytes = 16384;
const fewestRows = 16;
const mostRows = 128;
/** Steps along k made together. */
const stepBlock = 256;

/** The rows of A or C, each of so many entries, that are worked on together: a multiple of 8. */
// @ts-ignore: decorator
@inline
function blockOf<T>(entries: i32): i32 {
  const rows = blockBytes / (entries * <i32>sizeof<T>());
  return max(fewestRows, min(mostRows, rows)) & ~7;
}

/** One block of rows and steps, strip by strip; with `scratch` each strip of B is copied there first, its rows side by side. */
function strips<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize,
  scratch: usize,
): void {
  for (let left = n; left > 0; left -= 2 * lanes<T>()) {
    let strip = b;
    let step = bk;
    if (scratch != 0) {
      let to = scratch;
      for (let i = 0; i < k; i++) {
        v128.store(to, v128.load(strip));
        v128.store(to, v128.load(strip, 16), 16);
        strip += bk;
        to += 32;
      }
      strip = scratch;
      step = 32;
    }
    if (left > lanes<T>()) strip4x2<T>(a, ar, ak, strip, step, c, cr, m, left, k, init, ir, other);
    else strip8x1<T>(a, ar, ak, strip, step, c, cr, m, left, k, init, ir, other);
    b += 32;
    c += 32;
    if (init != 0) init += 32;
    if (other != 0) other += 32;
  }
}

/** One block of rows, all steps. `other` (0: none) damps the result. */
function block<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize, scratch: usize,
): void {
  const cr = n * <i32>sizeof<T>();
  // a strip of one vector is made in eights of rows, which then must hold for all strips
  const narrow = (n - 1) % (2 * lanes<T>()) < lanes<T>();
  const tiled = narrow ? m & ~7 : m & ~3;
  let x = a;
  let y = b;
  let z = init;
  let zr = ir;
  for (let left = k; left > 0; left -= stepBlock) {
    const steps = min(left, stepBlock);
    if (tiled > 0) strips<T>(x, ar, ak, y, bk, c, cr, tiled, n, steps, z, zr, left <= stepBlock ? other : 0, scratch);
    x += steps * ak;
    y += steps * bk;
    z = c;
    zr = cr;
  }
  if (tiled == m) return;
  const last = c + tiled * cr;
  singleRows<T>(a + tiled * ar, ar, ak, b, bk, last, cr, m - tiled, n, k, init == 0 ? 0 : init + tiled * ir, ir);
  if (other != 0) mapBinary<T>(tanhGrad, 0, last, other + tiled * cr, last, (m - tiled) * n);
}

/** Reads a line of the cache after the other, so that they come as a stream and not one strip at a time. */
function touch(from: usize, bytes: i32): void {
  for (const end = from + bytes; from < end; from += 64) load<i32>(from);
}

/**
 * One product. Steps in bytes: A rows `ar` and along k `ak`, B along k `bk`; C is contiguous, m by n. `init` (0: zeros) has
 * rows `ir` apart. `epilogue`: 0 none, 1 unary function `fn`, 2 binary function `fn` of C and the array `other`. `scratch` (0:
 * none) has room for 256 steps of two vectors.
 */
export function product<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, m: i32, n: i32, k: i32,
  init: usize, ir: i32, epilogue: i32, fn: i32, other: usize, scratch: usize,
): void {
  const cr = n * <i32>sizeof<T>();
  const most = scratch != 0 ? mostRows : blockOf<T>(max(n, k));
  const damped = epilogue == 2 && fn == tanhGrad;
  while (m > 0) {
    const rows = min(m, most);
    const factor = damped ? other : 0;
    if (factor != 0) touch(factor, rows * cr);
    if (k > 0 && k <= thinTerms) thin<T>(a, ar, ak, b, bk, c, cr, rows, n, k, init, ir, factor);
    else block<T>(a, ar, ak, b, bk, c, rows, n, k, init, ir, factor, scratch);
    if (epilogue == 1) mapUnary<T>(fn, c, c, rows * n);
    else if (epilogue == 2) {
      if (!damped) mapBinary<T>(fn, 0, c, other, c, rows * n);
      other += rows * cr;
    }
    a += rows * ar;
    c += rows * cr;
    if (init != 0) init += rows * ir;
    m -= rows;
  }
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
