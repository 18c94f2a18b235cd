// Elementwise functions over contiguous runs, and over arrays with broadcast axes. The numbers of the functions are the
// positions in the lists of graph.ts; `fn` is a constant at every call of the inlined loops, so each loop holds one function.

import { mapActivation } from "./activation";
import { exp, log, num, sine, softplus } from "./elementary";
import { erf } from "./erf";
import { lanes, loadPart, splatAt, storePart } from "./lanes";

// @ts-ignore: decorator
@inline
function unary<T>(fn: i32, x: v128): v128 {
  switch (fn) {
    case 0: return v128.neg<T>(x);
    case 1: return v128.abs<T>(x);
    case 2: {
      // sign: +-1 where x is not 0, x itself at 0 and NaN
      const one = v128.or(v128.and(x, num<T>(-0.0)), num<T>(1));
      return v128.bitselect(one, x, v128.gt<T>(v128.abs<T>(x), num<T>(0)));
    }
    case 3: {
      const y = v128.and(v128.gt<T>(x, num<T>(0)), num<T>(1));
      return v128.bitselect(x, y, v128.ne<T>(x, x));
    }
    case 4: return exp<T>(x);
    case 5: return log<T>(x);
    case 6: return v128.sqrt<T>(x);
    case 7: return v128.mul<T>(x, x);
    case 8: return v128.div<T>(num<T>(1), x);
    case 11: return v128.pmax<T>(x, num<T>(0));
    case 12: return softplus<T>(x);
    case 13: return erf<T>(x);
    case 14: return sine<T>(x, 0);
    case 15: return sine<T>(x, 1);
    // `flushFloor` of program.ts; NaN stays
    default: {
      const floor = num<T>(sizeof<T>() == 8 ? 1.4932217896051502e-300 : 7.888609052210118e-31);
      return v128.andnot(x, v128.lt<T>(v128.abs<T>(x), floor));
    }
  }
}

// @ts-ignore: decorator
@inline
function binary<T>(fn: i32, a: v128, b: v128): v128 {
  switch (fn) {
    case 0: return v128.add<T>(a, b);
    case 1: return v128.sub<T>(a, b);
    case 2: return v128.mul<T>(a, b);
    case 3: return v128.div<T>(a, b);
    case 4: return v128.max<T>(a, b);
    case 5: return v128.min<T>(a, b);
    case 6: return v128.and(v128.gt<T>(a, b), num<T>(1));
    case 7: return v128.mul<T>(a, v128.sub<T>(num<T>(1), v128.mul<T>(b, b)));
    case 8: return v128.mul<T>(a, v128.mul<T>(b, v128.sub<T>(num<T>(1), b)));
    default: return v128.and(a, v128.gt<T>(b, num<T>(0)));
  }
}

