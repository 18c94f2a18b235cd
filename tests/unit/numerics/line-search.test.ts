import fc from "fast-check";
import { expect, test } from "vitest";
import { type LinePoint, strongWolfe } from "../../../sdk/numerics/line-search.js";

type Line = (step: number) => LinePoint;

/** Whether a point meets both conditions. */
function meets(found: LinePoint, start: LinePoint): boolean {
  return found.value <= start.value + 1e-4 * found.step * start.slope && Math.abs(found.slope) <= 0.9 * Math.abs(start.slope);
}

const lines: Record<string, (a: number) => Line> = {
  "a parabola": (a) => (step) => ({ step, value: (step - a) ** 2, slope: 2 * (step - a) }),
  "a bend": (a) => (step) => ({ step, value: -step / (step * step + a), slope: (step * step - a) / (step * step + a) ** 2 }),
  "a wall that is infinite": (a) => (step) =>
    step >= 2 * a
      ? { step, value: Number.POSITIVE_INFINITY, slope: Number.NaN }
      : { step, value: -Math.log(2 * a - step) - step / a, slope: 1 / (2 * a - step) - 1 / a },
};

test.each(Object.entries(lines))("%s: the step meets the strong Wolfe conditions, however far the first try is", (_, make) => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 50, noNaN: true }), fc.double({ min: 1e-4, max: 1e3, noNaN: true }), (a, first) => {
      const line = make(a);
      let evaluations = 0;
      const counted: Line = (step) => {
        evaluations++;
        return line(step);
      };
      const found = strongWolfe(counted, line(0), first);
      expect(meets(found, line(0))).toBe(true);
      expect(evaluations).toBeLessThanOrEqual(25);
    }),
  );
});

test("where no step is lower the start comes back", () => {
  const up: Line = (step) => ({ step, value: step, slope: step === 0 ? -1 : 1 });
  expect(strongWolfe(up, up(0), 1).step).toBe(0);
});
