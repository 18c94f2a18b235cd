import { DymadError, type Issue } from "../../../errors.js";
import type { ShapedArray } from "../../../formats/npy.js";
import { Matrix } from "../../../numerics/linalg/matrix.js";
import { edgesOf } from "./adjacency.js";
import { checkGraph } from "./checks.js";
import { type EdgeList, type Graph, shared } from "./graph.js";
import { type GraphInput, spreadSteps } from "./steps.js";

/** The graph of a data set as it is written. Edges win over an adjacency matrix when both are given. */
export interface GraphFields {
  /** edges [source, target], nodes counted from 0: [E, 2] for all samples, or more axes (docs/graphs.md); rows of -1 are no edges */
  readonly ei?: GraphInput | undefined;
  /** weights of the edges, [E] or more axes; default 1 */
  readonly ew?: GraphInput | undefined;
  /** attributes of the edges, [E, f] or more axes */
  readonly ea?: GraphInput | undefined;
  /** weighted adjacency [N, N] or more axes: entry (i, j) is the edge from i to j */
  readonly adj?: GraphInput | undefined;
  /** number of nodes; default the size of `adj`, or one more than the largest index of an edge */
  readonly n_nodes?: number | undefined;
}

export const hasGraph = ({ ei, adj }: GraphFields): boolean => ei !== undefined || adj !== undefined;

/**
 * The graph of each trajectory.
 *
 * @param lengths  samples of each trajectory
 * @param width    columns of x, which nodes share evenly
 * @param issues   takes every problem
 */
export function readGraphs(fields: GraphFields, lengths: readonly number[], width: number, issues: Issue[]): Graph[] {
  const before = issues.length;
  const lists = readLists(fields, lengths, issues);
  if (lists === null || issues.length > before) return [];
  const nodes = countOf(fields, lists);
  const graphs = lists.edges.map((edges): Graph => ({ nodes, edges: shared(edges) }));
  if (!(Number.isInteger(nodes) && nodes > 0)) {
    issues.push({ code: "E_SHAPE", path: ["n_nodes"], message: `n_nodes must be a positive integer, got ${nodes}` });
    return [];
  }
  issues.push(...checkGraph(graphs, width));
  return graphs;
}

/**
 * The number of nodes that the fields of one graph for all samples say.
 *
 * @throws  E_SHAPE, E_DATA when they cannot be read
 */
export function nodeCount(fields: GraphFields): number {
  const issues: Issue[] = [];
  const lists = readLists(fields, [1], issues);
  if (lists === null || issues.length > 0) throw DymadError.ofIssues(issues);
  return countOf(fields, lists);
}

const countOf = ({ n_nodes }: GraphFields, { nodes, edges }: Lists): number => n_nodes ?? nodes ?? 1 + largest(edges);

const readLists = (fields: GraphFields, lengths: readonly number[], issues: Issue[]): Lists | null =>
  fields.ei === undefined ? fromAdjacency(fields, lengths, issues) : fromEdges(fields, lengths, issues);

interface Lists {
  /** by trajectory and sample */
  readonly edges: EdgeList[][];
  /** what the fields themselves say; null = nothing */
  readonly nodes: number | null;
}

function fromAdjacency({ adj, ea, ew }: GraphFields, lengths: readonly number[], issues: Issue[]): Lists | null {
  for (const [field, value] of Object.entries({ ea, ew })) {
    if (value === undefined) continue;
    const message = `${field} belongs to edges, and there is only an adjacency matrix`;
    issues.push({ code: "E_SHAPE", path: [field], message, hint: "give the edges as ei [E, 2]" });
  }
  const steps = spreadSteps("adj", adj as GraphInput, lengths, issues);
  if (steps === null) return null;
  const size = steps[0]?.[0]?.shape[0] ?? 0;
  const odd = steps.flat().find(({ shape: [rows, cols] }) => rows !== size || cols !== size);
  if (odd !== undefined) {
    const message = `adj has shape [${odd.shape.join(", ")}] at a sample: it must be square and of one size`;
    issues.push({ code: "E_SHAPE", path: ["adj"], message, hint: "the number of nodes does not change in time" });
    return null;
  }
  const known = new Map<ShapedArray, EdgeList>();
  const read = (step: ShapedArray): EdgeList => {
    const made = known.get(step) ?? edgesOf(new Matrix(size, size, Float64Array.from(step.data)));
    known.set(step, made);
    return made;
  };
  return { edges: steps.map((list) => list.map(read)), nodes: size };
}

