// C = act(init + A B), register-blocked: tiles of 4 rows by 2 vectors; inner loops only advance pointers. The entries of A may
// have any row and column step (so A may be transposed); rows of B are contiguous; reads may run past the end of a row of B or
// init by less than two vectors, which the arena leaves room for. Every sum runs over k in order.

import { num } from "./elementary";
import { lanes, splatAt, storePart } from "./lanes";
import { mapBinary, mapUnary } from "./map";

// @ts-ignore: decorator
@inline
function put<T>(c: usize, v: v128, n: i32): void {
  if (n >= lanes<T>()) v128.store(c, v);
  else if (n > 0) storePart<T>(c, v, n);
}

// @ts-ignore: decorator
@inline
function start<T>(init: usize): v128 {
  return init == 0 ? num<T>(0) : v128.load(init);
}

// @ts-ignore: decorator
@inline
function fma<T>(sum: v128, a: v128, b: v128): v128 {
  return v128.add<T>(sum, v128.mul<T>(a, b));
}

/** 4 rows by 2 vectors, n > lanes entries wide. */
function tile4x2<T>(a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, k: i32, n: i32, init: usize, ir: i32): void {
  let c00 = start<T>(init);
  let c01 = start<T>(init == 0 ? 0 : init + 16);
  init = init == 0 ? 0 : init + ir;
  let c10 = start<T>(init);
  let c11 = start<T>(init == 0 ? 0 : init + 16);
  init = init == 0 ? 0 : init + ir;
  let c20 = start<T>(init);
  let c21 = start<T>(init == 0 ? 0 : init + 16);
  init = init == 0 ? 0 : init + ir;
  let c30 = start<T>(init);
  let c31 = start<T>(init == 0 ? 0 : init + 16);
  if (ar == <i32>sizeof<T>()) {
    for (; k > 0; k--) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      const x0 = splatAt<T>(a);
      c00 = fma<T>(c00, x0, b0);
      c01 = fma<T>(c01, x0, b1);
      const x1 = v128.load_splat<T>(a, sizeof<T>());
      c10 = fma<T>(c10, x1, b0);
      c11 = fma<T>(c11, x1, b1);
      const x2 = v128.load_splat<T>(a, 2 * sizeof<T>());
      c20 = fma<T>(c20, x2, b0);
      c21 = fma<T>(c21, x2, b1);
      const x3 = v128.load_splat<T>(a, 3 * sizeof<T>());
      c30 = fma<T>(c30, x3, b0);
      c31 = fma<T>(c31, x3, b1);
      a += ak;
      b += bk;
    }
  } else {
    let a1 = a + ar;
    let a2 = a1 + ar;
    let a3 = a2 + ar;
    for (; k > 0; k--) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      const x0 = splatAt<T>(a);
      c00 = fma<T>(c00, x0, b0);
      c01 = fma<T>(c01, x0, b1);
      const x1 = splatAt<T>(a1);
      c10 = fma<T>(c10, x1, b0);
      c11 = fma<T>(c11, x1, b1);
      const x2 = splatAt<T>(a2);
      c20 = fma<T>(c20, x2, b0);
      c21 = fma<T>(c21, x2, b1);
      const x3 = splatAt<T>(a3);
      c30 = fma<T>(c30, x3, b0);
      c31 = fma<T>(c31, x3, b1);
      a += ak;
      a1 += ak;
      a2 += ak;
      a3 += ak;
      b += bk;
    }
  }
  const rest = n - lanes<T>();
  v128.store(c, c00);
  put<T>(c + 16, c01, rest);
  c += cr;
  v128.store(c, c10);
  put<T>(c + 16, c11, rest);
  c += cr;
  v128.store(c, c20);
  put<T>(c + 16, c21, rest);
  c += cr;
  v128.store(c, c30);
  put<T>(c + 16, c31, rest);
}

