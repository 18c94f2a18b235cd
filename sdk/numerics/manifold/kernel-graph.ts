import { Matrix } from "../linalg/matrix.js";
import { type NeighbourGraph, neighbourGraph, requireConnected } from "./geodesics.js";
import { squaredDistance } from "./neighbours.js";

/** A symmetric kernel on points: entry e of row i is K(i, to[e]); each row begins with the point itself. */
export interface KernelGraph extends NeighbourGraph {
  readonly values: Float64Array;
}

/**
 * Which pairs of points see one another: all, or each its K nearest others in both directions; and each itself.
 *
 * @param points      shape [N, n]
 * @param neighbours  K; null = all pairs
 * @throws            E_DATA when there are not more than K points, or the graph of neighbours is not connected
 */
export function pairsOf(points: Matrix, neighbours: number | null): NeighbourGraph {
  if (neighbours === null) return completeGraph(points);
  const graph = neighbourGraph(points, neighbours);
  requireConnected(graph, neighbours);
  const N = points.rows;
  const start = graph.start.map((s, i) => s + i);
  const to = new Int32Array(graph.to.length + N);
  const squared = new Float64Array(to.length);
  for (let i = 0; i < N; i++) {
    to[start[i]] = i;
    to.set(graph.to.subarray(graph.start[i], graph.start[i + 1]), start[i] + 1);
    squared.set(graph.squared.subarray(graph.start[i], graph.start[i + 1]), start[i] + 1);
  }
  return { start, to, squared };
}

function completeGraph(points: Matrix): NeighbourGraph {
  const N = points.rows;
  const start = Int32Array.from({ length: N + 1 }, (_, i) => i * N);
  const to = new Int32Array(N * N);
  const squared = new Float64Array(N * N);
  for (let i = 0; i < N; i++) {
    to[i * N] = i;
    let at = i * N + 1;
    for (let j = 0; j < N; j++) {
      if (j === i) continue;
      to[at] = j;
      squared[at++] = squaredDistance(points, j, points.row(i));
    }
  }
  return { start, to, squared };
}

/** A graph with values of its edges. */
export function withValues(graph: NeighbourGraph, value: (i: number, j: number, squared: number) => number): KernelGraph {
  const values = new Float64Array(graph.to.length);
  for (let i = 0; i + 1 < graph.start.length; i++) {
    for (let e = graph.start[i]; e < graph.start[i + 1]; e++) values[e] = value(i, graph.to[e], graph.squared[e]);
  }
  return { ...graph, values };
}

/** Sum of each row, shape [N]. */
export function rowSums({ start, values }: KernelGraph): Float64Array {
  return Float64Array.from({ length: start.length - 1 }, (_, i) => {
    let sum = 0;
    for (let e = start[i]; e < start[i + 1]; e++) sum += values[e];
    return sum;
  });
}

/** The kernel as a matrix, shape [N, N]. */
export function denseKernel({ start, to, values }: KernelGraph): Matrix {
  const N = start.length - 1;
  const out = new Matrix(N, N);
  for (let i = 0; i < N; i++) for (let e = start[i]; e < start[i + 1]; e++) out.data[i * N + to[e]] += values[e];
  return out;
}

/** The kernel times a block of columns, shape [N, b] to [N, b]. */
export function applyKernel({ start, to, values }: KernelGraph, block: Matrix): Matrix {
  const out = new Matrix(block.rows, block.cols);
  const b = block.cols;
  const [given, product] = [block.data, out.data];
  for (let i = 0; i < block.rows; i++) {
    const into = i * b;
    for (let e = start[i]; e < start[i + 1]; e++) {
      const factor = values[e];
      const from = to[e] * b;
      for (let j = 0; j < b; j++) product[into + j] += factor * given[from + j];
    }
  }
  return out;
}
