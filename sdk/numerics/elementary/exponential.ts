import { powerOfTwo, scaled } from "./_bits.js";

const ln2High = 0.6931471803691238; // 33 bits: k * ln2High is exact
const ln2Low = 1.9082149292705877e-10;
const inverseLn2 = 1.4426950408889634;

/** exp(r) - 1 for r = high - low, |r| <= ln(2)/2, by the quotient r c / (2 - c) of the SunPro library. */
function expm1Reduced(high: number, low: number): number {
  const r = high - low;
  const z = r * r;
  const c =
    r -
    z *
      (0.16666666666666602 +
        z * (-0.0027777777777015593 + z * (6.613756321437934e-5 + z * (-1.6533902205465252e-6 + z * 4.1381367970572385e-8))));
  return high - (low - (r * c) / (2 - c));
}

/**
 * e^x. Error below 1 ulp; results below the normal range are rounded once.
 *
 * @param x  any number
 * @returns  e^x; Infinity above 709.78, 0 below -745.14
 * @see      SunPro fdlibm 5.3, e_exp.c (argument reduction and coefficients)
 */
export function exp(x: number): number {
  if (!(x < 709.782712893384)) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const k = Math.floor(x * inverseLn2 + 0.5);
  const high = x - k * ln2High;
  return scaled(1 + expm1Reduced(high, k * ln2Low), k);
}

/**
 * e^x - 1 without cancellation near 0. Error below 2 ulp.
 *
 * @param x  any number
 * @returns  e^x - 1; -1 for x below -37.5
 * @see      SunPro fdlibm 5.3, s_expm1.c (the reconstruction 2^k p + (2^k - 1))
 */
export function expm1(x: number): number {
  if (Math.abs(x) < 5.5e-17) return x;
  if (!(x < 709.782712893384)) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY;
  if (x < -37.5) return -1;
  const k = Math.floor(x * inverseLn2 + 0.5);
  const p = expm1Reduced(x - k * ln2High, k * ln2Low);
  if (k === 0) return p;
  return k > 56 ? scaled(1 + p, k) : powerOfTwo(k) * p + (powerOfTwo(k) - 1);
}

/** Hyperbolic sine. Error below 2 ulp. */
export function sinh(x: number): number {
  const a = Math.abs(x);
  const sign = x < 0 ? -0.5 : 0.5;
  if (a < 3e-8) return x;
  if (a > 22) return largeHalfExp(a) * (2 * sign);
  const t = expm1(a);
  return a < 1 ? sign * (2 * t - (t * t) / (t + 1)) : sign * (t + t / (t + 1));
}

/** Hyperbolic cosine. Error below 2 ulp. */
export function cosh(x: number): number {
  const a = Math.abs(x);
  if (a > 22) return largeHalfExp(a);
  if (a < 0.35) {
    const t = expm1(a);
    return 1 + (t * t) / (2 * (1 + t));
  }
  const t = exp(a);
  return 0.5 * t + 0.5 / t;
}

/** e^a / 2 for a > 22, also where e^a itself would overflow; NaN and Infinity stay. */
function largeHalfExp(a: number): number {
  if (a < 709.7) return 0.5 * exp(a);
  if (a > 711) return Number.POSITIVE_INFINITY;
  const half = exp(0.5 * a);
  return 0.5 * half * half;
}

/**
 * Hyperbolic tangent. Error below 2 ulp.
 *
 * @param x  any number
 * @returns  tanh(x), exactly +-1 for |x| > 22; tanh(-0) = -0
 * @see      SunPro fdlibm 5.3, s_tanh.c (the forms by expm1)
 */
export function tanh(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x) || a < 1e-17) return x;
  let y = 1;
  if (a < 0.25) {
    const t = expm1(-2 * a);
    y = -t / (t + 2);
  } else if (a < 22) {
    const t = expm1(2 * a);
    y = a < 0.55 ? t / (t + 2) : 1 - 2 / (t + 2);
  }
  return x < 0 ? -y : y;
}
