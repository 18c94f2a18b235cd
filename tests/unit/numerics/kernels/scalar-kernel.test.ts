import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exp } from "../../../../sdk/numerics/elementary.js";
import { compile, gradient, trace } from "../../../../sdk/numerics/engine/index.js";
import { positiveOf, rawOf } from "../../../../sdk/numerics/kernels/positive.js";
import { kernelArrays, kernelFormula } from "../../../../sdk/numerics/kernels/scalar-formula.js";
import {
  fitScalarKernel,
  kernelMatrix,
  kernelOperator,
  kernelSums,
  POINTS,
} from "../../../../sdk/numerics/kernels/scalar-kernel.js";
import type { ScalarKernel } from "../../../../sdk/numerics/kernels/spec.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { symmetricEigen } from "../../../../sdk/numerics/linalg/symmetric-eigen.js";
import { allPairs, binnedPairs, kernelScale } from "../../../../sdk/numerics/manifold/kernel-scale.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { binnedScale, expectClose, f64, finiteDifference, sameFormula } from "../../../tolerance.js";

const cloud = (N: number, n: number, seed = 1): Matrix => new Matrix(N, n, keyed(seed).uniform(N * n, 0, 1));
const diffusion = { type: "sc_dm", eps_init: 0.05, alpha_init: 1, metric: "euclidean", periodic_axes: null } as const;
const kernels: Record<string, ScalarKernel> = {
  rbf: { type: "sc_rbf", lengthscale_init: 0.4 },
  exp: { type: "sc_exp", lengthscale_init: 0.4 },
  diffusion,
  "diffusion that keeps half of the density": { ...diffusion, alpha_init: 0.5 },
  // positive for widths well below the period
  "periodic diffusion": { ...diffusion, eps_init: 2e-3, metric: "periodic", periodic_axes: [0] },
  product: { type: "sc_prod", kopts: [{ type: "sc_rbf", lengthscale_init: 0.5 }, diffusion] },
};

describe("scalar kernels", () => {
  test.each(Object.entries(kernels))("%s is symmetric and positive", (_, kernel) => {
    const K = kernelMatrix(kernel, cloud(30, 2));
    expectClose(K.transpose().data, K.data, f64);
    const { values } = symmetricEigen(K);
    expect(values[29]).toBeGreaterThan(-1e-12 * values[0]);
  });
  test("are what their formulas say", () => {
    const [x, z] = [Matrix.from([[0.3, -0.2]]), Matrix.from([[0.1, 0.5]])];
    const squared = 0.2 * 0.2 + 0.7 * 0.7;
    expectClose(kernelMatrix(kernels.rbf, z, x).data, [exp(-squared / (2 * 0.4 * 0.4))], f64);
    expectClose(kernelMatrix(kernels.exp, z, x).data, [exp(-Math.sqrt(squared) / 0.4)], f64);
    const product: ScalarKernel = { type: "sc_prod", kopts: [kernels.rbf, kernels.exp] };
    expectClose(kernelMatrix(product, z, x).data, [exp(-squared / (2 * 0.4 * 0.4) - Math.sqrt(squared) / 0.4)], f64);
  });
  test.each([0, 0.5, 1])("the diffusion kernel with alpha %d is W normalised twice", (alpha_init) => {
    const x = cloud(20, 2, 4);
    const W = kernelMatrix({ type: "sc_rbf", lengthscale_init: Math.sqrt(2 * diffusion.eps_init) }, x);
    const q = W.toRows().map((row) => row.reduce((a, b) => a + b));
    const D = q.map((v) => (alpha_init === 0.5 ? 1 / Math.sqrt(v) : alpha_init === 1 ? 1 / v : 1));
    const S = W.toRows().map((row, i) => 1 / Math.sqrt(row.reduce((sum, w, j) => sum + D[i] * w * D[j], 0)));
    const expected = W.toRows().flatMap((row, i) => row.map((w, j) => S[i] * D[i] * w * D[j] * S[j]));
    expectClose(kernelMatrix({ ...diffusion, alpha_init }, x).data, expected, f64);
  });
  test("a periodic kernel does not see whole periods", () => {
    const x = cloud(20, 2);
    const moved = new Matrix(
      20,
      2,
      x.data.map((v, i) => (i % 2 === 0 ? v + 3 : v)),
    );
    expectClose(
      kernelMatrix(kernels["periodic diffusion"], x, moved).data,
      kernelMatrix(kernels["periodic diffusion"], x).data,
      f64,
    );
  });
  test("a periodic axis that is none, or that the metric does not read, is refused at its place", () => {
    const of = (more: object): ScalarKernel => ({ type: "sc_prod", kopts: [kernels.rbf, { ...diffusion, ...more }] });
    const axes = ["kopts", 1, "periodic_axes"];
    expect(() => kernelMatrix(of({ metric: "periodic", periodic_axes: [1, 2] }), cloud(10, 2))).toThrow(
      expect.objectContaining({ code: "E_SHAPE", path: [...axes, 1], hint: "count from 0 to 1" }),
    );
    expect(() => kernelMatrix(of({ periodic_axes: [1] }), cloud(10, 2))).toThrow(
      expect.objectContaining({ code: "E_SPEC", path: axes }),
    );
  });
  test("places far from all points have finite values", () => {
    const far = Matrix.from([[1e4, -1e4]]);
    for (const kernel of Object.values(kernels)) {
      expect(kernelMatrix(kernel, cloud(10, 2), far).data.every(Number.isFinite)).toBe(true);
    }
  });
  test.each(Object.entries(kernels))("%s is applied as its matrix is, and the same on either engine", (_, kernel) => {
    const points = cloud(30, 2);
    const fitted = fitScalarKernel(kernel, points, "");
    const operator = kernelOperator(kernel, points, fitted, "");
    const block = new Matrix(30, 3, keyed(9).normal(90));
    expectClose(operator.apply(block).data, operator.matrix().multiply(block).data, sameFormula);
    const shapes = Object.fromEntries(kernelArrays(kernel, 30, "").map(({ name, shape }) => [name, shape]));
    const graph = trace({ x: [7, 2], [POINTS]: [30, 2], ...shapes }, (t) => ({
      y: kernelFormula(kernel, t.x, t[POINTS], t, ""),
    }));
    const given = { ...fitted, [POINTS]: points.data, x: cloud(7, 2, 3).data };
    const [wasm, reference] = (["wasm", "reference"] as const).map(
      (backend) => compile(graph, { backend, dtype: "float64" }).run(given).y,
    );
    expectClose(wasm, reference, sameFormula);
  });
  test("many coordinates are multiplied out, with the same result", () => {
    const x = cloud(6, 65);
    const kernel: ScalarKernel = { type: "sc_rbf", lengthscale_init: 3 };
    const expected = x
      .toRows()
      .flatMap((a) => x.toRows().map((b) => exp(-a.reduce((s, v, j) => s + (v - b[j]) * (v - b[j]), 0) / 18)));
    expectClose(kernelMatrix(kernel, x).data, expected, f64);
  });
  test.each(Object.entries(kernels))("%s has the derivatives of its differences", (_, kernel) => {
    const points = cloud(8, 2, 5);
    const arrays = fitScalarKernel(kernel, points, "");
    const shapes = Object.fromEntries(kernelArrays(kernel, 8, "").map(({ name, shape }) => [name, shape]));
    const graph = trace({ x: [1, 2], [POINTS]: [8, 2], ...shapes }, (t) => ({
      y: kernelFormula(kernel, t.x, t[POINTS], t, "")
        .mul(t[POINTS].slice(1, 0, 1).reshape([8]))
        .sum(),
    }));
    const program = compile(gradient(graph, "y", ["x"]), { backend: "wasm", dtype: "float64" });
    const given = { ...arrays, [POINTS]: points.data };
    const at = (x: number[]): number => program.run({ ...given, x }).y[0];
    const x = [0.31, 0.62];
    const slope = Float64Array.from(program.run({ ...given, x })["grad:x"]);
    const h = 1e-6;
    const differences = [0, 1].map(
      (j) => (at(x.map((v, i) => v + (i === j ? h : 0))) - at(x.map((v, i) => v - (i === j ? h : 0)))) / (2 * h),
    );
    expectClose(slope, differences, finiteDifference);
  });
});

