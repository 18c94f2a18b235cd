import { highWord, powerOfTwo } from "./_bits.js";

/** 2/pi as an integer times 2^-1280. */
const twoOverPi =
  0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc209af4361dn;
/** pi/2 as an integer times 2^-128. */
const halfPi = 0x1921fb54442d18469898cc51701b839a2n;

/** An angle as quadrant * pi/2 + (high + low), |high + low| <= pi/4. */
interface Reduced {
  readonly quadrant: number;
  readonly high: number;
  readonly low: number;
}

const exponentOf = (x: number): number => (highWord(x) >> 20) & 0x7ff;

/** Cody and Waite's reduction with pi/2 in three pieces of 33 bits and a tail; a piece is used when cancellation asks for it. */
function reduceMedium(x: number): Reduced {
  const n = Math.floor(x * 0.6366197723675814 + 0.5);
  let rest = x - n * 1.5707963267341256;
  let tail = n * 6.077100506506192e-11;
  let high = rest - tail;
  if (exponentOf(x) - exponentOf(high) > 16) {
    const before = rest;
    const piece = n * 6.077100506303966e-11;
    rest = before - piece;
    tail = n * 2.0222662487959506e-21 - (before - rest - piece);
    high = rest - tail;
    if (exponentOf(x) - exponentOf(high) > 49) {
      const before = rest;
      const piece = n * 2.0222662487111665e-21;
      rest = before - piece;
      tail = n * 8.4784276603689e-32 - (before - rest - piece);
      high = rest - tail;
    }
  }
  return { quadrant: n & 3, high, low: rest - high - tail };
}

/**
 * Payne and Hanek's reduction in exact integers: |x| = s 2^e with integer s, so x 2/pi = s twoOverPi 2^(e - 1280);
 * its nearest integer is the quadrant, the rest times pi/2 the angle, kept to 2^-180.
 */
function reduceLarge(x: number): Reduced {
  const e = exponentOf(x) - 1075;
  const bits = BigInt(1280 - e);
  const turns = BigInt(Math.abs(x) * powerOfTwo(-e)) * twoOverPi;
  const quadrant = (turns + (1n << (bits - 1n))) >> bits;
  const angle = ((turns - (quadrant << bits)) * halfPi) >> (bits + 128n - 180n);
  const unit = x < 0 ? -powerOfTwo(-180) : powerOfTwo(-180);
  const high = Number(angle);
  const n = Number(quadrant & 3n);
  return { quadrant: x < 0 ? (4 - n) & 3 : n, high: high * unit, low: Number(angle - BigInt(high)) * unit };
}

function reduce(x: number): Reduced {
  if (Math.abs(x) <= 0.7853981633974483) return { quadrant: 0, high: x, low: 0 };
  return Math.abs(x) < 1647099 ? reduceMedium(x) : reduceLarge(x);
}

/** sin(x + y) for |x| <= pi/4 and a correction y. */
function sinKernel(x: number, y: number): number {
  const z = x * x;
  const v = z * x;
  const r =
    0.00833333333332249 +
    z * (-0.0001984126982985795 + z * 2.7557313707070068e-6) +
    z * z * z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10);
  return x - (z * (0.5 * y - v * r) - y + v * 0.16666666666666632);
}

/** cos(x + y) for |x| <= pi/4 and a correction y. */
function cosKernel(x: number, y: number): number {
  const z = x * x;
  const w = z * z;
  const r =
    z * (0.0416666666666666 + z * (-0.001388888888887411 + z * 2.480158728947673e-5)) +
    w * w * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11));
  const half = 0.5 * z;
  const first = 1 - half;
  return first + (1 - first - half + (z * r - x * y));
}

function quadrantSin(quadrant: number, high: number, low: number): number {
  const value = quadrant & 1 ? cosKernel(high, low) : sinKernel(high, low);
  return quadrant & 2 ? -value : value;
}

const finite = (x: number): boolean => Math.abs(x) < Number.POSITIVE_INFINITY;

/**
 * Sine. Error below 1 ulp for every finite x, however large.
 *
 * @param x  angle, rad
 * @returns  sin(x); NaN for NaN and +-Infinity; sin(-0) = -0
 * @see      SunPro fdlibm 5.3, k_sin.c; Payne and Hanek 1983, "Radian reduction for trigonometric functions", doi:10.1145/1057600.1057602
 */
export function sin(x: number): number {
  if (!finite(x)) return Number.NaN;
  if (Math.abs(x) < 1e-8) return x;
  const { quadrant, high, low } = reduce(x);
  return quadrantSin(quadrant, high, low);
}

/**
 * Cosine. Error below 1 ulp for every finite x, however large.
 *
 * @param x  angle, rad
 * @returns  cos(x); NaN for NaN and +-Infinity
 * @see      SunPro fdlibm 5.3, k_cos.c
 */
export function cos(x: number): number {
  if (!finite(x)) return Number.NaN;
  const { quadrant, high, low } = reduce(x);
  return quadrantSin(quadrant + 1, high, low);
}

/** Tangent, the quotient of sine and cosine of one reduced angle. Error below 2 ulp. */
export function tan(x: number): number {
  if (!finite(x)) return Number.NaN;
  if (Math.abs(x) < 1e-8) return x;
  const { quadrant, high, low } = reduce(x);
  return quadrantSin(quadrant, high, low) / quadrantSin(quadrant + 1, high, low);
}
