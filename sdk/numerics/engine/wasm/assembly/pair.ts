// Two columns of C = init + A B. A vector holds entries of one column, so none of its lanes is idle; where the rows of A lie side by
// side it is read as it is, else in squares of four that are transposed on the way. Each sum still runs over k in order.

import { num } from "./elementary";
import { lanes, splatAt } from "./lanes";
import { fma } from "./strip";

/** The entries at even, or at odd places of a and b one behind the other. */
// @ts-ignore: decorator
@inline
function evens<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? v128.shuffle<i64>(a, b, 0, 2) : v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function odds<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? v128.shuffle<i64>(a, b, 1, 3) : v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/** The first, or the last half of a and b in turn. */
// @ts-ignore: decorator
@inline
function firsts<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? v128.shuffle<i64>(a, b, 0, 2) : v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}

// @ts-ignore: decorator
@inline
function lasts<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? v128.shuffle<i64>(a, b, 1, 3) : v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}

/** What the left column of some rows begins with; rows of `init` (0: zeros) are end to end, or one for all (`ir` 0). */
// @ts-ignore: decorator
@inline
function leftOf<T>(init: usize, ir: i32): v128 {
  if (init == 0) return num<T>(0);
  return ir == 0 ? splatAt<T>(init) : evens<T>(v128.load(init), v128.load(init, 16));
}

// @ts-ignore: decorator
@inline
function rightOf<T>(init: usize, ir: i32): v128 {
  if (init == 0) return num<T>(0);
  return ir == 0 ? splatAt<T>(init + sizeof<T>()) : odds<T>(v128.load(init), v128.load(init, 16));
}

// @ts-ignore: decorator
@inline
function put<T>(c: usize, left: v128, right: v128): void {
  v128.store(c, firsts<T>(left, right));
  v128.store(c, lasts<T>(left, right), 16);
}

/** Rows of A side by side: four vectors of them, or one, at a time. */
// @ts-ignore: decorator
@inline
function columns<T>(four: bool, a: usize, ak: i32, b: usize, bk: i32, c: usize, m: i32, k: i32, init: usize, ir: i32): void {
  const rows = four ? 4 * lanes<T>() : lanes<T>();
  for (; m >= rows; m -= rows) {
    let l0 = leftOf<T>(init, ir);
    let r0 = rightOf<T>(init, ir);
    let l1 = l0;
    let r1 = r0;
    let l2 = l0;
    let r2 = r0;
    let l3 = l0;
    let r3 = r0;
    if (four && ir != 0) {
      l1 = leftOf<T>(init + 32, ir);
      r1 = rightOf<T>(init + 32, ir);
      l2 = leftOf<T>(init + 64, ir);
      r2 = rightOf<T>(init + 64, ir);
      l3 = leftOf<T>(init + 96, ir);
      r3 = rightOf<T>(init + 96, ir);
    }
    let x = a;
    let y = b;
    for (let left = k; left > 0; left--) {
      const s = splatAt<T>(y);
      const t = splatAt<T>(y + sizeof<T>());
      const x0 = v128.load(x);
      l0 = fma<T>(l0, x0, s);
      r0 = fma<T>(r0, x0, t);
      if (four) {
        const x1 = v128.load(x, 16);
        l1 = fma<T>(l1, x1, s);
        r1 = fma<T>(r1, x1, t);
        const x2 = v128.load(x, 32);
        l2 = fma<T>(l2, x2, s);
        r2 = fma<T>(r2, x2, t);
        const x3 = v128.load(x, 48);
        l3 = fma<T>(l3, x3, s);
        r3 = fma<T>(r3, x3, t);
      }
      x += ak;
      y += bk;
    }
    put<T>(c, l0, r0);
    if (four) {
      put<T>(c + 32, l1, r1);
      put<T>(c + 64, l2, r2);
      put<T>(c + 96, l3, r3);
    }
    a += rows * sizeof<T>();
    c += rows * 2 * sizeof<T>();
    if (ir != 0) init += rows * ir;
  }
}

/** Four entries of float32, each `step` from the one before. */
// @ts-ignore: decorator
@inline
function gathered(p: usize, step: i32): v128 {
  let v = v128.load32_zero(p);
  v = v128.load32_lane(p + step, v, 1);
  v = v128.load32_lane(p + 2 * step, v, 2);
  return v128.load32_lane(p + 3 * step, v, 3);
}

