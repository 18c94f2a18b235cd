import fc from "fast-check";
import { expect, test } from "vitest";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { complexSchur } from "../../../../sdk/numerics/linalg/complex-schur.js";
import { complexExpm, expm } from "../../../../sdk/numerics/linalg/expm.js";
import { complexLogm, logm } from "../../../../sdk/numerics/linalg/logm.js";
import { decomposition, expectClose, f64 } from "../../../tolerance.js";
import { embedded, expectUnitary, randomComplex, randomMatrix } from "./samples.js";

const squares = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(1e6)).map(([n, seed]) => randomComplex(n, n, seed));

const expectSame = (a: ComplexMatrix, b: ComplexMatrix, tolerance = f64): void => {
  expectClose(a.re, b.re, tolerance, "real part");
  expectClose(a.im, b.im, tolerance, "imaginary part");
};

/** Upper triangular with one value on the diagonal and ones beside it. */
function jordan(n: number, value: { re: number; im: number }): ComplexMatrix {
  const out = new ComplexMatrix(n, n);
  for (let i = 0; i < n; i++) {
    out.set(i, i, value);
    if (i + 1 < n) out.set(i, i + 1, { re: 1, im: 0 });
  }
  return out;
}

test("the exponential and the logarithm are those of the real matrices that do the same", () => {
  fc.assert(
    fc.property(squares, (a) => {
      const e = complexExpm(a);
      expectClose(embedded(e).data, expm(embedded(a)).data, f64);
      const { t } = complexSchur(a);
      // beyond, the real logarithm does not exist
      for (let k = 0; k < a.rows; k++) fc.pre(Math.abs(t.get(k, k).im) < 3);
      expectSame(complexLogm(e), a);
      expectClose(embedded(complexLogm(e)).data, logm(embedded(e)).data, f64);
    }),
    { numRuns: 40 },
  );
});

test("the exponential of i times a Hermitian matrix is unitary, that of i angle sigma_x a rotation", () => {
  const a = randomComplex(8, 8, 3);
  const hermitian = a.adjoint().multiply(a);
  expectUnitary(
    complexExpm(
      new ComplexMatrix(
        8,
        8,
        hermitian.im.map((value) => -value),
        hermitian.re,
      ),
    ),
  );
  for (const angle of [0.1, 3, 40]) {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const turned = complexExpm(new ComplexMatrix(2, 2, undefined, Float64Array.of(0, angle, angle, 0)));
    expectSame(turned, new ComplexMatrix(2, 2, Float64Array.of(c, 0, 0, c), Float64Array.of(0, s, s, 0)));
  }
});

test("a Jordan block: exp has e^l / k! beside the diagonal, log has log l, 1 / l, -1 / (2 l^2)", () => {
  const l = { re: 0.6, im: 0.8 };
  const size = Math.exp(l.re);
  const head = { re: size * Math.cos(l.im), im: size * Math.sin(l.im) };
  const e = complexExpm(jordan(4, l));
  [1, 1, 2, 6].forEach((factorial, k) => {
    const { re, im } = e.get(0, k);
    expectClose([re, im], [head.re / factorial, head.im / factorial], f64);
  });
  const g = complexLogm(jordan(3, l));
  const angle = Math.atan2(l.im, l.re);
  const expected = [
    [0, angle],
    [l.re, -l.im],
    [-(l.re ** 2 - l.im ** 2) / 2, l.re * l.im],
  ];
  expected.forEach((value, k) => {
    const { re, im } = g.get(0, k);
    expectClose([re, im], value, f64);
  });
});

test("negative numbers have the logarithm with imaginary part pi; zero has none", () => {
  const { re, im } = complexLogm(new ComplexMatrix(2, 2, Float64Array.of(-1, 0, 0, -Math.E)));
  expectClose(re, [0, 0, 0, 1], f64);
  expectClose(im, [Math.PI, 0, 0, Math.PI], f64);
  expect(() => complexLogm(new ComplexMatrix(2, 2))).toThrow(expect.objectContaining({ code: "E_NUMERIC" }));
});

test("values of SciPy 1.17.1: scipy.linalg.expm and logm", () => {
  const a = new ComplexMatrix(3, 3, Float64Array.of(1, 2, 0, 0.5, 0, 4, 0, 1.5, 2), Float64Array.of(1, 0, -1, 0, -3, 0, 0, 2, 0));
  const half = new ComplexMatrix(
    3,
    3,
    a.re.map((value) => value / 2),
    a.im.map((value) => value / 2),
  );
  expectSame(
    complexExpm(half),
    new ComplexMatrix(
      3,
      3,
      Float64Array.of(
        1.6762044674281043,
        2.0368959916638625,
        2.370182838093001,
        0.40598060420299265,
        2.1186588769042767,
        4.028213845851257,
        0.20234231710744766,
        2.2177614811644775,
        4.963312332590349,
      ),
      Float64Array.of(
        0.7691720530084412,
        -0.5868460937036073,
        -1.6047525955617838,
        -0.045540364872177955,
        -0.7356977514635785,
        -1.5176059716534847,
        0.20648678742594578,
        1.4955902628324338,
        1.6257585704925965,
      ),
    ),
    decomposition,
  );
  expectSame(
    complexLogm(a),
    new ComplexMatrix(
      3,
      3,
      Float64Array.of(
        0.29961257554781895,
        0.3711808060071636,
        -0.3079321787452977,
        0.14284637455407814,
        1.6042401743969759,
        0.6245408013300981,
        0.047653251550975786,
        -0.2809062332197106,
        1.1825843650241477,
      ),
      Float64Array.of(
        0.7133487908964699,
        0.5092406646727966,
        -1.0673281459342534,
        0.15113679194368765,
        -1.5325145582601007,
        1.0802692404892815,
        -0.10010234610457241,
        0.7292846787362737,
        -0.42626991241462325,
      ),
    ),
    decomposition,
  );
});

test("rectangular and missing values are refused by code", () => {
  const bad = new ComplexMatrix(1, 1, Float64Array.of(Number.NaN));
  for (const f of [complexExpm, complexLogm]) {
    expect(() => f(new ComplexMatrix(2, 1, randomMatrix(2, 1, 1).data))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
    expect(() => f(bad)).toThrow(expect.objectContaining({ code: "E_DATA" }));
  }
});
