import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as elementary from "../../../sdk/numerics/elementary.js";

const { acos, asin, atan, atan2, cos, cosh, erf, erfc, exp, expm1, hypot, log, log10, log1p, log2, pow, sin, sinh, tan, tanh } =
  elementary;

/*
 * Reference values: fixed-point arithmetic with 1400 fraction bits in BigInt, by plain Taylor series. Its rounding, some
 * hundred units of 2^-1400, is far below what the float64 results below can show.
 */
const bits = 1400n;
const one = 1n << bits;

/** A float64 as an exact fixed-point number; every double above 2^-1074 fits. */
function fixed(x: number): bigint {
  if (!Number.isFinite(x)) throw new Error(`${x} has no place among exact numbers`);
  let e = 0;
  while (!Number.isInteger(x)) {
    x *= 2;
    e++;
  }
  return (BigInt(x) << bits) >> BigInt(e);
}

const times = (a: bigint, b: bigint): bigint => (a * b) >> bits;
const over = (a: bigint, b: bigint): bigint => (a << bits) / b;

/** The sum of terms first, next(first, 1), next(.., 2), ... until they vanish. */
function series(first: bigint, next: (term: bigint, k: bigint) => bigint, weight = (term: bigint, _k: bigint) => term): bigint {
  let sum = 0n;
  for (let term = first, k = 0n; term > 8n || term < -8n; k++, term = next(term, k)) sum += weight(term, k);
  return sum;
}

function bigAtanInverse(n: bigint): bigint {
  return series(
    one / n,
    (t) => -t / (n * n),
    (t, k) => t / (2n * k + 1n),
  );
}
const bigPi = 4n * (4n * bigAtanInverse(5n) - bigAtanInverse(239n));

const bigExp = (x: bigint): bigint => {
  // halve until small, then square back
  const halvings = 20n;
  let y = series(one, (t, k) => times(t, x >> halvings) / k);
  for (let i = 0n; i < halvings; i++) y = times(y, y);
  return y;
};
const bigLog = (x: bigint): bigint => {
  const shift = BigInt(x.toString(2).length - 60);
  let y = fixed(Math.log(Number(x >> (shift > 0n ? shift : 0n))) + Number(shift - bits) * Math.LN2); // a first guess, refined by Halley's method to all digits
  for (let i = 0; i < 7; i++) {
    const e = bigExp(y);
    y += (2n * (x - e) * one) / (x + e);
  }
  return y;
};
const bigSin = (x: bigint): bigint => {
  const r = x % (2n * bigPi);
  return series(r, (t, k) => -times(times(t, r), r) / (2n * k * (2n * k + 1n)));
};
const bigCos = (x: bigint): bigint => bigSin(x + bigPi / 2n);
const bigAtan = (x: bigint): bigint => {
  let y = fixed(Math.atan(Number(x >> 700n) / 2 ** 700));
  for (let i = 0; i < 6; i++) {
    // tan(angle - y) = (x cos y - sin y) / (cos y + x sin y); a step of the whole small tangent
    const [s, c] = [bigSin(y), bigCos(y)];
    const t = over(times(x, c) - s, c + times(x, s));
    y += t - times(times(t, t), t) / 3n;
  }
  return y;
};
const bigErf = (x: bigint): bigint => {
  const sum = series(
    x,
    (t, k) => -times(times(t, x), x) / k,
    (t, k) => t / (2n * k + 1n),
  );
  return over(2n * sum, bigSqrt(bigPi));
};
function bigSqrt(x: bigint): bigint {
  const target = x << bits;
  let y = 1n << BigInt((target.toString(2).length + 2) >> 1);
  for (;;) {
    const next = (y + target / y) >> 1n;
    if (next >= y) return y;
    y = next;
  }
}

/** How many units in the last place of the exact value the result is off. */
function ulps(actual: number, exact: bigint): number {
  const size = (exact < 0n ? -exact : exact).toString(2).length - 1; // exact lies in [2^(size - bits), 2^(size + 1 - bits))
  const ulp = 1n << BigInt(Math.max(size - 52, Number(bits) - 1074));
  const off = fixed(actual) - exact;
  return Number(((off < 0n ? -off : off) * 1000n) / ulp) / 1000;
}

