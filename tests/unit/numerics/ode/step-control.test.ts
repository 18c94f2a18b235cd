import fc from "fast-check";
import { expect, test } from "vitest";
import { StepControl } from "../../../../sdk/numerics/ode/step-control.js";
import { expectClose, f64 } from "../../../tolerance.js";

const errors = fc.double({ min: 1e-12, max: 1, noNaN: true });

test("an error as large as tolerated shrinks the step by the safety alone", () => {
  for (const beta of [0, 0.04]) expectClose([new StepControl(5, beta).accepted(1)], [0.9], f64);
});

test("without memory the factor is 0.9 e^(-1/k), within its bounds", () => {
  fc.assert(
    fc.property(errors, fc.integer({ min: 2, max: 9 }), (error, power) => {
      expectClose([new StepControl(power, 0).accepted(error)], [Math.min(10, 0.9 * error ** (-1 / power))], f64);
    }),
  );
});

test("with memory a rising error gives a smaller step than a steady one", () => {
  fc.assert(
    fc.property(errors, errors, (a, b) => {
      const after = (last: number): number => {
        const control = new StepControl(5, 0.04);
        control.accepted(last);
        return control.accepted(a);
      };
      const [low, high] = a < b ? [a, b] : [b, a];
      expect(after(low)).toBeLessThanOrEqual(after(high));
    }),
  );
});

test("a rejected step is never followed by a larger one, a second acceptance may grow again", () => {
  const control = new StepControl(5, 0.04);
  expect(control.rejected(1e9)).toBe(0.2);
  expect(control.rejected(Number.NaN)).toBe(0.2);
  expect(control.accepted(0)).toBe(1);
  expect(control.accepted(0)).toBeGreaterThan(5);
});
