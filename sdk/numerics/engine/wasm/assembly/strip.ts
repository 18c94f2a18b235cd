// Strips of C = init + A B, two vectors or one wide, in tiles of so many rows that the sums fill the registers and hide the latency
// of additions. Steps in bytes: rows of A `ar`, along k `ak`; B along k `bk`; rows of C and `other` `cr`, of init `ir` (`init` 0:
// zeros). Unless `other` is 0 the result is multiplied by 1 - other^2, entry by entry. Inner loops only advance pointers: unrolled,
// V8 moves the loads of all steps to the front and spills the sums. Tiles are written out, since a call would spill them too.

import { num } from "./elementary";
import { lanes, splatAt, storePart } from "./lanes";

// @ts-ignore: decorator
@inline
export function fma<T>(sum: v128, a: v128, b: v128): v128 {
  return v128.add<T>(sum, v128.mul<T>(a, b));
}

/** g (1 - y^2). */
// @ts-ignore: decorator
@inline
export function damp<T>(g: v128, y: v128): v128 {
  return v128.mul<T>(g, v128.sub<T>(num<T>(1), v128.mul<T>(y, y)));
}

/** Rows of C in fours, a strip two vectors wide, n >= lanes entries of it filled; rows left over are left out. */
export function strip4x2<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize,
): void {
  for (; m >= 4; m -= 4) {
    let c00 = num<T>(0);
    let c01 = num<T>(0);
    let c10 = num<T>(0);
    let c11 = num<T>(0);
    let c20 = num<T>(0);
    let c21 = num<T>(0);
    let c30 = num<T>(0);
    let c31 = num<T>(0);
    if (init != 0) {
      c00 = v128.load(init);
      c01 = v128.load(init, 16);
      init += ir;
      c10 = v128.load(init);
      c11 = v128.load(init, 16);
      init += ir;
      c20 = v128.load(init);
      c21 = v128.load(init, 16);
      init += ir;
      c30 = v128.load(init);
      c31 = v128.load(init, 16);
      init += ir;
    }
    let y = b;
    let left = k;
    let p0 = a;
    let p1 = p0 + ar;
    let p2 = p1 + ar;
    let p3 = p2 + ar;
    for (; left > 0; left--) {
      const b0 = v128.load(y);
      const b1 = v128.load(y, 16);
      const x0 = splatAt<T>(p0);
      c00 = fma<T>(c00, x0, b0);
      c01 = fma<T>(c01, x0, b1);
      const x1 = splatAt<T>(p1);
      c10 = fma<T>(c10, x1, b0);
      c11 = fma<T>(c11, x1, b1);
      const x2 = splatAt<T>(p2);
      c20 = fma<T>(c20, x2, b0);
      c21 = fma<T>(c21, x2, b1);
      const x3 = splatAt<T>(p3);
      c30 = fma<T>(c30, x3, b0);
      c31 = fma<T>(c31, x3, b1);
      p0 += ak;
      p1 += ak;
      p2 += ak;
      p3 += ak;
      y += bk;
    }
    if (other != 0) {
      c00 = damp<T>(c00, v128.load(other));
      c01 = damp<T>(c01, v128.load(other, 16));
      other += cr;
      c10 = damp<T>(c10, v128.load(other));
      c11 = damp<T>(c11, v128.load(other, 16));
      other += cr;
      c20 = damp<T>(c20, v128.load(other));
      c21 = damp<T>(c21, v128.load(other, 16));
      other += cr;
      c30 = damp<T>(c30, v128.load(other));
      c31 = damp<T>(c31, v128.load(other, 16));
      other += cr;
    }
    if (n >= 2 * lanes<T>()) {
      v128.store(c, c00);
      v128.store(c, c01, 16);
      c += cr;
      v128.store(c, c10);
      v128.store(c, c11, 16);
      c += cr;
      v128.store(c, c20);
      v128.store(c, c21, 16);
      c += cr;
      v128.store(c, c30);
      v128.store(c, c31, 16);
      c += cr;
    } else {
      v128.store(c, c00);
      if (n > lanes<T>()) storePart<T>(c + 16, c01, n - lanes<T>());
      c += cr;
      v128.store(c, c10);
      if (n > lanes<T>()) storePart<T>(c + 16, c11, n - lanes<T>());
      c += cr;
      v128.store(c, c20);
      if (n > lanes<T>()) storePart<T>(c + 16, c21, n - lanes<T>());
      c += cr;
      v128.store(c, c30);
      if (n > lanes<T>()) storePart<T>(c + 16, c31, n - lanes<T>());
      c += cr;
    }
    a += 4 * ar;
  }
}

