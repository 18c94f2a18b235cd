import { splitExponent } from "./_bits.js";
import { exp } from "./exponential.js";

/** a b as an unevaluated sum [product, error], for |a|, |b| < 2^900 (Dekker's splitting; no fused multiply-add needed). */
function exactProduct(a: number, b: number): [number, number] {
  const ta = a * 134217729;
  const a1 = ta - (ta - a);
  const a2 = a - a1;
  const tb = b * 134217729;
  const b1 = tb - (tb - b);
  const b2 = b - b1;
  const product = a * b;
  return [product, a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2];
}

/** a + b as an unevaluated sum, for |a| >= |b|. */
function fastSum(a: number, b: number): [number, number] {
  const sum = a + b;
  return [sum, b - (sum - a)];
}

/** Natural logarithm of x > 0 as an unevaluated sum with about 66 good bits. */
function longLog(x: number): [number, number] {
  const [k, m] = splitExponent(x);
  // s = (m - 1) / (m + 1): log m = 2 s + s^3 (2/3 + s^2 (2/5 + ...)); s, s^3 and 2/3 in two parts, the rest in one
  const f = m - 1;
  const d = m + 1;
  const dLow = m - (d - 1);
  const s = f / d;
  const [p, e] = exactProduct(s, d);
  const sLow = (f - p - e - s * dLow) / d;
  const [z, zError] = exactProduct(s, s);
  const zLow = zError + 2 * s * sLow;
  const rest =
    z *
    (0.4 +
      z *
        (0.2857142857142857 +
          z *
            (0.2222222222222222 +
              z *
                (0.1818181818181818 +
                  z *
                    (0.1538461538461538 +
                      z *
                        (0.1333333333333333 + z * (0.1176470588235294 + z * (0.1052631578947368 + z * 0.0952380952380952))))))));
  const [c, cError] = fastSum(2 / 3, rest);
  const cLow = cError + 3.700743415417188e-17;
  const [cube, cubeError] = exactProduct(z, s);
  const cubeLow = cubeError + zLow * s + z * sLow;
  const [q, qError] = exactProduct(cube, c);
  const qLow = qError + cube * cLow + cubeLow * c;
  const [h, hError] = fastSum(2 * s, q);
  const low = hError + 2 * sLow + qLow;
  if (k === 0) return fastSum(h, low);
  const [g, gError] = fastSum(k * 0.6931471803691238, h);
  return fastSum(g, gError + low + k * 1.9082149292705877e-10);
}

/**
 * x^y. Error below 2 ulp for normal results; the special cases are those of ECMAScript's `**`.
 *
 * @param x  base
 * @param y  exponent
 * @returns  x^y; NaN for a negative base with an exponent that is not an integer, and for (+-1)^(+-Infinity)
 * @see      Dekker 1971, "A floating-point technique for extending the available precision", doi:10.1007/BF01397083
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const a = Math.abs(x);
  const odd = Math.abs(y) < 9007199254740992 && Math.floor(y) === y && Math.floor(y * 0.5) * 2 !== y;
  const sign = odd && (x < 0 || Object.is(x, -0)) ? -1 : 1;
  if (Math.abs(y) === Number.POSITIVE_INFINITY) {
    if (a === 1) return Number.NaN;
    return a > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  if (a === 0 || a === Number.POSITIVE_INFINITY) return sign * (a > 0 === y > 0 ? Number.POSITIVE_INFINITY : 0);
  if (x < 0 && Math.floor(y) !== y) return Number.NaN;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === -1) return 1 / x;
  if (y === 0.5) return Math.sqrt(x);
  if (a === 1) return sign;
  const [h, l] = longLog(a);
  if (Math.abs(y * h) > 800) return sign * (y * h > 0 ? Number.POSITIVE_INFINITY : 0);
  const [p, e] = exactProduct(y, h); // |y| < 1e19 here, since |h| > 1e-16
  const [high, low] = fastSum(p, e + y * l);
  const main = exp(high);
  return sign * (main === Number.POSITIVE_INFINITY ? main : main + main * low);
}

/** sqrt(x^2 + y^2) without overflow or loss below the normal range. Error below 2 ulp. */
export function hypot(x: number, y: number): number {
  const a = Math.max(Math.abs(x), Math.abs(y));
  const b = Math.min(Math.abs(x), Math.abs(y));
  if (Math.abs(x) === Number.POSITIVE_INFINITY || Math.abs(y) === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  if (!(a > 0)) return a;
  const factor = a > 1e150 ? 2.409919865102884e-181 : a < 1e-140 ? 4.149515568880993e180 : 1;
  const u = a * factor;
  const v = b * factor;
  return Math.sqrt(u * u + v * v) / factor;
}
