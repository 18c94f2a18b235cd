const halfPi = 1.5707963267948966;
const halfPiLow = 6.123233995736766e-17;
const pi = 3.141592653589793;
const piLow = 1.2246467991473532e-16;

/** t - atan(t) for |t| <= 7/16, the series of the SunPro library. */
function atanTail(t: number): number {
  const z = t * t;
  const w = z * z;
  const even =
    z *
    (0.3333333333333293 +
      w *
        (0.14285714272503466 +
          w * (0.09090887133436507 + w * (0.06661073137387531 + w * (0.049768779946159324 + w * 0.016285820115365782)))));
  const odd =
    w *
    (-0.19999999999876483 +
      w * (-0.11111110405462356 + w * (-0.0769187620504483 + w * (-0.058335701337905735 + w * -0.036531572744216916))));
  return t * (even + odd);
}

/**
 * Arc tangent. Error below 1 ulp.
 *
 * @param x  any number
 * @returns  atan(x), rad, in [-pi/2, pi/2]; atan(-0) = -0
 * @see      SunPro fdlibm 5.3, s_atan.c (reduction at 1/2, 1, 3/2 and coefficients)
 */
export function atan(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x) || a < 1e-9) return x;
  if (a < 0.4375) return x - atanTail(x);
  let t = -1 / a;
  let high = halfPi;
  let low = halfPiLow;
  if (a < 0.6875) {
    t = (2 * a - 1) / (2 + a);
    high = 0.4636476090008061;
    low = 2.2698777452961687e-17;
  } else if (a < 1.1875) {
    t = (a - 1) / (a + 1);
    high = 0.7853981633974483;
    low = 3.061616997868383e-17;
  } else if (a < 2.4375) {
    t = (a - 1.5) / (1 + 1.5 * a);
    high = 0.982793723247329;
    low = 1.3903311031230998e-17;
  }
  const y = high - (atanTail(t) - low - t);
  return x < 0 ? -y : y;
}

/**
 * The angle of the point (x, y). Error below 2 ulp.
 *
 * @param y  ordinate
 * @param x  abscissa
 * @returns  rad, in [-pi, pi]; zeros and infinities as in ECMAScript's Math.atan2
 */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const negativeX = x < 0 || Object.is(x, -0);
  const negativeY = y < 0 || Object.is(y, -0);
  const sign = negativeY ? -1 : 1;
  const ax = Math.abs(x);
  const ay = Math.abs(y);
  if (ay === 0) return negativeX ? sign * pi : y;
  if (ax === 0) return sign * halfPi;
  if (ax === Number.POSITIVE_INFINITY && ay === Number.POSITIVE_INFINITY) return sign * (negativeX ? 0.75 * pi : 0.25 * pi);
  const ratio = ay / ax;
  if (ratio > 1e18) return sign * halfPi;
  const angle = atan(ratio);
  return sign * (negativeX ? pi - (angle - piLow) : angle);
}

/** Arc sine, by atan2 of the other leg. Error below 3 ulp; NaN outside [-1, 1]. */
export function asin(x: number): number {
  return atan2(x, Math.sqrt((1 - x) * (1 + x)));
}

/** Arc cosine. Error below 3 ulp; NaN outside [-1, 1]. */
export function acos(x: number): number {
  return 2 * atan2(Math.sqrt(1 - x), Math.sqrt(1 + x));
}
