// exp, log, softplus, sin, cos over vectors of f64 or f32. Constants come from memory tables: faster than v128.const, same bits.
// Formulas: SunPro fdlibm 5.3 (e_exp, e_log, k_sin, k_cos); the float32 polynomials are shorter.

import { toExponent } from "./lanes";

// Bits for log (both sizes) and for the quadrant of an angle.
const bits64 = memory.data<u64>([
  0x3ff0000000000000 - 0x3fe6a09e00000000, 0x4330000000000000, 0x43300000000003ff, 0x4330000000000435, 0x000fffffffffffff,
  0x3fe6a09e00000000, 1, 2,
]);
const bits32 = memory.data<u32>([0x3f800000 - 0x3f3504f3, 127, 0x007fffff, 0x3f3504f3]);

// Positions of the constants in the tables; those from twoOverPi on are in the first alone.
export const log2e = 0;
/** Added and taken away again it rounds to an integer k; the sum holds k + bias in its low bits, see `toExponent`. */
export const biased = 1;
export const ln2High = 2;
export const ln2Low = 3;
const exp1 = 4;
const exp2 = 5;
const exp3 = 6;
const exp4 = 7;
const exp5 = 8;
const half = 9;
export const one = 10;
export const two = 11;
export const minusZero = 12;
const expBound = 13;
const minusExpBound = 14;
export const tanhBound = 15;
export const sigmoidBound = 16;
export const minusSigmoidBound = 17;
const log1 = 18;
const log2 = 19;
const log3 = 20;
const log4 = 21;
const log5 = 22;
const log6 = 23;
const log7 = 24;
const smallest = 25;
const grow = 26;
const tangent = 27;
const limit = 28;
export const twoLog2e = 29;
export const halfLn2High = 30;
export const tanh1 = 31;
export const tanh2 = 32;
export const tanh3 = 33;
export const tanh4 = 34;
export const tanh5 = 35;
const twoOverPi = 36;
const halfPi1 = 37;
const halfPi2 = 38;
const halfPi3 = 39;
const sin1 = 40;
const sin2 = 41;
const sin3 = 42;
const sin4 = 43;
const sin5 = 44;
const sin6 = 45;
const cos1 = 46;
const cos2 = 47;
const cos3 = 48;
const cos4 = 49;
const cos5 = 50;
const cos6 = 51;
const tinyAngle = 52;
export const halfLn2Low = 53;
/** The same without the bias. */
const magic = 54;

const table64 = memory.data<f64>([
  1.4426950408889634, 6755399441056767.0, 0.6931471803691238, 1.9082149292705877e-10, 0.16666666666666602,
  -0.0027777777777015593, 0.00006613756321437934, -0.0000016533902205465252, 4.1381367970572385e-8, 0.5, 1, 2, -0.0, 1000,
  -1000, 22, 708, -708, 0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586, 2.2250738585072014e-308, 18014398509481984.0, 0.41421356, 100000,
  2.8853900817779268, 0.3465735901845619, 0.33333333333333204, -0.022222222221612475, 0.002116402022860139,
  -0.00021163394822995522, 2.118726040093306e-05, 0.6366197723675814, 1.5707963267341256, 6.077100506303966e-11,
  2.0222662487959506e-21, 0.16666666666666632, 0.00833333333332249, -0.0001984126982985795, 0.0000027557313707070068,
  -2.5050760253406863e-8, 1.58969099521155e-10, 0.0416666666666666, -0.001388888888887411, 0.00002480158728947673,
  -2.7557314351390663e-7, 2.087572321298175e-9, -1.1359647557788195e-11, 1e-8, 9.541074646352938e-11, 6755399441055744.0,
]);
const table32 = memory.data<f32>([
  1.4426950408889634, 12583039.0, 0.693359375, -0.00021219444, 0.16666654757987226, -0.002769848890921085, 0, 0, 0, 0.5, 1, 2,
  -0.0, 110, -110, 10, 87, -87, 0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841, 0, 0, 0, 1.1754943508222875e-38,
  33554432.0, 0.41421356, 100000, 2.8853900817779268, 0.34657359027997264, 0.3333330951597445, -0.02215879112736868, 0, 0, 0,
]);

