import { expect, test } from "vitest";
import { leadingEigen } from "../../../../sdk/numerics/linalg/leading-eigen.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { qr } from "../../../../sdk/numerics/linalg/qr.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { decomposition, expectClose } from "../../../tolerance.js";

/** Q diag(values) Q^T of a random orthogonal Q. */
function withValues(values: Float64Array, seed: number): Matrix {
  const n = values.length;
  const { q } = qr(new Matrix(n, n, keyed(seed).normal(n * n)));
  const scaled = new Matrix(n, n, q.data.map((v, i) => v * values[i % n])); // biome-ignore format: short
  return scaled.multiply(q.transpose());
}

for (const [name, value] of [
  ["well separated", (k: number) => 1 / (1 + k)],
  ["in pairs, as on a circle", (k: number) => Math.exp(-0.01 * Math.ceil(k / 2) ** 2)],
  ["hardly apart", (k: number) => 1 - 1e-9 * k],
  ["below large negative ones", (k: number) => (k < 20 ? 1 - 0.02 * k : -5 - k)],
] as const) {
  test(`the six largest eigenvalues, ${name}`, () => {
    const n = 180;
    const values = Float64Array.from({ length: n }, (_, k) => value(k));
    const a = withValues(values, 3);
    const found = leadingEigen((block) => a.multiply(block), n, 6);
    const largest = Math.max(...values.map(Math.abs));
    expectClose(found.values.map((v) => 1 + v / largest), values.slice(0, 6).map((v) => 1 + v / largest), decomposition); // biome-ignore format: pair
    const V = found.vectors;
    expectClose(V.transpose().multiply(V).data, Matrix.identity(6).data, decomposition, "orthonormal");
    const image = a.multiply(V);
    const residual = image.data.map((v, i) => 1 + (v - found.values[i % 6] * V.data[i]) / largest);
    expectClose(residual, residual.map(() => 1), { rtol: 0, atol: 1e-11 }, "residual"); // biome-ignore format: short
  });
}

test("the same operator gives the same bits", () => {
  const a = withValues(Float64Array.from({ length: 200 }, (_, k) => 1 / (1 + k)), 5); // biome-ignore format: short
  const once = leadingEigen((block) => a.multiply(block), 200, 3);
  expect(leadingEigen((block) => a.multiply(block), 200, 3)).toEqual(once);
});

test("more eigenvalues than there are is refused", () => {
  expect(() => leadingEigen((block) => block, 4, 5)).toThrow("5 eigenvalues were asked of an operator of size 4");
});
