import fc from "fast-check";
import { expect, test } from "vitest";
import { extent, linearAxis, logAxis } from "../../../sdk/charts/axis.js";
import { thinLine } from "../../../sdk/charts/thin.js";

const series = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  ),
  { minLength: 1, maxLength: 400 },
);

test("thinning keeps the ends, the extremes and the order, and never exceeds the limit", () => {
  fc.assert(
    fc.property(series, fc.integer({ min: 5, max: 120 }), (y, limit) => {
      const x = y.map((_, i) => i * 0.25);
      const kept = thinLine(x, y, limit, 50);
      expect(kept.length).toBeLessThanOrEqual(limit);
      expect([kept[0], kept[kept.length - 1]]).toEqual([0, y.length - 1]);
      for (let i = 1; i < kept.length; i++) expect(kept[i]).toBeGreaterThan(kept[i - 1]);
      expect(extent(kept.map((i) => y[i]))).toEqual(extent(y));
    }),
  );
});

test("short lines are kept whole; a long one keeps the extremes of each pixel column", () => {
  const y = Array.from({ length: 10_000 }, (_, i) => Math.sin(i) * Math.cos(i / 500));
  const x = y.map((_, i) => i);
  expect(thinLine(x, y, 10_000)).toHaveLength(10_000);
  const kept = new Set(thinLine(x, y, 2000, 100));
  expect(kept.size).toBeLessThanOrEqual(202);
  const width = 9999 / 100;
  for (let column = 0; column < 100; column++) {
    const inside = x.filter((i) => Math.min(99, Math.floor(i / width)) === column);
    for (const extreme of extent(inside.map((i) => y[i])) ?? [])
      expect(inside.some((i) => kept.has(i) && y[i] === extreme)).toBe(true);
  }
});

test("a gap in a long line stays a gap", () => {
  const y = Array.from({ length: 5000 }, (_, i) => (i > 2000 && i < 2600 ? Number.NaN : i));
  expect(
    thinLine(
      y.map((_, i) => i),
      y,
    ).some((i) => Number.isNaN(y[i])),
  ).toBe(true);
});

test("linear axes have one to five ticks inside their domain, evenly spaced", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
      (low, range) => {
        const { domain, ticks } = linearAxis(low, low + range, 0.05);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(5);
        const slack = (domain[1] - domain[0]) * 1e-3;
        for (const tick of ticks) expect(tick >= domain[0] - slack && tick <= domain[1] + slack).toBe(true);
      },
    ),
  );
});

test("logarithmic axes hold their values and have at most five ticks", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -14, max: 8, noNaN: true }),
      fc.double({ min: 0, max: 16, noNaN: true }),
      (exponent, decades) => {
        const low = 10 ** exponent;
        const high = 10 ** (exponent + decades);
        const { domain, ticks } = logAxis(low, high);
        expect(domain[0] <= low * 1.001 && domain[1] >= high * 0.999).toBe(true);
        expect(ticks.length).toBeGreaterThanOrEqual(1);
        expect(ticks.length).toBeLessThanOrEqual(5);
        for (const tick of ticks) expect(tick > 0 && tick >= domain[0] * 0.999 && tick <= domain[1] * 1.001).toBe(true);
      },
    ),
  );
});
