import { DymadError } from "../../../errors.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import type { EdgeList } from "../../data/graphs/graph.js";
import type { GraphLayer } from "../spec.js";

/** Edges with the numbers that a layer gives them. */
export interface ValuedEdges {
  readonly source: ArrayLike<number>;
  readonly target: ArrayLike<number>;
  /** row-major, shape [E, width] */
  readonly values: Float64Array;
}

/** Numbers an edge carries: a coefficient, or for gat whether it is there and its attributes. */
export const valueWidth = (layer: GraphLayer, attributes: number): number => (layer === "gat" ? 1 + attributes : 1);

/** Whether a layer lets every node send to itself. */
export const hasLoops = (layer: GraphLayer): boolean => layer === "gcn" || layer === "gat";

/**
 * The numbers by which a layer multiplies what edges carry. With weights w_ji of the edges from j to i:
 *
 * sage 1 / (edges that end in i); gcnv w_ji; cheb -w_ji / sqrt(out_j in_i), edges from a node to itself left out;
 * gcn w_ji / sqrt(out_j in_i) with an edge of weight 1 from every node to itself that has none;
 * gat 1 and the attributes, with such an edge, whose attributes are the mean of those that end in its node.
 *
 * out_j and in_i are sums of weights: for undirected graphs both are the degree, and the norm is at most 1 for directed ones too.
 * Where a sum is 0 the number is 0.
 *
 * @param attributes  numbers each edge has
 * @throws  E_DATA when gcn or cheb meet a negative weight: its square root would be no number
 */
export function edgeValues(layer: GraphLayer, edges: EdgeList, nodes: number, attributes: number): ValuedEdges {
  const { source, target } = edges;
  switch (layer) {
    case "sage": {
      const count = sums(target, null, nodes);
      return { source, target, values: Float64Array.from(target, (i) => 1 / count[i]) };
    }
    case "gcnv":
      return { source, target, values: weightsOf(edges) };
    case "cheb":
      return normalised(withoutLoops(edges), nodes, layer, -1);
    case "gcn":
      return normalised(withLoops(edges, nodes), nodes, layer, 1);
    case "gat": {
      const looped = withLoops(edges, nodes);
      const width = 1 + attributes;
      const values = new Float64Array(looped.source.length * width);
      for (let e = 0; e < looped.source.length; e++) {
        values[e * width] = 1;
        // a sample without edges knows of no attributes
        if (looped.attributes?.cols === attributes) values.set(looped.attributes.row(e), e * width + 1);
      }
      return { source: looped.source, target: looped.target, values };
    }
    default:
      return layer satisfies never;
  }
}

const weightsOf = ({ source, weight }: EdgeList): Float64Array => weight ?? new Float64Array(source.length).fill(1);

/** Sums of weights (null: of ones) by node. */
function sums(node: ArrayLike<number>, weight: Float64Array | null, nodes: number): Float64Array {
  const out = new Float64Array(nodes);
  for (let e = 0; e < node.length; e++) out[node[e]] += weight === null ? 1 : weight[e];
  return out;
}

function normalised(edges: EdgeList, nodes: number, layer: GraphLayer, sign: 1 | -1): ValuedEdges {
  const { source, target } = edges;
  const weight = weightsOf(edges);
  const negative = weight.findIndex((w) => w < 0);
  if (negative >= 0) {
    const message = `${layer} takes square roots of summed weights, and the edge from ${source[negative]} to ${target[negative]} has the weight ${weight[negative]}`;
    throw new DymadError("E_DATA", message, {
      path: ["ew"],
      hint: "use gcl: gcnv, which takes weights as they are, or sage, which ignores them",
    });
  }
  const [out, into] = [sums(source, weight, nodes), sums(target, weight, nodes)];
  const values = weight.map((w, e) => (w === 0 ? 0 : (sign * w) / Math.sqrt(out[source[e]] * into[target[e]])));
  return { source, target, values };
}

function withoutLoops(edges: EdgeList): EdgeList {
  const { source, target } = edges;
  const kept = Array.from(source.keys()).filter((e) => source[e] !== target[e]);
  const weight = weightsOf(edges);
  return {
    source: Int32Array.from(kept, (e) => source[e]),
    target: Int32Array.from(kept, (e) => target[e]),
    weight: Float64Array.from(kept, (e) => weight[e]),
    attributes: null,
  };
}

/** An edge of weight 1 from every node to itself that has none, with the mean of the attributes of those that end there. */
function withLoops(edges: EdgeList, nodes: number): EdgeList {
  const { source, target, attributes } = edges;
  const own = new Set(
    Array.from(source.keys())
      .filter((e) => source[e] === target[e])
      .map((e) => source[e]),
  );
  const added = Array.from({ length: nodes }, (_, i) => i).filter((i) => !own.has(i));
  const [E, L] = [source.length, added.length];
  const weight = new Float64Array(E + L).fill(1);
  weight.set(weightsOf(edges));
  return {
    source: Int32Array.from([...source, ...added]),
    target: Int32Array.from([...target, ...added]),
    weight,
    attributes: attributes === null ? null : withMeans(attributes, target, added, nodes),
  };
}

function withMeans(attributes: Matrix, target: Int32Array, added: readonly number[], nodes: number): Matrix {
  const f = attributes.cols;
  const count = sums(target, null, nodes);
  const means = new Matrix(nodes, f);
  target.forEach((i, e) => {
    for (let j = 0; j < f; j++) means.data[i * f + j] += attributes.get(e, j) / count[i];
  });
  const out = new Matrix(attributes.rows + added.length, f);
  out.data.set(attributes.data);
  added.forEach((i, k) => {
    out.row(attributes.rows + k).set(means.row(i));
  });
  return out;
}
