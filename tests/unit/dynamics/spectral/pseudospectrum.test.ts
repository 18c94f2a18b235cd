import { expect, test } from "vitest";
import { planeGrid, pseudospectrum } from "../../../../sdk/dynamics/spectral/pseudospectrum.js";
import { koopmanSpectrum } from "../../../../sdk/dynamics/spectral/spectrum.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { qr } from "../../../../sdk/numerics/linalg/qr.js";
import { svd } from "../../../../sdk/numerics/linalg/svd.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { decomposition, expectClose, f64 } from "../../../tolerance.js";
import { randomMatrix } from "../../numerics/linalg/samples.js";
import { edmd, manifoldPairs } from "./systems.js";

/** sigma_min(K - z) through the real embedding of the complex matrix. */
function distance(K: Matrix, re: number, im: number): number {
  const n = K.rows;
  const embedding = new Matrix(2 * n, 2 * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const value = K.get(i, j) - (i === j ? re : 0);
      embedding.set(i, j, value);
      embedding.set(n + i, n + j, value);
    }
    embedding.set(i, n + i, im);
    embedding.set(n + i, i, -im);
  }
  return svd(embedding).s[2 * n - 1];
}

test("on exact linear data with orthonormal samples it is the distance to singularity of K - z, also for non-normal K", () => {
  const K = randomMatrix(5, 5, 8);
  const P0 = qr(randomMatrix(40, 5, 9)).q;
  const grid = planeGrid([-1.5, 1.5, 6], [-1.5, 1.5, 5]);
  const epsilon = pseudospectrum({ P0, P1: P0.multiply(K), grid });
  grid.im.forEach((im, row) => {
    grid.re.forEach((re, column) => {
      expectClose([epsilon[row * 6 + column]], [distance(K, re, im)], f64, `at ${re} + ${im}i`);
    });
  });
});

test("it vanishes at confirmed eigenvalues, is never above an eigenvector's residual, and is symmetric", () => {
  const dt = 0.1;
  const { P0, P1 } = manifoldPairs(dt, -0.1, -1, 3);
  for (const point of koopmanSpectrum({ A: edmd(P0, P1), P0, P1, dt, timeDomain: "discrete" }).points) {
    const at = (sign: number): number =>
      pseudospectrum({ P0, P1, grid: { re: Float64Array.of(point.re), im: Float64Array.of(sign * point.im) } })[0];
    expect(at(1)).toBeLessThanOrEqual(point.residual + decomposition.atol);
    expectClose([at(1)], [at(-1)], f64);
  }
});

test("redundant observables do not disturb it", () => {
  const K = randomMatrix(3, 3, 1);
  const P0 = randomMatrix(30, 3, 2);
  const doubled = Matrix.from([
    [1, 0, 0, 1],
    [0, 1, 0, 1],
    [0, 0, 1, 1],
  ]);
  const grid = planeGrid([-1, 1, 3], [0, 1, 2]);
  const plain = pseudospectrum({ P0, P1: P0.multiply(K), grid });
  expectClose(pseudospectrum({ P0: P0.multiply(doubled), P1: P0.multiply(K).multiply(doubled), grid }), plain, f64);
});

test("in the continuous plane it approaches the distance of the generator as dt falls, at second order", () => {
  // A rotation-decay generator: normal, so the distance of z to the spectrum is exact.
  const [growth, w] = [-0.3, 2];
  const error = (dt: number): number => {
    const [r, c, s] = [Math.exp(growth * dt), Math.cos(w * dt), Math.sin(w * dt)];
    const P0 = qr(randomMatrix(20, 2, 3)).q;
    const P1 = P0.multiply(
      Matrix.from([
        [r * c, -r * s],
        [r * s, r * c],
      ]),
    );
    const grid = { re: Float64Array.of(0.1), im: Float64Array.of(1.5) };
    const exact = Math.sqrt(0.4 * 0.4 + 0.5 * 0.5);
    return Math.abs(pseudospectrum({ P0, P1, grid, plane: "continuous", dt })[0] * Math.exp((-growth * dt) / 2) - exact);
  };
  expect(Math.round(Math.log2(error(0.1) / error(0.05)))).toBe(2);
});

test("a continuous plane without a step is refused", () => {
  const P = randomMatrix(4, 2, 1);
  const grid = planeGrid([0, 1, 2], [0, 1, 2]);
  expect(() => pseudospectrum({ P0: P, P1: P, grid, plane: "continuous" })).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  expect(() => pseudospectrum({ P0: new Matrix(4, 2), P1: P, grid })).toThrow(expect.objectContaining({ code: "E_DATA" }));
});

/** Waves of the angle times Hermite functions of the momentum, on pendulum states and the same 0.5 later. */
function pendulum(samples: number): { P0: Matrix; P1: Matrix } {
  const angles = keyed(1).fold("angle").uniform(samples, -Math.PI, Math.PI);
  const momenta = keyed(1).fold("momentum").uniform(samples, -3, 3);
  const flow = (q: number, p: number): [number, number] => {
    const h = 0.025;
    for (let i = 0; i < 20; i++) {
      p -= (h / 2) * Math.sin(q);
      q += h * p;
      p -= (h / 2) * Math.sin(q);
    }
    return [q, p];
  };
  const lifted = (q: number, p: number): number[] => {
    const hermite = [1, p];
    for (let j = 2; j < 9; j++) hermite.push((p * hermite[j - 1] - Math.sqrt(j - 1) * hermite[j - 2]) / Math.sqrt(j));
    const waves = [1, 2, 3, 4].flatMap((k) => [Math.cos(k * q), Math.sin(k * q)]);
    return hermite.flatMap((h) => [1, ...waves].map((wave) => h * wave * Math.exp((-p * p) / 4)));
  };
  const states = Array.from(angles, (q, i): [number, number] => [q, momenta[i]]);
  return { P0: Matrix.from(states.map((s) => lifted(...s))), P1: Matrix.from(states.map((s) => lifted(...flow(...s)))) };
}

test("pendulum: where 81 functions can hide a spectrum of residual 0.1 shrinks as samples come", () => {
  const grid = planeGrid([-1.25, 1.25, 20], [-1.25, 1.25, 20]);
  const areas = [500, 1000, 2000, 4000].map(
    (samples) => pseudospectrum({ ...pendulum(samples), grid }).filter((epsilon) => epsilon < 0.1).length,
  );
  for (let i = 1; i < areas.length; i++) expect(areas[i]).toBeLessThan(areas[i - 1]);
});
