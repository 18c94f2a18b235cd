import { type Graph, type Node, sizeOf } from "../graph.js";
import type { Fusions } from "./fusion.js";

/** One term of a sum: weight times the value of a node. */
export interface Term {
  readonly node: number;
  readonly weight: number;
}

/** The kernels sum so many terms in one pass. */
const most = 6;

/**
 * Sums of arrays with fixed weights, as the steps of ODE solvers make them: x + h/6 k1 + h/3 k2 + ... in one pass instead of
 * one for every sign.
 *
 * @param fusions   what products have taken already
 * @param absorbed  gets the nodes that need no instruction of their own any more
 * @returns         by node, the terms of the sum written there
 */
export function combinations(graph: Graph, fusions: Fusions, absorbed: Set<number>): Map<number, Term[]> {
  const uses = graph.nodes.map(() => 0);
  for (const node of graph.nodes) for (const i of node.inputs) uses[i]++;
  for (const output of graph.outputs) uses[output.node]++;
  const sums = new Map<number, Term[]>();
  const merged = new Set<number>();

  graph.nodes.forEach((node, i) => {
    if (absorbed.has(i) || fusions.fused.has(i)) return;
    const parts = partsOf(graph, node);
    if (parts === undefined) return;
    const inner = parts.map((part) => (uses[part.node] === 1 ? sums.get(part.node) : undefined));
    let count = parts.length;
    const terms = parts.flatMap((part, k) => {
      const own = inner[k];
      if (own === undefined || count - 1 + own.length > most) return [part];
      count += own.length - 1;
      absorbed.add(part.node);
      merged.add(i);
      sums.delete(part.node);
      return own.map((term) => ({ node: term.node, weight: part.weight * term.weight }));
    });
    sums.set(i, terms);
  });
  // what is one operation anyway stays what it is
  return new Map([...sums].filter(([i]) => merged.has(i)));
}

/** A node as a weighted sum of its operands, or undefined when it is none. */
function partsOf(graph: Graph, node: Node): Term[] | undefined {
  if (node.op === "unary") return node.fn === "neg" ? [{ node: node.inputs[0], weight: -1 }] : undefined;
  if (node.op !== "binary" || sizeOf(node.shape) === 0) return undefined;
  const [a, b] = node.inputs;
  const [left, right] = [graph.nodes[a], graph.nodes[b]];
  const full = (n: Node): boolean => n.op !== "fill" && String(n.shape) === String(node.shape);
  if (node.fn === "mul") {
    if (right.op === "fill" && full(left)) return [{ node: a, weight: right.value }];
    return left.op === "fill" && full(right) ? [{ node: b, weight: left.value }] : undefined;
  }
  if ((node.fn !== "add" && node.fn !== "sub") || !full(left) || !full(right)) return undefined;
  return [
    { node: a, weight: 1 },
    { node: b, weight: node.fn === "add" ? 1 : -1 },
  ];
}
