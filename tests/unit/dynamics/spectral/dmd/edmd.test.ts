import { expect, test } from "vitest";
import {
  fourierDictionary,
  joinDictionaries,
  monomials,
  radialBasis,
} from "../../../../../sdk/dynamics/spectral/dmd/dictionary.js";
import { edmd, forecastEdmd } from "../../../../../sdk/dynamics/spectral/dmd/edmd.js";
import { kernelDictionary } from "../../../../../sdk/dynamics/spectral/dmd/kernel-dictionary.js";
import { landmarksOf } from "../../../../../sdk/numerics/kernels/landmarks.js";
import { kernelMatrix } from "../../../../../sdk/numerics/kernels/scalar-kernel.js";
import { Matrix } from "../../../../../sdk/numerics/linalg/matrix.js";
import { stackRows } from "../../../../../sdk/numerics/linalg/qr.js";
import { symmetricEigen } from "../../../../../sdk/numerics/linalg/symmetric-eigen.js";
import { expectClose, f64, powered, squared } from "../../../../tolerance.js";
import { randomMatrix } from "../../../numerics/linalg/samples.js";
import { manifoldTrajectories } from "../systems.js";

test("dictionaries: what they hold, by name", () => {
  const { names, apply } = monomials(2, 2, true);
  expect(names).toEqual(["1", "x1", "x2", "x1^2", "x1 x2", "x2^2"]);
  expect(apply(Matrix.from([[2, 3]])).toRows()).toEqual([[1, 2, 3, 4, 6, 9]]);
  expect(fourierDictionary([1, 2], 1).names).toEqual(["cos(0, 1)", "sin(0, 1)", "cos(1, 0)", "sin(1, 0)"]);
  expectClose(fourierDictionary([1, 2], 1).apply(Matrix.from([[0.25, 1]])).data, [-1, 0, 0, 1], f64);
  const centres = Matrix.from([
    [0, 0],
    [3, 4],
  ]);
  expectClose(radialBasis(centres, { kind: "thin-plate" }).apply(Matrix.from([[0, 0]])).data, [0, 25 * Math.log(5)], f64);
  const joined = joinDictionaries([monomials(2, 1), radialBasis(centres, { kind: "gaussian", width: 5 })]);
  expectClose(joined.apply(centres).data, [0, 0, 1, Math.exp(-0.5), 3, 4, Math.exp(-0.5), 1], f64);
  expect(() => apply(new Matrix(1, 3))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => monomials(2, 0)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});

test("slow manifold, 20 trajectories of 50 steps, degree 3: true eigenvalues to 1e-6, every other residual above 1e-3 and flagged", () => {
  const found = edmd({ trajectories: manifoldTrajectories(20, 50, 0.1, -0.1, -1), dt: 0.1 }, monomials(2, 3));
  const ok = found.spectrum.points.filter(({ flag }) => flag === "ok");
  expectClose(
    ok.map(({ growth }) => growth).sort((a, b) => b - a),
    [-0.1, -0.2, -0.3, -1, -1.1],
    squared,
  );
  const others = found.spectrum.points.filter(({ flag }) => flag !== "ok");
  expect(others.length).toBe(4);
  for (const { flag, residual } of others) {
    expect(flag).toBe("spurious");
    expect(residual).toBeGreaterThan(1e-3);
  }
  expect(found.diagnostics).toEqual([]);
  expect(found.decodingError).toBeLessThan(1e-10);
});

test("mixed coordinates of a slow manifold, degree 4: eigenvalues and their sums are confirmed", () => {
  // x1 = y1 - 0.2 y2, x2 = y2 of y1' = -0.5 y1, y2' = -3 (y2 - y1^2)
  const mixed = manifoldTrajectories(64, 20, 0.1, -0.5, -3).map((y) => Matrix.from(y.toRows().map(([a, b]) => [a - 0.2 * b, b])));
  const { spectrum } = edmd({ trajectories: mixed, dt: 0.1 }, monomials(2, 4));
  const confirmed = spectrum.points.filter(({ flag }) => flag === "ok").map(({ growth }) => growth);
  for (const rate of [-0.5, -3, -1, -6, -3.5]) {
    const nearest = confirmed.reduce((best, growth) => (Math.abs(growth - rate) < Math.abs(best - rate) ? growth : best));
    expectClose([nearest], [rate], squared);
  }
});

test("eigenfunctions of a closed dictionary forecast", () => {
  const trajectories = manifoldTrajectories(5, 40, 0.1, -0.1, -1);
  const closed = { ...monomials(2, 1), names: ["x1", "x2", "x1^2"] };
  const apply = (x: Matrix): Matrix => Matrix.from(x.toRows().map(([a, b]) => [a, b, a * a]));
  const found = edmd({ trajectories, dt: 0.1 }, { ...closed, apply });
  const future = forecastEdmd(
    found,
    trajectories[0].row(0),
    Float64Array.from({ length: 40 }, (_, k) => 0.1 * k),
  );
  expectClose(future.data, trajectories[0].data, powered);
});

test("kernel observables of a quadratic kernel span what monomials do", () => {
  const trajectories = manifoldTrajectories(8, 30, 0.1, -0.1, -1);
  const kernel = (x: Matrix, z: Matrix): Matrix => {
    const products = x.multiply(z.transpose());
    return new Matrix(
      x.rows,
      z.rows,
      products.data.map((value) => (1 + value) * (1 + value)),
    );
  };
  const references = landmarksOf(stackRows(trajectories), 60, 1);
  const dictionary = kernelDictionary(kernel, references, 6);
  expect(dictionary.names.length).toBe(6);
  const growths = (points: readonly { growth: number }[]): number[] => points.map(({ growth }) => growth).sort((a, b) => b - a);
  const found = edmd({ trajectories, dt: 0.1 }, dictionary);
  const plain = edmd({ trajectories, dt: 0.1 }, monomials(2, 2, true));
  expectClose(growths(found.spectrum.points), growths(plain.spectrum.points), squared);
  expect(() => landmarksOf(references, 61)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});

for (const width of [1, 4]) {
  test(`a scalar kernel of width ${width} gives the observables of its matrix, whether few references span all or not`, () => {
    const x = stackRows(manifoldTrajectories(8, 40, 0.1, -0.1, -1));
    const references = landmarksOf(x, 150, 2);
    const spec = { type: "sc_rbf", lengthscale_init: width } as const;
    const found = kernelDictionary(spec, references, 8).apply(x);
    const { values, vectors } = symmetricEigen(kernelMatrix(spec, references));
    const weights = new Matrix(150, 8, Float64Array.from({ length: 1200 }, (_, i) => vectors.get(i >> 3, i & 7) / Math.sqrt(values[i & 7]))); // biome-ignore format: one
    const expected = kernelMatrix(spec, references, x).multiply(weights);
    for (let j = 0; j < 8; j++) {
      const [a, b] = [found.column(j), expected.column(j)];
      const sign = Math.sign(a.reduce((sum, v, i) => sum + v * b[i], 0));
      expectClose(
        a.map((v) => sign * v),
        b,
        squared,
      );
    }
    const ours = edmd(
      { trajectories: [x], dt: 0.1 },
      kernelDictionary((a, b) => kernelMatrix(spec, b, a), references, 8),
    );
    expectClose(ours.dictionary.apply(x).data, found.data, squared);
  });
}

test("kernels that depend on all references keep them all; states of another width and kernels without values are refused", () => {
  const references = randomMatrix(60, 2, 4);
  const spec = { type: "sc_dm", eps_init: 0.3, alpha_init: 1 } as const;
  const { values, vectors } = symmetricEigen(kernelMatrix(spec, references));
  const observable = kernelDictionary(spec, references, 3).apply(references).column(0);
  const sign = Math.sign(observable[0] * vectors.get(0, 0));
  expectClose(
    observable.map((v) => sign * v),
    vectors.column(0).map((v) => v * Math.sqrt(values[0])),
    squared,
  );
  const refuse = (code: string): unknown => expect.objectContaining({ code });
  expect(() => kernelDictionary({ type: "sc_rbf", lengthscale_init: 1 }, references, 3).apply(new Matrix(2, 3))).toThrow(
    refuse("E_SHAPE"),
  );
  expect(() => kernelDictionary((a, b) => new Matrix(a.rows, b.rows), references, 3)).toThrow(refuse("E_DATA"));
});

test("observables that repeat or explode are reported", () => {
  const trajectories = [randomMatrix(30, 2, 1)];
  const doubled = edmd({ trajectories, dt: 1 }, joinDictionaries([monomials(2, 1), monomials(2, 1)]));
  expect(doubled.diagnostics.map(({ code }) => code)).toContain("rank-deficient");
  expect(doubled.spectrum.points.filter(({ flag }) => flag === "unobserved").length).toBe(2);
  const huge = [new Matrix(3, 1, Float64Array.of(1, 1e200, 1))];
  expect(() => edmd({ trajectories: huge, dt: 1 }, monomials(1, 2))).toThrow(
    expect.objectContaining({ code: "E_DATA", message: expect.stringContaining("x1^2") }),
  );
});
