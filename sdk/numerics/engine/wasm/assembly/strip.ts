// Strips of C = init + A B, two vectors wide, in tiles of four rows: eight sums fill the registers and hide the latency of additions. Steps in bytes: rows of A `ar`, along k `ak`; B along k `bk`; rows of C and `other` `cr`, of init `ir` (`init` 0:
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
