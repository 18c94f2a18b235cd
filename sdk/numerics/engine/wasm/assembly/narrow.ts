// Strips of C = init + A B one vector wide, in tiles of eight rows, then of four. Steps as in strip.ts.

import { num } from "./elementary";
import { lanes, splatAt, storePart } from "./lanes";
import { damp, fma } from "./strip";

/** Rows in eights, or in fours, n > 0 entries of each vector filled; rows left over are left out. */
// @ts-ignore: decorator
@inline
function tiles<T>(
  eight: bool, a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize,
): void {
  const rows = eight ? 8 : 4;
  for (; m >= rows; m -= rows) {
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
      if (eight) {
        c4 = v128.load(init);
        init += ir;
        c5 = v128.load(init);
        init += ir;
        c6 = v128.load(init);
        init += ir;
        c7 = v128.load(init);
        init += ir;
      }
    }
    let y = b;
    let p0 = a;
    let p1 = p0 + ar;
    let p2 = p1 + ar;
    let p3 = p2 + ar;
    let p4 = p3 + ar;
    let p5 = p4 + ar;
    let p6 = p5 + ar;
    let p7 = p6 + ar;
    for (let left = k; left > 0; left--) {
      const b0 = v128.load(y);
      c0 = fma<T>(c0, splatAt<T>(p0), b0);
      c1 = fma<T>(c1, splatAt<T>(p1), b0);
      c2 = fma<T>(c2, splatAt<T>(p2), b0);
      c3 = fma<T>(c3, splatAt<T>(p3), b0);
      p0 += ak;
      p1 += ak;
      p2 += ak;
      p3 += ak;
      if (eight) {
        c4 = fma<T>(c4, splatAt<T>(p4), b0);
        c5 = fma<T>(c5, splatAt<T>(p5), b0);
        c6 = fma<T>(c6, splatAt<T>(p6), b0);
        c7 = fma<T>(c7, splatAt<T>(p7), b0);
        p4 += ak;
        p5 += ak;
        p6 += ak;
        p7 += ak;
      }
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
      if (eight) {
        c4 = damp<T>(c4, v128.load(other));
        other += cr;
        c5 = damp<T>(c5, v128.load(other));
        other += cr;
        c6 = damp<T>(c6, v128.load(other));
        other += cr;
        c7 = damp<T>(c7, v128.load(other));
        other += cr;
      }
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
      if (eight) {
        v128.store(c, c4);
        c += cr;
        v128.store(c, c5);
        c += cr;
        v128.store(c, c6);
        c += cr;
        v128.store(c, c7);
        c += cr;
      }
    } else {
      storePart<T>(c, c0, n);
      c += cr;
      storePart<T>(c, c1, n);
      c += cr;
      storePart<T>(c, c2, n);
      c += cr;
      storePart<T>(c, c3, n);
      c += cr;
      if (eight) {
        storePart<T>(c, c4, n);
        c += cr;
        storePart<T>(c, c5, n);
        c += cr;
        storePart<T>(c, c6, n);
        c += cr;
        storePart<T>(c, c7, n);
        c += cr;
      }
    }
    a += rows * ar;
  }
}

function eights<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize,
): void {
  tiles<T>(true, a, ar, ak, b, bk, c, cr, m, n, k, init, ir, other);
}

function fours<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize,
): void {
  tiles<T>(false, a, ar, ak, b, bk, c, cr, m, n, k, init, ir, other);
}

/** All rows of a strip one vector wide, m a multiple of 4. */
export function narrowStrip<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize,
): void {
  eights<T>(a, ar, ak, b, bk, c, cr, m, n, k, init, ir, other);
  const done = m & ~7;
  if (done == m) return;
  const z = init == 0 ? 0 : init + done * ir;
  fours<T>(a + done * ar, ar, ak, b, bk, c + done * cr, cr, m - done, n, k, z, ir, other == 0 ? 0 : other + done * cr);
}
