// Vectors of either element type: whole, or the first n lanes at the end of an array.

// @ts-ignore: decorator
@inline
export function lanes<T>(): i32 {
  return <i32>(16 / sizeof<T>());
}

/** The first n < lanes<T>() entries at p, zeros behind them. */
export function loadPart<T>(p: usize, n: i32): v128 {
  if (sizeof<T>() == 8) return v128.load64_zero(p);
  if (n == 1) return v128.load32_zero(p);
  const pair = v128.load64_zero(p);
  return n == 2 ? pair : v128.load32_lane(p, pair, 2, 8);
}

export function storePart<T>(p: usize, v: v128, n: i32): void {
  if (sizeof<T>() == 8) {
    v128.store64_lane(p, v, 0);
    return;
  }
  if (n == 1) {
    v128.store32_lane(p, v, 0);
    return;
  }
  v128.store64_lane(p, v, 0);
  if (n == 3) v128.store32_lane(p, v, 2, 8);
}

// @ts-ignore: decorator
@inline
export function splatAt<T>(p: usize): v128 {
  return v128.load_splat<T>(p);
}

/** 2^k for k + bias in the low bits of x, shifted to the exponent field. */
// @ts-ignore: decorator
@inline
export function toExponent<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? i64x2.shl(x, 52) : i32x4.shl(x, 23);
}
