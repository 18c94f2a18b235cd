import fc from "fast-check";
import { expect, test } from "vitest";
import { spectralMeasure } from "../../../../sdk/dynamics/spectral/measure.js";
import { joinColumns } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { decomposition, expectClose, kernelTails, smoothedLine } from "../../../tolerance.js";

/** cos and sin of a point that turns by w each step. */
function circle(w: number, samples: number): { P0: Matrix; P1: Matrix } {
  const at = (first: number): Matrix =>
    Matrix.from(Array.from({ length: samples }, (_, k) => [Math.cos(w * (first + k) + 0.3), Math.sin(w * (first + k) + 0.3)]));
  return { P0: at(0), P1: at(1) };
}

test("a rotation by 0.7: the cosine's measure has peaks at 0.7 and -0.7 and integrates to its mean square, for every order", () => {
  const pairs = circle(0.7, 400);
  const observable = pairs.P0.column(0);
  const square = observable.reduce((sum, value) => sum + value * value, 0) / 400;
  for (const [order, eps] of [...[1, 2, 3, 4, 5, 6].map((m) => [m, 0.1]), [2, 0.02]]) {
    const { angles, density, total } = spectralMeasure({ ...pairs, observable, order, eps, angles: 4001 });
    const top = (sign: number): number =>
      angles.reduce((best, angle, k) => (angle * sign > 0 && density[k] > density[best] ? k : best), sign > 0 ? 4000 : 0);
    expectClose([angles[top(1)], angles[top(-1)]], [0.7, -0.7], smoothedLine);
    expectClose([total], [square], decomposition);
    // both ends are the same angle: leave one out
    const integral = (density.slice(1).reduce((sum, value) => sum + value, 0) * 2 * Math.PI) / 4000;
    expectClose([integral], [square], decomposition);
  }
});

test("two lines far apart: their shares of energy are found, redundant observables do not matter", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.2, max: 3, noNaN: true }), (weight) => {
      const [slow, fast] = [circle(0.5, 300), circle(2, 300)];
      const P0 = joinColumns(joinColumns(slow.P0, fast.P0), slow.P0);
      const P1 = joinColumns(joinColumns(slow.P1, fast.P1), slow.P1);
      const observable = slow.P0.column(0).map((value, k) => value + weight * fast.P0.get(k, 0));
      const { angles, density } = spectralMeasure({ P0, P1, observable, order: 4, eps: 0.05, angles: 4001 });
      const share = (from: number, to: number): number =>
        density.reduce((sum, value, k) => (angles[k] > from && angles[k] < to ? sum + (value * 2 * Math.PI) / 4000 : sum), 0);
      expectClose([share(1.25, 3.14) / share(0, 1.25)], [weight * weight], kernelTails);
    }),
    { numRuns: 5 },
  );
});

test("sizes, weights and angles that mean nothing are refused", () => {
  const pairs = circle(1, 20);
  const observable = pairs.P0.column(0);
  const code = (more: object): string => {
    try {
      spectralMeasure({ ...pairs, observable, ...more });
    } catch (error) {
      return (error as { code: string }).code;
    }
    return "";
  };
  expect(code({ observable: new Float64Array(3) })).toBe("E_SHAPE");
  expect(code({ angles: 1 })).toBe("E_SPEC");
  expect(code({ order: 7 })).toBe("E_SPEC");
  expect(code({ weights: new Float64Array(20) })).toBe("E_DATA");
});
