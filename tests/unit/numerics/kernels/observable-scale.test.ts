import * as fc from "fast-check";
import { expect, test } from "vitest";
import { kernelObservables } from "../../../../sdk/numerics/kernels/kernel-observables.js";
import { observableScale } from "../../../../sdk/numerics/kernels/observable-scale.js";
import { kernelMatrix, kernelSums, scaleOf } from "../../../../sdk/numerics/kernels/scalar-kernel.js";
import type { ScalarKernel } from "../../../../sdk/numerics/kernels/spec.js";
import { leastSquares } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix, sumOfSquares } from "../../../../sdk/numerics/linalg/matrix.js";
import { symmetricEigen } from "../../../../sdk/numerics/linalg/symmetric-eigen.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { lorenzStates } from "../../dynamics/spectral/systems.js";

const cloud = (N: number, n: number, seed: number, size = 1): Matrix => new Matrix(N, n, keyed(seed).uniform(N * n, 0, size));
const radial: ScalarKernel = { type: "sc_rbf" };
const seeds = fc.nat(1000);

test("so few observables carry the kernel at the scale chosen: a thousandth of its trace is more than what they leave", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 12, max: 30 }), fc.integer({ min: 1, max: 2 }), (seed, count, n) => {
      const x = cloud(60, n, seed);
      const scale = observableScale(radial, x, count)();
      const { values } = symmetricEigen(kernelMatrix({ ...radial, lengthscale_init: Math.sqrt(scale / 2) }, x));
      expect(values.slice(count).reduce((sum, value) => sum + value, 0)).toBeLessThan(1e-3 * x.rows);
    }),
    { numRuns: 30 },
  );
});

test("the scale has the units of squares, and grows as observables become fewer, never below that of neighbours", () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom<ScalarKernel>(radial, { type: "sc_exp" }, { type: "sc_dm" }), (seed, kernel) => {
      const x = cloud(50, 2, seed);
      const twice = new Matrix(x.rows, x.cols, x.data.map((value) => 2 * value)); // biome-ignore format: short
      const [few, more, all] = [5, 15, 50].map((count) => observableScale(kernel, x, count)());
      expect(observableScale(kernel, twice, 15)() / more).toBeCloseTo(4, 6);
      expect(few).toBeGreaterThanOrEqual(more);
      expect(more).toBeGreaterThan(all);
      expect(all).toBe(scaleOf(x)());
    }),
    { numRuns: 20 },
  );
});

test("a width that is written is used, and one that is open is that of the scale, in products too", () => {
  const x = cloud(40, 2, 3);
  const product: ScalarKernel = { type: "sc_prod", kopts: [{ type: "sc_rbf", lengthscale_init: 3 }, radial] };
  const open = kernelObservables(product, x, 8);
  const lengthscale_init = Math.sqrt(observableScale(product, x, 8)() / 2);
  const written = kernelObservables({ ...product, kopts: [product.kopts[0], { ...radial, lengthscale_init }] }, x, 8);
  expect(open).toEqual(written);
});

test("25 observables of open width bring the states of Lorenz back, those as narrow as neighbours are near do not", () => {
  const x = lorenzStates(500, 0.1, 0);
  const lost = (kernel: ScalarKernel): number => {
    const { places, weights, fitted } = kernelObservables(kernel, x, 25);
    const { residual } = leastSquares(kernelSums(kernel, places, fitted, "", weights)(x), x);
    return Math.sqrt(sumOfSquares(residual) / sumOfSquares(x.data));
  };
  expect(lost(radial)).toBeLessThan(0.03);
  expect(lost({ ...radial, lengthscale_init: Math.sqrt(scaleOf(x)() / 2) })).toBeGreaterThan(0.4);
});