// @ts-ignore: decorator
@inline
export function k<T>(i: i32): v128 {
  return sizeof<T>() == 8 ? v128.load64_splat(table64 + (i << 3)) : v128.load32_splat(table32 + (i << 2));
}

// @ts-ignore: decorator
@inline
export function num<T>(x: f64): v128 {
  return sizeof<T>() == 8 ? f64x2.splat(x) : f32x4.splat(<f32>x);
}

/** c(r) of e^r = 1 + 2 r / (2 - c) for |r| <= ln(2)/2. */
// @ts-ignore: decorator
@inline
export function expSeries<T>(r: v128): v128 {
  const z = v128.mul<T>(r, r);
  let p: v128;
  if (sizeof<T>() == 8) {
    p = v128.add<T>(k<T>(exp4), v128.mul<T>(z, k<T>(exp5)));
    p = v128.add<T>(k<T>(exp3), v128.mul<T>(z, p));
    p = v128.add<T>(k<T>(exp2), v128.mul<T>(z, p));
    p = v128.add<T>(k<T>(exp1), v128.mul<T>(z, p));
  } else {
    p = v128.add<T>(k<T>(exp1), v128.mul<T>(z, k<T>(exp2)));
  }
  return v128.sub<T>(r, v128.mul<T>(z, p));
}

/** e^r for x = n ln(2) + r. */
// @ts-ignore: decorator
@inline
function expRest<T>(x: v128, n: v128): v128 {
  const high = v128.sub<T>(x, v128.mul<T>(n, k<T>(ln2High)));
  const low = v128.mul<T>(n, k<T>(ln2Low));
  const r = v128.sub<T>(high, low);
  const c = expSeries<T>(r);
  const q = v128.div<T>(v128.mul<T>(r, c), v128.sub<T>(k<T>(two), c));
  return v128.sub<T>(k<T>(one), v128.sub<T>(v128.sub<T>(low, q), high));
}

/** e^x where 2^n may leave the range of exponents: it comes in two factors. */
function expWide<T>(given: v128): v128 {
  const x = v128.pmax<T>(v128.pmin<T>(given, k<T>(expBound)), k<T>(minusExpBound));
  const round = k<T>(biased);
  const n = v128.sub<T>(v128.add<T>(v128.mul<T>(x, k<T>(log2e)), round), round);
  const h = v128.add<T>(v128.mul<T>(n, k<T>(half)), round);
  const rest = v128.add<T>(v128.sub<T>(n, v128.sub<T>(h, round)), round);
  return v128.mul<T>(v128.mul<T>(expRest<T>(x, n), toExponent<T>(h)), toExponent<T>(rest));
}

/** e^x; overflow gives Infinity, results below the normal range lose bits gradually. */
// @ts-ignore: decorator
@inline
export function exp<T>(x: v128): v128 {
  // the bound of the sigmoid is where e^x is still a normal number; the two factors would give the same bits below it
  if (v128.any_true(v128.gt<T>(v128.abs<T>(x), k<T>(sigmoidBound)))) return expWide<T>(x);
  const turned = v128.add<T>(v128.mul<T>(x, k<T>(log2e)), k<T>(biased));
  return v128.mul<T>(expRest<T>(x, v128.sub<T>(turned, k<T>(biased))), toExponent<T>(turned));
}

/** The part of log(1 + f) beyond f - f^2/2, for 1 + f between sqrt(1/2) and sqrt(2). */
// @ts-ignore: decorator
@inline
function logTail<T>(f: v128, hfsq: v128): v128 {
  const s = v128.div<T>(f, v128.add<T>(k<T>(two), f));
  const z = v128.mul<T>(s, s);
  const w = v128.mul<T>(z, z);
  let even: v128;
  let odd: v128;
  if (sizeof<T>() == 8) {
    even = v128.add<T>(k<T>(log4), v128.mul<T>(w, k<T>(log6)));
    even = v128.mul<T>(w, v128.add<T>(k<T>(log2), v128.mul<T>(w, even)));
    odd = v128.add<T>(k<T>(log5), v128.mul<T>(w, k<T>(log7)));
    odd = v128.add<T>(k<T>(log3), v128.mul<T>(w, odd));
    odd = v128.mul<T>(z, v128.add<T>(k<T>(log1), v128.mul<T>(w, odd)));
  } else {
    even = v128.mul<T>(w, v128.add<T>(k<T>(log2), v128.mul<T>(w, k<T>(log4))));
    odd = v128.mul<T>(z, v128.add<T>(k<T>(log1), v128.mul<T>(w, k<T>(log3))));
  }
  return v128.mul<T>(s, v128.add<T>(hfsq, v128.add<T>(even, odd)));
}

