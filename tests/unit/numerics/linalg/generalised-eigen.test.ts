import fc from "fast-check";
import { expect, test } from "vitest";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { eigenvalues } from "../../../../sdk/numerics/linalg/eigen.js";
import { type GeneralisedEigen, generalisedEigen } from "../../../../sdk/numerics/linalg/generalised-eigen.js";
import { generalisedSchur } from "../../../../sdk/numerics/linalg/generalised-schur.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { qr } from "../../../../sdk/numerics/linalg/qr.js";
import { decomposition, exact, expectClose, f64 } from "../../../tolerance.js";
import { diagonal, expectEigen, nearIdentity, randomMatrix, uniform } from "./samples.js";

const complex = ComplexMatrix.fromReal;

/** left^H M right. */
const between = ({ left, right }: GeneralisedEigen, m: Matrix): ComplexMatrix =>
  left.adjoint().multiply(complex(m)).multiply(right);

/** Rounding is relative to the largest value: of a real one near 1000 the imaginary part is known to some 1e-12 only. */
function expectDiagonal(m: ComplexMatrix, re: ArrayLike<number>, im: ArrayLike<number>): void {
  const largest = Math.max(1, ...Array.from(re, (value, k) => Math.hypot(value, im[k])));
  const scaled = (values: Float64Array): Float64Array => values.map((value) => value / largest);
  expectClose(scaled(m.re), scaled(diagonal(re).data), f64, "real part");
  expectClose(scaled(m.im), scaled(diagonal(im).data), f64, "imaginary part");
}

test("the vectors diagonalise both matrices: W^H B V = I and W^H A V = diag(lambda)", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(1e6), (n, seed) => {
      const [a, b] = [randomMatrix(n, n, seed), randomMatrix(n, n, seed + 1)];
      const pairs = generalisedEigen(a, b);
      fc.pre(Math.max(...pairs.condition) < 1e3 && Math.max(...pairs.values.re.map(Math.abs)) < 1e3);
      expectDiagonal(between(pairs, b), new Float64Array(n).fill(1), new Float64Array(n));
      expectDiagonal(between(pairs, a), pairs.values.re, pairs.values.im);
      for (let j = 0; j < n; j++) {
        const norm = (m: ComplexMatrix): number => new ComplexMatrix(n, 1, m.column(j).re, m.column(j).im).norm();
        expectClose([norm(pairs.left)], [norm(pairs.right)], f64, "lengths");
      }
    }),
  );
});

test("near the identity, with a symmetric B, all relations hold to 1e-13", () => {
  const b = nearIdentity(7);
  const symmetric = new Matrix(
    4,
    4,
    b.data.map((value, k) => (value + b.transpose().data[k]) / 2),
  );
  const a = nearIdentity(8);
  expectEigen(generalisedEigen(a, symmetric), a, symmetric, decomposition);
});

test("every vector satisfies beta A v = alpha B v and its adjoint, infinite eigenvalues included", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(1e6), (n, seed) => {
      const a = randomMatrix(n, n, seed);
      const b = randomMatrix(n, n - 1, seed + 1).multiply(randomMatrix(n - 1, n, seed + 2));
      const { alpha, beta, right, left } = generalisedEigen(a, b);
      const [av, bv] = [complex(a).multiply(right), complex(b).multiply(right)];
      const [wa, wb] = [left.adjoint().multiply(complex(a)), left.adjoint().multiply(complex(b))];
      for (let j = 0; j < n; j++) {
        const [x, y] = [right.column(j), left.column(j)];
        const lengths = [x, y].map(({ re, im }) => new ComplexMatrix(n, 1, re, im).norm());
        for (let i = 0; i < n; i++) {
          const gaps = [
            [av.get(i, j), bv.get(i, j), lengths[0]],
            [wa.get(j, i), wb.get(j, i), lengths[1]],
          ] as const;
          for (const [p, r, length] of gaps) {
            const re = beta[j] * p.re - (alpha.re[j] * r.re - alpha.im[j] * r.im);
            const im = beta[j] * p.im - (alpha.re[j] * r.im + alpha.im[j] * r.re);
            expectClose([re / length, im / length], [0, 0], f64, `column ${j}`);
          }
        }
      }
    }),
  );
});

test("with B = I the eigenvalues are those of A", () => {
  const a = randomMatrix(12, 12, 3);
  const { values, beta } = generalisedEigen(a, Matrix.identity(12));
  expectClose(values.re, eigenvalues(a).re, f64);
  expectClose(values.im, eigenvalues(a).im, f64);
  expectClose(beta, new Float64Array(12).fill(1), f64);
});

