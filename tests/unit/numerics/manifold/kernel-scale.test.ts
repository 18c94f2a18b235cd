import { expect, test } from "vitest";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { neighbourGraph } from "../../../../sdk/numerics/manifold/geodesics.js";
import { allPairs, binnedPairs, kernelScale, wholeDimension } from "../../../../sdk/numerics/manifold/kernel-scale.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { evenCircle, pointsOf, randomTorus } from "./_shapes.js";

const dimensionOf = (points: Matrix): number => wholeDimension(kernelScale(allPairs(points)));

test("dimensions of a circle, a segment, a square and a torus", () => {
  const square = keyed(5).uniform(700);
  expect(dimensionOf(evenCircle(100))).toBe(1);
  expect(dimensionOf(pointsOf(150, (i) => [i / 150, (0.5 * i) / 150]))).toBe(1);
  expect(dimensionOf(new Matrix(350, 2, square))).toBe(2);
  expect(dimensionOf(randomTorus(500, 2).points)).toBe(2);
});

test("a torus of 2000 points has dimension 2, by all pairs and by 150 neighbours", () => {
  const { points } = randomTorus(2000, 2);
  expect(wholeDimension(kernelScale(binnedPairs(points)))).toBe(2);
  const { squared } = neighbourGraph(points, 150);
  expect(wholeDimension(kernelScale({ squared, times: 1, points: 2000 }))).toBe(2);
});

test("on a closed curve the scale is that of the spacing, not of the diameter", () => {
  for (const N of [50, 100, 200]) {
    const spacing = 2 * Math.sin(Math.PI / N);
    const { scale, dimension } = kernelScale(allPairs(evenCircle(N)));
    expect(Math.sqrt(scale) / spacing).toBeGreaterThan(0.5);
    expect(Math.sqrt(scale) / spacing).toBeLessThan(4);
    expect(Math.abs(dimension - 1)).toBeLessThan(0.05);
  }
});

test("the scale has the units of the points squared", () => {
  const { points } = randomTorus(200, 7);
  const larger = new Matrix(200, 3, points.data.map((v) => 8 * v)); // biome-ignore format: short
  const [a, b] = [points, larger].map((cloud) => kernelScale(allPairs(cloud)));
  expectClose([b.scale, b.dimension], [64 * a.scale, a.dimension], f64);
});

test("points that all coincide are refused", () => {
  expect(() => kernelScale(allPairs(new Matrix(9, 2)))).toThrow("all 9 points coincide");
});
