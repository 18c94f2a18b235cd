import { type Node, type Shape, sizeOf } from "./graph.js";
import { binary, emitNode, fill, matmul, type Tensor, where } from "./tensor.js";

type Cotangents = (Tensor | undefined)[];

/** 2 / sqrt(pi), the derivative of erf at 0. */
const TWO_OVER_SQRT_PI = 1.1283791670955126;

/**
 * The rule of reverse mode of every op: from the cotangent `g` of a node's result, the cotangents of its operands.
 * An operand that is not `wanted` may get `undefined`.
 */
export function cotangentRules(
  node: Node,
  operands: readonly Tensor[],
  y: Tensor,
  g: Tensor,
  wanted: readonly boolean[],
): Cotangents {
  const [a, b] = operands;
  switch (node.op) {
    case "unary":
      return [unaryRule(node.fn, a, y, g)];
    case "binary":
      return binaryRule(node.fn, a, b, g).map((c, k) =>
        c === undefined || !wanted[k] ? undefined : unbroadcast(c, operands[k].shape),
      );
    case "where": {
      const zero = fill(g, g.shape, 0);
      return [undefined, unbroadcast(where(a, g, zero), b.shape), unbroadcast(where(a, zero, g), operands[2].shape)];
    }
    case "linear":
      return linearRule(node.act, operands, y, g, wanted);
    case "matmul":
      return matmulRule(node, a, b, g, wanted);
    case "reduce": {
      const kept = a.shape.map((n, i) => (node.axes.includes(i) ? 1 : n));
      const spread = g.reshape(kept).broadcast(a.shape);
      if (node.fn === "sum") return [spread];
      // ties: every entry equal to the maximum gets the whole cotangent
      const below = y.reshape(kept).broadcast(a.shape).gt(a);
      return [where(below, fill(g, a.shape, 0), spread)];
    }
    case "reshape":
      return [g.reshape(a.shape)];
    case "broadcast":
      return [unbroadcast(g, a.shape)];
    case "transpose":
      return [g.transpose(node.perm.map((_, i) => node.perm.indexOf(i)))];
    case "slice":
      return [emitNode({ op: "pad", shape: a.shape, before: node.starts, steps: node.steps }, [g])];
    case "pad":
      return [emitNode({ op: "slice", shape: a.shape, starts: node.before, steps: node.steps }, [g])];
    case "concat": {
      let start = 0;
      return operands.map((part) => {
        const length = part.shape[node.axis];
        const piece = g.slice(node.axis, start, length);
        start += length;
        return piece;
      });
    }
    case "gather":
      return [g.scatterAdd(node.axis, node.indices, a.shape[node.axis])];
    case "scatterAdd":
      return [g.gather(node.axis, node.indices)];
    case "input":
    case "const":
    case "fill":
    case "random":
    case "stop":
    case "scan":
    case "pick":
      return [];
    default:
      return node satisfies never;
  }
}

function unaryRule(fn: Extract<Node, { op: "unary" }>["fn"], x: Tensor, y: Tensor, g: Tensor): Tensor | undefined {
  switch (fn) {
    case "neg":
      return g.neg();
    case "abs":
      return g.mul(emitNode({ op: "unary", shape: x.shape, fn: "sign" }, [x]));
    case "sign":
    case "step":
      return undefined;
    case "exp":
      return g.mul(y);
    case "log":
      return g.div(x);
    case "sqrt":
      return g.mul(0.5).div(y);
    case "square":
      return g.mul(x).mul(2);
    case "reciprocal":
      return g.mul(y.square()).neg();
    case "tanh":
      return binary("tanhGrad", g, y);
    case "sigmoid":
      return binary("sigmoidGrad", g, y);
    case "relu":
      return binary("reluGrad", g, y);
    case "softplus":
      return g.mul(x.sigmoid());
    case "erf":
      return g.mul(x.square().neg().exp().mul(TWO_OVER_SQRT_PI));
    case "sin":
      return g.mul(x.cos());
    case "cos":
      return g.mul(x.sin()).neg();
    case "flush":
      return g;
    default:
      return fn satisfies never;
  }
}

/** Cotangents before the broadcast axes are summed away. At a tie of max or min the second operand gets the cotangent. */
function binaryRule(fn: Extract<Node, { op: "binary" }>["fn"], a: Tensor, b: Tensor, g: Tensor): Cotangents {
  switch (fn) {
    case "add":
      return [g, g];
    case "sub":
      return [g, g.neg()];
    case "mul":
      return [g.mul(b), g.mul(a)];
    case "div":
      return [g.div(b), g.mul(a).div(b.square()).neg()];
    case "max":
      return [where(a.gt(b), g, fill(g, g.shape, 0)), where(a.gt(b), fill(g, g.shape, 0), g)];
    case "min":
      return [where(b.gt(a), g, fill(g, g.shape, 0)), where(b.gt(a), fill(g, g.shape, 0), g)];
    case "gt":
      return [undefined, undefined];
    // d(a (1 - b^2)): a is the cotangent of the first pass, b the value of tanh
    case "tanhGrad":
      return [binary("tanhGrad", g, b), g.mul(a).mul(b).mul(-2)];
    case "sigmoidGrad":
      return [binary("sigmoidGrad", g, b), g.mul(a).mul(b.mul(-2).add(1))];
    case "reluGrad":
      return [binary("reluGrad", g, b), undefined];
    default:
      return fn satisfies never;
  }
}

function linearRule(
  act: "none" | "tanh" | "sigmoid" | "relu",
  operands: readonly Tensor[],
  y: Tensor,
  g: Tensor,
  wanted: readonly boolean[],
): Cotangents {
  const [x, W, bias] = operands;
  const [k, n] = W.shape;
  const rows = sizeOf(x.shape) / k;
  const before = act === "none" ? g : binary(act === "tanh" ? "tanhGrad" : act === "sigmoid" ? "sigmoidGrad" : "reluGrad", g, y);
  const flat = before.reshape([rows, n]);
  return [
    wanted[0] ? matmul(flat, W, false, true).reshape(x.shape) : undefined,
    wanted[1] ? matmul(x.reshape([rows, k]), flat, true, false) : undefined,
    ...(bias === undefined ? [] : [wanted[2] ? flat.sum([0]) : undefined]),
  ];
}

function matmulRule(
  node: Extract<Node, { op: "matmul" }>,
  a: Tensor,
  b: Tensor,
  g: Tensor,
  wanted: readonly boolean[],
): Cotangents {
  const { ta, tb } = node;
  const da = (): Tensor => (ta ? matmul(b, g, tb, true) : matmul(g, b, false, !tb));
  const db = (): Tensor => (tb ? matmul(g, a, true, ta) : matmul(a, g, !ta, false));
  return [wanted[0] ? unbroadcast(da(), a.shape) : undefined, wanted[1] ? unbroadcast(db(), b.shape) : undefined];
}

/** Sums the axes that broadcasting added or stretched. */
function unbroadcast(g: Tensor, shape: Shape): Tensor {
  const extra = g.shape.length - shape.length;
  const axes = g.shape.flatMap((n, i) => (i < extra || (shape[i - extra] === 1 && n !== 1) ? [i] : []));
  return g.sum(axes).reshape(shape);
}
