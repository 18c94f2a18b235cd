import { describe, expect, test } from "vitest";
import { eigenfunctions } from "../../../../sdk/dynamics/spectral/eigenfunctions.js";
import { modes, superpose } from "../../../../sdk/dynamics/spectral/modes.js";
import { planeGrid, pseudospectrum } from "../../../../sdk/dynamics/spectral/pseudospectrum.js";
import { lowRankResolventAt, operatorPseudospectrum, resolventAt } from "../../../../sdk/dynamics/spectral/resolvent.js";
import { retainPoints } from "../../../../sdk/dynamics/spectral/retained.js";
import { koopmanSpectrum } from "../../../../sdk/dynamics/spectral/spectrum.js";
import { ComplexMatrix } from "../../../../sdk/numerics/linalg/complex.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { exact, expectClose, f64 } from "../../../tolerance.js";
import { randomMatrix } from "../../numerics/linalg/samples.js";

const code = (wanted: string) => expect.objectContaining({ code: wanted });
const pairsOf = (A: Matrix, samples = 20) => {
  const P0 = randomMatrix(samples, A.cols, 3);
  return { A, P0, P1: P0.multiply(A.transpose()), dt: 0.1, timeDomain: "discrete" as const };
};
const half = Matrix.from([
  [0.5, 0],
  [0, 0.25],
]);

test("a grid that leaves the range of numbers: the axis, and how far it may go", () => {
  const { P0, P1, dt } = pairsOf(half);
  const refusal = (path: string, hint: string) => expect.objectContaining({ code: "E_SPEC", path: [path], hint });
  const grid = (far: number) => planeGrid([-far, far, 3], [-1, 1, 3]);
  expect(() => pseudospectrum({ P0, P1, dt, plane: "continuous", grid: grid(1e5) })).toThrow(
    refusal("re", "stay within 3.00e+3 of 0"),
  );
  expect(() => pseudospectrum({ P0, P1, grid: grid(1e200) })).toThrow(refusal("re", "stay within 1.00e+130 of 0"));
  const far = pseudospectrum({ P0, P1, dt, plane: "continuous", grid: grid(2990) });
  expect(far.every((value) => Number.isFinite(value) && value > 0)).toBe(true);
  expect(pseudospectrum({ P0, P1, grid: grid(1e129) }).every(Number.isFinite)).toBe(true);
});

describe("operators that are none", () => {
  test("not square", () => {
    const A = randomMatrix(2, 3, 1);
    const grid = planeGrid([0, 1, 2], [0, 1, 2]);
    for (const work of [
      () => operatorPseudospectrum(A, grid),
      () => resolventAt(A, { re: 1, im: 0 }),
      () => koopmanSpectrum({ ...pairsOf(half), A }),
    ]) {
      expect(work).toThrow(code("E_SHAPE"));
    }
  });

  test("empty", () => {
    const none = new Matrix(0, 0);
    const hint = expect.objectContaining({ code: "E_SHAPE", hint: expect.stringContaining("k x k") });
    expect(() => operatorPseudospectrum(none, planeGrid([0, 1, 2], [0, 1, 2]))).toThrow(hint);
    expect(() => resolventAt(none, { re: 1, im: 0 })).toThrow(hint);
    expect(() => koopmanSpectrum({ ...pairsOf(half), P0: new Matrix(0, 2), P1: new Matrix(0, 2) })).toThrow(/no pair of samples/);
  });

  test("with an entry that is not finite", () => {
    const A = Matrix.from([
      [0.5, Number.NaN],
      [0, 1],
    ]);
    expect(() => operatorPseudospectrum(A, planeGrid([0, 1, 2], [0, 1, 2]))).toThrow(code("E_DATA"));
    expect(() => koopmanSpectrum({ ...pairsOf(half), A })).toThrow(code("E_DATA"));
    const { P0, P1 } = pairsOf(half);
    P1.set(3, 1, Number.POSITIVE_INFINITY);
    expect(() => koopmanSpectrum({ ...pairsOf(half), P0, P1 })).toThrow(code("E_DATA"));
    expect(() => pseudospectrum({ P0, P1, grid: planeGrid([0, 1, 2], [0, 1, 2]) })).toThrow(code("E_DATA"));
  });
});

