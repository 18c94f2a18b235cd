// The error function over vectors. Every lane is computed by the formula of its own range, whatever the other lanes are.

import { exp, num } from "./elementary";

/** One step of Horner's rule with coefficient i of a table of f64. */
// @ts-ignore: decorator
@inline
function step64(sum: v128, x: v128, table: usize, i: i32): v128 {
  return f64x2.add(f64x2.mul(sum, x), v128.load64_splat(table + (i << 3)));
}

/** A polynomial of `count` (5 to 9) coefficients, lowest power first. */
// @ts-ignore: decorator
@inline
function polynomial(x: v128, table: usize, count: i32): v128 {
  let sum = v128.load64_splat(table + ((count - 1) << 3));
  if (count > 8) sum = step64(sum, x, table, 7);
  if (count > 7) sum = step64(sum, x, table, 6);
  if (count > 6) sum = step64(sum, x, table, 5);
  if (count > 5) sum = step64(sum, x, table, 4);
  sum = step64(sum, x, table, 3);
  sum = step64(sum, x, table, 2);
  sum = step64(sum, x, table, 1);
  return step64(sum, x, table, 0);
}

// Rational approximations P/Q of SunPro fdlibm 5.3, s_erf.c, by range of |x|.
const smallP = memory.data<f64>([0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5]);
const smallQ = memory.data<f64>([1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 1.3249473800432164e-4, -3.960228278775368e-6]);
const middleP = memory.data<f64>([
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
]);
const middleQ = memory.data<f64>([
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905, 0.011984499846799107,
]);
const largeP = memory.data<f64>([
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347, -184.60509290671104,
  -81.2874355063066, -9.814329344169145,
]);
const largeQ = memory.data<f64>([
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783, 108.63500554177944,
  6.570249770319282, -0.0604244152148581,
]);
const hugeP = memory.data<f64>([
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896, -1025.0951316110772,
  -483.5191916086514,
]);
const hugeQ = memory.data<f64>([
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644, 474.52854120695537,
  -22.44095244658582,
]);

/** 1 - e^(-a^2) (...)/a for 1.25 <= a < 6; a^2 is split, so that e^(-a^2) keeps its last bits. */
// @ts-ignore: decorator
@inline
function largeErf(a: v128): v128 {
  const square = f64x2.mul(a, a);
  const s = f64x2.div(num<f64>(1), square);
  const near = f64x2.lt(a, num<f64>(1 / 0.35));
  const over = v128.bitselect(polynomial(s, largeP, 8), polynomial(s, hugeP, 7), near);
  const under = v128.bitselect(polynomial(s, largeQ, 9), polynomial(s, hugeQ, 8), near);
  const ratio = f64x2.div(over, under);
  const z = v128.and(a, i64x2.splat(0xffffffff00000000));
  const head = exp<f64>(f64x2.sub(f64x2.neg(f64x2.mul(z, z)), num<f64>(0.5625)));
  const rest = exp<f64>(f64x2.add(f64x2.mul(f64x2.sub(z, a), f64x2.add(z, a)), ratio));
  return f64x2.sub(num<f64>(1), f64x2.div(f64x2.mul(head, rest), a));
}

// @ts-ignore: decorator
@inline
function middleErf(a: v128): v128 {
  const s = f64x2.sub(a, num<f64>(1));
  const ratio = f64x2.div(polynomial(s, middleP, 7), polynomial(s, middleQ, 7));
  return f64x2.add(num<f64>(0.8450629115104675), ratio);
}

function erf64(x: v128): v128 {
  const minus = num<f64>(-0.0);
  const a = v128.andnot(x, minus);
  const small = f64x2.lt(a, num<f64>(0.84375));
  const z = f64x2.mul(x, x);
  const y = f64x2.add(x, f64x2.mul(x, f64x2.div(polynomial(z, smallP, 5), polynomial(z, smallQ, 6))));
  if (i64x2.all_true(small)) return y;
  // no more branches: where ranges are mixed, guessing them wrongly costs more than computing them all
  let tail = v128.bitselect(largeErf(a), num<f64>(1), f64x2.lt(a, num<f64>(6)));
  tail = v128.bitselect(middleErf(a), tail, f64x2.lt(a, num<f64>(1.25)));
  tail = v128.or(tail, v128.and(x, minus));
  return v128.bitselect(x, v128.bitselect(y, tail, small), f64x2.ne(x, x));
}

// float32: erf x = x + x P(x^2) up to 0.92, beyond it 1 - e^(-a (1 + Q(a))). Least squares weighted towards the smallest largest
// relative error, 0.29 and 0.05 units of the last place, against mpmath with 40 digits.
const nearZero = memory.data<f32>([
  0.12837914769060293, -0.3761248109865064, 0.11281682528399775, -0.026761719462633622, 0.004985940065227117,
  -0.0005953739237261236,
]);
const fromOne = memory.data<f32>([
  0.12851436722304668, 0.6357182924627145, 0.10526187548268812, -0.022889986541378988, 0.0032149630943440147,
  -0.0002139859245297595,
]);

/** A polynomial of six coefficients. */
// @ts-ignore: decorator
@inline
function polynomial32(x: v128, table: usize): v128 {
  let sum = v128.load32_splat(table, 20);
  sum = f32x4.add(f32x4.mul(sum, x), v128.load32_splat(table, 16));
  sum = f32x4.add(f32x4.mul(sum, x), v128.load32_splat(table, 12));
  sum = f32x4.add(f32x4.mul(sum, x), v128.load32_splat(table, 8));
  sum = f32x4.add(f32x4.mul(sum, x), v128.load32_splat(table, 4));
  return f32x4.add(f32x4.mul(sum, x), v128.load32_splat(table));
}

function erf32(x: v128): v128 {
  const minus = num<f32>(-0.0);
  const a = v128.andnot(x, minus);
  const small = f32x4.lt(a, num<f32>(0.92));
  const y = f32x4.add(x, f32x4.mul(x, polynomial32(f32x4.mul(x, x), nearZero)));
  if (i32x4.all_true(small)) return y;
  const t = f32x4.pmin(a, num<f32>(4));
  const power = f32x4.add(t, f32x4.mul(t, polynomial32(t, fromOne)));
  const tail = v128.or(f32x4.sub(num<f32>(1), exp<f32>(f32x4.neg(power))), v128.and(x, minus));
  return v128.bitselect(x, v128.bitselect(y, tail, small), f32x4.ne(x, x));
}

// @ts-ignore: decorator
@inline
export function erf<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? erf64(x) : erf32(x);
}