/** Points spread over an interval, dense in both halves of the significand; the same on every machine. */
function spread(low: number, high: number, count: number): number[] {
  let state = 0x2545f491;
  return Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return low + ((high - low) * (state >>> 0)) / 4294967296 + (state & 0xffff) * 1e-12 * (high - low);
  });
}

type Case = [name: string, f: (x: number) => number, exact: (x: bigint) => bigint, bound: number, points: number[]];
const cases: Case[] = [
  ["exp", exp, bigExp, 1, [...spread(-1, 1, 30), ...spread(-700, 700, 30)]],
  ["expm1", expm1, (x) => bigExp(x) - one, 2, [...spread(-2, 2, 40), 1e-9, -1e-14, 40]],
  ["log", log, bigLog, 1, [...spread(0.4, 3, 20), 1e-300, 1e300, 5e-320, 1 + 2 ** -52]],
  ["log1p", log1p, (x) => bigLog(x + one), 2, [...spread(-0.9, 3, 20), 1e-9, -1e-14, 1e10]],
  ["log2", log2, (x) => over(bigLog(x), bigLog(2n * one)), 2, spread(0.1, 20, 10)],
  ["log10", log10, (x) => over(bigLog(x), bigLog(10n * one)), 2, spread(0.1, 20, 10)],
  [
    "sin",
    sin,
    bigSin,
    1,
    [...spread(-10, 10, 40), ...spread(-1e6, 1e6, 20), 1e22, 2 ** 300, 355, 5e15, 6381956970095103 * 2 ** 200],
  ],
  ["cos", cos, bigCos, 1, [...spread(-10, 10, 40), ...spread(-1e6, 1e6, 20), -1e22, 2 ** 300, 355 / 2, 5e15]],
  ["tan", tan, (x) => over(bigSin(x), bigCos(x)), 2, [...spread(-10, 10, 20), ...spread(-1e6, 1e6, 10)]],
  ["atan", atan, bigAtan, 1, spread(-4, 4, 12)],
  ["asin", asin, (x) => bigAtan(over(x, bigSqrt(one - times(x, x)))), 3, spread(-0.99, 0.99, 8)],
  ["acos", acos, (x) => bigPi / 2n - bigAtan(over(x, bigSqrt(one - times(x, x)))), 3, spread(-0.99, 0.99, 8)],
  ["sinh", sinh, (x) => (bigExp(x) - bigExp(-x)) / 2n, 2, [...spread(-1, 1, 20), ...spread(-30, 30, 10)]],
  ["cosh", cosh, (x) => (bigExp(x) + bigExp(-x)) / 2n, 2, [...spread(-1, 1, 20), ...spread(-30, 30, 10)]],
  ["tanh", tanh, (x) => over(bigExp(2n * x) - one, bigExp(2n * x) + one), 2.5, [...spread(-1, 1, 40), ...spread(-15, 15, 20)]],
  ["erf", erf, bigErf, 1, [...spread(-1, 1, 20), ...spread(-4, 4, 20), 5.5, 1e-10]],
  ["erfc", erfc, (x) => one - bigErf(x), 3, [...spread(-2, 2, 20), ...spread(2, 6, 10)]],
];

describe("distance to the exact value, in units of the last place", () => {
  test.each(cases)("%s", (_, f, exact, bound, points) => {
    const worst = points.map((x) => ({ x, ulps: ulps(f(x), exact(fixed(x))) })).sort((a, b) => b.ulps - a.ulps)[0];
    expect(worst.ulps, `at ${worst.x}`).toBeLessThan(bound);
  });

  test("pow", () => {
    const bases = [...spread(0.01, 30, 12), ...spread(0.999, 1.001, 4)];
    const exponents = [...spread(-20, 20, 12), ...spread(-90000, 90000, 4)];
    bases.forEach((x, i) => {
      expect(ulps(pow(x, exponents[i]), bigExp(times(fixed(exponents[i]), bigLog(fixed(x))))), `${x}`).toBeLessThan(2);
    });
  });

  test("hypot and atan2", () => {
    const [xs, ys] = [spread(-30, 30, 10), spread(-0.1, 4, 10)];
    xs.forEach((x, i) => {
      const [a, b] = [fixed(x), fixed(ys[i])];
      expect(ulps(hypot(x, ys[i]), bigSqrt(times(a, a) + times(b, b)))).toBeLessThan(2);
      const turn = x > 0 ? 0n : ys[i] > 0 ? bigPi : -bigPi;
      expect(ulps(atan2(ys[i], x), bigAtan(over(b, a)) + turn)).toBeLessThan(2);
    });
  });
});

