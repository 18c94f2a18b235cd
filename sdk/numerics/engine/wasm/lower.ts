import { type Graph, type Node, sizeOf, stridesOf } from "../graph.js";
import { GATHER, SCATTER } from "./assembly/opcodes.js";
import { combinations } from "./combination.js";
import { writeBinary, writeCombination, writeUnary, writeWhere } from "./elementwise.js";
import { type Fused, fusions } from "./fusion.js";
import type { View } from "./instruction.js";
import { writeLoop } from "./loop.js";
import { type Epilogue, writeLinear, writeMatmul } from "./product.js";
import { writeRandom } from "./random.js";
import { writeReduction } from "./reduction.js";
import { broadcastTo, reshaped, sliced, transposed, viewOf } from "./view.js";
import type { Writer } from "./writer.js";

/** Writes the instructions of a graph for given inputs; returns the views of its outputs. */
export function lower(writer: Writer, graph: Graph, inputs: readonly View[]): View[] {
  const found = fusions(graph);
  const { fused } = found;
  const absorbed = new Set(found.absorbed);
  const sums = combinations(graph, found, absorbed);
  const values: (View | View[] | undefined)[] = [];
  const at = (i: number): View => values[i] as View;
  graph.nodes.forEach((node, i) => {
    if (absorbed.has(i)) values.push(undefined);
    else if (node.op === "input") values.push(inputs[graph.inputs.indexOf(i)]);
    else if (node.op === "pick") values.push((values[node.inputs[0]] as View[])[node.index]);
    else if (node.op === "scan")
      values.push(writeLoop(writer, node, node.inputs.map(at), (given) => lower(writer, node.body, given)));
    else {
      const group = fused.get(i);
      const sum = sums.get(i);
      if (group !== undefined) values.push(lowerFused(writer, graph, group, at));
      else if (sum !== undefined)
        values.push(
          writeCombination(
            writer,
            sum.map(({ node: j, weight }) => ({ x: at(j), weight })),
            node.shape,
          ),
        );
      else values.push(lowerNode(writer, node, node.inputs.map(at)));
    }
  });
  return graph.outputs.map((output) => at(output.node));
}

function lowerFused(writer: Writer, graph: Graph, group: Fused, at: (i: number) => View): View {
  const node = graph.nodes[group.product];
  const [a, b] = node.inputs as readonly number[];
  const epilogue: Epilogue = {
    init: group.init === null ? undefined : at(group.init),
    unary: group.unary ?? undefined,
    binary: group.binary === null ? undefined : { fn: group.binary.fn, other: at(group.binary.other) },
  };
  if (node.op === "matmul") {
    return writeMatmul(writer, at(a), at(b), node.ta, node.tb, node.shape, epilogue);
  }
  return writeLinear(writer, at(a), at(b), node.shape, epilogue);
}

function lowerNode(writer: Writer, node: Exclude<Node, { op: "input" | "scan" | "pick" }>, operands: readonly View[]): View {
  const [a, b] = operands;
  switch (node.op) {
    case "const":
      return viewOf(writer.constant(node.data), node.shape);
    case "fill":
      return writer.filled(node.value, node.shape);
    case "random":
      return writeRandom(writer, node, a);
    case "unary":
      return writeUnary(writer, node.fn, a);
    case "binary":
      return writeBinary(writer, node.fn, a, b, node.shape);
    case "where":
      return writeWhere(writer, operands, node.shape);
    case "linear":
      return writeLinear(writer, a, b, node.shape, {
        init: operands[2],
        unary: node.act === "none" ? undefined : node.act,
      });
    case "matmul":
      return writeMatmul(writer, a, b, node.ta, node.tb, node.shape, {});
    case "reduce":
      return writeReduction(writer, node.fn, a, node.axes, node.shape);
    case "reshape":
      return reshaped(a, node.shape) ?? viewOf(writer.contiguous(a).place, node.shape);
    case "stop":
      return a;
    case "broadcast":
      return broadcastTo(a, node.shape);
    case "transpose":
      return transposed(a, node.perm);
    case "slice":
      return sliced(a, node.shape, node.starts, node.steps);
    case "pad": {
      const y = writer.fresh(node.shape);
      writer.copy(writer.filled(0, node.shape), y);
      if (sizeOf(a.shape) > 0) writer.copy(a, sliced(y, a.shape, node.before, node.steps));
      return y;
    }
    case "concat": {
      const y = writer.fresh(node.shape);
      let start = 0;
      for (const part of operands) {
        const starts = node.shape.map((_, i) => (i === node.axis ? start : 0));
        const steps = starts.map(() => 1);
        const target = { ...sliced(y, part.shape, starts, steps), strides: stridesOf(node.shape) };
        if (sizeOf(part.shape) > 0 && !writer.settle(part, target)) writer.copy(part, target);
        start += part.shape[node.axis];
      }
      return y;
    }
    case "gather":
    case "scatterAdd":
      return writeRows(writer, node, writer.contiguous(a));
    default:
      return node satisfies never;
  }
}

/** Rows picked by index, or added by index to zeros. */
function writeRows(writer: Writer, node: Extract<Node, { op: "gather" | "scatterAdd" }>, x: View): View {
  const { axis, indices, shape } = node;
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const y = writer.fresh(shape);
  const table = writer.constant(Int32Array.from(indices));
  if (node.op === "gather") {
    const bytes = inner * writer.bytes;
    const words = [x.place, y.place, outer, indices.length, bytes, x.shape[axis] * bytes, table];
    writer.emit({ code: GATHER, name: "gather", words, write: y.place });
    return y;
  }
  writer.copy(writer.filled(0, shape), y);
  const words = [x.place, y.place, outer, indices.length, inner, node.size * inner * writer.bytes, table];
  // it reads y as well, but what it reads it has written
  writer.emit({ code: SCATTER, name: "scatterAdd", words, write: y.place, flops: sizeOf(x.shape) });
  return y;
}
