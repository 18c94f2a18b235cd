import fc from "fast-check";
import { expect, test } from "vitest";
import { eigenvalues } from "../../../../sdk/numerics/linalg/eigen.js";
import { expm } from "../../../../sdk/numerics/linalg/expm.js";
import { logm } from "../../../../sdk/numerics/linalg/logm.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { decomposition, expectClose, f64 } from "../../../tolerance.js";
import { diagonal, squares } from "./samples.js";

const times = (a: Matrix, factor: number): Matrix =>
  new Matrix(
    a.rows,
    a.cols,
    a.data.map((value) => value * factor),
  );

test("the exponential of A and of -A are inverse to each other, and exp(A) is the square of exp(A / 2)", () => {
  fc.assert(
    fc.property(squares(6), fc.double({ min: 0.01, max: 0.8, noNaN: true }), (a, size) => {
      const x = times(a, size);
      const half = expm(times(x, 0.5));
      expectClose(expm(x).multiply(expm(times(x, -1))).data, Matrix.identity(a.rows).data, f64);
      expectClose(expm(x).data, half.multiply(half).data, f64);
    }),
  );
});

test("named exponentials: zero, nilpotent, rotation, diagonal of every size", () => {
  expect(expm(new Matrix(3, 3))).toEqual(Matrix.identity(3));
  expectClose(
    expm(
      Matrix.from([
        [0, 1, 0],
        [0, 0, 1],
        [0, 0, 0],
      ]),
    ).data,
    [1, 1, 0.5, 0, 1, 1, 0, 0, 1],
    decomposition,
  );
  for (const angle of [0.1, 3, 40]) {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    expectClose(
      expm(
        Matrix.from([
          [0, -angle],
          [angle, 0],
        ]),
      ).data,
      [c, -s, s, c],
      f64,
    );
  }
  expectClose(expm(diagonal([-50, 0, 1, 20])).data, diagonal([-50, 0, 1, 20].map(Math.exp)).data, f64);
});

test("values of SciPy 1.17.1: scipy.linalg.expm and logm", () => {
  const a = Matrix.from([
    [1, 2, -1],
    [0.5, -3, 4],
    [0, 1.5, 2],
  ]);
  expectClose(
    expm(a).data,
    [
      3.274210707532877, 1.8458341328270986, 1.8007304758756102, 0.9153997902549681, 3.214072498264225, 11.55998338782288,
      0.9078825140963865, 4.561964398957676, 17.21011047599463,
    ],
    decomposition,
  );
  expectClose(
    logm(
      Matrix.from([
        [2, 1, 0],
        [-1, 2, 0.5],
        [0.3, 0, 1],
      ]),
    ).data,
    [
      0.8122890464120197, 0.4607904841353402, -0.08426998510626918, -0.4860714796672213, 0.8122890464120214, 0.31466522717393863,
      0.1887991363043635, -0.050561991063761705, 0.014418621851603999,
    ],
    decomposition,
  );
});

test("the logarithm undoes the exponential while no frequency exceeds half a turn, defective matrices included", () => {
  fc.assert(
    fc.property(squares(6), (a) => {
      fc.pre(eigenvalues(a).im.every((w) => Math.abs(w) < 3));
      expectClose(logm(expm(a)).data, a.data, f64);
    }),
  );
  expectClose(
    logm(
      Matrix.from([
        [1, 0.1],
        [0, 1],
      ]),
    ).data,
    [0, 0.1, 0, 0],
    f64,
  );
  expectClose(logm(Matrix.from([[1e-8]])).data, [Math.log(1e-8)], f64);
});

test("non-positive eigenvalues have no logarithm: all are named, with advice", () => {
  for (const values of [
    [-0.5, 2, -3],
    [0, 1],
  ]) {
    expect(() => logm(diagonal(values))).toThrow(
      expect.objectContaining({ code: "E_NUMERIC", hint: expect.stringContaining("faster") }),
    );
  }
  expect(() => logm(diagonal([-0.5, 2, -3]))).toThrow(/-3, -0.5/);
});
