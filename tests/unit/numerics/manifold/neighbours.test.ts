import fc from "fast-check";
import { expect, test } from "vitest";
import { Matrix } from "../../../../sdk/numerics/linalg/matrix.js";
import { connectedParts, neighbourGraph, requireConnected, shortestPaths } from "../../../../sdk/numerics/manifold/geodesics.js";
import { NeighbourTree, squaredDistance } from "../../../../sdk/numerics/manifold/neighbours.js";
import { expectClose, f64 } from "../../../tolerance.js";

/** Points on a coarse lattice: many distances are equal. */
const lattice = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 60 }))
  .chain(([n, N]) =>
    fc
      .array(fc.integer({ min: 0, max: 4 }), { minLength: n * N, maxLength: n * N })
      .map((values) => new Matrix(N, n, Float64Array.from(values))),
  );

test("a tree finds the same neighbours as measuring all distances, ties by number", () => {
  fc.assert(
    fc.property(lattice, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }), (points, k, leaf) => {
      fc.pre(k <= points.rows);
      const tree = new NeighbourTree(points, leaf);
      const place = Float64Array.from({ length: points.cols }, (_, j) => 1.5 + 0.25 * j);
      const all = Array.from({ length: points.rows }, (_, i) => i).sort(
        (a, b) => squaredDistance(points, a, place) - squaredDistance(points, b, place) || a - b,
      );
      const { index, squared } = tree.nearest(place, k);
      expect([...index]).toEqual(all.slice(0, k));
      expect([...squared]).toEqual(all.slice(0, k).map((i) => squaredDistance(points, i, place)));
    }),
  );
});

test("more neighbours than points are refused with both numbers", () => {
  expect(() => new NeighbourTree(new Matrix(4, 2)).nearest([0, 0], 5)).toThrow("5 neighbours were asked of 4 points");
});

test("edges go both ways and have their lengths", () => {
  fc.assert(
    fc.property(lattice, fc.integer({ min: 1, max: 5 }), (points, K) => {
      fc.pre(points.rows > K);
      const { start, to, squared } = neighbourGraph(points, K);
      const edges = new Set<string>();
      for (let i = 0; i < points.rows; i++) {
        expect(start[i + 1] - start[i]).toBeGreaterThanOrEqual(K);
        for (let e = start[i]; e < start[i + 1]; e++) {
          edges.add(`${i} ${to[e]}`);
          expect(to[e]).not.toBe(i);
          expect(squared[e]).toBe(squaredDistance(points, to[e], points.row(i)));
        }
      }
      for (const edge of edges) expect(edges.has(edge.split(" ").reverse().join(" "))).toBe(true);
    }),
  );
});

test("shortest paths are those of the recursion of Bellman", () => {
  fc.assert(
    fc.property(lattice, (points) => {
      fc.pre(points.rows > 3);
      const graph = neighbourGraph(points, 3);
      const found = shortestPaths(graph, 0);
      const expected = new Float64Array(points.rows).fill(Number.POSITIVE_INFINITY);
      expected[0] = 0;
      for (let round = 0; round < points.rows; round++) {
        for (let i = 0; i < points.rows; i++) {
          for (let e = graph.start[i]; e < graph.start[i + 1]; e++) {
            expected[graph.to[e]] = Math.min(expected[graph.to[e]], expected[i] + Math.sqrt(graph.squared[e]));
          }
        }
      }
      expectClose(found, expected, f64);
    }),
    { numRuns: 30 },
  );
});

test("parts that lie apart are counted", () => {
  const points = Matrix.from([0, 1, 2, 3, 100, 101, 102, 900, 901].map((v) => [v]));
  const graph = neighbourGraph(points, 1);
  expect(connectedParts(graph).map((part) => part.length)).toEqual([4, 3, 2]);
  expect(() => requireConnected(graph, 1)).toThrow("the graph of 1 nearest neighbours falls into 3 parts of 4, 3, 2 samples");
  expect(connectedParts(neighbourGraph(points, 4)).length).toBe(1);
});
