// Single rows of C = init + A B: what is left over when the tiles of strip.ts have taken theirs, and products of few rows.

import { num } from "./elementary";
import { lanes, splatAt, storePart } from "./lanes";
import { fma } from "./strip";

// @ts-ignore: decorator
@inline
function put<T>(c: usize, v: v128, n: i32): void {
  if (n >= lanes<T>()) v128.store(c, v);
  else if (n > 0) storePart<T>(c, v, n);
}

/** 4 vectors of a row, n > 2 lanes of them filled. */
function row4<T>(a: usize, ak: i32, b: usize, bk: i32, c: usize, n: i32, k: i32, init: usize): void {
  let c0 = num<T>(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  if (init != 0) {
    c0 = v128.load(init);
    c1 = v128.load(init, 16);
    c2 = v128.load(init, 32);
    c3 = v128.load(init, 48);
  }
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

/** One vector of a row, n > 0 lanes of it filled. */
function row1<T>(a: usize, ak: i32, b: usize, bk: i32, c: usize, n: i32, k: i32, init: usize): void {
  let sum = init != 0 ? v128.load(init) : num<T>(0);
  for (; k > 0; k--) {
    sum = fma<T>(sum, splatAt<T>(a), v128.load(b));
    a += ak;
    b += bk;
  }
  put<T>(c, sum, n);
}

/** m rows of C, all columns. */
export function singleRows<T>(
  a: usize, ar: i32, ak: i32, b: usize, bk: i32, c: usize, cr: i32, m: i32, n: i32, k: i32, init: usize, ir: i32,
): void {
  for (; m > 0; m--) {
    let left = n;
    let j: usize = 0;
    for (; left > 2 * lanes<T>(); left -= 4 * lanes<T>()) {
      row4<T>(a, ak, b + j, bk, c + j, left, k, init == 0 ? 0 : init + j);
      j += 64;
    }
    for (; left > 0; left -= lanes<T>()) {
      row1<T>(a, ak, b + j, bk, c + j, left, k, init == 0 ? 0 : init + j);
      j += 16;
    }
    a += ar;
    c += cr;
    if (init != 0) init += ir;
  }
}
