import fc from "fast-check";
import { expect, test } from "vitest";
import { leastSquares } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { qr } from "../../../../sdk/numerics/linalg/qr.js";
import { truncatedLeastSquares, truncatedSvd } from "../../../../sdk/numerics/linalg/truncated-svd.js";
import { decomposition, expectClose, f64, float32Rounding } from "../../../tolerance.js";
import { diagonal, matrices, randomMatrix } from "./samples.js";

const minus = (a: Matrix, b: Matrix): Matrix =>
  new Matrix(
    a.rows,
    a.cols,
    a.data.map((value, i) => value - b.data[i]),
  );
const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

test("the residual is orthogonal to the columns of A, and its norm is reported", () => {
  fc.assert(
    fc.property(matrices(), fc.nat(1e6), (a, seed) => {
      const b = randomMatrix(a.rows, 3, seed);
      const { x, residual } = leastSquares(a, b);
      const gap = minus(a.multiply(x), b);
      expectClose(a.transpose().multiply(gap).data, new Float64Array(a.cols * 3), f64);
      expectClose(
        residual,
        Float64Array.from({ length: 3 }, (_, j) => norm(gap.column(j))),
        f64,
      );
    }),
  );
});

test("among all solutions the shortest comes back: it lies in the row space of A", () => {
  const a = randomMatrix(9, 2, 1).multiply(randomMatrix(2, 5, 2));
  const { x, rank } = leastSquares(a, randomMatrix(9, 1, 3));
  expect(rank).toBe(2);
  const { v } = truncatedSvd(a, { count: 2 });
  expectClose(v.multiply(v.transpose().multiply(x)).data, x.data, f64);
});

test("ridge gives the solution of the shifted normal equations", () => {
  const a = randomMatrix(12, 4, 5);
  const b = randomMatrix(12, 2, 6);
  const { x } = leastSquares(a, b, { ridge: 0.3 });
  const normal = a.transpose().multiply(a);
  for (let i = 0; i < 4; i++) normal.set(i, i, normal.get(i, i) + 0.3);
  expectClose(normal.multiply(x).data, a.transpose().multiply(b).data, f64);
});

test("float32 data with singular values 1, 0.5, 1e-8 needs the float32 cutoff for a short solution", () => {
  const u = qr(randomMatrix(10, 3, 8)).q;
  const v = qr(randomMatrix(3, 3, 9)).q;
  const a = u.multiply(diagonal([1, 0.5, 1e-8])).multiply(v.transpose());
  const single = new Matrix(10, 3, Float64Array.from(Float32Array.from(a.data)));
  const target = single.multiply(v.multiply(Matrix.from([[1], [1], [1]])));
  const cut = leastSquares(single, target, { rcond: 10 * 2 ** -23 });
  expect(cut.rank).toBe(2);
  expect(norm(cut.x.data)).toBeLessThan(1.5);
  expectClose(single.multiply(cut.x).data, target.data, float32Rounding);
  // what float32 rounding made of the third direction would be divided by
  const noisy = u.multiply(Matrix.from([[1], [0.5], [0.1]]));
  expect(norm(leastSquares(single, noisy).x.data)).toBeGreaterThan(1e3);
});

test("the two factors of a truncated solution multiply to the dense one at full rank", () => {
  const a = randomMatrix(20, 4, 10);
  const b = randomMatrix(20, 3, 11);
  const { left, right } = truncatedLeastSquares(a, b, "full");
  expectClose(left.multiply(right.transpose()).data, leastSquares(a, b).x.data, decomposition);
  expect(truncatedLeastSquares(a, b, 2).right.cols).toBe(2);
});

test("a truncation never divides by singular values that are rounding", () => {
  const b = randomMatrix(20, 3, 11);
  const a = randomMatrix(20, 2, 10).multiply(randomMatrix(2, 4, 12));
  for (const order of ["full", 3, { energy: 1 }] as const) {
    const { left, right, rank } = truncatedLeastSquares(a, b, order);
    expect(rank).toBe(2);
    expectClose(left.multiply(right.transpose()).data, leastSquares(a, b).x.data, decomposition);
  }
});

test("unequal rows and negative ridge are refused by code", () => {
  expect(() => leastSquares(new Matrix(3, 1), new Matrix(2, 1))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => leastSquares(new Matrix(3, 1), new Matrix(3, 1), { ridge: -1 })).toThrow(
    expect.objectContaining({ code: "E_SPEC" }),
  );
});
