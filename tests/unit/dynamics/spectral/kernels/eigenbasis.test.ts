import { expect, test } from "vitest";
import { kernelEigenbasis } from "../../../../../sdk/dynamics/spectral/kernels/eigenbasis.js";
import { compile, gradient, trace } from "../../../../../sdk/numerics/engine/index.js";
import { kernelArrays, kernelFormula } from "../../../../../sdk/numerics/kernels/scalar-formula.js";
import { fitScalarKernel, kernelMatrix, POINTS } from "../../../../../sdk/numerics/kernels/scalar-kernel.js";
import type { ScalarKernel } from "../../../../../sdk/numerics/kernels/spec.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";
import { circulantValues, continuedSlopes, continuedWaves, expectClose, f64, ritz } from "../../../../tolerance.js";
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
    const exactValues = circulant(kernelMatrix(kernel, points).row(0)).slice(0, 9);
    expectClose(values, exactValues, circulantValues);
    expectClose(kernelEigenbasis(kernel, points, { count: 9, solver: "matrix-free" }).values, exactValues, ritz);
    expectClose(gram(functions).data, Matrix.identity(9).data, f64);
    expectClose(extend(points).data, functions.data, continuedWaves);
    expectClose(residuals, new Float64Array(9), f64);
    // half way between references too each pair is a turn of cos k a and sin k a, and its slopes are theirs
    const between = extend(circle(48, 0.5));
    const slope = slopesOf(kernel, points, functions, values);
    for (let column = 1; column < 9; column++) {
      const k = Math.ceil(column / 2);
      const over = (wave: (x: number) => number): number =>
        functions.column(column).reduce((sum, v, i) => sum + (v * wave((2 * Math.PI * k * i) / 48)) / 24, 0);
      const [a, b] = [over(Math.cos), over(Math.sin)];
      const angles = Array.from({ length: 48 }, (_, i) => (2 * Math.PI * (i + 0.5)) / 48);
      const turned = (angle: number): number => a * Math.cos(k * angle) + b * Math.sin(k * angle);
      expectClose(between.column(column), angles.map(turned), continuedWaves);
      const rising = angles.map((angle) => k * (b * Math.cos(k * angle) - a * Math.sin(k * angle)));
      const found = angles.map((angle) => {
        const [x, y] = slope(angle, column);
        return y * Math.cos(angle) - x * Math.sin(angle);
      });
      expectClose(found, rising, continuedSlopes);
    }
  },
);

/** Derivatives by x and y of the extension of an eigenfunction at an angle of the circle: those of the kernel's own formula. */
function slopesOf(kernel: ScalarKernel, points: Matrix, functions: Matrix, values: Float64Array) {
  const N = points.rows;
  const shapes = Object.fromEntries(kernelArrays(kernel, N, "").map(({ name, shape }) => [name, shape]));
  const graph = trace({ x: [1, 2], share: [N], [POINTS]: [N, 2], ...shapes }, (t) => ({
    y: kernelFormula(kernel, t.x, t[POINTS], t, "").mul(t.share).sum(),
  }));
  const program = compile(gradient(graph, "y", ["x"]), { backend: "wasm", dtype: "float64" });
  const given = { ...fitScalarKernel(kernel, points, ""), [POINTS]: points.data };
  return (angle: number, column: number): number[] => {
    const share = functions.column(column).map((v) => v / values[column]);
    return Array.from(program.run({ ...given, share, x: [Math.cos(angle), Math.sin(angle)] })["grad:x"]);
  };
}

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