// @ts-ignore: decorator
@inline
function logFrom<T>(n: v128, f: v128): v128 {
  const hfsq = v128.mul<T>(k<T>(half), v128.mul<T>(f, f));
  const low = v128.add<T>(logTail<T>(f, hfsq), v128.mul<T>(n, k<T>(ln2Low)));
  return v128.sub<T>(v128.mul<T>(n, k<T>(ln2High)), v128.sub<T>(v128.sub<T>(hfsq, low), f));
}

// @ts-ignore: decorator
@inline
export function log<T>(x: v128): v128 {
  const tiny = v128.lt<T>(x, k<T>(smallest));
  const grown = v128.mul<T>(x, k<T>(grow));
  const u = v128.bitselect(grown, x, tiny);
  let n: v128;
  let m: v128;
  if (sizeof<T>() == 8) {
    const bits = i64x2.add(u, v128.load64_splat(bits64 + 0));
    // the exponent, as the low bits of a number near 2^52
    n = v128.or(i64x2.shr_u(bits, 52), v128.load64_splat(bits64 + 8));
    n = v128.sub<T>(n, v128.bitselect(v128.load64_splat(bits64 + 24), v128.load64_splat(bits64 + 16), tiny));
    m = i64x2.add(v128.and(bits, v128.load64_splat(bits64 + 32)), v128.load64_splat(bits64 + 40));
  } else {
    const bits = i32x4.add(u, v128.load32_splat(bits32 + 0));
    n = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(bits, 23), v128.load32_splat(bits32 + 4)));
    n = v128.sub<T>(n, v128.and(tiny, num<T>(25)));
    m = i32x4.add(v128.and(bits, v128.load32_splat(bits32 + 8)), v128.load32_splat(bits32 + 12));
  }
  let y = logFrom<T>(n, v128.sub<T>(m, k<T>(one)));
  y = v128.bitselect(y, x, v128.lt<T>(x, num<T>(Infinity)));
  y = v128.bitselect(num<T>(NaN), y, v128.lt<T>(x, num<T>(0)));
  return v128.bitselect(num<T>(-Infinity), y, v128.eq<T>(x, num<T>(0)));
}

/** log(1 + e^x) = max(x, 0) + log1p(e^-|x|). */
// @ts-ignore: decorator
@inline
export function softplus<T>(x: v128): v128 {
  const e = exp<T>(v128.or(x, k<T>(minusZero)));
  const big = v128.gt<T>(e, k<T>(tangent));
  const f = v128.bitselect(v128.mul<T>(v128.sub<T>(e, k<T>(one)), k<T>(half)), e, big);
  const y = logFrom<T>(v128.and(big, k<T>(one)), f);
  return v128.add<T>(v128.pmax<T>(x, num<T>(0)), y);
}

/** sin (turn 0) or cos (turn 1) of two angles; Cody and Waite's reduction, good up to the limit. */
// @ts-ignore: decorator
@inline
function sine64(x: v128, turn: i64): v128 {
  const round = k<f64>(magic);
  const t = f64x2.add(f64x2.mul(x, k<f64>(twoOverPi)), round);
  const n = f64x2.sub(t, round);
  // x - n pi/2 in three pieces; the second difference keeps its error
  const r0 = f64x2.sub(x, f64x2.mul(n, k<f64>(halfPi1)));
  const w = f64x2.mul(n, k<f64>(halfPi2));
  const r1 = f64x2.sub(r0, w);
  const back = f64x2.sub(r0, r1);
  const error = f64x2.add(f64x2.sub(r0, f64x2.add(r1, back)), f64x2.sub(back, w));
  const tail = f64x2.sub(f64x2.mul(n, k<f64>(halfPi3)), error);
  const r = f64x2.sub(r1, tail);
  const low = f64x2.sub(f64x2.sub(r1, r), tail);
  return sineSeries(r, low, i64x2.add(t, i64x2.splat(turn)));
}

