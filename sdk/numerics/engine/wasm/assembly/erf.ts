import { exp } from "./elementary";

function polynomial(x: f64, table: usize, count: i32): f64 {
  let sum = 0.0;
  for (let i = count - 1; i >= 0; i--) sum = sum * x + load<f64>(table + (i << 3));
  return sum;
}

function expScalar(x: f64): f64 {
  return f64x2.extract_lane(exp<f64>(f64x2.splat(x)), 0);
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

export function erfScalar(x: f64): f64 {
  const a = abs(x);
  if (isNaN(x)) return x;
  if (a < 0.84375) {
    if (a < 3.7e-9) return 0.125 * (8 * x + 1.0270333367641007 * x);
    return x + x * (polynomial(x * x, smallP, 5) / polynomial(x * x, smallQ, 6));
  }
  let y = 1.0;
  if (a < 1.25) {
    y = 0.8450629115104675 + polynomial(a - 1, middleP, 7) / polynomial(a - 1, middleQ, 7);
  } else if (a < 6) {
    const s = 1 / (a * a);
    const ratio =
      a < 1 / 0.35 ? polynomial(s, largeP, 8) / polynomial(s, largeQ, 9) : polynomial(s, hugeP, 7) / polynomial(s, hugeQ, 8);
    const z = reinterpret<f64>(reinterpret<u64>(a) & 0xffffffff00000000);
    y = 1 - (expScalar(-z * z - 0.5625) * expScalar((z - a) * (z + a) + ratio)) / a;
  }
  return copysign(y, x);
}
