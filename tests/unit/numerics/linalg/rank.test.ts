import fc from "fast-check";
import { expect, test } from "vitest";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { truncationRank } from "../../../../sdk/numerics/linalg/rank.js";
import { truncatedSvd } from "../../../../sdk/numerics/linalg/truncated-svd.js";
import { randomMatrix } from "./samples.js";

const s = Float64Array.of(3, 2, 1, 0.1);

test("every written form of a truncation", () => {
  const cases = [
    ["full", 4],
    [{ count: 2 }, 2],
    [2, 2],
    [9, 4],
    [{ drop: 1 }, 3],
    [-1, 3],
    // cumulative energies 0.642, 0.928, 0.9993, 1: the crossing component is kept
    [0.6, 1],
    [0.9, 2],
    [0.95, 3],
    [{ energy: 1 }, 4],
    [{ energy: 0.9 }, 2],
    [1, 1],
  ] as const;
  for (const [order, rank] of cases) expect([order, truncationRank(s, order, 4, 4)]).toEqual([order, rank]);
});

test("an energy rank is the smallest that holds the fraction", () => {
  const values = fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(values, fc.double({ min: 0.01, max: 0.999, noNaN: true }), (list, fraction) => {
      const sorted = Float64Array.from(list).sort().reverse();
      const energy = (count: number): number => sorted.slice(0, count).reduce((sum, value) => sum + value * value, 0);
      const rank = truncationRank(sorted, { energy: fraction }, 8, 8);
      expect(energy(rank)).toBeGreaterThanOrEqual(fraction * energy(sorted.length));
      expect(energy(rank - 1)).toBeLessThan(fraction * energy(sorted.length));
    }),
  );
});

test("the optimal threshold finds a planted rank in noise", () => {
  const signal = randomMatrix(80, 3, 1).multiply(randomMatrix(3, 40, 2));
  const noise = randomMatrix(80, 40, 3);
  const noisy = new Matrix(
    80,
    40,
    signal.data.map((value, i) => 2 * value + 0.1 * noise.data[i]),
  );
  expect(truncatedSvd(noisy, "optimal").s.length).toBe(3);
  expect(truncatedSvd(noisy, -0.5).s.length).toBe(3);
});

test("orders that keep nothing are refused", () => {
  for (const order of [0, Number.NaN, { drop: 4 }, { count: 1.5 }, { energy: 1.2 }, { energy: 0 }]) {
    expect(() => truncationRank(s, order, 4, 4)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  }
});