describe("special values", () => {
  const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
  const table: readonly [f: (x: number) => number, ...pairs: [x: number, y: number][]][] = [
    [exp, [0, 1], [-inf, 0], [inf, inf], [710, inf], [-746, 0], [-745, 5e-324]],
    [expm1, [-0, -0], [-inf, -1], [inf, inf], [5e-324, 5e-324]],
    [log, [0, -inf], [-0, -inf], [1, 0], [inf, inf], [-1, nan]],
    [log1p, [-0, -0], [-1, -inf], [inf, inf], [-2, nan]],
    [log2, [1024, 10], [5e-324, -1074], [0, -inf]],
    [log10, [1e22, 22], [1000, 3], [1, 0]],
    [sin, [-0, -0], [inf, nan], [5e-324, 5e-324]],
    [cos, [0, 1], [-inf, nan]],
    [tan, [-0, -0], [inf, nan]],
    [atan, [-0, -0], [inf, Math.PI / 2], [-inf, -Math.PI / 2]],
    [asin, [1, Math.PI / 2], [2, nan]],
    [acos, [1, 0], [-1, Math.PI], [2, nan]],
    [tanh, [-0, -0], [inf, 1], [-inf, -1], [30, 1], [5e-324, 5e-324]],
    [sinh, [-0, -0], [inf, inf], [-inf, -inf], [711, inf]],
    [cosh, [0, 1], [-inf, inf], [711, inf]],
    [erf, [-0, -0], [inf, 1], [-inf, -1], [7, 1]],
    [erfc, [0, 1], [inf, 0], [-inf, 2]],
  ];
  test.each(table)("%o", (f, ...pairs) => {
    for (const [x, y] of pairs) expect(f(x), `at ${x}`).toBe(y);
    expect(f(nan)).toBe(nan);
  });

  test("pow and atan2 treat zeros, infinities and NaN as ECMAScript says", () => {
    const values = [0, -0, 1, -1, inf, -inf, nan, 2, -2, 3, -3, 0.5, -0.5];
    for (const x of values) {
      for (const y of values) {
        if (Number.isNaN(x ** y) || [0, 1, inf].includes(Math.abs(x ** y))) {
          expect(pow(x, y), `${x} ** ${y}`).toBe(x ** y);
        }
        const angle = Math.atan2(y, x) / (Math.PI / 4);
        if (Number.isInteger(angle)) expect(atan2(y, x), `atan2(${y}, ${x})`).toBe(Math.atan2(y, x));
      }
    }
  });

  test("results below the normal range are rounded once", () => {
    for (const x of spread(-745, -720, 40)) {
      expect(ulps(exp(x), bigExp(fixed(x))), `at ${x}`).toBeLessThanOrEqual(0.501);
    }
  });
});

describe("identities", () => {
  const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const close = (a: number, b: number, ulp: number) => Math.abs(a - b) <= ulp * 2.3e-16 * Math.max(Math.abs(b), 1e-300);

  test("odd functions are odd to the bit, even ones even", () => {
    fc.assert(
      fc.property(real(-1e9, 1e9), (x) => {
        for (const f of [sin, tan, atan, tanh, erf, sinh]) expect(f(-x)).toBe(-f(x));
        for (const f of [cos, cosh]) expect(f(-x)).toBe(f(x));
      }),
    );
  });
  test("log inverts exp, and sin^2 + cos^2 = 1", () => {
    fc.assert(fc.property(real(1, 700), (x) => close(log(exp(x)), x, 3)));
    fc.assert(fc.property(real(-1e200, 1e200), (x) => close(sin(x) * sin(x) + cos(x) * cos(x), 1, 4)));
  });
  test("whole powers are running products", () => {
    fc.assert(
      fc.property(real(0.5, 2), fc.integer({ min: 0, max: 20 }), (x, n) => {
        let product = 1;
        for (let i = 0; i < n; i++) product *= x;
        return close(pow(x, n), product, n + 2);
      }),
    );
  });
  test("the exported list is what the header promises and nothing uses Math's transcendentals", () => {
    for (const f of Object.values(elementary)) expect(f.toString()).not.toMatch(/Math\.(exp|log|sin|cos|tan|atan|pow|hypot)/);
  });
});
