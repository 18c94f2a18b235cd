import { expect, test } from "vitest";
import { choleskyQr } from "../../../../sdk/numerics/linalg/cholesky-qr.js";
import { gramSvd, leftModes } from "../../../../sdk/numerics/linalg/gram-svd.js";
import { gramMatrix, multiplyLarge } from "../../../../sdk/numerics/linalg/large-product.js";
import { columns } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { qr } from "../../../../sdk/numerics/linalg/qr.js";
import { randomisedSvd } from "../../../../sdk/numerics/linalg/randomised-svd.js";
import { svd } from "../../../../sdk/numerics/linalg/svd.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { decomposition, exact, expectClose, f64 } from "../../../tolerance.js";
import { diagonal, gram, randomMatrix } from "./samples.js";

/** m x n with singular values falling from 1 over so many orders of magnitude. */
function withSpectrum(m: number, n: number, orders: number): { readonly a: Matrix; readonly s: Float64Array } {
  const s = Float64Array.from({ length: n }, (_, k) => 10 ** ((-orders * k) / (n - 1)));
  return {
    a: qr(randomMatrix(m, n, 1))
      .q.multiply(diagonal(s))
      .multiply(qr(randomMatrix(n, n, 2)).q),
    s,
  };
}

/** The matrix cut into blocks of uneven numbers of rows. */
function cut(a: Matrix, ...sizes: number[]): Matrix[] {
  const out: Matrix[] = [];
  for (let start = 0, k = 0; start < a.rows; k++) {
    const end = Math.min(a.rows, start + sizes[k % sizes.length]);
    out.push(a.slice(start, end));
    start = end;
  }
  return out;
}

test("large products equal the plain ones, rows and columns left over included", () => {
  for (const [m, k, n] of [
    [1100, 37, 41],
    [5, 200, 300],
    [513, 70, 3],
  ]) {
    const [a, b] = [randomMatrix(m, k, 1), randomMatrix(k, n, 2)];
    expectClose(multiplyLarge(a, b).data, a.multiply(b).data, decomposition);
  }
  const a = randomMatrix(1300, 45, 3);
  expectClose(gramMatrix(cut(a, 1, 600, 17), 45).data, gram(a).data, decomposition);
});

test.each([0, 3, 6, 12])("tall matrices, singular values over %i orders: accurate to 1e-13 with either QR", (orders) => {
  const { a, s: known } = withSpectrum(1300, 40, orders);
  const { u, s, v } = svd(a);
  const absolute = { rtol: 0, atol: decomposition.atol };
  expectClose(s, known, absolute, "s");
  expectClose(gram(u).data, Matrix.identity(40).data, absolute, "u^T u");
  expectClose(gram(v).data, Matrix.identity(40).data, absolute, "v^T v");
  expectClose(u.multiply(diagonal(s)).multiply(v.transpose()).data, a.data, absolute, "u s v^T");
  expect(choleskyQr(a) === null).toBe(orders > 7);
});

test("dependent columns and zeros go the slow way to the right answer", () => {
  for (const a of [randomMatrix(1700, 5, 1).multiply(randomMatrix(5, 30, 2)), new Matrix(1700, 30)]) {
    expect(choleskyQr(a)).toBeNull();
    const { u, s, v } = svd(a);
    expectClose(gram(u).data, Matrix.identity(30).data, decomposition);
    expectClose(u.multiply(diagonal(s)).multiply(v.transpose()).data, a.data, decomposition);
  }
});

test("the factors of the two Cholesky steps rebuild the matrix", () => {
  const a = randomMatrix(1500, 33, 4);
  const parts = choleskyQr(a);
  if (parts === null) throw new Error("random columns are independent");
  const { q, r } = qr(a);
  expectClose(parts.r.data, r.data, decomposition);
  expectClose(parts.first.data, q.multiply(parts.second).data, decomposition);
});

test("leading modes from the Gram matrix agree with the whole decomposition", () => {
  const { a } = withSpectrum(1200, 30, 3);
  const whole = svd(a);
  const modes = gramSvd(cut(a, 500, 3), 6);
  expect(modes.warning).toBeNull();
  expectClose(modes.s, whole.s.slice(0, 6), f64);
  expectClose(modes.v.data, columns(whole.v, 0, 6).data, f64);
  expectClose(leftModes(a, modes).data, columns(whole.u, 0, 6).data, f64);
});

test("lost digits are counted and warned of, and the count is true", () => {
  const { a, s: known } = withSpectrum(1200, 20, 10);
  const { s, digits, warning } = gramSvd([a], 20);
  expect(warning).toContain("fewer than 8 digits");
  for (let k = 0; k < 20; k++) {
    // one digit for the size of the matrix
    if (s[k] > 0) expect(Math.abs(s[k] - known[k]) / known[k]).toBeLessThanOrEqual(10 ** (1 - digits[k]));
    else expect(digits[k]).toBe(0);
  }
});

test("randomised modes of a matrix of low rank are exact; the seed decides the bits", () => {
  const a = randomMatrix(120, 6, 1).multiply(randomMatrix(6, 160, 2));
  const whole = svd(a);
  const { u, s, v } = randomisedSvd(() => cut(a, 50), 6, { left: true });
  expectClose(s, whole.s.slice(0, 6), f64);
  const shape = { rtol: 0, atol: 1e3 * f64.atol };
  expectClose(v.data, columns(whole.v, 0, 6).data, shape);
  expectClose(u?.data ?? [], columns(whole.u, 0, 6).data, shape);
  const again = (seed: number): Float64Array => randomisedSvd(() => cut(a, 50), 6, { seed }).v.data;
  expectClose(again(0), v.data, exact);
  expect(again(1)).not.toEqual(v.data);
});

test("power iterations sharpen a slowly falling spectrum: five blocks of 5 x 100", () => {
  const whole = new Matrix(25, 100, keyed(42).uniform(2500));
  const { u, s, v } = svd(whole);
  const misaligned = (a: Matrix, b: Matrix | null): number =>
    b === null ? Number.NaN : 1 - svd(columns(a, 0, 5).transpose().multiply(b)).s[4];
  const errors = [0, 2].map((iterations) => {
    const found = randomisedSvd(() => cut(whole, 5), 5, { iterations, left: true });
    const value = Math.sqrt(found.s.reduce((sum, x, k) => sum + (x - s[k]) * (x - s[k]), 0));
    return { value, left: misaligned(u, found.u), right: misaligned(v, found.v) };
  });
  // values behind the first differ by a few percent: 15 directions hold 5 of them only so well
  expect(errors[1].value).toBeLessThan(0.01);
  expect(errors[1].left).toBeLessThan(0.005);
  expect(errors[1].right).toBeLessThan(0.01);
  expect(errors[1].value).toBeLessThan(errors[0].value);
});

test("counts out of range and blocks that do not fit are refused by code", () => {
  const a = randomMatrix(10, 4, 1);
  const spec = expect.objectContaining({ code: "E_SPEC" });
  expect(() => gramSvd([a], 5)).toThrow(spec);
  expect(() => randomisedSvd(() => [a], 0)).toThrow(spec);
  expect(() => randomisedSvd(() => [a], 2, { oversample: -1 })).toThrow(spec);
  expect(() => gramSvd([], 1)).toThrow(expect.objectContaining({ code: "E_DATA" }));
  expect(() => gramSvd([a, new Matrix(3, 5)], 1)).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  const bad = new Matrix(2, 2, Float64Array.of(1, 2, Number.NaN, 4));
  expect(() => gramSvd([bad], 1)).toThrow(expect.objectContaining({ code: "E_DATA" }));
});
