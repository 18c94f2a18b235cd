import { DymadError } from "../../../errors.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import type { Trajectory } from "../series.js";
import { type EdgeList, type Graph, sameEdges } from "./graph.js";

/**
 * What the graphs of some trajectories have in common, as a model is built for it: every edge that any sample has, ordered by target
 * and then by source. Plain JSON, kept in checkpoints.
 */
export interface GraphLayout {
  readonly nodes: number;
  /** [E] */
  readonly source: readonly number[];
  /** [E] */
  readonly target: readonly number[];
  /** attributes of an edge */
  readonly attributes: number;
  /** weights and attributes of the edges when all samples have the same; null when the graph changes or trajectories differ */
  readonly fixed: {
    readonly weight: readonly number[] | null;
    readonly attributes: readonly (readonly number[])[] | null;
  } | null;
}

/**
 * The layout of the graphs of trajectories; null when they have none.
 *
 * @throws  E_SHAPE when trajectories differ in nodes or attributes; E_DATA when some have a graph and others none
 */
export function layoutOf(trajectories: readonly Trajectory[]): GraphLayout | null {
  const graphs = trajectories.flatMap(({ graph }) => (graph === undefined ? [] : [graph]));
  const [first] = graphs;
  if (first === undefined) return null;
  requireAlike(graphs, trajectories.length);
  const lists = [...new Set(graphs.flatMap(({ edges }) => edges))];
  const keys = new Set<number>();
  for (const { source, target } of lists) for (let e = 0; e < source.length; e++) keys.add(target[e] * first.nodes + source[e]);
  const sorted = [...keys].sort((a, b) => a - b);
  const [list] = lists;
  const one = graphs.every(({ edges }) => edges.length === 1 && sameEdges(edges[0], list));
  const at = one ? placesOf(list, first.nodes) : null;
  return {
    nodes: first.nodes,
    source: sorted.map((key) => key % first.nodes),
    target: sorted.map((key) => Math.floor(key / first.nodes)),
    attributes: attributesOf(graphs[0]),
    fixed: at && {
      weight: list.weight === null ? null : sorted.map((key) => (list.weight as Float64Array)[at.get(key) as number]),
      attributes:
        list.attributes === null ? null : sorted.map((key) => Array.from(list.attributes?.row(at.get(key) as number) ?? [])),
    },
  };
}

/** Attributes of an edge, as the first sample with edges has them. */
const attributesOf = ({ edges }: Graph): number => {
  const some = edges.find(({ source }) => source.length > 0) ?? edges[0];
  return some.attributes?.cols ?? 0;
};

/** A layout without edges: what the number of weights of a model depends on. */
export const bareLayout = (nodes: number, attributes: number): GraphLayout => ({
  nodes,
  source: [],
  target: [],
  attributes,
  fixed: { weight: null, attributes: null },
});

/** The edges of a layout that is the same everywhere; null when it changes. */
export function fixedEdges({ source, target, fixed }: GraphLayout): EdgeList | null {
  if (fixed === null) return null;
  return {
    source: Int32Array.from(source),
    target: Int32Array.from(target),
    weight: fixed.weight === null ? null : Float64Array.from(fixed.weight),
    attributes: fixed.attributes === null ? null : Matrix.from(fixed.attributes),
  };
}

/** Where each edge stands in a list, by target * nodes + source. */
const placesOf = ({ source, target }: EdgeList, nodes: number): Map<number, number> =>
  new Map(Array.from(source, (from, e) => [target[e] * nodes + from, e]));

function requireAlike(graphs: readonly Graph[], trajectories: number): void {
  const { nodes } = graphs[0];
  if (graphs.length < trajectories) {
    throw new DymadError("E_DATA", `${graphs.length} of ${trajectories} trajectories have a graph`, {
      path: ["graph"],
      hint: "give a graph with all of them, or with none",
    });
  }
  const other = graphs.findIndex((graph) => graph.nodes !== nodes);
  if (other >= 0) {
    throw new DymadError("E_SHAPE", `trajectory 0 has ${nodes} nodes, trajectory ${other} has ${graphs[other].nodes}`, {
      path: ["graph", other],
      hint: "train on one number of nodes; a trained model forecasts graphs of another",
    });
  }
  const f = attributesOf(graphs[0]);
  const odd = graphs.findIndex(({ edges }) =>
    edges.some(({ source, attributes }) => source.length > 0 && (attributes?.cols ?? 0) !== f),
  );
  if (odd >= 0) {
    throw new DymadError("E_SHAPE", `edges have ${f} attributes, some of trajectory ${odd} have another number`, {
      path: ["ea", odd],
    });
  }
}
