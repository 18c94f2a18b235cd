import fc from "fast-check";
import { expect, test } from "vitest";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { complexSchur } from "../../../../sdk/numerics/linalg/complex-schur.js";
import { complexSvd } from "../../../../sdk/numerics/linalg/complex-svd.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { schur } from "../../../../sdk/numerics/linalg/schur.js";
import { ShiftedQuasiTriangle } from "../../../../sdk/numerics/linalg/shifted-quasi-triangle.js";
import { ShiftedTriangle } from "../../../../sdk/numerics/linalg/shifted-triangle.js";
import { SingularPath } from "../../../../sdk/numerics/linalg/singular-path.js";
import { StackedTriangles } from "../../../../sdk/numerics/linalg/stacked-triangles.js";
import { expectClose, f64, ritz } from "../../../tolerance.js";
import { randomComplex, randomMatrix } from "./samples.js";

const shifted = (a: ComplexMatrix, re: number, im: number): ComplexMatrix => {
  const out = a.clone();
  for (let i = 0; i < a.rows; i++) {
    out.re[i * a.rows + i] -= re;
    out.im[i * a.rows + i] -= im;
  }
  return out;
};

/** A path on a line that turns in the middle. */
const path = Array.from({ length: 16 }, (_, k) => ({ re: -1.5 + 0.25 * k, im: k < 8 ? 0.3 - 0.1 * k : 0.1 * k - 0.9 }));

test("smallest singular values along a path are those of the whole matrix, complex or real", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(1e6), fc.boolean(), (n, seed, real) => {
      const a = real ? randomMatrix(n, n, seed) : randomComplex(n, n, seed);
      const along = new SingularPath(
        a instanceof ComplexMatrix ? new ShiftedTriangle(complexSchur(a).t) : new ShiftedQuasiTriangle(schur(a).t),
      );
      const whole = a instanceof ComplexMatrix ? a : ComplexMatrix.fromReal(a);
      for (const z of path) expectClose([along.at(z)], [complexSvd(shifted(whole, z.re, z.im)).s[n - 1]], ritz);
    }),
  );
});

test("systems with T - z and its adjoint are solved; at an eigenvalue they are said to be singular", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(1e6), fc.boolean(), (n, seed, real) => {
      const t = real ? ComplexMatrix.fromReal(schur(randomMatrix(n, n, seed)).t) : complexSchur(randomComplex(n, n, seed)).t;
      const triangle = real ? new ShiftedQuasiTriangle(new Matrix(n, n, t.re)) : new ShiftedTriangle(t);
      const z = { re: 0.3, im: -2 };
      expect(triangle.moveTo(z)).toBe(false);
      for (const adjoint of [false, true]) {
        const b = randomComplex(n, 1, seed + 1);
        const x = b.clone();
        if (adjoint) triangle.solveAdjoint(x.re, x.im);
        else triangle.solve(x.re, x.im);
        const m = shifted(t, z.re, z.im);
        const back = (adjoint ? m.adjoint() : m).multiply(x);
        expectClose(back.re, b.re, f64);
        expectClose(back.im, b.im, f64);
      }
    }),
  );
});

test("two triangles, one under the other: smallest singular values are those of the tall matrix", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(1e6), (n, seed) => {
      const upper = complexSchur(randomComplex(n, n, seed)).t;
      const lower = complexSchur(randomComplex(n, n, seed + 1)).t;
      const along = new SingularPath(new StackedTriangles(upper, lower));
      for (const z of path) {
        const top = shifted(upper, z.re, z.im);
        const stacked = new ComplexMatrix(
          2 * n,
          n,
          Float64Array.of(...top.re, ...lower.re),
          Float64Array.of(...top.im, ...lower.im),
        );
        expectClose([along.at(z)], [complexSvd(stacked).s[n - 1]], ritz);
      }
    }),
    { numRuns: 30 },
  );
});

test("at an eigenvalue the smallest singular value is zero, and the path goes on", () => {
  const { t } = complexSchur(randomComplex(6, 6, 3));
  const along = new SingularPath(new ShiftedTriangle(t));
  expect(along.at(t.get(2, 2))).toBe(0);
  const z = { re: 0.3, im: -2 };
  expectClose([along.at(z)], [complexSvd(shifted(t, z.re, z.im)).s[5]], ritz);
  // eigenvalues 2, then 1 + 2i and its conjugate
  const pair = Matrix.from([
    [2, 3, 4],
    [0, 1, 2],
    [0, -2, 1],
  ]);
  const real = new SingularPath(new ShiftedQuasiTriangle(pair));
  for (const [re, im] of [
    [2, 0],
    [1, 2],
    [1, -2],
  ])
    expect(real.at({ re, im })).toBe(0);
});
