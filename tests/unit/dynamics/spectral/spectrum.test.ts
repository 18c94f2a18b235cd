import fc from "fast-check";
import { expect, test } from "vitest";
import { eigenfunctions } from "../../../../sdk/dynamics/spectral/eigenfunctions.js";
import { spectralMeasure } from "../../../../sdk/dynamics/spectral/measure.js";
import { modes, superpose } from "../../../../sdk/dynamics/spectral/modes.js";
import { planeGrid, pseudospectrum } from "../../../../sdk/dynamics/spectral/pseudospectrum.js";
import { koopmanSpectrum } from "../../../../sdk/dynamics/spectral/spectrum.js";
import { eigen } from "../../../../sdk/numerics/linalg/eigen.js";
import { expm } from "../../../../sdk/numerics/linalg/expm.js";
import { leastSquares } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { expectClose, f64, printed4 } from "../../../tolerance.js";
import { randomMatrix } from "../../numerics/linalg/samples.js";
import { edmd, lift, manifoldPairs } from "./systems.js";

/** Samples of z+ = A z. */
function linearData(A: Matrix, samples: number, seed: number): { P0: Matrix; P1: Matrix } {
  const P0 = randomMatrix(samples, A.cols, seed);
  return { P0, P1: P0.multiply(A.transpose()) };
}

test("noise-free linear data, normal or not: every residual vanishes and every flag is ok", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(1e6), (n, seed) => {
      const A = randomMatrix(n, n, seed);
      const { points } = koopmanSpectrum({ A, ...linearData(A, 30, seed + 1), dt: 0.1, timeDomain: "discrete" });
      for (const point of points) {
        expectClose([point.residual], [0], f64);
        expect(point.flag).toBe("ok");
      }
    }),
  );
});

test("five states far from normal, sampled: multipliers are exp(lambda dt), and no residual", () => {
  const dt = 0.1;
  const A = randomMatrix(5, 5, 8);
  for (let i = 0; i < 5; i++) for (let j = i + 1; j < 5; j++) A.set(i, j, 5 * A.get(i, j));
  const step = expm(new Matrix(5, 5, A.data.map((value) => dt * value))); // biome-ignore format: short
  const { P0, P1 } = linearData(step, 60, 9);
  const { points } = koopmanSpectrum({ A: edmd(P0, P1), P0, P1, dt, timeDomain: "discrete" });
  const { values, condition } = eigen(A);
  expect(Math.max(...condition)).toBeGreaterThan(2);
  for (const { re, im, residual } of points) {
    const gaps = Array.from(values.re, (growth, k) => {
      const size = Math.exp(growth * dt);
      return Math.hypot(re - size * Math.cos(values.im[k] * dt), im - size * Math.sin(values.im[k] * dt));
    });
    expectClose([Math.min(...gaps), residual], [0, 0], f64);
  }
});

test("a continuous model gives its own growth and frequency; a full turn per step is flagged, not folded", () => {
  const dt = 0.5;
  const w = (2 * Math.PI) / dt + 1;
  const A = Matrix.from([
    [-0.2, w],
    [-w, -0.2],
  ]);
  const [c, s, r] = [Math.cos(w * dt), Math.sin(w * dt), Math.exp(-0.2 * dt)];
  const P0 = randomMatrix(20, 2, 1);
  const P1 = P0.multiply(
    Matrix.from([
      [r * c, -r * s],
      [r * s, r * c],
    ]),
  );
  const { points } = koopmanSpectrum({ A, P0, P1, dt, timeDomain: "continuous" });
  expectClose(
    points.map((point) => point.angularFrequency),
    [w, -w],
    f64,
  );
  expectClose(
    points.map((point) => point.growth),
    [-0.2, -0.2],
    f64,
  );
  expectClose(
    points.map((point) => point.decayTime ?? 0),
    [5, 5],
    f64,
  );
  expectClose(
    points.map((point) => point.residual),
    [0, 0],
    f64,
  );
  expect(points.map((point) => point.flag)).toEqual(["aliased", "aliased"]);
});

test("eigenfunctions and modes rebuild the latent state and its future", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(1e6), (n, seed) => {
      const A = randomMatrix(n, n, seed);
      const data = linearData(A, 20, seed + 1);
      const spectrum = koopmanSpectrum({ A, ...data, dt: 0.25, timeDomain: "discrete" });
      fc.pre(spectrum.points.every((point) => point.condition < 1e3));
      const rebuilt = eigenfunctions(spectrum, data.P0).multiply(modes(spectrum));
      expectClose(rebuilt.re, data.P0.data, f64);
      const future = superpose(spectrum, data.P0.row(3), Float64Array.of(0, 0.25, 0.5));
      const two = data.P1.slice(3, 4).multiply(A.transpose());
      expectClose(future.data, [...data.P0.row(3), ...data.P1.row(3), ...two.data], f64);
    }),
  );
});

