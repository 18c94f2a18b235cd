import { describe, expect, test } from "vitest";
import { factorInPlace } from "../../../../sdk/numerics/linalg/blocked-cholesky.js";
import { cholesky } from "../../../../sdk/numerics/linalg/cholesky.js";
import { conjugateGradients } from "../../../../sdk/numerics/linalg/conjugate-gradients.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { exact, expectClose, f64 } from "../../../tolerance.js";

function positive(n: number): Matrix {
  const a = new Matrix(n, n, keyed(n).normal(n * n));
  const out = a.multiply(a.transpose());
  for (let i = 0; i < n; i++) out.set(i, i, out.get(i, i) + n);
  return out;
}

describe("the factor in place", () => {
  // 3 tiles and a part of one, exactly 4 tiles, less than the smallest number of tiles
  test.each([1, 7, 192, 301, 384])("of %i rows is that of the plain algorithm, and the upper triangle stays", (n) => {
    const a = positive(n);
    const own = a.clone();
    factorInPlace(own);
    const plain = cholesky(a);
    for (let i = 0; i < n; i++) {
      expectClose(own.row(i).subarray(0, i + 1), plain.row(i).subarray(0, i + 1), f64);
      expectClose(own.row(i).subarray(i + 1), a.row(i).subarray(i + 1), exact);
    }
  });
  test("names the row where a matrix is not positive", () => {
    const a = positive(250);
    a.set(230, 230, -1);
    expect(() => factorInPlace(a)).toThrow(
      expect.objectContaining({ code: "E_NUMERIC", data: expect.objectContaining({ row: 230 }) }),
    );
  });
});

describe("conjugate gradients", () => {
  test("solve every column to its own tolerance", () => {
    const a = positive(60);
    const b = new Matrix(60, 3, keyed(2).normal(180));
    for (let i = 0; i < 60; i++) b.set(i, 1, 0);
    const { x, residual } = conjugateGradients((block) => a.multiply(block), b, { rtol: 1e-13 });
    expectClose(a.multiply(x).data, b.data, f64);
    expect(residual).toBeLessThanOrEqual(1);
    expectClose(x.column(1), new Float64Array(60), exact);
  });
  test("say how far they came", () => {
    const a = positive(60);
    expect(() =>
      conjugateGradients((block) => a.multiply(block), new Matrix(60, 1, keyed(2).normal(60)), { maxIterations: 1 }),
    ).toThrow(/after 1 iterations, allowed is/);
  });
});
