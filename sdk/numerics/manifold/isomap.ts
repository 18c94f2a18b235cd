import { DymadError } from "../../errors.js";
import { leadingEigen } from "../linalg/leading-eigen.js";
import { Matrix } from "../linalg/matrix.js";
import { requireSamples } from "./diffusion-map.js";
import { neighbourGraph, requireConnected, shortestPaths } from "./geodesics.js";
import { NeighbourTree } from "./neighbours.js";

/** Coordinates whose Euclidean distances are near the distances along a manifold. */
export interface Isomap {
  readonly points: Matrix;
  readonly neighbours: number;
  /** eigenvalues of the centred squared distances, falling, units of the points squared, shape [count] */
  readonly values: Float64Array;
  /** coordinates of the points, units of the points, shape [N, count] */
  readonly z: Matrix;
}

/** A coordinate whose eigenvalue is below this part of the largest is rounding. */
const smallestPart = 1e-10;

/**
 * Isomap: shortest paths through the graph of nearest neighbours, then classical scaling of their squares.
 *
 * @param points      shape [N, n]
 * @param count       coordinates
 * @param neighbours  nearest others that a point is tied to
 * @returns           coordinates [N, count] and their eigenvalues [count]
 * @throws            E_DATA when samples are too few, the graph is not connected, or a coordinate does not exist
 * @see               Tenenbaum, de Silva, Langford 2000, "A global geometric framework for nonlinear dimensionality reduction", doi:10.1126/science.290.5500.2319
 */
export function isomap(points: Matrix, count: number, neighbours: number): Isomap {
  requireSamples(points.rows, count);
  const { squares, means, mean } = geodesicSquares(points, neighbours);
  const N = points.rows;
  const centred = new Matrix(N, N);
  for (let i = 0; i < N; i++) {
    const [row, from] = [centred.row(i), squares.row(i)];
    for (let j = 0; j < N; j++) row[j] = -0.5 * (from[j] - means[i] - means[j] + mean);
  }
  const { values, vectors } = leadingEigen(
    (block) => centred.multiply(block),
    N,
    count,
    () => centred,
  );
  const absent = values.findIndex((value) => !(value > smallestPart * values[0]));
  if (absent >= 0) {
    throw new DymadError(
      "E_DATA",
      `isomap finds ${absent} coordinates: eigenvalue ${absent + 1} is ${values[absent]} beside ${values[0]}`,
      {
        path: ["edim"],
        hint: `write edim of at most ${Math.max(1, absent)}`,
      },
    );
  }
  const z = new Matrix(N, count);
  for (let i = 0; i < N; i++) for (let k = 0; k < count; k++) z.set(i, k, vectors.get(i, k) * Math.sqrt(values[k]));
  return { points, neighbours, values, z };
}

/**
 * The coordinates of other places: paths go through the nearest points of the map. Paths between its points are made anew from
 * them at the first place that is asked for.
 *
 * @returns  a function from a place of shape [n] to coordinates of shape [count]
 * @see      de Silva, Tenenbaum 2002, "Global versus local methods in nonlinear dimensionality reduction", NIPS 15
 */
export function extendIsomap({ points, neighbours, values, z }: Isomap): (place: Float64Array) => Float64Array {
  const tree = new NeighbourTree(points);
  let known: GeodesicSquares | null = null;
  return (place) => {
    known ??= geodesicSquares(points, neighbours);
    const { paths, means, mean } = known;
    const near = tree.nearest(place, Math.min(points.rows, neighbours + 1));
    const squares = new Float64Array(points.rows).fill(Number.POSITIVE_INFINITY);
    near.index.forEach((j, k) => {
      const [path, first] = [paths.row(j), Math.sqrt(near.squared[k])];
      for (let i = 0; i < squares.length; i++) {
        const length = first + path[i];
        squares[i] = Math.min(squares[i], length * length);
      }
    });
    const own = squares.reduce((a, b) => a + b, 0) / squares.length;
    const out = new Float64Array(values.length);
    squares.forEach((s, i) => {
      const product = -0.5 * (s - own - means[i] + mean);
      const row = z.row(i);
      for (let k = 0; k < out.length; k++) out[k] += product * row[k];
    });
    return out.map((sum, k) => sum / values[k]);
  };
}

interface GeodesicSquares {
  /** lengths of shortest paths and their squares, shape [N, N] */
  readonly paths: Matrix;
  readonly squares: Matrix;
  /** means of the rows of `squares`, and of all of it */
  readonly means: Float64Array;
  readonly mean: number;
}

function geodesicSquares(points: Matrix, neighbours: number): GeodesicSquares {
  const graph = neighbourGraph(points, neighbours);
  requireConnected(graph, neighbours);
  const N = points.rows;
  const paths = new Matrix(N, N);
  for (let i = 0; i < N; i++) paths.row(i).set(shortestPaths(graph, i));
  const squares = new Matrix(
    N,
    N,
    paths.data.map((d) => d * d),
  );
  const means = Float64Array.from({ length: N }, (_, i) => squares.row(i).reduce((a, b) => a + b, 0) / N);
  return { paths, squares, means, mean: means.reduce((a, b) => a + b, 0) / N };
}
