import fc from "fast-check";
import { expect, test } from "vitest";
import { ComplexMatrix, divideComplex, modulus, multiplyComplex, sqrtComplex } from "../../../../sdk/numerics/linalg/complex.js";
import { complexEigen } from "../../../../sdk/numerics/linalg/complex-eigen.js";
import { complexSchur } from "../../../../sdk/numerics/linalg/complex-schur.js";
import { eigenvalues } from "../../../../sdk/numerics/linalg/eigen.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { randomMatrix } from "./samples.js";

const random = (n: number, seed: number): ComplexMatrix =>
  new ComplexMatrix(n, n, randomMatrix(n, n, seed).data, randomMatrix(n, n, seed + 1).data);

const expectEqual = (a: ComplexMatrix, b: ComplexMatrix): void => {
  expectClose(a.re, b.re, f64, "real part");
  expectClose(a.im, b.im, f64, "imaginary part");
};

test("scalar arithmetic: quotients, roots and moduli agree with products", () => {
  const part = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(part, part, part, part, (re, im, x, y) => {
      fc.pre(modulus(x, y) > 1e-3);
      const [a, b] = [
        { re, im },
        { re: x, im: y },
      ];
      const back = divideComplex(multiplyComplex(a, b), b);
      expectClose([back.re, back.im], [re, im], { rtol: f64.rtol, atol: 1e3 * f64.atol });
      const root = sqrtComplex(a);
      const square = multiplyComplex(root, root);
      expectClose([square.re, square.im], [re, im], { rtol: f64.rtol, atol: 1e3 * f64.atol });
      expect(root.re).toBeGreaterThanOrEqual(0);
    }),
  );
  expect(modulus(3e300, 4e300)).toBe(5e300);
  expect(sqrtComplex({ re: -4, im: 0 })).toEqual({ re: 0, im: 2 });
});

test("the complex Schur form is unitary, triangular, and rebuilds the matrix", () => {
  for (const n of [1, 2, 3, 8, 30]) {
    const a = random(n, n);
    const { q, t } = complexSchur(a);
    expectEqual(q.adjoint().multiply(q), ComplexMatrix.identity(n));
    expectEqual(q.multiply(t).multiply(q.adjoint()), a);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(t.get(i, j)).toEqual({ re: 0, im: 0 });
  }
});

test("complex eigenpairs are bi-orthonormal and rebuild the matrix", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), fc.nat(1e6), (n, seed) => {
      const a = random(n, seed);
      const { values, right, left, condition } = complexEigen(a);
      fc.pre(Math.max(...condition) < 1e3);
      expectEqual(left.adjoint().multiply(right), ComplexMatrix.identity(n));
      const scaled = right.clone();
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) scaled.set(i, j, multiplyComplex(right.get(i, j), { re: values.re[j], im: values.im[j] }));
      }
      expectEqual(scaled.multiply(left.adjoint()), a);
    }),
  );
});

test("a real matrix has the same eigenvalues by both ways", () => {
  const a = randomMatrix(12, 12, 3);
  const direct = eigenvalues(a);
  const { values } = complexEigen(ComplexMatrix.fromReal(a));
  direct.re.forEach((re, k) => {
    const gap = Math.min(...Array.from(values.re, (x, j) => modulus(x - re, values.im[j] - direct.im[k])));
    expectClose([gap], [0], f64);
  });
});

test("a defective complex matrix is refused", () => {
  const jordan = new ComplexMatrix(2, 2, Float64Array.of(0, 1, 0, 0), Float64Array.of(1, 0, 0, 1));
  expect(() => complexEigen(jordan)).toThrow(expect.objectContaining({ code: "E_NUMERIC" }));
  expect(() => complexSchur(ComplexMatrix.fromReal(new Matrix(2, 3)))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
});