// @ts-ignore: decorator
@inline
function unaryLoop<T>(fn: i32, x: usize, y: usize, n: i32): void {
  for (; n >= lanes<T>(); n -= lanes<T>()) {
    v128.store(y, unary<T>(fn, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (n > 0) storePart<T>(y, unary<T>(fn, loadPart<T>(x, n)), n);
}

/** y = f(x) over n entries; y may be x. */
export function mapUnary<T>(fn: i32, x: usize, y: usize, n: i32): void {
  switch (fn) {
    case 0: return unaryLoop<T>(0, x, y, n);
    case 1: return unaryLoop<T>(1, x, y, n);
    case 2: return unaryLoop<T>(2, x, y, n);
    case 3: return unaryLoop<T>(3, x, y, n);
    case 4: return unaryLoop<T>(4, x, y, n);
    case 5: return unaryLoop<T>(5, x, y, n);
    case 6: return unaryLoop<T>(6, x, y, n);
    case 7: return unaryLoop<T>(7, x, y, n);
    case 8: return unaryLoop<T>(8, x, y, n);
    case 9: return mapActivation<T>(true, x, y, n);
    case 10: return mapActivation<T>(false, x, y, n);
    case 11: return unaryLoop<T>(11, x, y, n);
    case 12: return unaryLoop<T>(12, x, y, n);
    case 13: return unaryLoop<T>(13, x, y, n);
    case 14: return unaryLoop<T>(14, x, y, n);
    case 15: return unaryLoop<T>(15, x, y, n);
    default: return unaryLoop<T>(16, x, y, n);
  }
}

/** mode 0: both run along; 1: b is one value; 2: a is one value. */
// @ts-ignore: decorator
@inline
function binaryLoop<T>(fn: i32, mode: i32, a: usize, b: usize, y: usize, n: i32): void {
  const one = mode == 1 ? splatAt<T>(b) : splatAt<T>(a);
  for (; n >= lanes<T>(); n -= lanes<T>()) {
    v128.store(y, binary<T>(fn, mode == 2 ? one : v128.load(a), mode == 1 ? one : v128.load(b)));
    if (mode != 2) a += 16;
    if (mode != 1) b += 16;
    y += 16;
  }
  // reads may run past the end of an array by less than a vector, which the arena leaves room for
  if (n > 0) storePart<T>(y, binary<T>(fn, mode == 2 ? one : v128.load(a), mode == 1 ? one : v128.load(b)), n);
}

// @ts-ignore: decorator
@inline
function binaryModes<T>(fn: i32, mode: i32, a: usize, b: usize, y: usize, n: i32): void {
  if (mode == 0) binaryLoop<T>(fn, 0, a, b, y, n);
  else if (mode == 1) binaryLoop<T>(fn, 1, a, b, y, n);
  else binaryLoop<T>(fn, 2, a, b, y, n);
}

/** y = f(a, b) over n entries; y may be an operand that runs along. */
export function mapBinary<T>(fn: i32, mode: i32, a: usize, b: usize, y: usize, n: i32): void {
  switch (fn) {
    case 0: return binaryModes<T>(0, mode, a, b, y, n);
    case 1: return binaryModes<T>(1, mode, a, b, y, n);
    case 2: return binaryModes<T>(2, mode, a, b, y, n);
    case 3: return binaryModes<T>(3, mode, a, b, y, n);
    case 4: return binaryModes<T>(4, mode, a, b, y, n);
    case 5: return binaryModes<T>(5, mode, a, b, y, n);
    case 6: return binaryModes<T>(6, mode, a, b, y, n);
    case 7: return binaryModes<T>(7, mode, a, b, y, n);
    case 8: return binaryModes<T>(8, mode, a, b, y, n);
    default: return binaryModes<T>(9, mode, a, b, y, n);
  }
}

/** Outer axes of a binary op, one level of recursion each: [count, step a, step b] at `dims`. Returns the end of y. */
export function binaryAxes<T>(fn: i32, mode: i32, a: usize, b: usize, y: usize, n: i32, rank: i32, dims: usize): usize {
  if (rank == 0) {
    mapBinary<T>(fn, mode, a, b, y, n);
    return y + n * sizeof<T>();
  }
  const count = load<i32>(dims);
  for (let i = 0; i < count; i++) {
    y = binaryAxes<T>(fn, mode, a, b, y, n, rank - 1, dims + 12);
    a += load<i32>(dims, 4);
    b += load<i32>(dims, 8);
  }
  return y;
}

/** y = c != 0 ? a : b, any steps: [count, step c, step a, step b] per axis at `dims`. Returns the end of y. */
export function whereAxes<T>(c: usize, a: usize, b: usize, y: usize, rank: i32, dims: usize): usize {
  if (rank == 0) {
    store<T>(y, load<T>(c) != <T>0 ? load<T>(a) : load<T>(b));
    return y + sizeof<T>();
  }
  let count = load<i32>(dims);
  const dc = load<i32>(dims, 4);
  const da = load<i32>(dims, 8);
  const db = load<i32>(dims, 12);
  if (rank == 1) {
    if (dc == sizeof<T>() && da == sizeof<T>() && db == sizeof<T>()) {
      for (; count >= lanes<T>(); count -= lanes<T>()) {
        v128.store(y, v128.bitselect(v128.load(a), v128.load(b), v128.ne<T>(v128.load(c), num<T>(0))));
        c += 16;
        a += 16;
        b += 16;
        y += 16;
      }
    }
    for (let i = 0; i < count; i++) {
      store<T>(y, load<T>(c) != <T>0 ? load<T>(a) : load<T>(b));
      c += dc;
      a += da;
      b += db;
      y += sizeof<T>();
    }
    return y;
  }
  for (let i = 0; i < count; i++) {
    y = whereAxes<T>(c, a, b, y, rank - 1, dims + 16);
    c += dc;
    a += da;
    b += db;
  }
  return y;
}

// @ts-ignore: decorator
@inline
function term<T>(w: v128, x: usize, at: usize): v128 {
  return v128.mul<T>(w, v128.load(x + at));
}

// @ts-ignore: decorator
@inline
function operand(list: usize, i: i32): usize {
  return <usize>load<u32>(list + (i << 3));
}

// @ts-ignore: decorator
@inline
function weight<T>(list: usize, i: i32): v128 {
  return splatAt<T>(<usize>load<u32>(list + (i << 3), 4));
}

// @ts-ignore: decorator
@inline
function combineLoop<T>(terms: i32, y: usize, n: i32, list: usize): void {
  // a term that is not there is the first one: it is never used
  const x0 = operand(list, 0);
  const w0 = weight<T>(list, 0);
  const x1 = operand(list, terms > 1 ? 1 : 0);
  const w1 = weight<T>(list, terms > 1 ? 1 : 0);
  const x2 = operand(list, terms > 2 ? 2 : 0);
  const w2 = weight<T>(list, terms > 2 ? 2 : 0);
  const x3 = operand(list, terms > 3 ? 3 : 0);
  const w3 = weight<T>(list, terms > 3 ? 3 : 0);
  const x4 = operand(list, terms > 4 ? 4 : 0);
  const w4 = weight<T>(list, terms > 4 ? 4 : 0);
  const x5 = operand(list, terms > 5 ? 5 : 0);
  const w5 = weight<T>(list, terms > 5 ? 5 : 0);
  let at: usize = 0;
  for (; n > 0; n -= lanes<T>()) {
    let sum = term<T>(w0, x0, at);
    if (terms > 1) sum = v128.add<T>(sum, term<T>(w1, x1, at));
    if (terms > 2) sum = v128.add<T>(sum, term<T>(w2, x2, at));
    if (terms > 3) sum = v128.add<T>(sum, term<T>(w3, x3, at));
    if (terms > 4) sum = v128.add<T>(sum, term<T>(w4, x4, at));
    if (terms > 5) sum = v128.add<T>(sum, term<T>(w5, x5, at));
    if (n >= lanes<T>()) v128.store(y + at, sum);
    else storePart<T>(y + at, sum, n);
    at += 16;
  }
}

/** y = sum of weight * x over 1 to 6 terms [x, address of the weight] at `list`, in their order; y may be an x. */
export function combine<T>(y: usize, n: i32, terms: i32, list: usize): void {
  switch (terms) {
    case 1: return combineLoop<T>(1, y, n, list);
    case 2: return combineLoop<T>(2, y, n, list);
    case 3: return combineLoop<T>(3, y, n, list);
    case 4: return combineLoop<T>(4, y, n, list);
    case 5: return combineLoop<T>(5, y, n, list);
    default: return combineLoop<T>(6, y, n, list);
  }
}
