import { splitExponent } from "./_bits.js";

const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** s (hfsq + R), the part of log(1 + f) beyond f - hfsq, where s = f / (2 + f), hfsq = f^2 / 2, 1 + f in [sqrt(1/2), sqrt(2)). */
function logTail(f: number, hfsq: number): number {
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return s * (hfsq + (even + odd));
}

/** The value of a logarithm where it is not a finite number, or undefined. */
function special(x: number): number | undefined {
  if (x > 0 && x < Number.POSITIVE_INFINITY) return undefined;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  return x < 0 ? Number.NaN : x;
}

/**
 * Natural logarithm. Error below 1 ulp.
 *
 * @param x  any number
 * @returns  log(x); -Infinity at 0, NaN below 0
 * @see      SunPro fdlibm 5.3, e_log.c (series in s = f / (2 + f) and its coefficients)
 */
export function log(x: number): number {
  const edge = special(x);
  if (edge !== undefined) return edge;
  const [k, m] = splitExponent(x);
  const f = m - 1;
  const hfsq = 0.5 * f * f;
  return k * ln2High - (hfsq - (logTail(f, hfsq) + k * ln2Low) - f);
}

/**
 * log(1 + x) without cancellation near 0. Error below 2 ulp.
 *
 * @param x  any number
 * @returns  log(1 + x); -Infinity at -1, NaN below -1
 * @see      SunPro fdlibm 5.3, s_log1p.c (the correction for the rounding of 1 + x)
 */
export function log1p(x: number): number {
  if (Math.abs(x) < 5.5e-17) return x;
  const u = 1 + x;
  const edge = special(u);
  if (edge !== undefined) return edge;
  if (x > -0.2929 && x < 0.4142) {
    const hfsq = 0.5 * x * x;
    return x - (hfsq - logTail(x, hfsq));
  }
  const [k, m] = splitExponent(u);
  // what 1 + x lost, relative to u; beyond 2^53 it no longer matters
  const lost = k >= 54 ? 0 : (k >= 1 ? 1 - (u - x) : x - (u - 1)) / u;
  const f = m - 1;
  const hfsq = 0.5 * f * f;
  return k * ln2High - (hfsq - (logTail(f, hfsq) + (k * ln2Low + lost)) - f);
}

/** Logarithm to base 2, exact at powers of 2. Error below 2 ulp. */
export function log2(x: number): number {
  const edge = special(x);
  if (edge !== undefined) return edge;
  const [k, m] = splitExponent(x);
  return k + log(m) * 1.4426950408889634;
}

/** Logarithm to base 10, exact at powers of 10 up to 1e22. Error below 2 ulp. */
export function log10(x: number): number {
  const edge = special(x);
  if (edge !== undefined) return edge;
  const [k, m] = splitExponent(x);
  const i = k < 0 ? 1 : 0; // keeps the two terms of one sign
  const y = k + i;
  return y * 0.30102999566361177 + (y * 3.694239077158931e-13 + 0.4342944819032518 * log(i === 1 ? m * 0.5 : m));
}