describe("positive parameters", () => {
  test("come back from their raw values", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e6, noNaN: true }), (y) => {
        expectClose([positiveOf(rawOf(y))], [y], f64);
      }),
    );
  });
});

describe("automatic widths", () => {
  test("bins give the scale of all pairs", () => {
    const x = cloud(300, 2, 7);
    const [binned, exact] = [kernelScale(binnedPairs(x)), kernelScale(allPairs(x))];
    expectClose([binned.scale, binned.dimension], [exact.scale, exact.dimension], binnedScale);
  });
  test("one scale serves every kernel", () => {
    const x = cloud(100, 2, 8);
    const { scale } = kernelScale(binnedPairs(x));
    const width = (kernel: ScalarKernel): number => positiveOf(fitScalarKernel(kernel, x, "").raw[0]);
    expectClose([width({ type: "sc_rbf", lengthscale_init: null })], [Math.sqrt(scale / 2)], f64);
    expectClose([width({ type: "sc_exp", lengthscale_init: null })], [Math.sqrt(scale / 2)], f64);
    expectClose([width({ ...diffusion, eps_init: null })], [scale / 4], f64);
  });
  test("points that all coincide have none", () => {
    expect(() => kernelMatrix({ type: "sc_rbf", lengthscale_init: null }, new Matrix(5, 2))).toThrow(/coincide/);
  });
});

test("new weights hold for places of any number, whichever number brought them", () => {
  const spec: ScalarKernel = { type: "sc_rbf", lengthscale_init: 1 };
  const [points, many] = [new Matrix(20, 2, keyed(1).normal(40)), new Matrix(30, 2, keyed(2).normal(60))];
  const few = many.slice(0, 3);
  const [first, second] = [keyed(3).normal(20), keyed(4).normal(20)];
  const sums = kernelSums(spec, points, fitScalarKernel(spec, points, ""), "", new Matrix(20, 1, first));
  const expected = (places: Matrix, weights: Float64Array): Float64Array =>
    kernelMatrix(spec, points, places).multiply(new Matrix(20, 1, weights)).data;
  expectClose(sums(many).data, expected(many, first), f64);
  expectClose(sums(few, { weights: second }).data, expected(few, second), f64);
  expectClose(sums(many).data, expected(many, second), f64);
});