test("modes of a linear decoder are the latent modes seen through it", () => {
  const A = Matrix.from([
    [0.9, 0.1],
    [0, 0.5],
  ]);
  const spectrum = koopmanSpectrum({ A, ...linearData(A, 20, 1), dt: 1, timeDomain: "discrete" });
  const C = randomMatrix(3, 2, 2);
  expectClose(modes(spectrum, C).re, new Matrix(2, 2, modes(spectrum).re).multiply(C.transpose()).data, f64);
  const z0 = Float64Array.of(1, -1);
  expectClose(superpose(spectrum, z0, Float64Array.of(0), [0, 1], C).data, C.multiply(new Matrix(2, 1, z0)).data, f64);
});

test("EDMD on the slow manifold: exact eigenvalues are ok, those that the dictionary invents are spurious, at every step", () => {
  // True eigenvalues inside degree 3: -0.1, -0.2, -0.3, -1, -1.1; the others need x1^4 and are products of truncation.
  for (const dt of [0.01, 0.1, 0.5]) {
    const { P0, P1 } = manifoldPairs(dt, -0.1, -1, 3);
    const { points } = koopmanSpectrum({ A: edmd(P0, P1), P0, P1, dt, timeDomain: "discrete" });
    const ok = points.filter((point) => point.flag === "ok").map((point) => point.growth);
    expectClose(
      ok.sort((a, b) => b - a),
      [-0.1, -0.2, -0.3, -1, -1.1],
      printed4,
    );
    const spurious = points.filter((point) => point.flag === "spurious");
    expect(spurious.length).toBe(4);
    expect(spurious.filter((point) => point.angularFrequency !== 0).length).toBe(2);
    expect(points.slice(0, 5).every((point) => point.flag === "ok")).toBe(true);
  }
});

test("eigenfunctions of the slow manifold are x1 and x2 - lambda / (lambda - 2 mu) x1^2", () => {
  const [mu, lambda, dt] = [-0.5, -3, 0.05];
  const { P0, P1 } = manifoldPairs(dt, mu, lambda, 2);
  const spectrum = koopmanSpectrum({ A: edmd(P0, P1), P0, P1, dt, timeDomain: "discrete" });
  const slow = spectrum.points.findIndex((point) => Math.abs(point.growth - lambda) < 1e-6);
  const grid = Matrix.from(Array.from({ length: 25 }, (_, i) => lift(-1 + (i % 5) / 2, -1 + Math.floor(i / 5) / 2, 2)));
  // x1, x2 and x1^2 alone are closed: three rates, and nothing else
  const closed = (rows: Matrix): Matrix => Matrix.from(rows.toRows().map((row) => row.slice(0, 3)));
  const [Q0, Q1] = [closed(P0), closed(P1)];
  const three = koopmanSpectrum({ A: edmd(Q0, Q1), P0: Q0, P1: Q1, dt, timeDomain: "discrete" }).points;
  expectClose(three.map(({ growth }) => growth).sort((a, b) => b - a), [mu, 2 * mu, lambda], f64); // biome-ignore format: short
  const values = eigenfunctions(spectrum, grid).column(slow).re;
  const expected = grid.toRows().map(([x1, x2]) => x2 - (lambda / (lambda - 2 * mu)) * x1 * x1);
  const scale = values[1] / expected[1];
  expectClose(
    values,
    expected.map((value) => value * scale),
    f64,
  );
});

test("units do not matter: residuals vanish, modes stay, pseudospectra and measures keep their values", () => {
  const A = Matrix.from([[0.9, 0.3, 0], [-0.3, 0.9, 0.1], [0, 0, 0.7]]); // biome-ignore format: short
  const { P0, P1 } = linearData(A, 40, 7);
  // as pressures, strains and temperatures are apart
  const units = [2 ** 17, 2 ** -20, 2 ** 8];
  const inOwn = (x: Matrix): Matrix => Matrix.from(x.toRows().map((row) => row.map((value, j) => value * units[j])));
  const own = Matrix.from(A.toRows().map((row, i) => row.map((value, j) => (value * units[i]) / units[j])));
  const plain = koopmanSpectrum({ A, P0, P1, dt: 0.1, timeDomain: "discrete" });
  const scaled = koopmanSpectrum({ A: own, P0: inOwn(P0), P1: inOwn(P1), dt: 0.1, timeDomain: "discrete" });
  expect([scaled.rank, plain.rank]).toEqual([3, 3]);
  expect(scaled.points.map(({ flag }) => flag)).toEqual(["ok", "ok", "ok"]);
  expectClose(scaled.points.map(({ residual }) => residual), [0, 0, 0], f64); // biome-ignore format: short
  const sorted = (of: typeof plain): number[] => of.points.map(({ growth }) => growth).sort((a, b) => a - b);
  expectClose(sorted(scaled), sorted(plain), f64);
  const start = inOwn(P0.slice(0, 1));
  const times = Float64Array.of(0.1);
  const ratio = superpose(scaled, start.row(0), times).data.map((value, j) => value / (P1.get(0, j) * units[j]));
  expectClose(ratio, [1, 1, 1], f64);
  const grid = planeGrid([0.5, 1, 4], [0, 0.4, 3]);
  expectClose(pseudospectrum({ P0: inOwn(P0), P1: inOwn(P1), grid }), pseudospectrum({ P0, P1, grid }), f64);
  const [one, other] = [P0, inOwn(P0)].map((x, i) =>
    spectralMeasure({ P0: x, P1: i === 0 ? P1 : inOwn(P1), observable: P0.column(1), angles: 9 }),
  );
  expectClose(other.density, one.density, f64);
});

