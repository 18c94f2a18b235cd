import fc from "fast-check";
import { expect, test } from "vitest";
import type { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { complexSchur } from "../../../../sdk/numerics/linalg/complex-schur.js";
import { complexSvd } from "../../../../sdk/numerics/linalg/complex-svd.js";
import { TriangularResolvent } from "../../../../sdk/numerics/linalg/triangular-resolvent.js";
import { expectClose, f64, ritz } from "../../../tolerance.js";
import { randomComplex } from "./samples.js";

const shifted = (a: ComplexMatrix, re: number, im: number): ComplexMatrix => {
  const out = a.clone();
  for (let i = 0; i < a.rows; i++) {
    out.re[i * a.rows + i] -= re;
    out.im[i * a.rows + i] -= im;
  }
  return out;
};

test("smallest singular values at points one after the other are those of the whole matrix", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(1e6), (n, seed) => {
      const a = randomComplex(n, n, seed);
      const resolvent = new TriangularResolvent(complexSchur(a).t);
      for (let k = 0; k < 12; k++) {
        const z = { re: -1.5 + 0.25 * k, im: 0.3 - 0.1 * k };
        const { s } = complexSvd(shifted(a, z.re, z.im));
        expectClose([resolvent.smallestSingular(z)], [s[n - 1]], ritz);
      }
    }),
  );
});

test("at an eigenvalue it is zero; solutions solve", () => {
  const { t } = complexSchur(randomComplex(6, 6, 3));
  const resolvent = new TriangularResolvent(t);
  expect(resolvent.smallestSingular(t.get(2, 2))).toBe(0);
  const z = { re: 0.3, im: -2 };
  const b = randomComplex(6, 1, 5);
  const x = b.clone();
  resolvent.solve(z, x);
  const back = shifted(t, z.re, z.im).multiply(x);
  expectClose(back.re, b.re, f64);
  expectClose(back.im, b.im, f64);
});
