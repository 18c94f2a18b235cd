import fc from "fast-check";
import { expect, test } from "vitest";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import {
  complexLeastSquares,
  truncatedComplexLeastSquares,
  truncatedComplexSvd,
} from "../../../../sdk/numerics/linalg/complex-lstsq.js";
import { leastSquares } from "../../../../sdk/numerics/linalg/lstsq.js";
import { decomposition, expectClose, f64 } from "../../../tolerance.js";
import { complexMatrices, embedded, minusComplex, randomComplex, randomMatrix } from "./samples.js";

const expectSame = (a: ComplexMatrix, b: ComplexMatrix): void => {
  expectClose(a.re, b.re, f64, "real part");
  expectClose(a.im, b.im, f64, "imaginary part");
};

test("the residual is orthogonal to the columns of A, and its norm is reported", () => {
  fc.assert(
    fc.property(complexMatrices(), fc.nat(1e6), (a, seed) => {
      const b = randomComplex(a.rows, 2, seed);
      const { x, residual } = complexLeastSquares(a, b);
      const gap = minusComplex(a.multiply(x), b);
      expectSame(a.adjoint().multiply(gap), new ComplexMatrix(a.cols, 2));
      for (let j = 0; j < 2; j++) expectClose([residual[j]], [gap.pickColumns([j]).norm()], f64);
    }),
  );
});

test("the solution, with a ridge too, is that of the real matrix that does the same", () => {
  for (const options of [{}, { ridge: 0.3 }]) {
    const [a, b] = [randomComplex(8, 5, 1), randomComplex(8, 3, 5)];
    expectClose(embedded(complexLeastSquares(a, b, options).x).data, leastSquares(embedded(a), embedded(b), options).x.data, f64);
  }
  const [a, b] = [randomMatrix(7, 3, 1), randomMatrix(7, 2, 2)];
  const { x } = complexLeastSquares(ComplexMatrix.fromReal(a), ComplexMatrix.fromReal(b));
  expectSame(x, ComplexMatrix.fromReal(leastSquares(a, b).x));
});

test("among all solutions the shortest comes back: it lies in the row space of A", () => {
  const a = randomComplex(9, 2, 1).multiply(randomComplex(2, 5, 3));
  const { x, rank } = complexLeastSquares(a, randomComplex(9, 1, 5));
  expect(rank).toBe(2);
  const { v } = truncatedComplexSvd(a, { count: 2 });
  expectSame(v.multiply(v.adjoint().multiply(x)), x);
});

test("a truncated solution is the least squares solution of the truncated matrix", () => {
  const [a, b] = [randomComplex(9, 5, 7), randomComplex(9, 2, 9)];
  const { u, s, v } = truncatedComplexSvd(a, { count: 3 });
  const middle = new ComplexMatrix(3, 3);
  s.forEach((re, k) => {
    middle.set(k, k, { re, im: 0 });
  });
  const { left, right, rank } = truncatedComplexLeastSquares(a, b, { count: 3 });
  expect(rank).toBe(3);
  const whole = complexLeastSquares(u.multiply(middle).multiply(v.adjoint()), b, { rcond: 1e-10 });
  expectSame(left.multiply(right.adjoint()), whole.x);
});

test("values of SciPy 1.17.1: scipy.linalg.lstsq", () => {
  const a = new ComplexMatrix(3, 2, Float64Array.of(1, 0, 2, 0.5, 0, 3), Float64Array.of(0, 1, -1, 0, 0, 0));
  const b = new ComplexMatrix(3, 1, Float64Array.of(1, 0, 2), Float64Array.of(0, 1, 0));
  const { x } = complexLeastSquares(a, b);
  expectClose(x.re, [-0.11587982832618035, 0.5665236051502147], decomposition);
  expectClose(x.im, [0.2060085836909871, -0.0858369098712447], decomposition);
});

test("sides that do not fit and negative options are refused by code", () => {
  const a = randomComplex(4, 2, 1);
  for (const solve of [
    () => complexLeastSquares(a, new ComplexMatrix(3, 1)),
    () => truncatedComplexLeastSquares(a, new ComplexMatrix(3, 1), "full"),
  ]) {
    expect(solve).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  }
  for (const options of [{ ridge: -1 }, { rcond: -1 }]) {
    expect(() => complexLeastSquares(a, a, options)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  }
});