/** 4 rows by one vector. */
function tile4x1<T>(a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, k: i32, n: i32, init: usize, ir: i32): void {
  let c0 = start<T>(init);
  init = init == 0 ? 0 : init + ir;
  let c1 = start<T>(init);
  init = init == 0 ? 0 : init + ir;
  let c2 = start<T>(init);
  init = init == 0 ? 0 : init + ir;
  let c3 = start<T>(init);
  let a1 = a + ar;
  let a2 = a1 + ar;
  let a3 = a2 + ar;
  for (; k > 0; k--) {
    const b0 = v128.load(b);
    c0 = fma<T>(c0, splatAt<T>(a), b0);
    c1 = fma<T>(c1, splatAt<T>(a1), b0);
    c2 = fma<T>(c2, splatAt<T>(a2), b0);
    c3 = fma<T>(c3, splatAt<T>(a3), b0);
    a += ak;
    a1 += ak;
    a2 += ak;
    a3 += ak;
    b += bk;
  }
  put<T>(c, c0, n);
  put<T>(c + cr, c1, n);
  put<T>(c + 2 * cr, c2, n);
  put<T>(c + 3 * cr, c3, n);
}

/** One row by 4 vectors, n > 2 lanes wide. */
function tile1x4<T>(a: usize, ak: i32, b: usize, bk: i32, c: usize, k: i32, n: i32, init: usize): void {
  let c0 = start<T>(init);
  let c1 = start<T>(init == 0 ? 0 : init + 16);
  let c2 = start<T>(init == 0 ? 0 : init + 32);
  let c3 = start<T>(init == 0 ? 0 : init + 48);
  for (; k > 0; k--) {
    const x = splatAt<T>(a);
    c0 = fma<T>(c0, x, v128.load(b));
    c1 = fma<T>(c1, x, v128.load(b, 16));
    c2 = fma<T>(c2, x, v128.load(b, 32));
    c3 = fma<T>(c3, x, v128.load(b, 48));
    a += ak;
    b += bk;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  put<T>(c + 32, c2, n - 2 * lanes<T>());
  put<T>(c + 48, c3, n - 3 * lanes<T>());
}

/** One row by 2 vectors. */
function tile1x2<T>(a: usize, ak: i32, b: usize, bk: i32, c: usize, k: i32, n: i32, init: usize): void {
  let c0 = start<T>(init);
  let c1 = start<T>(init == 0 ? 0 : init + 16);
  for (; k > 0; k--) {
    const x = splatAt<T>(a);
    c0 = fma<T>(c0, x, v128.load(b));
    c1 = fma<T>(c1, x, v128.load(b, 16));
    a += ak;
    b += bk;
  }
  put<T>(c, c0, n);
  put<T>(c + 16, c1, n - lanes<T>());
}

/** One row by one vector. */
function tile1x1<T>(a: usize, ak: i32, b: usize, bk: i32, c: usize, k: i32, n: i32, init: usize): void {
  let c0 = start<T>(init);
  for (; k > 0; k--) {
    c0 = fma<T>(c0, splatAt<T>(a), v128.load(b));
    a += ak;
    b += bk;
  }
  put<T>(c, c0, n);
}

/** Products with k = 1 or 2: one pass over each row of C; the rows of B stay at hand. */
// @ts-ignore: decorator
@inline
function thinRows<T>(
  two: bool, a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, m: i32, n: i32, init: usize, ir: i32,
): void {
  for (; m > 0; m--) {
    const x0 = splatAt<T>(a);
    const x1 = two ? splatAt<T>(a + ak) : x0;
    let p = b;
    let q = init;
    let left = n;
    for (; left >= lanes<T>(); left -= lanes<T>()) {
      let sum = v128.mul<T>(x0, v128.load(p));
      if (init != 0) sum = v128.add<T>(v128.load(q), sum);
      if (two) sum = fma<T>(sum, x1, v128.load(p + bk));
      v128.store(c, sum);
      p += 16;
      q += 16;
      c += 16;
    }
    if (left > 0) {
      let sum = v128.mul<T>(x0, v128.load(p));
      if (init != 0) sum = v128.add<T>(v128.load(q), sum);
      if (two) sum = fma<T>(sum, x1, v128.load(p + bk));
      storePart<T>(c, sum, left);
      c += left * sizeof<T>();
    }
    a += ar;
    if (init != 0) init += ir;
  }
}

function thin<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, m: i32, n: i32, k: i32, init: usize, ir: i32,
): void {
  if (k == 2) thinRows<T>(true, a, ar, ak, b, bk, c, m, n, init, ir);
  else thinRows<T>(false, a, ar, ak, b, bk, c, m, n, init, ir);
}