test("values agree with SciPy, for regular and singular B", () => {
  // Origin: scipy.linalg.eigvals(A, B), SciPy 1.17.1.
  const a = Matrix.from([
    [1, 2, 3, 4],
    [2, 0, -1, 1],
    [0.5, -2, 1, 3],
    [1, 1, 0, -2],
  ]);
  const rows = [
    [2, 1, 0, 0],
    [1, 3, 1, 0],
    [0, 1, 4, 1],
  ];
  const regular = generalisedEigen(a, Matrix.from([...rows, [1, 0, 0, 1]])).values;
  expectClose(regular.re, [-4.123291443485533, -1.0686131796205096, 0.8933876040093391, 0.7396934896849409], f64);
  expectClose(regular.im, [0, 0, 0, 0], f64);
  const singular = generalisedEigen(a, Matrix.from([...rows, [3, 4, 1, 0]])).values;
  const { re, im } = singular;
  expectClose(re.slice(0, 3), [-1.2507595, 0.51546596, 0.51546596], { rtol: 0, atol: 5e-8 });
  expectClose(im.slice(0, 3), [0, 0.27471233, -0.27471233], { rtol: 0, atol: 5e-8 });
  expect(re[3]).toBe(Number.POSITIVE_INFINITY);
});

test("a descriptor system has its algebraic equations as infinite eigenvalues", () => {
  // x' = y, y' = -2 x - y + z, 0 = x + z: y'' + y' + 3 y = 0, eigenvalues (-1 +- i sqrt 11) / 2.
  const a = Matrix.from([
    [0, 1, 0],
    [-2, -1, 1],
    [1, 0, 1],
  ]);
  const { values, beta, condition } = generalisedEigen(a, diagonal([1, 1, 0]));
  expectClose(values.re.slice(0, 2), [-0.5, -0.5], f64);
  expectClose(values.im.slice(0, 2), [Math.sqrt(11) / 2, -Math.sqrt(11) / 2], f64);
  expectClose([beta[2], condition[2], values.re[2]], [0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], exact);
});

test("several infinite eigenvalues in chains, B nilpotent or zero", () => {
  const shift = Matrix.from([
    [0, 1, 0],
    [0, 0, 1],
    [0, 0, 0],
  ]);
  for (const b of [shift, new Matrix(3, 3)]) {
    expectClose(generalisedEigen(Matrix.identity(3), b).values.re, new Float64Array(3).fill(Number.POSITIVE_INFINITY), exact);
  }
});

test("a singular pencil shows an indeterminate eigenvalue", () => {
  const [a, b] = [diagonal([1, 0, 2]), diagonal([1, 0, 1])];
  const { values, alpha, beta } = generalisedEigen(a, b);
  expectClose(values.re, [2, 1, Number.NaN], f64);
  expect([alpha.re[2], beta[2]]).toEqual([0, 0]);
});

test("clustered and repeated eigenvalues with a full set of vectors are separated", () => {
  for (const gap of [0, 1e-13, 1e-8]) {
    const n = 8;
    const next = uniform(5);
    const wanted = Float64Array.from({ length: n }, (_, i) => (i < 4 ? 2 + i * gap : next()));
    const [left, right] = [qr(randomMatrix(n, n, 6)).q, qr(randomMatrix(n, n, 7)).q];
    const b = left.multiply(right);
    const a = left.multiply(diagonal(wanted)).multiply(right);
    const pairs = generalisedEigen(a, b);
    expectDiagonal(between(pairs, b), new Float64Array(n).fill(1), new Float64Array(n));
    expectDiagonal(between(pairs, a), pairs.values.re, pairs.values.im);
  }
});

test("a defective eigenvalue is marked by its condition", () => {
  const { values, condition } = generalisedEigen(
    Matrix.from([
      [1, 1],
      [0, 1],
    ]),
    Matrix.identity(2),
  );
  expectClose(values.re, [1, 1], f64);
  expect(Array.from(condition)).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
});

test("complex pencils work as real ones, and the diagonal of T is real and not negative", () => {
  const n = 6;
  const matrix = (seed: number): ComplexMatrix =>
    new ComplexMatrix(n, n, randomMatrix(n, n, seed).data, randomMatrix(n, n, seed + 1).data);
  const [a, b] = [matrix(1), matrix(3)];
  const { q, z, s, t } = generalisedSchur(a, b);
  expectClose(q.multiply(s).multiply(z.adjoint()).re, a.re, f64);
  expectClose(q.multiply(t).multiply(z.adjoint()).im, b.im, f64);
  for (let i = 0; i < n; i++) {
    expect(t.get(i, i).re).toBeGreaterThanOrEqual(0);
    expect(t.get(i, i).im).toBe(0);
    for (let j = 0; j < i; j++) {
      for (const part of [s.re, s.im, t.re, t.im]) expect(Math.abs(part[i * n + j])).toBe(0);
    }
  }
  const pairs = generalisedEigen(a, b);
  const unit = pairs.left.adjoint().multiply(b).multiply(pairs.right);
  expectDiagonal(unit, new Float64Array(n).fill(1), new Float64Array(n));
});

test("sizes that differ and missing values are refused by code", () => {
  expect(() => generalisedEigen(new Matrix(2, 2), new Matrix(3, 3))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => generalisedEigen(new Matrix(2, 3), new Matrix(2, 3))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => generalisedEigen(Matrix.from([[Number.NaN]]), Matrix.identity(1))).toThrow(
    expect.objectContaining({ code: "E_DATA" }),
  );
});
