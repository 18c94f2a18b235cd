import fc from "fast-check";
import { expect, test } from "vitest";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { complexQr } from "../../../../sdk/numerics/linalg/complex-qr.js";
import { complexSvd } from "../../../../sdk/numerics/linalg/complex-svd.js";
import { leadingDirections } from "../../../../sdk/numerics/linalg/leading-directions.js";
import { expectClose, squared } from "../../../tolerance.js";
import { randomComplex } from "./samples.js";

/** A matrix of given singular values. */
function withValues(m: number, n: number, values: readonly number[], seed: number): ComplexMatrix {
  const u = complexQr(randomComplex(m, values.length, seed)).q;
  const v = complexQr(randomComplex(n, values.length, seed + 1)).q;
  for (let i = 0; i < m; i++) {
    values.forEach((value, k) => {
      const { re, im } = u.get(i, k);
      u.set(i, k, { re: re * value, im: im * value });
    });
  }
  return u.multiply(v.adjoint());
}

/** V V^H: what does not depend on how equal singular values are turned. */
const projector = (v: ComplexMatrix): ComplexMatrix => v.multiply(v.adjoint());

test.each([
  ["far apart", [5, 4, 2, 1]],
  ["equal", [3, 3, 3, 1]],
  ["over many orders", [1, 1e-5, 1e-7, 1e-12]],
  ["fewer than asked", [2, 1]],
] as const)("the span of three directions is that of the whole decomposition: singular values %s", (_, values) => {
  fc.assert(
    fc.property(fc.constantFrom([50, 30], [30, 50]), fc.nat(1e6), ([m, n], seed) => {
      const a = withValues(m, n, values, seed);
      const count = Math.min(3, values.length);
      const found = leadingDirections(a, 3);
      const unit = found.adjoint().multiply(found);
      expectClose(unit.re, ComplexMatrix.identity(3).re, squared, "orthonormal");
      const first = Array.from({ length: count }, (_, k) => k);
      const expected = projector(complexSvd(a).v.pickColumns(first));
      expectClose(projector(found.pickColumns(first)).re, expected.re, squared, "projector");
      expectClose(projector(found.pickColumns(first)).im, expected.im, squared, "projector");
    }),
    { numRuns: 8 },
  );
});

test("a missing value is refused", () => {
  const a = randomComplex(20, 20, 1);
  a.re[7] = Number.NaN;
  expect(() => leadingDirections(a, 1)).toThrow(expect.objectContaining({ code: "E_DATA" }));
});
