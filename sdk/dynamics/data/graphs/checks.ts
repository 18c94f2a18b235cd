import type { Issue } from "../../../errors.js";
import { type EdgeList, edgesAt, type Graph } from "./graph.js";

/** Everything that is wrong with the graphs of a data set: indices, doubled edges, values, and columns that nodes cannot share. */
export function checkGraph(graphs: readonly Graph[], width: number): Issue[] {
  const nodes = graphs[0]?.nodes ?? 1;
  return [
    ...checkColumns("x", width, nodes),
    ...firstOf(graphs, outside),
    ...firstOf(graphs, doubled),
    ...firstOf(graphs, notFinite),
  ];
}

/** The columns of a field must be the same number for each node. */
export function checkColumns(field: "x" | "u" | "y", width: number, nodes: number): Issue[] {
  if (width % nodes === 0) return [];
  const hint =
    field === "x"
      ? `each node needs as many columns: give ${Math.ceil(width / nodes) * nodes} columns, node after node, or the right n_nodes`
      : `repeat what acts on every node: ${nodes * width} columns, node after node`;
  return [{ code: "E_SHAPE", path: [field], message: `${width} columns of ${field} do not divide among ${nodes} nodes`, hint }];
}

type Rule = (
  edges: EdgeList,
  nodes: number,
) => { readonly count: number; readonly first: string; readonly what: string; readonly hint: string } | null;

/** The first sample that a rule refuses, as one issue. */
function firstOf(graphs: readonly Graph[], rule: Rule): Issue[] {
  for (const [i, graph] of graphs.entries()) {
    const seen = new Set<EdgeList>();
    for (let k = 0; k < graph.edges.length; k++) {
      const edges = edgesAt(graph, k);
      if (seen.has(edges)) continue;
      seen.add(edges);
      const found = rule(edges, graph.nodes);
      if (found === null) continue;
      const where = `trajectory ${i}${graph.edges.length > 1 ? `, sample ${k}` : ""}`;
      const message = `${found.count} of ${edges.source.length} edges ${found.what} in ${where}, first ${found.first}`;
      return [{ code: "E_DATA", path: ["ei", i, k], message, hint: found.hint }];
    }
  }
  return [];
}

const edgeName = ({ source, target }: EdgeList, e: number): string => `edge ${e} from ${source[e]} to ${target[e]}`;

const outside: Rule = (edges, nodes) => {
  const inside = (i: number): boolean => i >= 0 && i < nodes;
  const bad = Array.from(edges.source.keys()).filter((e) => !inside(edges.source[e]) || !inside(edges.target[e]));
  if (bad.length === 0) return null;
  const hint = `nodes count from 0 to ${nodes - 1}: subtract 1 when they count from 1, or give n_nodes; rows of -1 stand for no edge`;
  return { count: bad.length, first: edgeName(edges, bad[0]), what: `name a node that is none of the ${nodes}`, hint };
};

const doubled: Rule = (edges, nodes) => {
  const seen = new Set<number>();
  const bad = Array.from(edges.source.keys()).filter((e) => {
    const key = edges.source[e] * nodes + edges.target[e];
    const again = seen.has(key);
    seen.add(key);
    return again;
  });
  if (bad.length === 0) return null;
  return {
    count: bad.length,
    first: edgeName(edges, bad[0]),
    what: "stand twice",
    hint: "keep one of them, with the sum of their weights",
  };
};

const notFinite: Rule = (edges) => {
  const { weight, attributes } = edges;
  const bad = Array.from(edges.source.keys()).filter(
    (e) => (weight !== null && !Number.isFinite(weight[e])) || attributes?.row(e).some((v) => !Number.isFinite(v)),
  );
  if (bad.length === 0) return null;
  const hint = "a missing edge is left out, not given the weight NaN";
  return {
    count: bad.length,
    first: edgeName(edges, bad[0]),
    what: "have a weight or an attribute that is no finite number",
    hint,
  };
};
