import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { LocalPolynomials } from "../../../../sdk/numerics/manifold/local-polynomials.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";
import { dot, onCircle, onTorus, pointsOf, randomAngles, randomTorus, torusFrame } from "./_shapes.js";

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
  const angles = randomAngles(200, 3);
  const circle = pointsOf(200, (i) => onCircle(angles[i]));
  const fitted = (tangentDegree: number) =>
    new LocalPolynomials(circle, { dimension: 1, neighbours: 14, degree: 2, tangentDegree });
  const mean = (places: Float64Array, f: (a: number) => number): number =>
    places.reduce((sum, a) => sum + f(a), 0) / places.length;
  test("the correction by polynomials takes the curvature in, at the points and between them", () => {
    for (const places of [angles, randomAngles(50, 4)]) {
      // mean part of the tangent that points along the radius
      const errors = [0, 3, 5].map((degree) => {
        const fit = fitted(degree);
        return mean(places, (a) => Math.abs(dot(fit.tangent(Float64Array.from(onCircle(a))).row(0), onCircle(a))));
      });
      // the bounds the original is tested with
      expect(errors[0]).toBeLessThan(0.04);
      expect(errors[1]).toBeLessThan(5e-4);
      expect(errors[2]).toBeLessThan(8e-6);
    }
  });
  test("corrected tangents are parallel to the circle to 1e-9, in one direction or the other", () => {
    const fit = fitted(5);
    const along = (a: number): number =>
      Math.abs(dot(fit.tangent(Float64Array.from(onCircle(a))).row(0), [-Math.sin(a), Math.cos(a)]));
    expect(mean(angles, (a) => Math.abs(along(a) - 1))).toBeLessThan(1e-9);
  });
  test("of a torus they span the plane of its own tangents: determinants are 1 or -1", () => {
    const { angles: both, points } = randomTorus(2000, 11);
    const fit = new LocalPolynomials(points, { dimension: 2, neighbours: 44, degree: 2, tangentDegree: 4 });
    for (let i = 0; i < 2000; i += 5) {
      const T = fit.tangent(points.row(i));
      const [a, b] = torusFrame(both[0][i], both[1][i]);
      const determinant = dot(T.row(0), a) * dot(T.row(1), b) - dot(T.row(0), b) * dot(T.row(1), a);
      expect(Math.abs(Math.abs(determinant) - 1)).toBeLessThan(0.003);
    }
  });
  test("rows are orthonormal", () => {
    const fit = new LocalPolynomials(randomTorus(300, 1).points, { dimension: 2, neighbours: 20, degree: 2, tangentDegree: 2 });
    const T = fit.tangent(Float64Array.from(onTorus(0.3, 1.1)));
    expectClose(T.multiply(T.transpose()).data, [1, 0, 0, 1], f64);
  });
});

test("a function on a torus: values at 200 places to 2 %, derivatives along it at 20", () => {
  const { points } = randomTorus(800, 11);
  const f = (row: ArrayLike<number>): number => Math.hypot(Math.sin(row[0]), Math.sin(row[1]), Math.sin(row[2]));
  const values = new Matrix(
    800,
    1,
    Float64Array.from({ length: 800 }, (_, i) => f(points.row(i))),
  );
  const fit = new LocalPolynomials(points, { dimension: 2, neighbours: 28, degree: 4, tangentDegree: 4 });
  const { angles: unseen, points: places } = randomTorus(200, 21);
  let [error, size, slopeError] = [0, 0, 0];
  for (let i = 0; i < 200; i++) {
    const place = places.row(i);
    const found = fit.fit(place, values);
    error += (found.value[0] - f(place)) ** 2;
    size += f(place) ** 2;
    if (i >= 20) continue;
    for (const along of torusFrame(unseen[0][i], unseen[1][i])) {
      const h = 1e-5;
      const at = (sign: number): number => f(place.map((v, j) => v + sign * h * along[j]));
      slopeError += (dot(found.derivative.row(0), along) - (at(1) - at(-1)) / (2 * h)) ** 2;
    }
  }
  expect(Math.sqrt(error / size)).toBeLessThan(0.02);
  expect(Math.sqrt(slopeError)).toBeLessThan(0.2);
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
