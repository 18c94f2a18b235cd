import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { LocalPolynomials } from "../../../../sdk/numerics/manifold/local-polynomials.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { onCircle, onTorus, pointsOf, randomAngles, randomTorus } from "./_shapes.js";

test("polynomials of the degree are found exactly, with their derivatives", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 3 }), (seed, degree) => {
      const points = new Matrix(60, 2, keyed(seed).uniform(120, -1, 1));
      const f = (x: number, y: number): number => (degree === 1 ? 2 * x - y : degree === 2 ? x * y + y : x * x * y - 3 * x);
      const values = new Matrix(
        60,
        1,
        Float64Array.from({ length: 60 }, (_, i) => f(points.get(i, 0), points.get(i, 1))),
      );
      const fit = new LocalPolynomials(points, { dimension: 2, neighbours: 20, degree }).fit(Float64Array.of(0.1, -0.2), values);
      const h = 1e-4;
      const slopes = [f(0.1 + h, -0.2) - f(0.1 - h, -0.2), f(0.1, -0.2 + h) - f(0.1, -0.2 - h)].map((v) => v / (2 * h));
      expectClose(fit.value, [f(0.1, -0.2)], { rtol: 1e-9, atol: 1e-9 });
      expectClose(fit.derivative.data, slopes, { rtol: 1e-6, atol: 1e-6 });
    }),
    { numRuns: 30 },
  );
});

describe("tangent spaces", () => {
  /** Mean part of the tangent that points along the radius, at 50 new places. */
  const normal = (degree: number): number => {
    const angles = randomAngles(200, 3);
    const fit = new LocalPolynomials(
      pointsOf(200, (i) => onCircle(angles[i])),
      { dimension: 1, neighbours: 14, degree: 2, tangentDegree: degree },
    );
    const sum = randomAngles(50, 4).reduce((total, a) => {
      const place = Float64Array.from(onCircle(a));
      const [x, y] = fit.tangent(place).row(0);
      return total + Math.abs(x * place[0] + y * place[1]);
    }, 0);
    return sum / 50;
  };
  test("the correction by polynomials takes the curvature in", () => {
    const errors = [0, 3, 5].map(normal);
    // the bounds the original is tested with
    expect(errors[0]).toBeLessThan(0.04);
    expect(errors[1]).toBeLessThan(5e-4);
    expect(errors[2]).toBeLessThan(8e-6);
  });
  test("rows are orthonormal", () => {
    const fit = new LocalPolynomials(randomTorus(300, 1).points, { dimension: 2, neighbours: 20, degree: 2, tangentDegree: 2 });
    const T = fit.tangent(Float64Array.from(onTorus(0.3, 1.1)));
    expectClose(T.multiply(T.transpose()).data, [1, 0, 0, 1], f64);
  });
});

test("a function on a torus: values to 2 %, derivatives along it", () => {
  const { points } = randomTorus(800, 11);
  const f = (row: ArrayLike<number>): number => Math.hypot(Math.sin(row[0]), Math.sin(row[1]), Math.sin(row[2]));
  const values = new Matrix(
    800,
    1,
    Float64Array.from({ length: 800 }, (_, i) => f(points.row(i))),
  );
  const fit = new LocalPolynomials(points, { dimension: 2, neighbours: 28, degree: 4, tangentDegree: 4 });
  let [error, size, slopeError] = [0, 0, 0];
  randomTorus(60, 21).angles[0].forEach((p, i) => {
    const q = randomTorus(60, 21).angles[1][i];
    const place = Float64Array.from(onTorus(p, q));
    const found = fit.fit(place, values);
    error += (found.value[0] - f(place)) ** 2;
    size += f(place) ** 2;
    const h = 1e-5;
    const [after, before] = [onTorus(p + h, q), onTorus(p - h, q)];
    const along = after.map((v, j) => (v - before[j]) / (2 * h));
    const slope = found.derivative.row(0).reduce((sum, v, j) => sum + v * along[j], 0);
    slopeError += (slope - (f(after) - f(before)) / (2 * h)) ** 2;
  });
  expect(Math.sqrt(error / size)).toBeLessThan(0.02);
  expect(Math.sqrt(slopeError / 60)).toBeLessThan(0.2);
});

test("what cannot be fitted is refused with numbers", () => {
  const points = randomTorus(30, 1).points;
  const make = (options: Partial<ConstructorParameters<typeof LocalPolynomials>[1]>) => () =>
    new LocalPolynomials(points, { dimension: 2, neighbours: 10, degree: 2, ...options });
  expect(make({ dimension: 4 })).toThrow("a manifold of dimension 4 does not fit into points of 3 coordinates");
  expect(make({ degree: 4 })).toThrow(
    "10 neighbours are too few for polynomials of degree 4 in 2 dimensions, which have 15 coefficients",
  );
  expect(make({ neighbours: 31 })).toThrow("31 neighbours were asked of 30 points");
});
