import type { Dataset } from "../series.js";
import { sameEdges } from "./graph.js";

/** What the graphs of a data set are, in numbers. */
export interface GraphInspection {
  readonly n_nodes: number;
  /** fewest and most edges of a sample */
  readonly n_edges_range: readonly [number, number];
  /** whether all trajectories have one graph that does not change */
  readonly is_fixed: boolean;
  readonly has_weights: boolean;
  readonly n_edge_features: number;
  /** nodes that no edge touches in any sample */
  readonly n_isolated: number;
}

/** The graph facts of a data set; null when it has none. */
export function inspectGraphs({ trajectories }: Dataset): GraphInspection | null {
  const graphs = trajectories.flatMap(({ graph }) => (graph === undefined ? [] : [graph]));
  const [first] = graphs;
  if (first === undefined) return null;
  const lists = [...new Set(graphs.flatMap(({ edges }) => edges))];
  const counts = lists.map(({ source }) => source.length);
  const touched = new Set(lists.flatMap(({ source, target }) => [...source, ...target]));
  const [{ weight, attributes }] = lists;
  return {
    n_nodes: first.nodes,
    n_edges_range: [counts.reduce((a, b) => Math.min(a, b)), counts.reduce((a, b) => Math.max(a, b))],
    is_fixed: graphs.every(({ edges }) => edges.length === 1 && sameEdges(edges[0], lists[0])),
    has_weights: weight !== null,
    n_edge_features: attributes?.cols ?? 0,
    n_isolated: first.nodes - touched.size,
  };
}
