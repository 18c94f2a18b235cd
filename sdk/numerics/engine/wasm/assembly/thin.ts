// Products with k = 1 to 4, whole rows of C at a time; where n is no multiple of four vectors a strip of B stays in registers while
// the rows of A pass. Rows of 64 x 32 take 0.45 us so, in strips 0.67. Steps as in strip.ts.

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

/** Rows of C one after the other, n a multiple of four vectors. */
// @ts-ignore: decorator
@inline
function wholeRows<T>(
  k: i32, a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, init: usize, ir: i32, other: usize,
): void {
  const shift = ir - cr;
  for (; m > 0; m--) {
    const x0 = splatAt<T>(a);
    const x1 = k > 1 ? splatAt<T>(a + ak) : x0;
    const x2 = k > 2 ? splatAt<T>(a + 2 * ak) : x0;
    const x3 = k > 3 ? splatAt<T>(a + 3 * ak) : x0;
    let y = b;
    for (const end = c + cr; c < end; c += 64) {
      let s0 = num<T>(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      if (init != 0) {
        s0 = v128.load(init);
        s1 = v128.load(init, 16);
        s2 = v128.load(init, 32);
        s3 = v128.load(init, 48);
        init += 64;
      }
      s0 = fma<T>(s0, x0, v128.load(y));
      s1 = fma<T>(s1, x0, v128.load(y, 16));
      s2 = fma<T>(s2, x0, v128.load(y, 32));
      s3 = fma<T>(s3, x0, v128.load(y, 48));
      let z = y;
      if (k > 1) {
        z += bk;
        s0 = fma<T>(s0, x1, v128.load(z));
        s1 = fma<T>(s1, x1, v128.load(z, 16));
        s2 = fma<T>(s2, x1, v128.load(z, 32));
        s3 = fma<T>(s3, x1, v128.load(z, 48));
      }
      if (k > 2) {
        z += bk;
        s0 = fma<T>(s0, x2, v128.load(z));
        s1 = fma<T>(s1, x2, v128.load(z, 16));
        s2 = fma<T>(s2, x2, v128.load(z, 32));
        s3 = fma<T>(s3, x2, v128.load(z, 48));
      }
      if (k > 3) {
        z += bk;
        s0 = fma<T>(s0, x3, v128.load(z));
        s1 = fma<T>(s1, x3, v128.load(z, 16));
        s2 = fma<T>(s2, x3, v128.load(z, 32));
        s3 = fma<T>(s3, x3, v128.load(z, 48));
      }
      if (other != 0) {
        s0 = damp<T>(s0, v128.load(other));
        s1 = damp<T>(s1, v128.load(other, 16));
        s2 = damp<T>(s2, v128.load(other, 32));
        s3 = damp<T>(s3, v128.load(other, 48));
        other += 64;
      }
      v128.store(c, s0);
      v128.store(c, s1, 16);
      v128.store(c, s2, 32);
      v128.store(c, s3, 48);
      y += 64;
    }
    if (init != 0) init += shift;
    a += ar;
  }
}

/** C = init + A B for k = 1 to 4, all columns. */
export function thin<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32, other: usize,
): void {
  if ((n & (4 * lanes<T>() - 1)) == 0) {
    if (k == 1) wholeRows<T>(1, a, ar, ak, b, bk, c, cr, m, init, ir, other);
    else if (k == 2) wholeRows<T>(2, a, ar, ak, b, bk, c, cr, m, init, ir, other);
    else if (k == 3) wholeRows<T>(3, a, ar, ak, b, bk, c, cr, m, init, ir, other);
    else wholeRows<T>(4, a, ar, ak, b, bk, c, cr, m, init, ir, other);
    return;
  }
  for (; n > 0; n -= 2 * lanes<T>()) {
    if (n > lanes<T>()) strip<T>(true, a, ar, ak, b, bk, c, cr, m, n, k, init, ir, other);
    else strip<T>(false, a, ar, ak, b, bk, c, cr, m, n, k, init, ir, other);
    b += 32;
    c += 32;
    if (init != 0) init += 32;
    if (other != 0) other += 32;
  }
}