/** sin of r + low + quadrant pi/2 for |r| <= pi/4; the lowest two bits of a quadrant count. */
// @ts-ignore: decorator
@inline
function sineSeries(r: v128, low: v128, quadrant: v128): v128 {
  const z = f64x2.mul(r, r);
  const v = f64x2.mul(z, r);
  const zz = f64x2.mul(z, z);
  let s = f64x2.add(k<f64>(sin5), f64x2.mul(z, k<f64>(sin6)));
  s = f64x2.add(
    f64x2.add(k<f64>(sin2), f64x2.mul(z, f64x2.add(k<f64>(sin3), f64x2.mul(z, k<f64>(sin4))))),
    f64x2.mul(f64x2.mul(z, zz), s),
  );
  s = f64x2.sub(f64x2.mul(z, f64x2.sub(f64x2.mul(k<f64>(half), low), f64x2.mul(v, s))), low);
  s = f64x2.sub(r, f64x2.add(s, f64x2.mul(v, k<f64>(sin1))));

  let c = f64x2.add(k<f64>(cos4), f64x2.mul(z, f64x2.add(k<f64>(cos5), f64x2.mul(z, k<f64>(cos6)))));
  c = f64x2.add(
    f64x2.mul(z, f64x2.add(k<f64>(cos1), f64x2.mul(z, f64x2.add(k<f64>(cos2), f64x2.mul(z, k<f64>(cos3)))))),
    f64x2.mul(f64x2.mul(zz, zz), c),
  );
  const hz = f64x2.mul(k<f64>(half), z);
  const first = f64x2.sub(k<f64>(one), hz);
  c = f64x2.add(first, f64x2.add(f64x2.sub(f64x2.sub(k<f64>(one), first), hz), f64x2.sub(f64x2.mul(z, c), f64x2.mul(r, low))));

  const odd = i64x2.eq(v128.and(quadrant, v128.load64_splat(bits64 + 48)), v128.load64_splat(bits64 + 48));
  const flip = i64x2.shl(v128.and(quadrant, v128.load64_splat(bits64 + 56)), 62);
  return v128.xor(v128.bitselect(c, s, odd), flip);
}

const sineTable32 = memory.data<f32>([
  -0.16666654611, 0.0083321608736, -0.00019515295891, 0.04166664568298827, -0.001388731625493765, 0.00002443315711809948,
]);
const turns32 = memory.data<u32>([1, 2]);

/** Two angles in float64 as t = x 2/pi rounded (its integer in the low bits); `reduced` gives x - n pi/2. */
// @ts-ignore: decorator
@inline
function turnsOf(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, k<f64>(twoOverPi)), k<f64>(magic));
}

// @ts-ignore: decorator
@inline
function reduced(x: v128, t: v128): v128 {
  const n = f64x2.sub(t, k<f64>(magic));
  return f64x2.sub(f64x2.sub(x, f64x2.mul(n, k<f64>(halfPi1))), f64x2.mul(n, k<f64>(halfPi2)));
}

/** sin (turn 0) or cos (turn 1) of four angles: reduced in float64, the series in float32 (Moshier's Cephes, sinf and cosf). */
// @ts-ignore: decorator
@inline
function sine32(x: v128, turn: i64): v128 {
  const x0 = f64x2.promote_low_f32x4(x);
  const x1 = f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
  const t0 = turnsOf(x0);
  const t1 = turnsOf(x1);
  const r = v128.shuffle<i64>(f32x4.demote_f64x2_zero(reduced(x0, t0)), f32x4.demote_f64x2_zero(reduced(x1, t1)), 0, 2);
  const quadrant = i32x4.add(v128.shuffle<i32>(t0, t1, 0, 2, 4, 6), i32x4.splat(<i32>turn));
  const z = f32x4.mul(r, r);
  let s = f32x4.add(v128.load32_splat(sineTable32, 4), f32x4.mul(z, v128.load32_splat(sineTable32, 8)));
  s = f32x4.add(v128.load32_splat(sineTable32), f32x4.mul(z, s));
  s = f32x4.add(r, f32x4.mul(f32x4.mul(r, z), s));
  let c = f32x4.add(v128.load32_splat(sineTable32, 16), f32x4.mul(z, v128.load32_splat(sineTable32, 20)));
  c = f32x4.add(v128.load32_splat(sineTable32, 12), f32x4.mul(z, c));
  c = f32x4.add(f32x4.sub(k<f32>(one), f32x4.mul(k<f32>(half), z)), f32x4.mul(f32x4.mul(z, z), c));
  const odd = i32x4.eq(v128.and(quadrant, v128.load32_splat(turns32)), v128.load32_splat(turns32));
  const flip = i32x4.shl(v128.and(quadrant, v128.load32_splat(turns32, 4)), 30);
  return v128.xor(v128.bitselect(c, s, odd), flip);
}

