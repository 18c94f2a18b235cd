import { expect, test } from "vitest";
import { leastSquares } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { qr } from "../../../../sdk/numerics/linalg/qr.js";
import { ridgeLeastSquares } from "../../../../sdk/numerics/linalg/ridge-lstsq.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { diagonal, randomMatrix } from "./samples.js";

/** A long matrix with singular values falling from 1 to `last`. */
function falling(rows: number, cols: number, last: number): Matrix {
  const values = Array.from({ length: cols }, (_, k) => last ** (k / (cols - 1)));
  return qr(randomMatrix(rows, cols, 1))
    .q.multiply(diagonal(values))
    .multiply(qr(randomMatrix(cols, cols, 2)).q);
}

test.each([
  ["a small matrix", 30, 5, 1e-3, 0.1],
  ["a long one by large products", 3000, 20, 1e-3, 1e-8],
  ["a long one whose ridge bounds its condition", 3000, 20, 1e-15, 1e-8],
  ["a long one by its singular values", 3000, 20, 1e-3, 0],
])("%s has the fit that singular values give", (_, rows, cols, last, ridge) => {
  const a = falling(rows, cols, last);
  const b = randomMatrix(rows, 2, 3);
  expectClose(a.multiply(ridgeLeastSquares(a, b, ridge)).data, a.multiply(leastSquares(a, b, { ridge }).x).data, f64);
});

test("sides of unequal length are refused", () => {
  expect(() => ridgeLeastSquares(new Matrix(3, 2), new Matrix(4, 1), 1)).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
});
