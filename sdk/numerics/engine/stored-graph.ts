import { DymadError } from "../../errors.js";
import { type Graph, inputsOf, type Node, type Shape } from "./graph.js";
import { inlineGraph } from "./inline.js";
import { trace } from "./trace.js";

/** A graph as plain JSON: what a compiled request and a checkpoint keep of a user's formula. */
export interface StoredGraph {
  readonly nodes: readonly StoredNode[];
  readonly inputs: readonly number[];
  readonly outputs: readonly { readonly name: string; readonly node: number }[];
}

/** A node of a graph, its constants as lists of numbers. */
export interface StoredNode {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly shape: readonly number[];
  readonly [attribute: string]: unknown;
}

/**
 * A graph written down as JSON.
 *
 * @throws  E_UNSUPPORTED when it holds a loop or a random draw; E_DATA when a constant is not finite
 */
export function storeGraph(graph: Graph): StoredGraph {
  const nodes = graph.nodes.map((node): StoredNode => {
    const numbers = node.op === "const" ? Array.from(node.data) : node.op === "fill" ? [node.value] : [];
    const wrong = numbers.find((v) => !Number.isFinite(v));
    if (wrong !== undefined)
      throw new DymadError("E_DATA", `a constant of the formula is ${wrong}`, { hint: "use finite numbers" });
    return (node.op === "const" ? { ...node, data: numbers } : { ...node }) as StoredNode;
  });
  const stored = { nodes, inputs: [...graph.inputs], outputs: graph.outputs.map((o) => ({ ...o })) };
  readGraph(stored);
  return stored;
}

/**
 * The graph that JSON describes. Nothing in it is trusted: every node is written down anew by the functions that formulas use, which
 * check its operands, and must come out with the shape that was stored.
 *
 * @throws  E_FORMAT when it is not a graph; E_SHAPE when operands do not fit together; E_UNSUPPORTED for loops and random draws
 */
export function readGraph(stored: unknown): Graph {
  const graph = parsed(stored);
  const shapes = Object.fromEntries(inputsOf(graph).map(({ name, shape }) => [name, shape]));
  const again = trace(shapes, (inputs) => inlineGraph(graph, inputs, []));
  graph.outputs.forEach(({ name, node }, i) => {
    const [is, was] = [again.nodes[again.outputs[i].node].shape, graph.nodes[node].shape];
    if (String(is) !== String(was)) throw unfit(`output ${name} has shape [${is}], [${was}] was stored`);
  });
  return again;
}

function parsed(stored: unknown): Graph {
  if (!isRecord(stored) || !Array.isArray(stored.nodes) || !isIndices(stored.inputs) || !Array.isArray(stored.outputs)) {
    throw unfit("a graph has nodes, inputs and outputs");
  }
  const nodes = stored.nodes.map(parsedNode);
  const outputs = stored.outputs.map((output) => {
    if (isRecord(output) && typeof output.name === "string" && isIndex(output.node, nodes.length)) {
      return { name: output.name, node: output.node };
    }
    throw unfit("an output has a name and names a node");
  });
  const named = nodes.flatMap((node, i) => (node.op === "input" ? [i] : []));
  if (named.length === 0 || String(named) !== String(stored.inputs)) throw unfit("its inputs are not the nodes that say so");
  return { nodes, inputs: named, outputs };
}

/** Attributes of each op beside operands and shape, with what each must be; ops that are not here cannot be stored. */
const attributes: Readonly<Record<string, Readonly<Record<string, (value: unknown, shape: Shape) => boolean>>>> = {
  input: { name: isText },
  const: { data: (value, shape) => isNumbers(value) && value.length === shape.reduce((a, b) => a * b, 1) },
  fill: { value: Number.isFinite },
  unary: { fn: isText },
  binary: { fn: isText },
  where: {},
  linear: { act: isText },
  matmul: { ta: isFlag, tb: isFlag },
  reduce: { fn: isText, axes: isIndices, keep: isFlag },
  reshape: {},
  broadcast: {},
  transpose: { perm: isIndices },
  slice: { starts: isIndices, steps: isIndices },
  pad: { before: isIndices, steps: isIndices },
  concat: { axis: isIndex },
  gather: { axis: isIndex, indices: isIndices },
  scatterAdd: { axis: isIndex, indices: isIndices, size: isIndex },
  stop: {},
};

const functions: Readonly<Record<string, readonly string[]>> = {
  unary: "neg abs sign step exp log sqrt square reciprocal tanh sigmoid relu softplus erf sin cos".split(" "),
  binary: "add sub mul div max min gt tanhGrad sigmoidGrad reluGrad".split(" "),
  reduce: ["sum", "max"],
  linear: ["none", "tanh", "sigmoid", "relu"],
};

function parsedNode(value: unknown, index: number): Node {
  if (!isRecord(value) || !isText(value.op) || !isIndices(value.inputs) || !isIndices(value.shape)) {
    throw unfit(`node ${index} has no op, inputs and shape`);
  }
  const { op, inputs, shape } = value;
  if (!Object.hasOwn(attributes, op)) {
    throw new DymadError("E_UNSUPPORTED", `a formula that is stored cannot hold "${op}"`, {
      hint: "write loops as loops of the language: they are written down pass by pass",
    });
  }
  if (inputs.some((i) => i >= index)) throw unfit(`node ${index} reads a node that comes later`);
  const known = attributes[op];
  for (const [name, fits] of Object.entries(known)) {
    if (!fits(value[name], shape)) throw unfit(`node ${index} (${op}) has no valid ${name}`);
  }
  const fn = value.fn ?? value.act;
  if (Object.hasOwn(functions, op) && !functions[op].includes(String(fn))) throw unfit(`node ${index} (${op}) knows no ${fn}`);
  const own = Object.fromEntries(Object.keys(known).map((name) => [name, value[name]]));
  const data = op === "const" ? { data: Float64Array.from(value.data as number[]) } : {};
  return { op, inputs, shape, ...own, ...data } as unknown as Node;
}

const unfit = (why: string): DymadError => new DymadError("E_FORMAT", `this is not a stored formula: ${why}`);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function isText(value: unknown): value is string {
  return typeof value === "string";
}
function isFlag(value: unknown): value is boolean {
  return typeof value === "boolean";
}
function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isFinite);
}
function isIndex(value: unknown, limit: unknown = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (typeof limit !== "number" || (value as number) < limit);
}
function isIndices(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => isIndex(one));
}
