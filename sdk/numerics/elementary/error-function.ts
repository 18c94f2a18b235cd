import { truncated } from "./_bits.js";
import { exp } from "./exponential.js";

/** c[0] + c[1] x + ..., by Horner's rule. */
function polynomial(x: number, c: readonly number[]): number {
  let sum = 0;
  for (let i = c.length - 1; i >= 0; i--) sum = sum * x + c[i];
  return sum;
}

// Rational approximations P/Q of the SunPro library, by range of |x|.
const smallP = [0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5];
const smallQ = [1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 1.3249473800432164e-4, -3.960228278775368e-6];
const nearOne = 0.8450629115104675;
const middleP = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const middleQ = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905, 0.011984499846799107,
];
const largeP = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347, -184.60509290671104,
  -81.2874355063066, -9.814329344169145,
];
const largeQ = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783, 108.63500554177944,
  6.570249770319282, -0.0604244152148581,
];
const hugeP = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896, -1025.0951316110772,
  -483.5191916086514,
];
const hugeQ = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644, 474.52854120695537,
  -22.44095244658582,
];

/** erfc(a) for 1.25 <= a < 28, as exp(-a^2) / a times a smooth factor; the square is split so that no digit of it is lost. */
function tail(a: number): number {
  const s = 1 / (a * a);
  const ratio = a < 1 / 0.35 ? polynomial(s, largeP) / polynomial(s, largeQ) : polynomial(s, hugeP) / polynomial(s, hugeQ);
  const z = truncated(a);
  return (exp(-z * z - 0.5625) * exp((z - a) * (z + a) + ratio)) / a;
}

/** erf(a) - nearOne for 0.84375 <= a < 1.25. */
const middle = (a: number): number => polynomial(a - 1, middleP) / polynomial(a - 1, middleQ);

/**
 * The error function 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. Error below 1 ulp.
 *
 * @param x  any number
 * @returns  erf(x), in [-1, 1]; erf(-0) = -0
 * @see      SunPro fdlibm 5.3, s_erf.c (ranges and coefficients)
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a < 0.84375) {
    if (a < 3.7e-9) return 0.125 * (8 * x + 1.0270333367641007 * x);
    return x + x * (polynomial(x * x, smallP) / polynomial(x * x, smallQ));
  }
  const y = a < 1.25 ? nearOne + middle(a) : a < 6 ? 1 - tail(a) : 1;
  return x < 0 ? -y : y;
}

/**
 * 1 - erf(x) without cancellation for large x. Error below 3 ulp for normal results.
 *
 * @param x  any number
 * @returns  erfc(x), in [0, 2]
 * @see      SunPro fdlibm 5.3, s_erf.c
 */
export function erfc(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a < 0.84375) {
    const y = x * (polynomial(x * x, smallP) / polynomial(x * x, smallQ));
    return x < 0.25 ? 1 - (x + y) : 0.5 - (x - 0.5 + y);
  }
  const y = a < 1.25 ? 1 - nearOne - middle(a) : a < 28 ? tail(a) : 0;
  return x < 0 ? (a < 1.25 ? 1 + (nearOne + middle(a)) : 2 - y) : y;
}
