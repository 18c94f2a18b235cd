import { describe, expect, test } from "vitest";
import { leastSquares } from "../../../../sdk/numerics/linalg/lstsq.js";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import {
  type DiffusionMap,
  diffusionMap,
  extendDiffusionMap,
  laplacianValues,
} from "../../../../sdk/numerics/manifold/diffusion-map.js";
import { extendIsomap, isomap } from "../../../../sdk/numerics/manifold/isomap.js";
import { extendVariableBandwidthMap, variableBandwidthMap } from "../../../../sdk/numerics/manifold/variable-bandwidth.js";
import { decomposition, expectClose, f64 } from "../../../tolerance.js";
import { evenCircle, onCircle, pointsOf, randomAngles } from "./_shapes.js";

/** Eigenvalues of the Laplacian on the unit circle, the constant left out. */
const harmonics = [1, 1, 4, 4, 9, 9, 16, 16, 25];

/** How far pairs of functions at angles are from the harmonics cos k a and sin k a, turned as at those angles; there, between them, and in size. */
function offHarmonics(
  pairs: number,
  at: Float64Array,
  psi: (i: number) => Float64Array,
  extend?: (place: Float64Array) => Float64Array,
) {
  const waves = (angles: Float64Array, k: number): Matrix =>
    Matrix.from(Array.from(angles, (a) => [Math.cos(k * a), Math.sin(k * a)]));
  const between = randomAngles(400, 4);
  const extended = Array.from(between, (a) => extend?.(Float64Array.from(onCircle(a))));
  const largest = { given: 0, extended: 0, size: 0 };
  for (let k = 1; k <= pairs; k++) {
    const pair = (values: ArrayLike<number>): number[] => [values[2 * k - 2], values[2 * k - 1]];
    const here = Matrix.from(Array.from(at, (_, i) => pair(psi(i))));
    const { x: turn } = leastSquares(waves(at, k), here);
    const gap = (found: Matrix, wanted: Matrix): number =>
      found.data.reduce((m, v, i) => Math.max(m, Math.abs(v - wanted.data[i])), 0);
    // functions of mean square 1 are a turn of harmonics times the root of 2
    largest.size = Math.max(largest.size, gap(turn.transpose().multiply(turn), Matrix.from([[2, 0], [0, 2]]))); // biome-ignore format: rows
    largest.given = Math.max(largest.given, gap(here, waves(at, k).multiply(turn)));
    if (extend === undefined) continue;
    const there = Matrix.from(extended.map((values) => pair(values ?? [])));
    largest.extended = Math.max(largest.extended, gap(there, waves(between, k).multiply(turn)));
  }
  return largest;
}

describe("diffusion map of a circle of 100 points", () => {
  const circle = evenCircle(100);
  const even = Float64Array.from({ length: 100 }, (_, i) => (2 * Math.PI * i) / 100);
  const off = (map: DiffusionMap) => offHarmonics(4, even, (i) => map.psi.row(i), extendDiffusionMap(map));
  for (const neighbours of [null, 10]) {
    const map = diffusionMap(circle, { count: 9, neighbours, alpha: 1, epsilon: null });
    test(`${neighbours ?? "all"} neighbours: eigenvalues of the Laplacian to 0.2 %`, () => {
      expectClose(laplacianValues(map), harmonics, { rtol: 2e-3, atol: 0 });
    });
    test(`${neighbours ?? "all"} neighbours: eigenfunctions are harmonics, at the points and between them`, () => {
      const { given, extended, size } = off(map);
      expect(size).toBeLessThan(1e-12);
      expect(given).toBeLessThan(1e-12);
      expect(extended).toBeLessThan(1e-6);
    });
  }
  test("a wide kernel sees harmonics to rounding and their eigenvalues wrongly", () => {
    const map = diffusionMap(circle, { count: 9, neighbours: null, alpha: 1, epsilon: 0.29 });
    const { given, extended } = off(map);
    expect(given).toBeLessThan(decomposition.atol);
    expect(extended).toBeLessThan(decomposition.atol);
    expectClose(laplacianValues(map), harmonics, { rtol: 0.6, atol: 0 });
    expect(laplacianValues(map)[0]).toBeGreaterThan(1.4);
  });
  test("the extension gives the eigenfunctions back at the points", () => {
    const map = diffusionMap(circle, { count: 5, neighbours: null, alpha: 1, epsilon: 0.01 });
    const extend = extendDiffusionMap(map);
    for (let i = 0; i < 100; i++) expectClose(extend(circle.row(i)), map.psi.row(i), f64);
  });
  test("far away it gives the nearest values, not 0 / 0", () => {
    const map = diffusionMap(circle, { count: 2, neighbours: null, alpha: 1, epsilon: 0.001 });
    const far = extendDiffusionMap(map)(Float64Array.of(1e3, 0));
    expect([...far].every(Number.isFinite)).toBe(true);
  });
});