test("a constant observable is named constant, a redundant one unobserved", () => {
  const x = randomMatrix(30, 1, 5);
  const rows = (factor: number): Matrix => Matrix.from(x.toRows().map(([value]) => [1, factor * value, factor * value]));
  const A = Matrix.from([
    [1, 0, 0],
    [0, 0.3, 0.2],
    [0, 0.1, 0.4],
  ]);
  const spectrum = koopmanSpectrum({ A, P0: rows(1), P1: rows(0.5), dt: 1, timeDomain: "discrete" });
  expect(spectrum.rank).toBe(2);
  const flags = spectrum.points.map((point) => point.flag);
  expect(flags.filter((flag) => flag === "constant").length).toBe(1);
  expect(flags.at(-1)).toBe("unobserved");
  expect(Number.isNaN(spectrum.points.at(-1)?.residual)).toBe(true);
});

test("a double eigenvalue with one eigenvector is called defective when rounding has split it, a double one with two is not", () => {
  // least squares finds the Jordan block to rounding: its eigenvalues stand 1e-8 apart
  const block = Matrix.from([
    [0.9, 1],
    [1e-17, 0.9],
  ]);
  const { points } = koopmanSpectrum({ A: block, ...linearData(block, 20, 4), dt: 1, timeDomain: "discrete" });
  expect(points.map(({ flag }) => flag)).toEqual(["defective", "defective"]);
  expect(points.every(({ amplitude, condition }) => Number.isNaN(amplitude) && condition > 1e6)).toBe(true);
  const twice = Matrix.from([
    [0.9, 1e-17],
    [0, 0.9],
  ]);
  expect(
    koopmanSpectrum({ A: twice, ...linearData(twice, 20, 4), dt: 1, timeDomain: "discrete" }).points.map(({ flag }) => flag),
  ).toEqual(["ok", "ok"]);
});

test("a conserved quantity is not called spurious, a defective pair is reported", () => {
  const A = Matrix.from([
    [1, 0.1],
    [0, 1],
  ]);
  const { points } = koopmanSpectrum({ A, ...linearData(A, 20, 2), dt: 0.1, timeDomain: "discrete" });
  expect(points.map((point) => point.flag)).toEqual(["defective", "defective"]);
  const conserved = Matrix.from([
    [1, 0],
    [0, 0.5],
  ]);
  const flags = koopmanSpectrum({ A: conserved, ...linearData(conserved, 20, 3), dt: 0.1, timeDomain: "discrete" }).points;
  expect(flags.map((point) => point.flag)).toEqual(["ok", "ok"]);
});

test("sorting: by residual or by energy, pairs together, the positive frequency first", () => {
  const A = Matrix.from([
    [0.9, 0.3, 0],
    [-0.3, 0.9, 0],
    [0, 0, 0.5],
  ]);
  const { P0, P1 } = linearData(A, 40, 4);
  for (let i = 0; i < P0.rows; i++) P0.set(i, 2, 100 * P0.get(i, 2));
  for (let i = 0; i < P1.rows; i++) P1.set(i, 2, 0.5 * P0.get(i, 2));
  const spectrum = koopmanSpectrum({ A, P0, P1, dt: 1, timeDomain: "discrete", order: "energy" });
  expectClose(
    spectrum.points.map((point) => point.re),
    [0.5, 0.9, 0.9],
    f64,
  );
  expect(spectrum.points[1].im).toBeGreaterThan(0);
  expect(spectrum.points[0].energy).toBeGreaterThan(0.99);
  const noisy = new Matrix(
    40,
    3,
    P1.data.map((value, i) => value + 0.01 * randomMatrix(120, 1, 9).data[i]),
  );
  const byResidual = koopmanSpectrum({
    A: leastSquares(P0, noisy).x.transpose(),
    P0,
    P1: noisy,
    dt: 1,
    timeDomain: "discrete",
  }).points;
  expect(byResidual.map((point) => point.residual)).toEqual(byResidual.map((point) => point.residual).sort((a, b) => a - b));
});

test("sizes and steps that do not fit are refused by code", () => {
  const P = new Matrix(4, 2);
  const request = { A: Matrix.identity(2), P0: P, P1: P, dt: 1, timeDomain: "discrete" as const };
  expect(() => koopmanSpectrum({ ...request, A: Matrix.identity(3) })).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => koopmanSpectrum({ ...request, P1: new Matrix(3, 2) })).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() => koopmanSpectrum({ ...request, dt: 0 })).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});