/** Rows of C in eights, a strip one vector wide, n > 0 entries of it filled; rows left over are left out. */
export function strip8x1<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize,
): void {
  for (; m >= 8; m -= 8) {
    let c0 = num<T>(0);
    let c1 = num<T>(0);
    let c2 = num<T>(0);
    let c3 = num<T>(0);
    let c4 = num<T>(0);
    let c5 = num<T>(0);
    let c6 = num<T>(0);
    let c7 = num<T>(0);
    if (init != 0) {
      c0 = v128.load(init);
      init += ir;
      c1 = v128.load(init);
      init += ir;
      c2 = v128.load(init);
      init += ir;
      c3 = v128.load(init);
      init += ir;
      c4 = v128.load(init);
      init += ir;
      c5 = v128.load(init);
      init += ir;
      c6 = v128.load(init);
      init += ir;
      c7 = v128.load(init);
      init += ir;
    }
    let y = b;
    let left = k;
    let p0 = a;
    let p1 = p0 + ar;
    let p2 = p1 + ar;
    let p3 = p2 + ar;
    let p4 = p3 + ar;
    let p5 = p4 + ar;
    let p6 = p5 + ar;
    let p7 = p6 + ar;
    for (; left > 0; left--) {
      const b0 = v128.load(y);
      const x0 = splatAt<T>(p0);
      c0 = fma<T>(c0, x0, b0);
      const x1 = splatAt<T>(p1);
      c1 = fma<T>(c1, x1, b0);
      const x2 = splatAt<T>(p2);
      c2 = fma<T>(c2, x2, b0);
      const x3 = splatAt<T>(p3);
      c3 = fma<T>(c3, x3, b0);
      const x4 = splatAt<T>(p4);
      c4 = fma<T>(c4, x4, b0);
      const x5 = splatAt<T>(p5);
      c5 = fma<T>(c5, x5, b0);
      const x6 = splatAt<T>(p6);
      c6 = fma<T>(c6, x6, b0);
      const x7 = splatAt<T>(p7);
      c7 = fma<T>(c7, x7, b0);
      p0 += ak;
      p1 += ak;
      p2 += ak;
      p3 += ak;
      p4 += ak;
      p5 += ak;
      p6 += ak;
      p7 += ak;
      y += bk;
    }
    if (other != 0) {
      c0 = damp<T>(c0, v128.load(other));
      other += cr;
      c1 = damp<T>(c1, v128.load(other));
      other += cr;
      c2 = damp<T>(c2, v128.load(other));
      other += cr;
      c3 = damp<T>(c3, v128.load(other));
      other += cr;
      c4 = damp<T>(c4, v128.load(other));
      other += cr;
      c5 = damp<T>(c5, v128.load(other));
      other += cr;
      c6 = damp<T>(c6, v128.load(other));
      other += cr;
      c7 = damp<T>(c7, v128.load(other));
      other += cr;
    }
    if (n >= lanes<T>()) {
      v128.store(c, c0);
      c += cr;
      v128.store(c, c1);
      c += cr;
      v128.store(c, c2);
      c += cr;
      v128.store(c, c3);
      c += cr;
      v128.store(c, c4);
      c += cr;
      v128.store(c, c5);
      c += cr;
      v128.store(c, c6);
      c += cr;
      v128.store(c, c7);
      c += cr;
    } else {
      storePart<T>(c, c0, n);
      c += cr;
      storePart<T>(c, c1, n);
      c += cr;
      storePart<T>(c, c2, n);
      c += cr;
      storePart<T>(c, c3, n);
      c += cr;
      storePart<T>(c, c4, n);
      c += cr;
      storePart<T>(c, c5, n);
      c += cr;
      storePart<T>(c, c6, n);
      c += cr;
      storePart<T>(c, c7, n);
      c += cr;
    }
    a += 8 * ar;
  }
}
