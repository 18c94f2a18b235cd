import fc from "fast-check";
import { expect, test } from "vitest";
import { planeGrid } from "../../../../sdk/dynamics/spectral/pseudospectrum.js";
import {
  lowRankResolventAt,
  operatorPseudospectrum,
  type Resolvent,
  resolventAt,
} from "../../../../sdk/dynamics/spectral/resolvent.js";
import { type Complex, ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { complexEigen } from "../../../../sdk/numerics/linalg/complex-eigen.js";
import { innerProduct, scaleColumn } from "../../../../sdk/numerics/linalg/complex-lines.js";
import { invertComplex } from "../../../../sdk/numerics/linalg/complex-lu.js";
import { complexSvd } from "../../../../sdk/numerics/linalg/complex-svd.js";
import { singularValues } from "../../../../sdk/numerics/linalg/svd.js";
import { amplifications, expectClose, f64, ritz, rounding } from "../../../tolerance.js";
import { embedded, randomComplex, randomMatrix, uniform } from "../../numerics/linalg/samples.js";

test("the pseudospectrum of any operator, normal or not, is the smallest singular value of z - A", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(1e6), fc.boolean(), (n, seed, real) => {
      const A = real ? randomMatrix(n, n, seed) : randomComplex(n, n, seed);
      const grid = planeGrid([-2, 2, 4], [-2, 2, 5]);
      const found = operatorPseudospectrum(A, grid);
      grid.im.forEach((im, row) => {
        grid.re.forEach((re, column) => {
          const shifted = A instanceof ComplexMatrix ? A.clone() : ComplexMatrix.fromReal(A);
          for (let i = 0; i < n; i++) {
            shifted.re[i * n + i] -= re;
            shifted.im[i * n + i] -= im;
          }
          expectClose([found[row * 4 + column]], [singularValues(embedded(shifted))[2 * n - 1]], ritz);
        });
      });
    }),
    { numRuns: 30 },
  );
});

const squaredGap = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, k) => sum + (x - b[k]) * (x - b[k]), 0);
/** 1 - |cos| of the angle between leading columns. */
const misaligned = (a: ComplexMatrix, b: ComplexMatrix): number => {
  const { re, im } = innerProduct(a, 0, b, 0);
  return 1 - Math.sqrt(re * re + im * im);
};

test("a system of 20 dimensions and rank 6: by eigenpairs, confined to their span, and with an input matrix the gains are the same", () => {
  const next = uniform(6);
  const directions = randomComplex(20, 6, 6);
  const values = { re: new Float64Array(6).map(() => next() - 1), im: new Float64Array(6).map(() => 1.5 + next() / 2) };
  // A = U diag(values) U^+ has the columns of U as eigenvectors
  const { u, s, v } = complexSvd(directions);
  const inverse = u.clone();
  s.forEach((value, k) => {
    scaleColumn(inverse, k, { re: 1 / value, im: 0 });
  });
  const scaled = directions.clone();
  for (let k = 0; k < 6; k++) scaleColumn(scaled, k, { re: values.re[k], im: values.im[k] });
  const A = scaled.multiply(v.multiply(inverse.adjoint()));
  const points: Complex[] = [];
  for (let i = 0; i < 6; i++) for (let j = 0; j < 6; j++) points.push({ re: -2.5 + 0.6 * i, im: -3 + 1.2 * j });
  const gaps = { pairs: 0, whole: 0 };
  for (const z of points) {
    const confined: Resolvent = resolventAt(A, z, { within: directions, count: 2 });
    const pairs = lowRankResolventAt({ values, right: directions }, z, 2);
    gaps.pairs += squaredGap(pairs.gains, confined.gains);
    expect(misaligned(pairs.outputs, confined.outputs)).toBeLessThan(rounding.atol);
    expect(misaligned(pairs.inputs, confined.inputs)).toBeLessThan(rounding.atol);
    if (Math.sqrt(z.re * z.re + z.im * z.im) <= 0.2) continue;
    const whole = resolventAt(A, z, { B: u, count: 2 });
    gaps.whole += squaredGap(whole.gains, confined.gains);
    expect(misaligned(whole.outputs, confined.outputs)).toBeLessThan(rounding.atol);
    expect(misaligned(u.multiply(whole.inputs), confined.inputs)).toBeLessThan(rounding.atol);
  }
  // over all points together
  expectClose([Math.sqrt(gaps.pairs), Math.sqrt(gaps.whole)], [0, 0], amplifications);
});

test("without confinement it is the inverse of z - A; matching triples rebuild a non-normal A", () => {
  const A = randomComplex(5, 5, 3);
  const { values, right, left } = complexEigen(A);
  const scaled = right.clone();
  for (let k = 0; k < 5; k++) scaleColumn(scaled, k, { re: values.re[k], im: values.im[k] });
  expectClose(scaled.multiply(left.adjoint()).re, A.re, f64);
  const z = { re: 0.4, im: -0.7 };
  const shifted = new ComplexMatrix(
    5,
    5,
    A.re.map((value) => -value),
    A.im.map((value) => -value),
  );
  for (let i = 0; i < 5; i++) {
    shifted.re[6 * i] += z.re;
    shifted.im[6 * i] += z.im;
  }
  const { s } = complexSvd(invertComplex(shifted));
  expectClose(resolventAt(A, z, { count: 5 }).gains, s, f64);
  expectClose(lowRankResolventAt({ values, right }, z, 5).gains, s, f64);
  expect(() => resolventAt(A, z, { count: 6 })).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  expect(() => resolventAt(A, z, { B: A, within: A })).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});
