import { describe, expect, test } from "vitest";
import { cholesky } from "../../../../sdk/numerics/linalg/cholesky.js";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { complexSchur } from "../../../../sdk/numerics/linalg/complex-schur.js";
import { eigen } from "../../../../sdk/numerics/linalg/eigen.js";
import { generalisedSchur } from "../../../../sdk/numerics/linalg/generalised-schur.js";
import { hessenberg } from "../../../../sdk/numerics/linalg/hessenberg.js";
import { lu } from "../../../../sdk/numerics/linalg/lu.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { qr } from "../../../../sdk/numerics/linalg/qr.js";
import { schur } from "../../../../sdk/numerics/linalg/schur.js";
import { svd } from "../../../../sdk/numerics/linalg/svd.js";
import { symmetricEigen } from "../../../../sdk/numerics/linalg/symmetric-eigen.js";
import { decomposition } from "../../../tolerance.js";
import { diagonal, gram, randomMatrix } from "./samples.js";

const n = 40;
const q = qr(randomMatrix(n, n, 11)).q;
const basis = randomMatrix(n, n, 12);
const turned = (middle: Matrix): Matrix => q.multiply(middle).multiply(q.transpose());

/** The matrices that break careless algorithms. */
const matrices: Record<string, Matrix> = {
  random: randomMatrix(n, n, 13),
  "graded by rows and columns over 20 orders": new Matrix(
    n,
    n,
    basis.data.map((value, k) => value * 10 ** (-10 * ((Math.floor(k / n) + (k % n)) / n))),
  ),
  "singular values over 16 orders": q
    .multiply(diagonal(Float64Array.from({ length: n }, (_, i) => 10 ** ((-16 * i) / n))))
    .multiply(qr(basis).q),
  "defective: one Jordan block, turned": turned(
    new Matrix(
      n,
      n,
      Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 0.5 : k % (n + 1) === 1 ? 1 : 0)),
    ),
  ),
  "clustered eigenvalues": turned(diagonal(Float64Array.from({ length: n }, (_, i) => 1 + (i < n / 2 ? 1e-13 * i : 0)))),
  "rank 3": randomMatrix(n, 3, 14).multiply(randomMatrix(3, n, 15)),
  zero: new Matrix(n, n),
};

const norm = (a: Matrix): number => Math.sqrt(a.data.reduce((sum, value) => sum + value * value, 0));

/** |A - B|_F <= 1e-13 |A|_F. */
function expectNear(rebuilt: Matrix, a: Matrix): void {
  const gap = new Matrix(
    a.rows,
    a.cols,
    a.data.map((value, k) => value - rebuilt.data[k]),
  );
  expect(norm(gap)).toBeLessThanOrEqual(decomposition.rtol * norm(a));
}

function expectNearComplex(rebuilt: ComplexMatrix, a: Matrix): void {
  expectNear(new Matrix(n, n, rebuilt.re), a);
  expect(norm(new Matrix(n, n, rebuilt.im))).toBeLessThanOrEqual(decomposition.rtol * norm(a));
}

const expectOrthogonal = (a: Matrix): void => expectNear(gram(a), Matrix.identity(a.cols));
const expectUnitary = (a: ComplexMatrix): void => expectNearComplex(a.adjoint().multiply(a), Matrix.identity(n));

describe.each(Object.entries(matrices))("%s", (_, a) => {
  test("QR", () => {
    const { q: left, r } = qr(a);
    expectNear(left.multiply(r), a);
    expectOrthogonal(left);
  });

  test("LU with exchanged rows", () => {
    const { packed, order } = lu(a);
    const lower = Matrix.identity(n);
    const upper = new Matrix(n, n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) (j < i ? lower : upper).set(i, j, packed.get(i, j));
    expectNear(lower.multiply(upper), Matrix.from(order.map((i) => a.row(i))));
  });

  test("Cholesky of A^T A + I", () => {
    const positive = gram(a);
    for (let i = 0; i < n; i++) positive.set(i, i, positive.get(i, i) + 1);
    const l = cholesky(positive);
    expectNear(l.multiply(l.transpose()), positive);
  });

  test("singular values", () => {
    const { u, s, v } = svd(a);
    expectNear(u.multiply(diagonal(s)).multiply(v.transpose()), a);
    expectOrthogonal(u);
    expectOrthogonal(v);
  });

  test("symmetric eigenvalues of A + A^T", () => {
    const both = new Matrix(
      n,
      n,
      a.data.map((value, k) => value + a.transpose().data[k]),
    );
    const { values, vectors } = symmetricEigen(both);
    expectNear(vectors.multiply(diagonal(values)).multiply(vectors.transpose()), both);
    expectOrthogonal(vectors);
  });

  test("Hessenberg and Schur forms", () => {
    const { q: first, h } = hessenberg(a);
    expectNear(first.multiply(h).multiply(first.transpose()), a);
    const { q: second, t } = schur(a);
    expectNear(second.multiply(t).multiply(second.transpose()), a);
    expectOrthogonal(second);
    const complex = complexSchur(ComplexMatrix.fromReal(a));
    expectNearComplex(complex.q.multiply(complex.t).multiply(complex.q.adjoint()), a);
    expectUnitary(complex.q);
  });

  test("generalised Schur form, either place in the pencil", () => {
    for (const [first, second] of [
      [a, basis],
      [basis, a],
    ]) {
      const g = generalisedSchur(ComplexMatrix.fromReal(first), ComplexMatrix.fromReal(second));
      expectNearComplex(g.q.multiply(g.s).multiply(g.z.adjoint()), first);
      expectNearComplex(g.q.multiply(g.t).multiply(g.z.adjoint()), second);
      expectUnitary(g.q);
      expectUnitary(g.z);
    }
  });

  test("right eigenvectors, of defective matrices too", () => {
    const { values, right } = eigen(a, { defective: "report" });
    const image = ComplexMatrix.fromReal(a).multiply(right);
    for (let j = 0; j < n; j++) {
      const [v, w] = [right.column(j), image.column(j)];
      const re = w.re.map((x, i) => x - (values.re[j] * v.re[i] - values.im[j] * v.im[i]));
      const im = w.im.map((x, i) => x - (values.re[j] * v.im[i] + values.im[j] * v.re[i]));
      const gap = new ComplexMatrix(n, 1, re, im).norm() / new ComplexMatrix(n, 1, v.re, v.im).norm();
      expect(gap).toBeLessThanOrEqual(decomposition.rtol * norm(a));
    }
  });
});

test("at 181 x 181, where reflections are taken together in blocks", () => {
  const a = randomMatrix(181, 181, 16);
  const { q: first, h } = hessenberg(a);
  expectNear(first.multiply(h).multiply(first.transpose()), a);
  expectOrthogonal(first);
  const { q: second, t } = schur(a);
  expectNear(second.multiply(t).multiply(second.transpose()), a);
  const both = gram(a);
  const { values, vectors } = symmetricEigen(both);
  expectNear(vectors.multiply(diagonal(values)).multiply(vectors.transpose()), both);
  expectOrthogonal(vectors);
  const { u, s, v } = svd(a);
  expectNear(u.multiply(diagonal(s)).multiply(v.transpose()), a);
  expectOrthogonal(u);
});
