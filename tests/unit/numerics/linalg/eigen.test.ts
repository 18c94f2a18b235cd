import fc from "fast-check";
import { expect, test } from "vitest";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { type Eigen, eigen, eigenvalues } from "../../../../sdk/numerics/linalg/eigen.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { qr } from "../../../../sdk/numerics/linalg/qr.js";
import { schur } from "../../../../sdk/numerics/linalg/schur.js";
import { decomposition, expectClose, f64 } from "../../../tolerance.js";
import { diagonal, expectEigen, gram, nearIdentity, randomMatrix, squares } from "./samples.js";

const complex = ComplexMatrix.fromReal;

/** right diag(values) left^H. */
function rebuilt({ values, right, left }: Eigen): ComplexMatrix {
  const scaled = right.clone();
  for (let i = 0; i < scaled.rows; i++) {
    for (let j = 0; j < scaled.cols; j++) {
      const { re, im } = right.get(i, j);
      scaled.set(i, j, { re: re * values.re[j] - im * values.im[j], im: re * values.im[j] + im * values.re[j] });
    }
  }
  return scaled.multiply(left.adjoint());
}

const zeros = (n: number): Float64Array => new Float64Array(n * n);

test("vectors are bi-orthonormal and rebuild the matrix", () => {
  fc.assert(
    fc.property(squares(9), (a) => {
      const pairs = eigen(a);
      fc.pre(Math.max(...pairs.condition) < 1e3);
      const n = a.rows;
      const product = pairs.left.adjoint().multiply(pairs.right);
      expectClose(product.re, Matrix.identity(n).data, f64);
      expectClose(product.im, zeros(n), f64);
      expectClose(rebuilt(pairs).re, a.data, f64);
      expectClose(rebuilt(pairs).im, zeros(n), f64);
    }),
  );
});

test("a matrix near the identity reaches 1e-13: both sets of vectors, their lengths and products", () => {
  const near = nearIdentity(5);
  const pairs = eigen(near);
  expectEigen(pairs, near, Matrix.identity(4), decomposition);
  expectClose(rebuilt(pairs).re, near.data, decomposition);
});

test("real eigenvalues have real vectors, complex ones come in exact conjugate pairs", () => {
  fc.assert(
    fc.property(squares(8), (a) => {
      const { values, right } = eigen(a, { defective: "report" });
      for (let k = 0; k < a.rows; k++) {
        const v = right.column(k);
        if (values.im[k] === 0) expect(v.im.every((value) => value === 0)).toBe(true);
        if (values.im[k] > 0) {
          expect([values.re[k + 1], values.im[k + 1]]).toEqual([values.re[k], -values.im[k]]);
          expect(right.column(k + 1).re).toEqual(v.re);
        }
      }
    }),
  );
});

test("the Schur form is orthogonal, quasi triangular, and rebuilds the matrix", () => {
  for (const n of [1, 2, 3, 10, 60]) {
    const a = randomMatrix(n, n, n);
    const { q, t } = schur(a);
    expectClose(gram(q).data, Matrix.identity(n).data, decomposition);
    expectClose(q.multiply(t).multiply(q.transpose()).data, a.data, f64);
    for (let i = 0; i < n; i++) for (let j = 0; j < i - 1; j++) expect(t.get(i, j)).toBe(0);
    for (let i = 0; i + 2 < n; i++) expect(Math.abs(t.get(i + 1, i) * t.get(i + 2, i + 1))).toBe(0);
  }
});

test("named cases: rotation, companion of (x-1)(x-2)(x-3), cyclic shift, identity, zero", () => {
  expect(
    eigenvalues(
      Matrix.from([
        [0, -2],
        [2, 0],
      ]),
    ),
  ).toEqual({ re: Float64Array.of(0, 0), im: Float64Array.of(2, -2) });
  expectClose(
    eigenvalues(
      Matrix.from([
        [6, -11, 6],
        [1, 0, 0],
        [0, 1, 0],
      ]),
    ).re,
    [3, 2, 1],
    f64,
  );
  const shift = eigenvalues(
    Matrix.from([
      [0, 0, 0, 1],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ]),
  );
  expectClose(
    shift.re.map((re, k) => re * re + shift.im[k] ** 2),
    [1, 1, 1, 1],
    f64,
  );
  expectClose(shift.re.toSorted(), [-1, 0, 0, 1], f64);
  expect(eigen(Matrix.identity(3)).right.re).toEqual(Matrix.identity(3).data);
  expect(eigen(new Matrix(2, 2)).values.re).toEqual(new Float64Array(2));
});

test("a repeated eigenvalue with a full eigenspace is separated", () => {
  const basis = randomMatrix(5, 5, 3);
  const q = qr(basis).q;
  const a = q.multiply(diagonal([2, 2, 2, 1, -1])).multiply(q.transpose());
  const pairs = eigen(a);
  expectClose(pairs.left.adjoint().multiply(pairs.right).re, Matrix.identity(5).data, f64);
  expectClose(rebuilt(pairs).re, a.data, f64);
});

test("a defective matrix is refused with advice, or reported on request", () => {
  const jordan = Matrix.from([
    [1, 0.1],
    [0, 1],
  ]);
  expect(() => eigen(jordan)).toThrow(expect.objectContaining({ code: "E_NUMERIC" }));
  const { values, right, condition } = eigen(jordan, { defective: "report" });
  expect([Array.from(values.re), Array.from(condition)]).toEqual([
    [1, 1],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ]);
  expect(complex(jordan).multiply(right).re[0]).toBeCloseTo(right.re[0], 12);
});

test("badly scaled matrices keep their small eigenvalues", () => {
  // Similar to [[1, 1], [1, 3]] by diag(1, 1e6): the eigenvalues are 2 +- sqrt 2.
  expectClose(
    eigenvalues(
      Matrix.from([
        [1, 1e6],
        [1e-6, 3],
      ]),
    ).re,
    [2 + Math.SQRT2, 2 - Math.SQRT2],
    decomposition,
  );
});

test("matrices full of zeros, with defective and nearly singular blocks, still have right vectors", () => {
  const sparse = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.nat(1e6)).map(([n, seed]) => {
    const [size, zero] = [randomMatrix(n, n, seed), randomMatrix(n, n, seed + 1)];
    return new Matrix(
      n,
      n,
      size.data.map((value, k) => (zero.data[k] > 0.2 ? value : 0)),
    );
  });
  fc.assert(
    fc.property(sparse, (a) => {
      const { values, right } = eigen(a, { defective: "report" });
      const image = complex(a).multiply(right);
      for (let j = 0; j < a.rows; j++) {
        const [v, w] = [right.column(j), image.column(j)];
        const length = Math.sqrt(v.re.reduce((sum, x, i) => sum + x * x + v.im[i] * v.im[i], 0));
        for (let i = 0; i < a.rows; i++) {
          expectClose([(w.re[i] - values.re[j] * v.re[i] + values.im[j] * v.im[i]) / length], [0], f64);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("rectangular and non-finite matrices are refused by code", () => {
  expect(() => eigen(new Matrix(2, 3))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => eigenvalues(Matrix.from([[Number.NaN]]))).toThrow(expect.objectContaining({ code: "E_DATA" }));
});
