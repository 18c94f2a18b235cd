import { DymadError } from "../../errors.js";
import type { Graph, Node, Shape } from "./graph.js";

/** A value in a graph being built: which builder, which node. Two references are the same value when both agree. */
export interface Ref {
  readonly builder: Builder;
  readonly index: number;
}

/** A node before its operands are placed in a graph. */
export type NodeSpec = Node extends infer N ? (N extends Node ? Omit<N, "inputs"> : never) : never;

/**
 * Collects the nodes of one graph. Equal nodes are kept once. A builder for the body of a loop has an outer builder: a value
 * of the outer graph used inside becomes one more input of the body (`captured`).
 */
export class Builder {
  readonly outer: Builder | null;
  readonly depth: number;
  readonly nodes: Node[] = [];
  readonly inputs: number[] = [];
  readonly captured: Ref[] = [];
  readonly #known = new Map<string, number>();
  readonly #lifted = new Map<string, number>();

  constructor(outer: Builder | null = null) {
    this.outer = outer;
    this.depth = outer === null ? 0 : outer.depth + 1;
  }

  input(name: string, shape: Shape): Ref {
    this.nodes.push({ op: "input", inputs: [], shape: [...shape], name });
    const index = this.nodes.length - 1;
    this.inputs.push(index);
    return { builder: this, index };
  }

  /** Adds a node, or finds the equal one that is there already. */
  add(spec: NodeSpec, operands: readonly Ref[] = []): Ref {
    const node = { ...spec, inputs: operands.map((ref) => this.place(ref)) } as unknown as Node;
    const key = node.op === "scan" || node.op === "const" || node.op === "input" ? null : JSON.stringify(node);
    const known = key === null ? undefined : this.#known.get(key);
    if (known !== undefined) return { builder: this, index: known };
    this.nodes.push(node);
    const index = this.nodes.length - 1;
    if (key !== null) this.#known.set(key, index);
    return { builder: this, index };
  }

  /** The index in this graph of a value of this graph or of one around it. */
  place(ref: Ref): number {
    if (ref.builder === this) return ref.index;
    if (this.outer === null) {
      throw new DymadError("E_BACKEND", "a value of another graph was used", {
        hint: "return it from its own trace, and hand its values in as an input",
      });
    }
    const outside = this.outer.place(ref);
    const source = this.outer.nodes[outside];
    // a constant is cheaper to repeat than to hand in
    if (source.op === "fill") return this.add({ op: "fill", shape: source.shape, value: source.value }).index;
    const key = String(outside);
    const known = this.#lifted.get(key);
    if (known !== undefined) return known;
    const { index } = this.input(`captured:${key}`, source.shape);
    this.#lifted.set(key, index);
    this.captured.push({ builder: this.outer, index: outside });
    return index;
  }

  /** The finished graph: only nodes that an output needs, plus every input. */
  graph(outputs: Readonly<Record<string, Ref>>): Graph {
    const named = Object.entries(outputs).map(([name, ref]) => ({ name, node: this.place(ref) }));
    return pruned({ nodes: this.nodes, inputs: this.inputs, outputs: named });
  }
}

/** The innermost builder among values: a computation on outer values alone stays outside the loop. */
export function innermost(refs: readonly Ref[]): Builder {
  return refs.reduce((deepest, ref) => (ref.builder.depth > deepest.depth ? ref.builder : deepest), refs[0].builder);
}

/** The same graph without the nodes no output needs. */
export function pruned(graph: Graph): Graph {
  const needed = new Set<number>(graph.inputs);
  for (const output of graph.outputs) needed.add(output.node);
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    if (needed.has(i)) for (const j of graph.nodes[i].inputs) needed.add(j);
  }
  const place = new Map<number, number>();
  const nodes: Node[] = [];
  graph.nodes.forEach((node, i) => {
    if (!needed.has(i)) return;
    place.set(i, nodes.length);
    nodes.push({ ...node, inputs: node.inputs.map((j) => place.get(j)) } as unknown as Node);
  });
  const at = (i: number): number => place.get(i) as number;
  return { nodes, inputs: graph.inputs.map(at), outputs: graph.outputs.map((o) => ({ name: o.name, node: at(o.node) })) };
}
