import { expect, test } from "vitest";
import { blockKrylov } from "../../../../sdk/numerics/linalg/block-krylov.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { symmetricEigen } from "../../../../sdk/numerics/linalg/symmetric-eigen.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { decomposition, expectClose, ritz } from "../../../tolerance.js";

const random = (rows: number, cols: number, seed: number): Matrix => new Matrix(rows, cols, keyed(seed).normal(rows * cols));

/** Products of blocks of rows with diag(values). */
const diagonal =
  (values: readonly number[]) =>
  (rows: Matrix): Matrix =>
    new Matrix(rows.rows, rows.cols, rows.data.map((v, i) => v * values[i % rows.cols])); // biome-ignore format: short

for (const [name, values] of [
  ["falls fast", Array.from({ length: 60 }, (_, k) => 0.5 ** k)],
  ["vanishes after six", Array.from({ length: 60 }, (_, k) => (k < 6 ? 1 + k : 0))],
  ["is one everywhere", Array.from({ length: 60 }, () => 1)],
  ["is zero", Array.from({ length: 60 }, () => 0)],
] as const) {
  for (const b of [1, 3, 8]) {
    test(`blocks of ${b} of an operator that ${name} are orthonormal, and their images are theirs`, () => {
      const apply = diagonal(values);
      const { basis, image } = blockKrylov(apply, random(b, 60, b), Math.floor(48 / b));
      expectClose(basis.multiply(basis.transpose()).data, Matrix.identity(basis.rows).data, decomposition);
      expectClose(image.data, apply(basis).data, decomposition);
    });
  }
}

test("the space holds A^k B, and eigenvalues that come eight times are found eight times", () => {
  const values = Array.from({ length: 80 }, (_, k) => 0.1 ** Math.floor(k / 8));
  const apply = diagonal(values);
  const start = random(8, 80, 1);
  const { basis, image } = blockKrylov(apply, start, 5);
  const twice = apply(apply(start));
  expectClose(twice.multiply(basis.transpose()).multiply(basis).data, twice.data, decomposition);
  const found = symmetricEigen(basis.multiply(image.transpose())).values.slice(0, 16);
  expectClose(found, values.slice(0, 16), ritz);
  expect(basis.rows).toBe(40);
});
