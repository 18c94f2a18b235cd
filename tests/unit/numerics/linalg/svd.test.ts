import fc from "fast-check";
import { expect, test } from "vitest";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { qr } from "../../../../sdk/numerics/linalg/qr.js";
import { svd } from "../../../../sdk/numerics/linalg/svd.js";
import { decomposition, expectClose } from "../../../tolerance.js";
import { diagonal, gram, matrices, randomMatrix } from "./samples.js";

const rebuilt = (a: Matrix): Matrix => {
  const { u, s, v } = svd(a);
  return u.multiply(diagonal(s)).multiply(v.transpose());
};

test("the factors rebuild the matrix, are orthogonal and ordered", () => {
  fc.assert(
    fc.property(matrices(), (a) => {
      const { u, s, v } = svd(a);
      expectClose(rebuilt(a).data, a.data, decomposition, "u s v^T");
      const k = Math.min(a.rows, a.cols);
      expectClose(gram(u).data, Matrix.identity(k).data, decomposition, "u^T u");
      expectClose(gram(v).data, Matrix.identity(k).data, decomposition, "v^T v");
      expect(Array.from(s)).toEqual(Array.from(s).sort((x, y) => y - x));
    }),
  );
});

test("singular values of a known spectrum are right to 1e-13 of the largest, over 12 orders of magnitude", () => {
  const known = Float64Array.from({ length: 13 }, (_, i) => 10 ** -i);
  const left = qr(randomMatrix(40, 13, 1)).q;
  const right = qr(randomMatrix(13, 13, 2)).q;
  expectClose(svd(left.multiply(diagonal(known)).multiply(right.transpose())).s, known, { rtol: 0, atol: decomposition.atol });
});

test("small singular values of a scaled matrix keep their relative accuracy", () => {
  // D A with a well conditioned A and rows scaled over 100 orders: Jacobi sees them all.
  const { s } = svd(
    Matrix.from([
      [1, 1],
      [1e-100, -1e-100],
    ]),
  );
  expectClose(s, [Math.SQRT2, Math.SQRT2 * 1e-100], { rtol: decomposition.rtol, atol: 0 });
});

test("rank-deficient and zero matrices still give orthogonal factors", () => {
  for (const a of [
    new Matrix(5, 3),
    randomMatrix(8, 2, 3).multiply(randomMatrix(2, 6, 4)),
    Matrix.from([
      [0, 0, 1],
      [0, 0, 2],
    ]),
  ]) {
    const { u, s, v } = svd(a);
    const k = s.length;
    expectClose(gram(u).data, Matrix.identity(k).data, decomposition);
    expectClose(gram(v).data, Matrix.identity(k).data, decomposition);
    expectClose(rebuilt(a).data, a.data, decomposition);
  }
  expect(svd(randomMatrix(8, 2, 3).multiply(randomMatrix(2, 6, 4))).s.filter((value) => value > 1e-14).length).toBe(2);
});

test("matrices full of zeros: parallel rows are found wherever they stand", () => {
  const entry = fc.oneof(fc.constant(0), fc.integer({ min: -2, max: 2 }));
  const sparse = fc
    .integer({ min: 2, max: 6 })
    .chain((n) => fc.array(fc.array(entry, { minLength: n, maxLength: n }), { minLength: n, maxLength: n }));
  fc.assert(
    fc.property(sparse, (rows) => {
      const a = Matrix.from(rows);
      const { u, v } = svd(a);
      expectClose(rebuilt(a).data, a.data, decomposition);
      expectClose(gram(u).data, Matrix.identity(a.rows).data, decomposition);
      expectClose(gram(v).data, Matrix.identity(a.rows).data, decomposition);
    }),
    { numRuns: 300 },
  );
});

test("the Hilbert matrix of order 6 has the tabulated norm and condition number", () => {
  // Origin: condition number of H6, 1.495e7, Higham 2002, "Accuracy and Stability of Numerical Algorithms", table 28.1.
  const { s } = svd(Matrix.from(Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_, j) => 1 / (i + j + 1)))));
  expect(Math.round(s[0] / s[5] / 1e4)).toBe(1495);
});

test("very large and very small entries do not overflow", () => {
  for (const scale of [1e200, 1e-200])
    expectClose(
      svd(
        Matrix.from([
          [3 * scale, 0],
          [4 * scale, 0],
        ]),
      ).s,
      [5 * scale, 0],
      decomposition,
    );
});

test("missing values are refused with their place", () => {
  const bad = Matrix.from([
    [1, 2],
    [3, Number.NaN],
  ]);
  expect(() => svd(bad)).toThrow(expect.objectContaining({ code: "E_DATA", message: expect.stringContaining("(1, 1)") }));
});
test("the right vectors are orthogonal even where singular values are rounding errors", () => {
  const scaledPair = new Matrix(
    6,
    4,
    Float64Array.from({ length: 24 }, (_, i) => (i === 3 ? 3 : i === 9 ? 1e-140 : i === 14 ? 2e-17 : i === 20 ? 1e-150 : 0)),
  );
  const { v } = svd(scaledPair);
  expectClose(v.transpose().multiply(v).data, Matrix.identity(4).data, decomposition);
});
