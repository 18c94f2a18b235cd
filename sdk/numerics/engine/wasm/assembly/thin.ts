// Products with k = 1 to 4: a strip of B stays in registers while the rows of A pass. Steps as in strip.ts.

import { num } from "./elementary";
import { lanes, splatAt, storePart } from "./lanes";
import { damp, fma } from "./strip";

/** Most terms of a thin product. */
export const thinTerms = 4;

/** Rows of C, one strip of one vector or `two`, n entries of it filled. */
// @ts-ignore: decorator
@inline
function rowsOf<T>(
  k: i32, two: bool, a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, init: usize, ir: i32, other: usize,
): void {
  const b00 = v128.load(b);
  const b01 = two ? v128.load(b, 16) : b00;
  const b10 = k > 1 ? v128.load(b + bk) : b00;
  const b11 = k > 1 && two ? v128.load(b + bk, 16) : b00;
  const b20 = k > 2 ? v128.load(b + 2 * bk) : b00;
  const b21 = k > 2 && two ? v128.load(b + 2 * bk, 16) : b00;
  const b30 = k > 3 ? v128.load(b + 3 * bk) : b00;
  const b31 = k > 3 && two ? v128.load(b + 3 * bk, 16) : b00;
  let z0 = num<T>(0);
  let z1 = z0;
  if (init != 0) {
    z0 = v128.load(init);
    if (two) z1 = v128.load(init, 16);
  }
  const whole = two ? n >= 2 * lanes<T>() : n >= lanes<T>();
  for (; m > 0; m--) {
    if (ir != 0) {
      z0 = v128.load(init);
      if (two) z1 = v128.load(init, 16);
      init += ir;
    }
    const x0 = splatAt<T>(a);
    let s0 = fma<T>(z0, x0, b00);
    let s1 = two ? fma<T>(z1, x0, b01) : s0;
    if (k > 1) {
      const x1 = splatAt<T>(a + ak);
      s0 = fma<T>(s0, x1, b10);
      if (two) s1 = fma<T>(s1, x1, b11);
    }
    if (k > 2) {
      const x2 = splatAt<T>(a + 2 * ak);
      s0 = fma<T>(s0, x2, b20);
      if (two) s1 = fma<T>(s1, x2, b21);
    }
    if (k > 3) {
      const x3 = splatAt<T>(a + 3 * ak);
      s0 = fma<T>(s0, x3, b30);
      if (two) s1 = fma<T>(s1, x3, b31);
    }
    if (other != 0) {
      s0 = damp<T>(s0, v128.load(other));
      if (two) s1 = damp<T>(s1, v128.load(other, 16));
      other += cr;
    }
    if (whole) {
      v128.store(c, s0);
      if (two) v128.store(c, s1, 16);
    } else if (two) {
      v128.store(c, s0);
      storePart<T>(c + 16, s1, n - lanes<T>());
    } else storePart<T>(c, s0, n);
    a += ar;
    c += cr;
  }
}

// @ts-ignore: decorator
@inline
function strip<T>(
  two: bool, a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize,
): void {
  if (k == 1) rowsOf<T>(1, two, a, ar, ak, b, bk, c, cr, m, n, init, ir, other);
  else if (k == 2) rowsOf<T>(2, two, a, ar, ak, b, bk, c, cr, m, n, init, ir, other);
  else if (k == 3) rowsOf<T>(3, two, a, ar, ak, b, bk, c, cr, m, n, init, ir, other);
  else rowsOf<T>(4, two, a, ar, ak, b, bk, c, cr, m, n, init, ir, other);
}

/** C = init + A B for k = 1 to 4, all columns. */
export function thin<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize,
): void {
  for (; n > 0; n -= 2 * lanes<T>()) {
    if (n > lanes<T>()) strip<T>(true, a, ar, ak, b, bk, c, cr, m, n, k, init, ir, other);
    else strip<T>(false, a, ar, ak, b, bk, c, cr, m, n, k, init, ir, other);
    b += 32;
    c += 32;
    if (init != 0) init += 32;
    if (other != 0) other += 32;
  }
}
