import { DymadError } from "../../errors.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { EdgeList, Graph } from "../data/graphs/graph.js";
import { fitChain, restoreChain, type TransformChain } from "./chain.js";
import type { TransformStage } from "./spec.js";
import type { TransformState } from "./transform.js";

/** States of the chains of edges, as a checkpoint keeps them; absent = as they are. */
export interface EdgeStates {
  readonly ew?: readonly TransformState[];
  readonly ea?: readonly TransformState[];
}

/** Transforms of what edges carry: weights `ew`, one column, and attributes `ea`; a row is an edge. null = as they are. */
export interface EdgeTransforms {
  readonly ew: TransformChain | null;
  readonly ea: TransformChain | null;
  readonly states: EdgeStates;
  /** The graph with transformed weights and attributes; the same graph gives the same object. */
  apply(graph: Graph): Graph;
}

/**
 * Fits the transforms of edges on the edges of some graphs. Where no edge has a weight, or an attribute, there is nothing to transform.
 *
 * @throws  E_SPEC when a chain goes along time, which edges do not, or makes several columns of a weight; what a stage refuses
 */
export function fitEdges(
  {
    ew = [],
    ea = [],
  }: { readonly ew?: readonly TransformStage[] | undefined; readonly ea?: readonly TransformStage[] | undefined },
  graphs: readonly Graph[],
): EdgeTransforms {
  requireRowwise("transform_ew", ew);
  requireRowwise("transform_ea", ea);
  const lists = graphs.flatMap(({ edges }) => edges).filter(({ source }) => source.length > 0);
  const weights = lists.every(({ weight }) => weight === null) ? [] : lists.map(weightColumn);
  const attributes = lists.flatMap(({ attributes }) => (attributes === null ? [] : [attributes]));
  const fitted = (stages: readonly TransformStage[], rows: readonly Matrix[]): TransformChain | null =>
    stages.length === 0 || rows.length === 0 ? null : fitChain(stages, rows);
  const chain = fitted(ew, weights);
  if (chain !== null && chain.outputDim !== 1) {
    throw new DymadError("E_SPEC", `a weight is one number, and the transform makes ${chain.outputDim} of it`, {
      path: ["transform_ew"],
      hint: "use a scaler, or give edges attributes: transform_ea",
    });
  }
  return edgeTransforms(chain, fitted(ea, attributes));
}

/** The transforms of edges that a checkpoint describes. */
export const restoreEdges = ({ ew, ea }: EdgeStates): EdgeTransforms =>
  edgeTransforms(ew === undefined ? null : restoreChain(ew), ea === undefined ? null : restoreChain(ea));

function edgeTransforms(ew: TransformChain | null, ea: TransformChain | null): EdgeTransforms {
  const lists = new WeakMap<EdgeList, EdgeList>();
  const graphs = new WeakMap<Graph, Graph>();
  const changed = (list: EdgeList): EdgeList =>
    list.source.length === 0
      ? list
      : {
          ...list,
          weight: ew === null ? list.weight : ew.apply(weightColumn(list)).data,
          attributes: ea === null || list.attributes === null ? list.attributes : ea.apply(list.attributes),
        };
  return {
    ew,
    ea,
    get states() {
      return { ...(ew === null ? {} : { ew: ew.states }), ...(ea === null ? {} : { ea: ea.states }) };
    },
    apply: (graph) =>
      ew === null && ea === null
        ? graph
        : known(graphs, graph, () => ({ ...graph, edges: graph.edges.map((list) => known(lists, list, () => changed(list))) })),
  };
}

/** Weights as a column; edges without any have weight 1. */
const weightColumn = ({ source, weight }: EdgeList): Matrix =>
  new Matrix(source.length, 1, weight ?? new Float64Array(source.length).fill(1));

function known<K extends object>(made: WeakMap<K, K>, key: K, make: () => K): K {
  const value = made.get(key) ?? make();
  made.set(key, value);
  return value;
}

function requireRowwise(field: string, stages: readonly TransformStage[]): void {
  const timed = stages.find(({ type }) => type === "delay" || type === "denoise");
  if (timed === undefined) return;
  throw new DymadError("E_SPEC", `edges have no time along which ${timed.type} could go`, {
    path: [field],
    hint: `leave it out of ${field}`,
  });
}
