import { DymadError } from "../../../errors.js";
import { type Node, type Shape, sizeOf } from "../graph.js";
import { type Context, type Op, zerosOf } from "./context.js";
import { binaryOp, unaryOp } from "./elementwise.js";
import { concatOp, gatherOp, padOp, scatterOp, sliceOp } from "./movement.js";
import { linearOp, matmulOp } from "./product.js";
import { randomOp } from "./random.js";

/** The most axes the backends of tfjs can transpose and broadcast. */
const mostAxes = 6;

/** A node that has one result and no loop inside, as calls of tfjs. `operands` are the shapes of what it will be given. */
export function lowerNode(
  context: Context,
  node: Exclude<Node, { op: "input" | "scan" | "pick" }>,
  operands: readonly Shape[],
): Op {
  const { tf } = context;
  const shape = [...node.shape];
  if (shape.length > mostAxes) {
    throw new DymadError("E_BACKEND", `tfjs computes with at most ${mostAxes} axes, a ${node.op} has shape [${shape}]`, {
      hint: 'join axes by reshape, or choose backend "wasm"',
    });
  }
  if (sizeOf(shape) === 0) return () => zerosOf(tf, shape);
  switch (node.op) {
    case "const": {
      const value = context.floats(node.data, shape);
      return () => value;
    }
    case "fill": {
      const value = context.floats(new Float32Array(sizeOf(shape)).fill(node.value), shape);
      return () => value;
    }
    case "random":
      return randomOp(context, node);
    case "unary":
      return unaryOp(context, node.fn);
    case "binary":
      return binaryOp(context, node.fn);
    case "where":
      return (c, a, b) => tf.where(tf.notEqual(c, context.zero), a, b);
    case "linear":
      return linearOp(context, shape, operands[0], node.act);
    case "matmul":
      return matmulOp(context, shape, operands[0], operands[1], node.ta, node.tb);
    case "reduce": {
      const axes = [...node.axes];
      if (sizeOf(operands[0]) === 0) return () => tf.fill(shape, node.fn === "sum" ? 0 : Number.NEGATIVE_INFINITY, "float32");
      if (axes.length === 0) return (x) => x;
      return (x) => tf[node.fn](x, axes, node.keep);
    }
    case "reshape":
      return (x) => tf.reshape(x, shape);
    case "broadcast":
      return (x) => tf.broadcastTo(x, shape);
    case "transpose":
      return (x) => tf.transpose(x, [...node.perm]);
    case "slice":
      return sliceOp(context, node, operands[0]);
    case "pad":
      return sizeOf(operands[0]) === 0 ? () => zerosOf(tf, shape) : padOp(context, node, operands[0]);
    case "concat":
      return concatOp(context, node.axis, operands);
    case "gather":
      return gatherOp(context, operands[0], node.axis, node.indices);
    case "scatterAdd":
      return sizeOf(operands[0]) === 0
        ? () => zerosOf(tf, shape)
        : scatterOp(context, operands[0], node.axis, node.indices, node.size);
    case "stop":
      return (x) => x;
    default:
      return node satisfies never;
  }
}