test("alpha 1 sees the circle through any density of samples", () => {
  // twice as many samples on one side as on the other
  const points = pointsOf(160, (i) => {
    const s = (2 * Math.PI * i) / 160;
    return onCircle(s + 0.33 * Math.sin(s));
  });
  const values = (alpha: number): Float64Array =>
    laplacianValues(diffusionMap(points, { count: 4, neighbours: null, alpha, epsilon: 3e-3 }));
  expectClose(values(1), harmonics.slice(0, 4), { rtol: 1e-2, atol: 0 });
  expect(Math.abs(values(0)[1] - 1)).toBeGreaterThan(0.02);
});

test("variable bandwidth: harmonics of a circle from 400 random samples, and their extension", () => {
  const angles = randomAngles(400, 6);
  const points = pointsOf(400, (i) => onCircle(angles[i]));
  const map = variableBandwidthMap(points, { count: 4, neighbours: 40, bandwidthNeighbours: null });
  expectClose(map.values.map((v) => Math.log(v) / map.epsilon), [-1, -1, -4, -4], { rtol: 0.2, atol: 0 }); // biome-ignore format: short
  expect(offHarmonics(2, angles, (i) => map.psi.row(i)).given).toBeLessThan(0.3);
  const extend = extendVariableBandwidthMap(map);
  // the extension of the bandwidth is part of it: psi = average / (1 - rho^2 (1 - value))
  for (let i = 0; i < 400; i++) expectClose(extend(points.row(i)), map.psi.row(i), { rtol: 0, atol: 1e-2 });
});

describe("isomap", () => {
  test("unrolls a spiral to its arc length", () => {
    // Archimedes' spiral r = s: sampled evenly in the angle, not in the length
    const spiral = pointsOf(300, (i) => {
      const s = 2 + (3 * Math.PI * i) / 299;
      return [s * Math.cos(s), s * Math.sin(s)];
    });
    const length = (s: number): number => 0.5 * (s * Math.sqrt(1 + s * s) + Math.asinh(s));
    const { z } = isomap(spiral, 1, 6);
    const [first, last] = [z.get(0, 0), z.get(299, 0)];
    const total = length(2 + 3 * Math.PI) - length(2);
    for (let i = 0; i < 300; i++) {
      const part = (length(2 + (3 * Math.PI * i) / 299) - length(2)) / total;
      expect(Math.abs((z.get(i, 0) - first) / (last - first) - part)).toBeLessThan(2e-3);
    }
    expect(Math.abs(Math.abs(last - first) / total - 1)).toBeLessThan(2e-3);
  });
  test("of a flat sheet it keeps all distances", () => {
    const sheet = pointsOf(100, (i) => [i % 10, 0.6 * Math.floor(i / 10), 0.8 * Math.floor(i / 10)]);
    const { z, values } = isomap(sheet, 2, 99);
    const gap = (m: Matrix, i: number, j: number): number => Math.hypot(...m.row(i).map((v, k) => v - m.get(j, k)));
    for (const [i, j] of [[0, 99], [5, 40], [17, 18]]) expectClose([gap(z, i, j)], [gap(sheet, i, j)], f64); // biome-ignore format: pairs
    expect(values.length).toBe(2);
  });
  test("the extension gives the coordinates back at the points", () => {
    const map = isomap(evenCircle(60), 2, 4);
    const extend = extendIsomap(map);
    for (let i = 0; i < 60; i++)
      expectClose(extend(map.points.row(i)), map.z.row(i), { rtol: 0, atol: 100 * decomposition.atol });
  });
});

describe("what cannot be mapped is refused with numbers", () => {
  const apart = Matrix.from([0, 1, 2, 3, 50, 51, 52].map((v) => [v, 0]));
  const dm =
    (options: object, points = evenCircle(12)) =>
    () =>
      diffusionMap(points, { count: 2, neighbours: null, alpha: 1, epsilon: null, ...options });
  test("too few samples", () => {
    expect(dm({ count: 11 })).toThrow("11 coordinates were asked of 12 samples");
    expect(dm({ neighbours: 12 })).toThrow("13 neighbours were asked of 12 points");
  });
  test("samples that lie apart", () => {
    expect(dm({ neighbours: 2 }, apart)).toThrow("falls into 2 parts of 4, 3 samples");
    expect(dm({ epsilon: 0.1 }, apart)).toThrow("do not see one another");
    expect(() => isomap(apart, 1, 2)).toThrow("falls into 2 parts of 4, 3 samples");
  });
  test("coordinates that are noise", () => {
    expect(dm({ count: 9, epsilon: 5 })).toThrow(/coordinate \d of the diffusion map is noise: its eigenvalue is/);
    expect(() => isomap(Matrix.from([0, 1, 2, 3, 4, 5].map((v) => [v, 0])), 2, 2)).toThrow("isomap finds 1 coordinates");
  });
  test("samples that coincide", () => {
    const twice = pointsOf(40, (i) => onCircle(Math.floor(i / 4)));
    const options = { count: 2, neighbours: 8, bandwidthNeighbours: 3 };
    expect(() => variableBandwidthMap(twice, options)).toThrow("40 samples coincide with their 3 nearest others");
  });
});