const largest = 1e5;

// @ts-ignore: decorator
@inline
export function sine<T>(x: v128, turn: i64): v128 {
  const inside = v128.lt<T>(v128.andnot(x, k<T>(minusZero)), k<T>(limit));
  let y: v128;
  if (sizeof<T>() == 8) {
    y = sine64(x, turn);
    // sin(-0) = -0 and tiny angles stay as they are
    if (turn == 0) y = v128.bitselect(x, y, f64x2.lt(f64x2.abs(x), k<f64>(tinyAngle)));
  } else {
    y = sine32(x, turn);
    if (turn == 0) y = v128.bitselect(x, y, f32x4.lt(f32x4.abs(x), f32x4.splat(1e-5)));
  }
  const fine = sizeof<T>() == 8 ? i64x2.all_true(inside) : i32x4.all_true(inside);
  return fine ? y : largeAngles<T>(x, y, turn);
}

/** Puts right, one by one, the lanes whose angle is too large for the fast reduction. */
function largeAngles<T>(x: v128, y: v128, turn: i64): v128 {
  if (sizeof<T>() == 8) {
    const x0 = f64x2.extract_lane(x, 0);
    const x1 = f64x2.extract_lane(x, 1);
    if (!(abs(x0) < largest)) y = f64x2.replace_lane(y, 0, largeSine(x0, turn));
    if (!(abs(x1) < largest)) y = f64x2.replace_lane(y, 1, largeSine(x1, turn));
    return y;
  }
  y = f32x4.replace_lane(y, 0, largeAngle(f32x4.extract_lane(x, 0), f32x4.extract_lane(y, 0), turn));
  y = f32x4.replace_lane(y, 1, largeAngle(f32x4.extract_lane(x, 1), f32x4.extract_lane(y, 1), turn));
  y = f32x4.replace_lane(y, 2, largeAngle(f32x4.extract_lane(x, 2), f32x4.extract_lane(y, 2), turn));
  return f32x4.replace_lane(y, 3, largeAngle(f32x4.extract_lane(x, 3), f32x4.extract_lane(y, 3), turn));
}

function largeAngle(x: f32, y: f32, turn: i64): f32 {
  if (abs(x) < <f32>largest) return y;
  return <f32>largeSine(<f64>x, turn);
}

const farthest = 1e9;

/**
 * sin or cos of one angle. Up to `farthest` the quadrant n has 30 bits, so its products with the first four pieces of pi/2, 23 bits
 * each, are exact, and so are the first two differences; what the next two lose is kept.
 */
function largeSine(x: f64, turn: i64): f64 {
  if (!(abs(x) < farthest)) return turn == 0 ? NativeMath.sin(x) : NativeMath.cos(x);
  const n = nearest(x * 0.6366197723675814);
  const a = x - n * 1.570796251296997 - n * 7.549789415861596e-8;
  const third = n * 5.39030083589187e-15;
  const b = a - third;
  const fourth = n * 2.0222659584103533e-21;
  const c = b - fourth;
  const rest = lost(a, third, b) + lost(b, fourth, c) - n * 2.9038559739793605e-28;
  const r = c + rest;
  const low = c - r + rest;
  return f64x2.extract_lane(sineSeries(f64x2.splat(r), f64x2.splat(low), i64x2.splat(<i64>n + turn)), 0);
}

/** What the rounded difference d = a - b lost: a - b - d, exactly (Knuth's two-sum). */
// @ts-ignore: decorator
@inline
function lost(a: f64, b: f64, d: f64): f64 {
  const back = a - d;
  return a - (d + back) + (back - b);
}
