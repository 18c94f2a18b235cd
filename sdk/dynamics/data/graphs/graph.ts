import type { Matrix } from "../../../numerics/linalg/matrix.js";

/** Directed edges: edge e carries what node `source[e]` sends to node `target[e]`. An undirected edge is two directed ones. */
export interface EdgeList {
  /** [E], nodes count from 0 */
  readonly source: Int32Array;
  /** [E] */
  readonly target: Int32Array;
  /** [E]; null = all 1 */
  readonly weight: Float64Array | null;
  /** [E, f]; null without */
  readonly attributes: Matrix | null;
}

/**
 * The graph of one trajectory. States and controls of its nodes stand side by side, node after node: x [T, nodes * f].
 * The edges of sample k hold from its time to that of sample k + 1.
 */
export interface Graph {
  readonly nodes: number;
  /** one list for all samples, or one a sample; samples with equal edges share one list */
  readonly edges: readonly EdgeList[];
}

/** The edges at sample k; those of the last sample hold after it. */
export const edgesAt = ({ edges }: Graph, k: number): EdgeList => edges[Math.min(k, edges.length - 1)];

/** The graph of samples start .. end-1. */
export function cutGraph(graph: Graph, start: number, end: number): Graph {
  return graph.edges.length === 1 ? graph : { ...graph, edges: shared(graph.edges.slice(start, end)) };
}

/** Whether two lists have the same edges in the same order, with the same weights and attributes. */
export function sameEdges(a: EdgeList, b: EdgeList): boolean {
  if (a === b) return true;
  return (
    equal(a.source, b.source) &&
    equal(a.target, b.target) &&
    equal(a.weight, b.weight) &&
    equal(a.attributes?.data ?? null, b.attributes?.data ?? null)
  );
}

/** Lists that equal the one before become that one; a single list when all are equal. */
export function shared(edges: readonly EdgeList[]): EdgeList[] {
  const out: EdgeList[] = [];
  for (const list of edges) {
    const before = out.at(-1);
    out.push(before !== undefined && sameEdges(before, list) ? before : list);
  }
  return out.every((list) => list === out[0]) ? out.slice(0, 1) : out;
}

function equal(a: ArrayLike<number> | null, b: ArrayLike<number> | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
