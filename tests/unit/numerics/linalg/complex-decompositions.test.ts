import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { complexCholesky, solveComplexCholesky } from "../../../../sdk/numerics/linalg/complex-cholesky.js";
import { complexQr } from "../../../../sdk/numerics/linalg/complex-qr.js";
import { complexSchur } from "../../../../sdk/numerics/linalg/complex-schur.js";
import { complexSvd } from "../../../../sdk/numerics/linalg/complex-svd.js";
import { svd } from "../../../../sdk/numerics/linalg/svd.js";
import { decomposition, expectClose, f64 } from "../../../tolerance.js";
import { complexMatrices, diagonal, embedded, expectNearComplex, expectUnitary, randomComplex } from "./samples.js";

const n = 30;
const unitary = complexQr(randomComplex(n, n, 21)).q;
const basis = randomComplex(n, n, 23);
const turned = (middle: ComplexMatrix): ComplexMatrix => unitary.multiply(middle).multiply(unitary.adjoint());
const real = (values: ArrayLike<number>): ComplexMatrix => ComplexMatrix.fromReal(diagonal(values));
const graded = (part: Float64Array): Float64Array =>
  part.map((value, k) => value * 10 ** (-10 * ((Math.floor(k / n) + (k % n)) / n)));

/** The matrices that break careless algorithms. */
const matrices: Record<string, ComplexMatrix> = {
  random: randomComplex(n, n, 25),
  "purely imaginary": new ComplexMatrix(n, n, undefined, basis.im),
  "graded by rows and columns over 20 orders": new ComplexMatrix(n, n, graded(basis.re), graded(basis.im)),
  "singular values over 16 orders": unitary
    .multiply(real(Float64Array.from({ length: n }, (_, i) => 10 ** ((-16 * i) / n))))
    .multiply(complexQr(basis).q),
  "defective: one Jordan block, turned": turned(
    new ComplexMatrix(
      n,
      n,
      Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 1 ? 1 : 0)),
      diagonal(new Float64Array(n).fill(0.5)).data,
    ),
  ),
  "clustered eigenvalues": turned(real(Float64Array.from({ length: n }, (_, i) => 1 + (i < n / 2 ? 1e-13 * i : 0)))),
  "rank 3": randomComplex(n, 3, 27).multiply(randomComplex(3, n, 29)),
  zero: new ComplexMatrix(n, n),
};

describe.each(Object.entries(matrices))("%s", (_, a) => {
  test("QR", () => {
    const { q, r } = complexQr(a);
    expectNearComplex(q.multiply(r), a);
    expectUnitary(q);
  });

  test("Cholesky of A^H A + I, and its solution", () => {
    const positive = a.adjoint().multiply(a);
    for (let i = 0; i < n; i++) positive.re[i * n + i] += 1;
    const l = complexCholesky(positive);
    expectNearComplex(l.multiply(l.adjoint()), positive);
    const x = solveComplexCholesky(l, basis);
    const image = positive.multiply(x);
    expectClose(image.re, basis.re, f64);
    expectClose(image.im, basis.im, f64);
  });

  test("singular values: those of the real matrix that does the same, which has each of them twice", () => {
    const { u, s, v } = complexSvd(a);
    expectNearComplex(u.multiply(real(s)).multiply(v.adjoint()), a);
    expectUnitary(u);
    expectUnitary(v);
    const twice = svd(embedded(a)).s;
    const absolute = { rtol: 0, atol: decomposition.atol * s[0] };
    expectClose(
      s,
      twice.filter((__, k) => k % 2 === 0),
      absolute,
    );
  });

  test("Schur form", () => {
    const { q, t } = complexSchur(a);
    expectNearComplex(q.multiply(t).multiply(q.adjoint()), a);
    expectUnitary(q);
  });
});

test("QR of any shape: triangle with real, non-negative diagonal", () => {
  fc.assert(
    fc.property(complexMatrices(), (a) => {
      const { q, r } = complexQr(a);
      expectNearComplex(q.multiply(r), a);
      expectUnitary(q);
      for (let i = 0; i < r.rows; i++) {
        expect(r.get(i, i)).toEqual({ re: Math.abs(r.get(i, i).re), im: 0 });
        for (let j = 0; j < i; j++) expect(r.get(i, j)).toEqual({ re: 0, im: 0 });
      }
    }),
  );
});

