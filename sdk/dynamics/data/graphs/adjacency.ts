import { Matrix } from "../../../numerics/linalg/matrix.js";
import type { EdgeList } from "./graph.js";

/**
 * The edges of a weighted adjacency matrix: entry (i, j) that is not 0 is the edge from i to j of that weight, row by row.
 *
 * @param adjacency  shape [N, N]
 * @example          edgesOf(Matrix.from([[0, 2], [0, 0]])).weight // [2]
 */
export function edgesOf(adjacency: Matrix): EdgeList {
  const at = Array.from(adjacency.data.keys()).filter((k) => adjacency.data[k] !== 0);
  return {
    source: Int32Array.from(at, (k) => Math.floor(k / adjacency.cols)),
    target: Int32Array.from(at, (k) => k % adjacency.cols),
    weight: Float64Array.from(at, (k) => adjacency.data[k]),
    attributes: null,
  };
}

/**
 * The weighted adjacency matrix of edges: entry (i, j) is the weight of the edge from i to j, 0 where there is none.
 *
 * @returns  shape [nodes, nodes]
 */
export function adjacencyOf({ source, target, weight }: EdgeList, nodes: number): Matrix {
  const out = new Matrix(nodes, nodes);
  source.forEach((i, e) => {
    out.set(i, target[e], weight === null ? 1 : weight[e]);
  });
  return out;
}