function fromEdges({ ei, ew, ea }: GraphFields, lengths: readonly number[], issues: Issue[]): Lists | null {
  const indices = spreadSteps("ei", ei as GraphInput, lengths, issues);
  const weights = ew === undefined ? null : spreadSteps("ew", ew, lengths, issues);
  const attributes = ea === undefined ? null : spreadSteps("ea", ea, lengths, issues);
  if (indices === null || issues.length > 0) return null;
  const edges = indices.map((own, i) => {
    const count = Math.max(own.length, weights?.[i].length ?? 1, attributes?.[i].length ?? 1);
    return Array.from({ length: count }, (_, k) => {
      const at = (steps: ShapedArray[]): ShapedArray => steps[steps.length === 1 ? 0 : k];
      const parts = { ei: at(own), ew: weights && at(weights[i]), ea: attributes && at(attributes[i]) };
      return edgeList(parts, `trajectory ${i}, sample ${k}`, issues);
    });
  });
  return { edges, nodes: null };
}

function edgeList(
  { ei, ew, ea }: { readonly ei: ShapedArray; readonly ew: ShapedArray | null; readonly ea: ShapedArray | null },
  where: string,
  issues: Issue[],
): EdgeList {
  const rows = ei.shape[1] !== 2 && ei.shape[0] === 2 ? transposed(ei) : ei;
  const E = rows.shape[0];
  const part = Array.from(rows.data).find((index) => !Number.isInteger(index));
  if (part !== undefined) {
    issues.push({ code: "E_DATA", path: ["ei"], message: `ei holds ${part} in ${where}, which is no index of a node` });
  }
  if (E > 0 && rows.shape[1] !== 2) {
    const message = `ei has ${rows.shape[1]} columns in ${where}: an edge is [source, target]`;
    issues.push({ code: "E_SHAPE", path: ["ei"], message, hint: "give ei as [E, 2]" });
  }
  for (const [field, part] of Object.entries({ ew, ea })) {
    if (part === null || part.shape[0] === E) continue;
    const message = `ei has ${E} edges and ${field} ${part.shape[0]} in ${where}`;
    issues.push({ code: "E_SHAPE", path: [field], message, hint: `give one row of ${field} for each edge of ei` });
  }
  const present = Array.from({ length: E }, (_, e) => e).filter((e) => !(rows.data[2 * e] === -1 && rows.data[2 * e + 1] === -1));
  const f = ea?.shape[1] ?? 0;
  return {
    source: Int32Array.from(present, (e) => rows.data[2 * e]),
    target: Int32Array.from(present, (e) => rows.data[2 * e + 1]),
    weight: ew === null ? null : Float64Array.from(present, (e) => ew.data[e]),
    attributes:
      ea === null
        ? null
        : new Matrix(
            present.length,
            f,
            Float64Array.from({ length: present.length * f }, (_, i) => ea.data[present[Math.floor(i / f)] * f + (i % f)]),
          ),
  };
}

function transposed({ shape: [rows, cols], data }: ShapedArray): ShapedArray {
  return {
    shape: [cols, rows],
    data: Float64Array.from({ length: rows * cols }, (_, i) => data[(i % rows) * cols + Math.floor(i / rows)]),
  };
}

function largest(edges: readonly (readonly EdgeList[])[]): number {
  const over = (values: Int32Array, start: number): number => values.reduce((a, b) => Math.max(a, b), start);
  return edges.flat().reduce((most, { source, target }) => over(target, over(source, most)), 0);
}
