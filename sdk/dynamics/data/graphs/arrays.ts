import type { ShapedArray } from "../../../formats/npy.js";
import type { Trajectory } from "../series.js";
import { type EdgeList, type Graph, sameEdges } from "./graph.js";

/**
 * The graphs of trajectories as arrays by field, as `readGraphs` reads them: once when all have one graph that does not change, else
 * one entry a trajectory, samples with fewer edges than the most filled with edges of -1.
 *
 * @returns  ei [E, 2], ew [E], ea [E, f]; or ei_0 [T_0, E, 2], ...; and n_nodes []; nothing without graphs
 */
export function graphArrays(trajectories: readonly Trajectory[]): Record<string, ShapedArray> {
  const graphs = trajectories.flatMap(({ graph }) => (graph === undefined ? [] : [graph]));
  const [first] = graphs;
  if (first === undefined) return {};
  const n_nodes: ShapedArray = { shape: [], data: Float64Array.of(first.nodes) };
  const fixed = graphs.every(({ edges }) => edges.length === 1 && sameEdges(edges[0], first.edges[0]));
  if (fixed) return { ...withoutSamples(stacked(first)), n_nodes };
  const numbered = graphs.flatMap((graph, i) =>
    Object.entries(stacked(graph)).map(([field, array]) => [`${field}_${i}`, array] as const),
  );
  return { ...Object.fromEntries(numbered), n_nodes };
}

/** Fields of one graph with an axis of samples: ei [T, E, 2], ew [T, E], ea [T, E, f]. */
function stacked({ edges }: Graph): Record<string, ShapedArray> {
  const T = edges.length;
  const E = edges.reduce((most, { source }) => Math.max(most, source.length), 0);
  const ei = new Float64Array(T * E * 2).fill(-1);
  edges.forEach(({ source, target }, k) => {
    source.forEach((from, e) => {
      ei[(k * E + e) * 2] = from;
      ei[(k * E + e) * 2 + 1] = target[e];
    });
  });
  const rows = (width: number, of: (list: EdgeList) => ArrayLike<number> | undefined): Float64Array => {
    const out = new Float64Array(T * E * width);
    edges.forEach((list, k) => {
      out.set(of(list) ?? [], k * E * width);
    });
    return out;
  };
  const [{ weight, attributes }] = edges;
  const f = attributes?.cols ?? 0;
  return {
    ei: { shape: [T, E, 2], data: ei },
    ...(weight === null ? {} : { ew: { shape: [T, E], data: rows(1, (list) => list.weight ?? undefined) } }),
    ...(attributes === null ? {} : { ea: { shape: [T, E, f], data: rows(f, (list) => list.attributes?.data) } }),
  };
}

const withoutSamples = (fields: Record<string, ShapedArray>): Record<string, ShapedArray> =>
  Object.fromEntries(Object.entries(fields).map(([name, { shape, data }]) => [name, { shape: shape.slice(1), data }]));