test("singular values of any shape fall, and the largest entry of each right vector is real and positive", () => {
  fc.assert(
    fc.property(complexMatrices(), fc.boolean(), (tall, flip) => {
      const a = flip ? tall.adjoint() : tall;
      const { u, s, v } = complexSvd(a);
      expectNearComplex(u.multiply(real(s)).multiply(v.adjoint()), a);
      expect(Array.from(s)).toEqual(Array.from(s).sort((x, y) => y - x));
      for (let j = 0; j < s.length; j++) {
        const { re, im } = v.column(j);
        const peak = re.reduce((best, x, i) => (x * x + im[i] * im[i] > re[best] ** 2 + im[best] ** 2 ? i : best), 0);
        expectClose([im[peak]], [0], decomposition);
        expect(re[peak]).toBeGreaterThan(0);
      }
    }),
  );
});

test("closed forms: a Fourier matrix is unitary, a circulant has the moduli of its transform as singular values", () => {
  const size = 7;
  const angle = (i: number, j: number): number => (-2 * Math.PI * ((i * j) % size)) / size;
  const fourier = new ComplexMatrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) fourier.set(i, j, { re: Math.cos(angle(i, j)), im: Math.sin(angle(i, j)) });
  }
  expectClose(complexSvd(fourier).s, new Float64Array(size).fill(Math.sqrt(size)), decomposition);
  const first = randomComplex(size, 1, 3);
  const circulant = new ComplexMatrix(size, size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) circulant.set(i, j, first.get((i - j + size) % size, 0));
  const transform = fourier.multiply(first);
  const moduli = transform.re.map((re, k) => Math.sqrt(re * re + transform.im[k] ** 2));
  expectClose(complexSvd(circulant).s, moduli.sort().reverse(), decomposition);
});

test("values of SciPy 1.17.1: qr (made unique), svdvals, cholesky", () => {
  const a = new ComplexMatrix(3, 2, Float64Array.of(1, 0, 2, 0.5, 0, 3), Float64Array.of(0, 1, -1, 0, 0, 0));
  const { q, r } = complexQr(a);
  expectClose(r.re, [2.449489742783178, 0.4082482904638631, 0, 3.1158198493066527], decomposition);
  expectClose(r.im, [0, 0.6123724356957947, 0, 0], decomposition);
  expectClose(
    q.re,
    [0.40824829046386313, -0.05349046951599404, 0.8164965809277261, -0.026745234757997033, 0, 0.9628284512878926],
    decomposition,
  );
  expectClose(q.im, [0, 0.24070711282197332, -0.4082482904638631, -0.1069809390319881, 0, 0], decomposition);
  expectClose(complexSvd(a).s, [3.3032842900969017, 2.3104789327754114], decomposition);
  const l = complexCholesky(a.adjoint().multiply(a));
  expectClose(l.re, [2.449489742783178, 0, 0.4082482904638631, 3.115819849306653], decomposition);
  expectClose(l.im, [0, 0, -0.6123724356957946, 0], decomposition);
});

test("very large and very small entries neither overflow nor vanish", () => {
  for (const scale of [1e200, 1e-200]) {
    const a = new ComplexMatrix(2, 2, Float64Array.of(3 * scale, 0, 0, 0), Float64Array.of(0, 0, 4 * scale, 0));
    expectClose(complexSvd(a).s, [5 * scale, 0], { rtol: decomposition.rtol, atol: 0 });
    expectClose(complexQr(a).r.re, [5 * scale, 0, 0, 0], { rtol: decomposition.rtol, atol: 0 });
  }
});

test("missing values, indefinite and rectangular matrices are refused by code", () => {
  const bad = new ComplexMatrix(2, 2, undefined, Float64Array.of(0, 0, 0, Number.NaN));
  for (const refused of [complexQr, complexSvd, complexCholesky]) {
    expect(() => refused(bad)).toThrow(
      expect.objectContaining({ code: "E_DATA", message: expect.stringContaining("imaginary part") }),
    );
  }
  expect(() => complexCholesky(real([1, -1]))).toThrow(expect.objectContaining({ code: "E_NUMERIC" }));
  expect(() => complexCholesky(new ComplexMatrix(2, 3))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => solveComplexCholesky(real([1, 1]), new ComplexMatrix(3, 1))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
});