/** Rows of C, four at a time, each row over all columns. */
function rowByRow<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, m: i32, n: i32, k: i32, init: usize, ir: i32,
): void {
  const cr = n * <i32>sizeof<T>();
  while (m > 0) {
    const rows = m >= 4 ? 4 : 1;
    let left = n;
    let j: usize = 0;
    if (rows == 4) {
      for (; left > lanes<T>(); left -= 2 * lanes<T>()) {
        tile4x2<T>(a, ar, ak, b + j, bk, c + j, cr, k, left, init == 0 ? 0 : init + j, ir);
        j += 32;
      }
      if (left > 0) tile4x1<T>(a, ar, ak, b + j, bk, c + j, cr, k, left, init == 0 ? 0 : init + j, ir);
    } else {
      for (; left > 2 * lanes<T>(); left -= 4 * lanes<T>()) {
        tile1x4<T>(a, ak, b + j, bk, c + j, k, left, init == 0 ? 0 : init + j);
        j += 64;
      }
      for (; left > 0; left -= lanes<T>()) {
        tile1x1<T>(a, ak, b + j, bk, c + j, k, left, init == 0 ? 0 : init + j);
        j += 16;
      }
    }
    a += rows * ar;
    c += rows * cr;
    if (init != 0) init += rows * ir;
    m -= rows;
  }
}

/** Strips of C two vectors wide; the strip of B is copied to `scratch` first, so that its rows do not evict each other. */
function stripByStrip<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, m: i32, n: i32, k: i32, init: usize, ir: i32, scratch: usize,
): void {
  const cr = n * <i32>sizeof<T>();
  for (let left = n; left > 0; left -= 2 * lanes<T>()) {
    let from = b;
    let to = scratch;
    for (let i = 0; i < k; i++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += bk;
      to += 32;
    }
    let x = a;
    let y = c;
    let z = init;
    let rows = m;
    for (; rows >= 4; rows -= 4) {
      if (left > lanes<T>()) tile4x2<T>(x, ar, ak, scratch, 32, y, cr, k, left, z, ir);
      else tile4x1<T>(x, ar, ak, scratch, 32, y, cr, k, left, z, ir);
      x += 4 * ar;
      y += 4 * cr;
      if (z != 0) z += 4 * ir;
    }
    for (; rows > 0; rows--) {
      tile1x2<T>(x, ak, scratch, 32, y, k, left, z);
      x += ar;
      y += cr;
      if (z != 0) z += ir;
    }
    b += 32;
    c += 32;
    if (init != 0) init += 32;
  }
}

/** Rows of C finished together, and steps along k made together: what they touch stays in the cache. */
const rowBlock = 128;
const stepBlock = 256;

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
  const most = scratch != 0 ? rowBlock : 16;
  while (m > 0) {
    const rows = k <= 2 || m < most + 4 ? m : most;
    if (k == 1 || k == 2) thin<T>(a, ar, ak, b, bk, c, rows, n, k, init, ir);
    else if (scratch == 0) rowByRow<T>(a, ar, ak, b, bk, c, rows, n, k, init, ir);
    else {
      let x = a;
      let y = b;
      let z = init;
      let zr = ir;
      for (let left = k; left > 0; left -= stepBlock) {
        const steps = min(left, stepBlock);
        stripByStrip<T>(x, ar, ak, y, bk, c, rows, n, steps, z, zr, scratch);
        x += steps * ak;
        y += steps * bk;
        z = c;
        zr = cr;
      }
    }
    if (epilogue == 1) mapUnary<T>(fn, c, c, rows * n);
    else if (epilogue == 2) {
      mapBinary<T>(fn, 0, c, other, c, rows * n);
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
