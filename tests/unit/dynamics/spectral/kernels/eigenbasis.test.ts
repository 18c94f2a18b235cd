import { expect, test } from "vitest";
import { kernelEigenbasis } from "../../../../../sdk/dynamics/spectral/kernels/eigenbasis.js";
import { kernelMatrix } from "../../../../../sdk/numerics/kernels/scalar-kernel.js";
import type { ScalarKernel } from "../../../../../sdk/numerics/kernels/spec.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64, ritz } from "../../../../tolerance.js";
import { gram } from "../../../numerics/linalg/samples.js";

const circle = (count: number, shift = 0): Matrix =>
  Matrix.from(
    Array.from({ length: count }, (_, i) => {
      const angle = (2 * Math.PI * (i + shift)) / count;
      return [Math.cos(angle), Math.sin(angle)];
    }),
  );

/** Eigenvalues of a circulant matrix from its first row, falling. */
function circulant(row: Float64Array): number[] {
  const n = row.length;
  return Array.from({ length: n }, (_, k) =>
    row.reduce((sum, value, j) => sum + value * Math.cos((2 * Math.PI * k * j) / n), 0),
  ).sort((a, b) => b - a);
}

test.each([
  { type: "sc_rbf", lengthscale_init: 0.22 },
  { type: "sc_dm", eps_init: 0.08, alpha_init: 1, metric: "euclidean", periodic_axes: null },
] as ScalarKernel[])(
  "$type on 48 points of a circle: circulant eigenvalues, orthonormal, its own extension, Fourier waves between",
  (kernel) => {
    const points = circle(48);
    const { values, functions, extend, residuals } = kernelEigenbasis(kernel, points, { count: 9 });
    expectClose(values, circulant(kernelMatrix(kernel, points).row(0)).slice(0, 9), f64);
    expectClose(gram(functions).data, Matrix.identity(9).data, f64);
    expectClose(extend(points).data, functions.data, f64);
    expectClose(residuals, new Float64Array(9), f64);
    // half way between references each pair is still a circle of radius (2 / 48)^(1/2)
    const between = extend(circle(48, 0.5));
    for (let pair = 1; pair < 9; pair += 2) {
      for (let i = 0; i < 48; i++) {
        const [a, b] = [between.get(i, pair), between.get(i, pair + 1)];
        expectClose([a * a + b * b], [2 / 48], { ...f64, rtol: 1e-6 });
      }
    }
  },
);

test("without a matrix, with weights, and after leaving some out the pairs are the same", () => {
  const kernel: ScalarKernel = { type: "sc_rbf", lengthscale_init: 0.5 };
  const points = Matrix.from(Array.from({ length: 300 }, (_, i) => [((i * 37) % 300) / 300, ((i * 91) % 300) / 300]));
  const weights = Float64Array.from({ length: 300 }, (_, i) => 1 + (i % 3));
  const whole = kernelEigenbasis(kernel, points, { count: 6, weights });
  expect(whole.solver).toBe("dense");
  const free = kernelEigenbasis(kernel, points, { count: 4, skip: 2, weights, solver: "matrix-free" });
  expectClose(free.values, whole.values.slice(2), ritz);
  const weighted = whole.functions.clone();
  for (let i = 0; i < weighted.data.length; i++) weighted.data[i] *= Math.sqrt(weights[Math.floor(i / 6)]);
  expectClose(gram(weighted).data, Matrix.identity(6).data, f64);
  expectClose(whole.extend(points).data, whole.functions.data, ritz);
});

test("what cannot be extended or asked for is refused", () => {
  const points = circle(48);
  const kernel: ScalarKernel = { type: "sc_rbf", lengthscale_init: 3 };
  expect(() => kernelEigenbasis(kernel, points, { count: 40 })).toThrow(expect.objectContaining({ code: "E_NUMERIC" }));
  expect(() => kernelEigenbasis(kernel, points, { count: 40, skip: 9 })).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  expect(() => kernelEigenbasis(kernel, points, { count: 1, weights: new Float64Array(3) })).toThrow(
    expect.objectContaining({ code: "E_SHAPE" }),
  );
});
