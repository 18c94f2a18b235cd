// Random numbers by key: Threefry-2x32 with 20 rounds, four blocks at a time, and the normal quantile. Step by step what
// numerics/random.ts and its log do in float64, so that the bits are the same; float32 rounds at the end.

const uniformDomain = 0;
const normalDomain = 1;
const foldDomain = 17;

/** Where `blocks` leaves its two words. */
let word0: v128 = i32x4.splat(0);
let word1: v128 = i32x4.splat(0);

/** The blocks of four counters (c0, c1) under the key (k0, k1). */
function blocks(k0: i32, k1: i32, c0: v128, c1: i32): void {
  let next = k1;
  let later = k0 ^ k1 ^ 0x1bd11bda;
  let last = k0;
  let x0 = i32x4.add(c0, i32x4.splat(k0));
  let x1 = i32x4.splat(c1 + k1);
  for (let s = 1; s <= 5; s++) {
    // four rotations, one a byte: 13, 15, 26, 6 and 17, 29, 16, 24 in turn
    let turns = s & 1 ? 0x061a0f0d : 0x18101d11;
    for (let i = 0; i < 4; i++) {
      const turn = turns & 31;
      x0 = i32x4.add(x0, x1);
      x1 = v128.xor(v128.or(i32x4.shl(x1, turn), i32x4.shr_u(x1, 32 - turn)), x0);
      turns >>= 8;
    }
    x0 = i32x4.add(x0, i32x4.splat(next));
    x1 = i32x4.add(x1, i32x4.splat(later + s));
    const first = next;
    next = later;
    later = last;
    last = first;
  }
  word0 = x0;
  word1 = x1;
}

// Wichura's coefficients, lowest power first; see normalQuantile.
const centreOver = memory.data<f64>([
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
]);
const centreUnder = memory.data<f64>([
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852854,
]);
const tailOver = memory.data<f64>([
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
]);
const tailUnder = memory.data<f64>([
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
  1.0507500716444169e-9,
]);
const farOver = memory.data<f64>([
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
  2.7115555687434876e-5, 2.0103343992922881e-7,
]);
const farUnder = memory.data<f64>([
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
]);

function horner(c: usize, r: f64): f64 {
  let sum = load<f64>(c, 56);
  for (let i = 6; i >= 0; i--) sum = sum * r + load<f64>(c + (i << 3));
  return sum;
}

/** log x for normal x > 0. */
function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  const word = <i32>(bits >> 32) + (0x3ff00000 - 0x3fe6a09e);
  const k = <f64>((word >> 20) - 1023);
  const m = reinterpret<f64>((<u64>((word & 0x000fffff) + 0x3fe6a09e) << 32) | (bits & 0xffffffff));
  const f = m - 1;
  const hfsq = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return k * 0.6931471803691238 - (hfsq - (s * (hfsq + (even + odd)) + k * 1.9082149292705877e-10) - f);
}

function normalQuantile(p: f64): f64 {
  const q = p - 0.5;
  if (abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return q * (horner(centreOver, r) / horner(centreUnder, r));
  }
  const r = sqrt(-log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? horner(tailOver, r - 1.6) / horner(tailUnder, r - 1.6) : horner(farOver, r - 5) / horner(farUnder, r - 5);
  return q < 0 ? -z : z;
}

// @ts-ignore: decorator
@inline
function numberOf(normal: bool, a: u32, b: u32): f64 {
  if (!normal) return <f64>((<u64>(a >> 5) << 26) | <u64>(b >> 6)) * (1.0 / 9007199254740992.0);
  return normalQuantile((<f64>((<u64>(a >> 6) << 26) | <u64>(b >> 6)) + 0.5) * (1.0 / 4503599627370496.0));
}

/** y = offset + scale times n numbers of the key (high, low), folded with the counter at `counter` unless that is 0. */
export function random<T>(
  y: usize, n: i32, normal: bool, keyHigh: i32, keyLow: i32, counter: usize, offset: f64, scale: f64,
): void {
  let high = keyHigh;
  let low = keyLow;
  if (counter != 0) {
    const c = <f64>load<T>(counter);
    if (!(abs(c) <= 9007199254740991) || floor(c) != c) {
      for (let i = 0; i < n; i++) store<T>(y + i * sizeof<T>(), <T>NaN);
      return;
    }
    blocks(high, low, i32x4.splat(<i32>(<i64>floor(c / 4294967296))), <i32>(<i64>c));
    blocks(i32x4.extract_lane(word0, 0), i32x4.extract_lane(word1, 0), i32x4.splat(0), foldDomain);
    high = i32x4.extract_lane(word0, 0);
    low = i32x4.extract_lane(word1, 0);
  }
  const domain = normal ? normalDomain : uniformDomain;
  for (let i = 0; i < n; i += 4) {
    blocks(high, low, i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3)), domain);
    let a = word0;
    let b = word1;
    const rest = min(4, n - i);
    for (let j = 0; j < rest; j++) {
      const value = numberOf(normal, <u32>i32x4.extract_lane(a, 0), <u32>i32x4.extract_lane(b, 0));
      store<T>(y + (i + j) * sizeof<T>(), <T>(offset + scale * value));
      a = v128.shuffle<i32>(a, a, 1, 2, 3, 0);
      b = v128.shuffle<i32>(b, b, 1, 2, 3, 0);
    }
  }
}
