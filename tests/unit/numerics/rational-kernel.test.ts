import fc from "fast-check";
import { expect, test } from "vitest";
import { kernelAt, rationalKernel } from "../../../sdk/numerics/rational-kernel.js";
import { cancelling, expectClose, f64, fewRoundings } from "../../tolerance.js";

const parts = (values: readonly { re: number; im: number }[]): number[] => values.flatMap(({ re, im }) => [re, im]);

// The moment equations at eps = 1/10 have these exact solutions; DyMAD (Python) is tested against the same fractions.
test("weights of orders 1, 3 and 4 at eps 0.1 are these fractions", () => {
  const one = rationalKernel(1, 0.1);
  expect(parts([...one.innerWeights, ...one.outerWeights])).toEqual([1, 0, 1, 0]);
  const three = rationalKernel(3, 0.1);
  // poles, and their mirror images conj(-z / (1 + eps z)): -1 / 1.1 in the middle
  expect(parts(three.outer)).toEqual([1, -0.5, 1, 0, 1, 0.5]);
  expectClose([three.inner[1].re], [-10 / 11], fewRoundings);
  const c3 = [
    [-202, 79],
    [484, 0],
    [-202, -79],
  ]
    .flat()
    .map((value) => value / 80);
  expectClose(parts(three.innerWeights), c3, fewRoundings);
  expectClose(parts(three.outerWeights), [-2, -1, 5, 0, -2, 1], fewRoundings);
  const four = rationalKernel(4, 0.1);
  const [a, b] = [
    [-1165710 / 750000, -2944643 / 750000],
    [513570 / 250000, 3570527 / 250000],
  ];
  expectClose(parts(four.innerWeights), [...a, ...b, b[0], -b[1], a[0], -a[1]], fewRoundings);
  const [d, e] = [
    [-39 / 24, 65 / 24],
    [17 / 8, -85 / 8],
  ];
  expectClose(parts(four.outerWeights), [...d, ...e, e[0], -e[1], d[0], -d[1]], fewRoundings);
});

test("every order has integral 1 over a turn, and m - 1 vanishing moments of its weights", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.double({ min: 0.05, max: 0.5, noNaN: true }), (order, eps) => {
      const kernel = rationalKernel(order, eps);
      // the trapezoidal rule is exact to rounding for functions analytic near the circle
      const count = 4000;
      let sum = 0;
      for (let k = 0; k < count; k++) sum += kernelAt(kernel, (2 * Math.PI * k) / count).re;
      expectClose([(sum * 2 * Math.PI) / count], [1], f64);
      for (let q = 0; q < order; q++) {
        let [re, im] = [0, 0];
        kernel.outer.forEach((z, j) => {
          let power = kernel.outerWeights[j];
          for (let p = 0; p < q; p++) power = { re: power.re * z.re - power.im * z.im, im: power.re * z.im + power.im * z.re };
          re += power.re;
          im += power.im;
        });
        expectClose([re, im], [q === 0 ? 1 : 0, 0], cancelling);
      }
    }),
  );
});

test("an order or a width that cannot be is refused", () => {
  for (const [order, eps] of [
    [0, 0.1],
    [7, 0.1],
    [2.5, 0.1],
    [2, 0],
  ]) {
    expect(() => rationalKernel(order, eps)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  }
});
