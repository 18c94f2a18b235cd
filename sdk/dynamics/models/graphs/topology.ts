import { DymadError } from "../../../errors.js";
import type { Batch } from "../../data/batch.js";
import { type EdgeList, edgesAt } from "../../data/graphs/graph.js";
import { fixedEdges, type GraphLayout } from "../../data/graphs/layout.js";
import type { GraphLayer } from "../spec.js";
import { edgeValues, hasLoops, valueWidth } from "./edge-values.js";

/**
 * The edges that a program knows, and what is known of the numbers they carry: when the graph is the same everywhere these are
 * constants of the program; else the edges are all that any sample has, the numbers an input, and an edge that is not there carries 0.
 */
export interface Topology {
  readonly nodes: number;
  /** [E], by target and then by source */
  readonly source: readonly number[];
  readonly target: readonly number[];
  /** numbers an edge carries */
  readonly width: number;
  /** shape [E, width]; null when the graph changes */
  readonly fixed: Float64Array | null;
  /** the numbers of one sample, shape [E, width] */
  valuesOf(edges: EdgeList): Float64Array;
  /** the numbers of a batch, shape [T, B, E, width]; made once for each */
  batchValues(batch: Batch): Float64Array;
}

/**
 * The topology of a layer on a layout of graphs.
 *
 * @throws  E_DATA when weights do not suit the layer, or a batch has an edge that the layout lacks
 */
export function topologyOf(layer: GraphLayer, layout: GraphLayout): Topology {
  const { nodes } = layout;
  const width = valueWidth(layer, layout.attributes);
  const keys = new Set(layout.source.map((from, e) => layout.target[e] * nodes + from));
  if (hasLoops(layer)) for (let i = 0; i < nodes; i++) keys.add(i * nodes + i);
  const sorted = [...keys].sort((a, b) => a - b);
  const place = new Map(sorted.map((key, e) => [key, e]));

  const valuesOf = (edges: EdgeList): Float64Array => {
    const { source, target, values } = edgeValues(layer, edges, nodes, layout.attributes);
    const out = new Float64Array(sorted.length * width);
    for (let e = 0; e < source.length; e++) {
      const at = place.get(target[e] * nodes + source[e]);
      if (at === undefined) {
        throw new DymadError("E_INTERNAL", `the edge from ${source[e]} to ${target[e]} is not in the layout of the graph`);
      }
      out.set(values.subarray(e * width, (e + 1) * width), at * width);
    }
    return out;
  };
  const known = new WeakMap<EdgeList, Float64Array>();
  const kept = (edges: EdgeList): Float64Array => {
    const made = known.get(edges) ?? valuesOf(edges);
    known.set(edges, made);
    return made;
  };
  const batches = new WeakMap<Batch, Float64Array>();
  const list = fixedEdges(layout);
  return {
    nodes,
    source: sorted.map((key) => key % nodes),
    target: sorted.map((key) => Math.floor(key / nodes)),
    width,
    fixed: list === null ? null : valuesOf(list),
    valuesOf: kept,
    batchValues(batch) {
      const before = batches.get(batch);
      if (before !== undefined) return before;
      const { B, T, stretches } = batch;
      const size = sorted.length * width;
      const out = new Float64Array(T * B * size);
      stretches.forEach(({ trajectory, start }, b) => {
        for (let k = 0; k < T; k++) out.set(kept(edgesAt(graphOf(trajectory), start + k)), (k * B + b) * size);
      });
      batches.set(batch, out);
      return out;
    },
  };
}

function graphOf({ graph }: Batch["stretches"][number]["trajectory"]): NonNullable<typeof graph> {
  if (graph !== undefined) return graph;
  throw new DymadError("E_DATA", "a trajectory has no graph, and the model was made for graphs that change", {
    hint: "give ei or adj with the trajectory",
  });
}
