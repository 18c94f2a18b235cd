import fc from "fast-check";
import { expect, test } from "vitest";
import { cholesky, solveCholesky } from "../../../../sdk/numerics/linalg/cholesky.js";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { determinantComplex, invertComplex, solveComplex } from "../../../../sdk/numerics/linalg/complex-lu.js";
import { determinant, invert, lu, solve } from "../../../../sdk/numerics/linalg/lu.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { svd } from "../../../../sdk/numerics/linalg/svd.js";
import { symmetricEigen } from "../../../../sdk/numerics/linalg/symmetric-eigen.js";
import { decomposition, exact, expectClose, f64 } from "../../../tolerance.js";
import { diagonal, gram, matrices, randomMatrix, squares } from "./samples.js";

const wellConditioned = (a: Matrix): boolean => {
  const { s } = svd(a);
  return s[0] < 1e3 * s[s.length - 1];
};

test("a solution satisfies its equations; the factors serve several right-hand sides", () => {
  fc.assert(
    fc.property(squares(), (a) => {
      fc.pre(wellConditioned(a));
      const b = randomMatrix(a.rows, 2, 9);
      expectClose(a.multiply(solve(a, b)).data, b.data, f64);
      expect(solve(lu(a), b)).toEqual(solve(a, b));
      expectClose(a.multiply(invert(a)).data, Matrix.identity(a.rows).data, f64);
    }),
  );
});

test("the determinant is multiplicative and changes sign with a swap of rows", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(1e6), (n, seed) => {
      const a = randomMatrix(n, n, seed);
      const b = randomMatrix(n, n, seed + 1);
      expectClose([determinant(a.multiply(b))], [determinant(a) * determinant(b)], f64);
    }),
  );
  expect(
    determinant(
      Matrix.from([
        [0, 1],
        [1, 0],
      ]),
    ),
  ).toBe(-1);
  expectClose(
    [
      determinant(
        Matrix.from([
          [1, 2],
          [2, 4],
        ]),
      ),
    ],
    [0],
    exact,
  );
});

test("complex systems are solved, inverted, and have the determinant of their real embedding", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(1e6), (n, seed) => {
      const [re, im] = [randomMatrix(n, n, seed), randomMatrix(n, n, seed + 7)];
      const embedding = new Matrix(2 * n, 2 * n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          embedding.set(i, j, re.get(i, j));
          embedding.set(n + i, n + j, re.get(i, j));
          embedding.set(n + i, j, im.get(i, j));
          embedding.set(i, n + j, -im.get(i, j));
        }
      }
      fc.pre(wellConditioned(embedding));
      const a = new ComplexMatrix(n, n, re.data, im.data);
      const b = new ComplexMatrix(n, 1, randomMatrix(n, 1, 1).data, randomMatrix(n, 1, 2).data);
      const product = a.multiply(solveComplex(a, b));
      expectClose(product.re, b.re, f64);
      expectClose(product.im, b.im, f64);
      expectClose(a.multiply(invertComplex(a)).re, Matrix.identity(n).data, f64);
      const det = determinantComplex(a);
      // det [[R, -I], [I, R]] = |det (R + iI)|^2
      expectClose([det.re * det.re + det.im * det.im], [determinant(embedding)], f64);
    }),
  );
});

test("singular systems are refused", () => {
  const singular = Matrix.from([
    [1, 2],
    [2, 4],
  ]);
  expect(() => solve(singular, new Matrix(2, 1))).toThrow(expect.objectContaining({ code: "E_NUMERIC" }));
  expect(() => invertComplex(ComplexMatrix.fromReal(singular))).toThrow(expect.objectContaining({ code: "E_NUMERIC" }));
  expect(() => solve(singular, new Matrix(3, 1))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
});

test("Cholesky factors rebuild a Gram matrix and solve with it", () => {
  fc.assert(
    fc.property(matrices(12, 5), (a) => {
      const g = gram(a);
      for (let i = 0; i < g.rows; i++) g.set(i, i, g.get(i, i) + 0.1);
      const l = cholesky(g);
      expectClose(l.multiply(l.transpose()).data, g.data, decomposition);
      const b = randomMatrix(g.rows, 2, 4);
      expectClose(g.multiply(solveCholesky(l, b)).data, b.data, f64);
    }),
  );
  expect(() =>
    cholesky(
      Matrix.from([
        [1, 2],
        [2, 1],
      ]),
    ),
  ).toThrow(expect.objectContaining({ code: "E_NUMERIC" }));
});

test("symmetric eigenvectors are orthogonal and rebuild the matrix; Gram values are squared singular values", () => {
  fc.assert(
    fc.property(squares(8), (a) => {
      const sum = new Matrix(
        a.rows,
        a.rows,
        a.data.map((value, k) => value + a.transpose().data[k]),
      );
      const { values, vectors } = symmetricEigen(sum);
      expectClose(gram(vectors).data, Matrix.identity(a.rows).data, decomposition);
      expectClose(vectors.multiply(diagonal(values)).multiply(vectors.transpose()).data, sum.data, decomposition);
      expectClose(
        symmetricEigen(gram(a)).values,
        svd(a).s.map((s) => s * s),
        decomposition,
      );
    }),
  );
});