test("defective: eigenvalue, residual and eigenfunctions are there, the mode is unknown and said so", () => {
  const A = Matrix.from([
    [0.5, 1],
    [0, 0.5],
  ]);
  const spectrum = koopmanSpectrum(pairsOf(A));
  expect(spectrum.points.map(({ flag }) => flag)).toContain("defective");
  expectClose(spectrum.points.map(({ re }) => re), [0.5, 0.5], f64); // biome-ignore format: short
  expectClose([spectrum.points[0].residual], [0], f64);
  expect(spectrum.points.every(({ amplitude, flag }) => flag !== "defective" || Number.isNaN(amplitude))).toBe(true);
  expect(eigenfunctions(spectrum, randomMatrix(3, 2, 1)).rows).toBe(3);
  expect(() => superpose(spectrum, Float64Array.of(1, 1), Float64Array.of(0, 1))).toThrow(
    expect.objectContaining({ code: "E_NUMERIC", hint: expect.stringContaining("leave it out") }),
  );
});

test("empty: nothing to decompose, nothing observed, nothing kept", () => {
  const none = koopmanSpectrum({
    A: new Matrix(0, 0),
    P0: new Matrix(4, 0),
    P1: new Matrix(4, 0),
    dt: 1,
    timeDomain: "discrete",
  });
  expect([none.points.length, none.rank, modes(none).rows]).toEqual([0, 0, 0]);
  expect(() => retainPoints(none)).toThrow(code("E_SPEC"));
  const unseen = koopmanSpectrum({ ...pairsOf(half), P0: new Matrix(20, 2), P1: new Matrix(20, 2) });
  expect(unseen.points.map(({ flag }) => flag)).toEqual(["unobserved", "unobserved"]);
  expect(() => retainPoints(unseen, { keep: { max_residual: 1 } })).toThrow(
    expect.objectContaining({ code: "E_SPEC", hint: expect.stringContaining("observe nothing") }),
  );
  expect(() => koopmanSpectrum({ ...pairsOf(half), P0: new Matrix(0, 2), P1: new Matrix(0, 2) })).toThrow(code("E_SHAPE"));
});

test("grids through eigenvalues: epsilon is 0 there and finite everywhere, gains are infinite and their modes those of the eigenvalue", () => {
  const grid = planeGrid([0, 1, 5], [0, 0, 1]);
  const standard = operatorPseudospectrum(half, grid);
  expectClose(standard, [0.25, 0, 0, 0.25, 0.5], f64);
  const { P0, P1 } = pairsOf(half);
  const residual = pseudospectrum({ P0, P1, grid });
  expect(residual.every(Number.isFinite)).toBe(true);
  expectClose([residual[1], residual[2]], [0, 0], f64);
  const at = resolventAt(half, { re: 0.5, im: 0 });
  expect(at.gains[0]).toBe(Number.POSITIVE_INFINITY);
  expectClose([Math.abs(at.outputs.re[0]), at.outputs.re[1]], [1, 0], exact);
  const values = { re: Float64Array.of(0.5, 0.25), im: new Float64Array(2) };
  expect(lowRankResolventAt({ values, right: ComplexMatrix.identity(2) }, { re: 0.5, im: 0 }).gains[0]).toBe(Infinity);
  expect(() => resolventAt(half, { re: 0.5, im: 0 }, { B: Matrix.identity(2) })).toThrow(code("E_NUMERIC"));
});

test("a time step that is none, a plane without one, a grid without points", () => {
  expect(() => koopmanSpectrum({ ...pairsOf(half), dt: 0 })).toThrow(expect.objectContaining({ code: "E_SPEC", path: ["dt"] }));
  const { P0, P1 } = pairsOf(half);
  const grid = planeGrid([0, 1, 2], [0, 1, 2]);
  expect(() => pseudospectrum({ P0, P1, grid, plane: "continuous" })).toThrow(code("E_SPEC"));
  expect(() => planeGrid([0, 1, 0], [0, 1, 2])).toThrow(code("E_SPEC"));
});