/** float32, entries of A along k end to end: eight rows, or four, at a time. */
// @ts-ignore: decorator
@inline
function squares(eight: bool, a: usize, ar: i32, b: usize, bk: i32, c: usize, m: i32, k: i32, init: usize, ir: i32): void {
  const rows = eight ? 8 : 4;
  for (; m >= rows; m -= rows) {
    let l0 = leftOf<f32>(init, ir);
    let r0 = rightOf<f32>(init, ir);
    let l1 = l0;
    let r1 = r0;
    if (eight && ir != 0) {
      l1 = leftOf<f32>(init + 32, ir);
      r1 = rightOf<f32>(init + 32, ir);
    }
    let x = a;
    let y = b;
    let left = k;
    for (; left >= 4; left -= 4) {
      const s0 = splatAt<f32>(y);
      const t0 = splatAt<f32>(y + 4);
      const s1 = splatAt<f32>(y + bk);
      const t1 = splatAt<f32>(y + bk + 4);
      const s2 = splatAt<f32>(y + 2 * bk);
      const t2 = splatAt<f32>(y + 2 * bk + 4);
      const s3 = splatAt<f32>(y + 3 * bk);
      const t3 = splatAt<f32>(y + 3 * bk + 4);
      let p = x;
      const u0 = v128.load(p);
      p += ar;
      const u1 = v128.load(p);
      p += ar;
      const u2 = v128.load(p);
      p += ar;
      const u3 = v128.load(p);
      const u01 = firsts<f32>(u0, u1);
      const u23 = firsts<f32>(u2, u3);
      const x0 = v128.shuffle<i64>(u01, u23, 0, 2);
      l0 = fma<f32>(l0, x0, s0);
      r0 = fma<f32>(r0, x0, t0);
      const x1 = v128.shuffle<i64>(u01, u23, 1, 3);
      l0 = fma<f32>(l0, x1, s1);
      r0 = fma<f32>(r0, x1, t1);
      const v01 = lasts<f32>(u0, u1);
      const v23 = lasts<f32>(u2, u3);
      const x2 = v128.shuffle<i64>(v01, v23, 0, 2);
      l0 = fma<f32>(l0, x2, s2);
      r0 = fma<f32>(r0, x2, t2);
      const x3 = v128.shuffle<i64>(v01, v23, 1, 3);
      l0 = fma<f32>(l0, x3, s3);
      r0 = fma<f32>(r0, x3, t3);
      if (eight) {
        p += ar;
        const w0 = v128.load(p);
        p += ar;
        const w1 = v128.load(p);
        p += ar;
        const w2 = v128.load(p);
        p += ar;
        const w3 = v128.load(p);
        const w01 = firsts<f32>(w0, w1);
        const w23 = firsts<f32>(w2, w3);
        const z0 = v128.shuffle<i64>(w01, w23, 0, 2);
        l1 = fma<f32>(l1, z0, s0);
        r1 = fma<f32>(r1, z0, t0);
        const z1 = v128.shuffle<i64>(w01, w23, 1, 3);
        l1 = fma<f32>(l1, z1, s1);
        r1 = fma<f32>(r1, z1, t1);
        const q01 = lasts<f32>(w0, w1);
        const q23 = lasts<f32>(w2, w3);
        const z2 = v128.shuffle<i64>(q01, q23, 0, 2);
        l1 = fma<f32>(l1, z2, s2);
        r1 = fma<f32>(r1, z2, t2);
        const z3 = v128.shuffle<i64>(q01, q23, 1, 3);
        l1 = fma<f32>(l1, z3, s3);
        r1 = fma<f32>(r1, z3, t3);
      }
      x += 16;
      y += 4 * bk;
    }
    for (; left > 0; left--) {
      const s = splatAt<f32>(y);
      const t = splatAt<f32>(y + 4);
      const x0 = gathered(x, ar);
      l0 = fma<f32>(l0, x0, s);
      r0 = fma<f32>(r0, x0, t);
      if (eight) {
        const z0 = gathered(x + 4 * ar, ar);
        l1 = fma<f32>(l1, z0, s);
        r1 = fma<f32>(r1, z0, t);
      }
      x += 4;
      y += bk;
    }
    put<f32>(c, l0, r0);
    if (eight) put<f32>(c + 32, l1, r1);
    a += rows * ar;
    c += rows * 8;
    if (ir != 0) init += rows * ir;
  }
}

/** Whether `pairs` takes a product of two columns with such steps. */
// @ts-ignore: decorator
@inline
export function isPair<T>(ar: i32, ak: i32, n: i32, init: usize, ir: i32): bool {
  if (n != 2 || (init != 0 && ir != 0 && ir != 2 * <i32>sizeof<T>())) return false;
  return ar == <i32>sizeof<T>() || (sizeof<T>() == 4 && ak == 4);
}

/** A multiple of four rows. */
export function pairs<T>(a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, m: i32, k: i32, init: usize, ir: i32): void {
  const along = ar == <i32>sizeof<T>();
  const wide = along ? 4 * lanes<T>() : 8;
  const most = m - (m % wide);
  const z = init == 0 ? 0 : init + most * ir;
  const d = c + most * 2 * sizeof<T>();
  const rest = a + most * ar;
  if (along) {
    columns<T>(true, a, ak, b, bk, c, most, k, init, ir);
    columns<T>(false, rest, ak, b, bk, d, m - most, k, z, ir);
  } else {
    squares(true, a, ar, b, bk, c, most, k, init, ir);
    squares(false, rest, ar, b, bk, d, m - most, k, z, ir);
  }
}
