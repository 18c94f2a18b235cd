import { DymadError } from "../../errors.js";
import { type Graph, type Node, type Shape, sizeOf } from "./graph.js";
import { concat, constant, emitNode, fill, linear, matmul, Tensor, unary } from "./tensor.js";
import type { Tensors } from "./trace.js";

/** A value of the inner graph in the outer one; `rows`: whether it has the leading axes, or is the same for all of them. */
interface Value {
  readonly tensor: Tensor;
  readonly rows: boolean;
}

/**
 * A graph as part of the formula being written down, once for every entry of some leading axes: a formula for one state becomes
 * that for a batch.
 *
 * @param graph   its inputs have shapes S
 * @param inputs  tensors by the names of the inputs, shapes [...lead, ...S]; one of size 0 may be left out
 * @param lead    the leading axes; [] for the graph as it is
 * @returns       the outputs by name, shapes [...lead, ...S]
 * @throws        E_SHAPE when shapes do not fit together; E_UNSUPPORTED for nodes that have no form with leading axes (loops, random
 *                draws)
 */
export function inlineGraph(graph: Graph, inputs: Tensors, lead: Shape): Tensors {
  const some = Object.values(inputs)[0];
  if (some === undefined) throw new DymadError("E_SHAPE", "a graph without inputs cannot become part of another");
  const values: (Value | null)[] = [];
  for (const node of graph.nodes) {
    const operands = node.inputs.map((i) => values[i]);
    values.push(node.op === "input" ? given(node, inputs, lead) : placed(node, operands, some, lead));
  }
  return Object.fromEntries(
    graph.outputs.map(({ name, node }) => {
      const { tensor } = batched(values[node], lead);
      return [name, tensor];
    }),
  );
}

function given(node: Extract<Node, { op: "input" }>, inputs: Tensors, lead: Shape): Value | null {
  if (sizeOf(node.shape) === 0) return null;
  const tensor = inputs[node.name];
  if (tensor === undefined) throw new DymadError("E_SHAPE", `the graph has an input ${node.name}, and nothing is given for it`);
  if (String(tensor.shape) !== String([...lead, ...node.shape])) {
    throw new DymadError(
      "E_SHAPE",
      `input ${node.name} has shape [${tensor.shape}], the graph asks for [${[...lead, ...node.shape]}]`,
    );
  }
  return { tensor, rows: lead.length > 0 };
}

/** A value with its leading axes; E_SHAPE for an input of size 0, which has no values. */
function batched(value: Value | null, lead: Shape): Value {
  if (value === null) throw new DymadError("E_SHAPE", "a value of size 0 is used: what it stands for does not exist here");
  if (value.rows || lead.length === 0) return value;
  return { tensor: value.tensor.broadcast([...lead, ...value.tensor.shape]), rows: true };
}

/** The tensor with axes of length 1 after the leading ones, so that it broadcasts against others of this rank. */
function stretched({ tensor, rows }: Value, rank: number, lead: Shape): Tensor {
  const own = tensor.shape.slice(lead.length);
  if (!rows || own.length === rank) return tensor;
  return tensor.reshape([...lead, ...new Array<number>(rank - own.length).fill(1), ...own]);
}

function placed(node: Exclude<Node, { op: "input" }>, operands: readonly (Value | null)[], some: Tensor, lead: Shape): Value {
  if (node.op === "const") return { tensor: constant(some, node.shape, node.data), rows: false };
  if (node.op === "fill") return { tensor: fill(some, node.shape, node.value), rows: false };
  // what is empty adds nothing to a concatenation; everywhere else it is missed
  const used = node.op === "concat" ? operands.filter((v): v is Value => v !== null) : operands.map((v) => v ?? batched(v, lead));
  const rows = used.some((value) => value.rows);
  const L = rows ? lead.length : 0;
  const [a, b] = used;
  const rank = node.shape.length;
  const like = (value: Value): Tensor => stretched(value, rank, lead);
  const tensor = (): Tensor => {
    switch (node.op) {
      case "unary":
        return unary(node.fn, a.tensor);
      case "binary":
      case "where": {
        const all = used.map(like);
        const shape = [...(rows ? lead : []), ...node.shape];
        return emitNode(node.op === "where" ? { op: "where", shape } : { op: "binary", fn: node.fn, shape }, all);
      }
      case "linear":
        return product(node, used, lead);
      case "matmul":
        return matmul(like(a), like(b), node.ta, node.tb);
      case "reduce": {
        const axes = node.axes.map((axis) => axis + L);
        return node.fn === "sum" ? a.tensor.sum(axes, node.keep) : a.tensor.maximum(axes, node.keep);
      }
      case "reshape":
        return a.tensor.reshape([...(rows ? lead : []), ...node.shape]);
      case "broadcast":
        return like(a).broadcast([...(rows ? lead : []), ...node.shape]);
      case "transpose":
        return a.tensor.transpose([...Array(L).keys(), ...node.perm.map((axis) => axis + L)]);
      case "slice":
        return node.shape.reduce((t, length, i) => t.slice(L + i, node.starts[i], length, node.steps[i]), a.tensor);
      case "pad": {
        const around = rows ? lead : [];
        const before = [...around.map(() => 0), ...node.before];
        const steps = [...around.map(() => 1), ...node.steps];
        return emitNode({ op: "pad", shape: [...around, ...node.shape], before, steps }, [a.tensor]);
      }
      case "concat":
        return concat(
          used.map((value) => (rows ? batched(value, lead) : value).tensor),
          node.axis + L,
        );
      case "gather":
        return a.tensor.gather(node.axis + L, node.indices);
      case "scatterAdd":
        return a.tensor.scatterAdd(node.axis + L, node.indices, node.size);
      case "stop":
        return a.tensor.stop();
      case "scan":
      case "pick":
      case "random":
        // as they are, they need no other form
        if (lead.length === 0)
          return operands.length === 0
            ? new Tensor(some.ref.builder.add(node))
            : emitNode(
                node,
                used.map((value) => value.tensor),
              );
        throw new DymadError("E_UNSUPPORTED", `a formula that is stored cannot hold "${node.op}"`, {
          hint: "write loops as loops of the language: they are written down pass by pass",
        });
      default:
        return node satisfies never;
    }
  };
  return { tensor: tensor(), rows };
}

/** act(x W + b), also where W or b differ from row to row. */
function product(node: Extract<Node, { op: "linear" }>, [x, W, b]: readonly Value[], lead: Shape): Tensor {
  if (!W.rows && !b?.rows) return linear(x.tensor, W.tensor, b?.tensor ?? null, node.act);
  const own = node.shape.slice(0, -1);
  const k = W.tensor.shape.at(-2) as number;
  const rows = batched(x, lead).tensor.reshape([...lead, sizeOf(own), k]);
  const out = matmul(rows, W.tensor).reshape([...lead, ...node.shape]);
  const sum = b === undefined ? out : out.add(stretched(b, node.shape.length, lead));
  return node.act === "none" ? sum : unary(node.act, sum);
}
