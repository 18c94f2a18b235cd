import { type BinaryFn, type Graph, type Node, sizeOf, type UnaryFn } from "../graph.js";

/** A product and what is done to its result in the same pass: something added, then one function. Numbers are node indices. */
export interface Fused {
  readonly product: number;
  readonly init: number | null;
  readonly unary: UnaryFn | null;
  readonly binary: { readonly fn: BinaryFn; readonly other: number } | null;
}

export interface Fusions {
  /** the node at which a group is written, its last one */
  readonly fused: ReadonlyMap<number, Fused>;
  /** nodes that are parts of a group and need no instruction of their own */
  readonly absorbed: ReadonlySet<number>;
}

const isGradient = (fn: BinaryFn): boolean => fn === "tanhGrad" || fn === "sigmoidGrad" || fn === "reluGrad";
const isActivation = (fn: UnaryFn): boolean => fn === "tanh" || fn === "sigmoid" || fn === "relu";

/** Finds sums and functions that can be made while a product is written, where the product is used by them alone. */
export function fusions(graph: Graph): Fusions {
  const uses = graph.nodes.map(() => 0);
  for (const node of graph.nodes) for (const i of node.inputs) uses[i]++;
  for (const output of graph.outputs) uses[output.node]++;
  const fused = new Map<number, Fused>();
  const absorbed = new Set<number>();

  const same = (a: Node, b: Node): boolean => String(a.shape) === String(b.shape);
  /** The group that ends at node i and may grow. */
  const groupAt = (i: number, node: Node): Fused | undefined => {
    const last = graph.nodes[i];
    if (uses[i] !== 1 || !same(last, node)) return undefined;
    const known = fused.get(i);
    if (known !== undefined) return known.unary === null && known.binary === null ? known : undefined;
    if (last.op === "matmul") return { product: i, init: null, unary: null, binary: null };
    if (last.op !== "linear" || last.act !== "none") return undefined;
    return { product: i, init: last.inputs[2] ?? null, unary: null, binary: null };
  };
  /** What may be added while a product is written: an array of the same shape, or one row for all. */
  const isAddend = (i: number, product: Node): boolean => {
    const { shape } = graph.nodes[i];
    if (String(shape) === String(product.shape)) return true;
    return shape.at(-1) === product.shape.at(-1) && sizeOf(shape) === shape.at(-1);
  };
  /** In a sum of at least two products, the first one, to which nothing has been added yet. */
  const firstOf = (i: number, node: Node): number | undefined => {
    let at = i;
    for (;;) {
      const group = groupAt(at, node);
      if (group === undefined) return undefined;
      if (group.init === null) return at === i ? undefined : group.product;
      if (graph.nodes[at].op !== "binary") return undefined;
      at = group.init;
    }
  };
  const grow = (i: number, from: number, group: Fused): void => {
    absorbed.add(from);
    fused.delete(from);
    fused.set(i, group);
  };

  graph.nodes.forEach((node, i) => {
    if (node.op === "unary" && isActivation(node.fn)) {
      const group = groupAt(node.inputs[0], node);
      if (group !== undefined) grow(i, node.inputs[0], { ...group, unary: node.fn });
      return;
    }
    if (node.op !== "binary") return;
    const [a, b] = node.inputs;
    if (isGradient(node.fn)) {
      const group = groupAt(a, node);
      if (group !== undefined && a !== b && same(graph.nodes[b], node)) {
        grow(i, a, { ...group, binary: { fn: node.fn, other: b } });
      }
      return;
    }
    if (node.fn !== "add" || a === b) return;
    for (const [from, init] of [
      [b, a],
      [a, b],
    ]) {
      const first = firstOf(from, node);
      if (first !== undefined && first > init && same(graph.nodes[init], node)) {
        // a + (p1 + p2 + ...) is made as ((a + p1) + p2) + ...: no pass over the array for the sum alone
        fused.set(first, { product: first, init, unary: null, binary: null });
        grow(i, from, fused.get(from) as Fused);
        return;
      }
      const group = groupAt(from, node);
      if (group === undefined || group.init !== null || !isAddend(init, node)) continue;
      if (graph.nodes[init].shape.length > node.shape.length) continue;
      grow(i, from, { ...group, init });
      return;
    }
  });
  return { fused, absorbed };
}
