import { cos, erf, exp, log, log1p, sin, tanh } from "../../elementary.js";
import { type BinaryFn, type FusedActivation, type Node, type Shape, sizeOf, stridesOf, type UnaryFn } from "../graph.js";
import { flushFloor } from "../program.js";
import { draw } from "../random.js";
import { broadcastStrides, offsets } from "./layout.js";

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)));

/** What every function of one operand means. */
export const unaryFunctions: Record<UnaryFn, (x: number) => number> = {
  neg: (x) => -x,
  abs: (x) => Math.abs(x),
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : x),
  step: (x) => (Number.isNaN(x) ? x : x > 0 ? 1 : 0),
  exp,
  log,
  sqrt: (x) => Math.sqrt(x),
  square: (x) => x * x,
  reciprocal: (x) => 1 / x,
  tanh,
  sigmoid,
  relu: (x) => (x > 0 ? x : Number.isNaN(x) ? x : 0),
  softplus: (x) => Math.max(x, 0) + log1p(exp(-Math.abs(x))),
  erf,
  sin,
  cos,
  flush: (x) => (Math.abs(x) < flushFloor.float64 ? 0 : x),
};

/** What every function of two operands means. */
export const binaryFunctions: Record<BinaryFn, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  max: Math.max,
  min: Math.min,
  gt: (a, b) => (a > b ? 1 : 0),
  tanhGrad: (g, y) => g * (1 - y * y),
  sigmoidGrad: (g, y) => g * (y * (1 - y)),
  reluGrad: (g, y) => (y > 0 ? g : 0),
};

const activations: Record<FusedActivation, (x: number) => number> = {
  none: (x) => x,
  tanh,
  sigmoid,
  relu: unaryFunctions.relu,
};

type Value = { readonly shape: Shape; readonly data: Float64Array };

/** The value of one node (loops aside) from the values of its operands: the plain meaning of every op. */
export function evaluate(node: Exclude<Node, { op: "input" | "scan" | "pick" }>, operands: readonly Value[]): Float64Array {
  const out = new Float64Array(sizeOf(node.shape));
  const [a, b] = operands;
  switch (node.op) {
    case "const":
      out.set(node.data);
      return out;
    case "fill":
      return out.fill(node.value);
    case "random":
      return draw(node, a?.data[0]);
    case "unary": {
      const f = unaryFunctions[node.fn];
      for (let i = 0; i < out.length; i++) out[i] = f(a.data[i]);
      return out;
    }
    case "binary": {
      const f = binaryFunctions[node.fn];
      const [ia, ib] = [a, b].map((v) => offsets(node.shape, broadcastStrides(v.shape, node.shape)));
      for (let i = 0; i < out.length; i++) out[i] = f(a.data[ia[i]], b.data[ib[i]]);
      return out;
    }
    case "where": {
      const [ic, ia, ib] = operands.map((v) => offsets(node.shape, broadcastStrides(v.shape, node.shape)));
      for (let i = 0; i < out.length; i++) out[i] = a.data[ic[i]] !== 0 ? b.data[ia[i]] : operands[2].data[ib[i]];
      return out;
    }
    case "linear": {
      const [k, n] = b.shape;
      const bias = operands[2]?.data;
      const act = activations[node.act];
      product(a.data, 0, k, 1, b.data, 0, n, 1, out, 0, a.data.length / k, k, n);
      for (let i = 0; i < out.length; i++) out[i] = act(bias === undefined ? out[i] : out[i] + bias[i % n]);
      return out;
    }
    case "matmul": {
      const rank = node.shape.length;
      const [m, n] = node.shape.slice(-2);
      const k = a.shape[a.shape.length - (node.ta ? 2 : 1)];
      const batch = node.shape.slice(0, rank - 2);
      const [ia, ib] = [a, b].map((v) => {
        const lead = broadcastStrides(v.shape.slice(0, -2), batch);
        const matrix = sizeOf(v.shape.slice(-2));
        return offsets(
          batch,
          lead.map((s) => s * matrix),
        );
      });
      const [ar, ac] = node.ta ? [1, m] : [k, 1];
      const [br, bc] = node.tb ? [1, k] : [n, 1];
      ia.forEach((start, i) => {
        product(a.data, start, ar, ac, b.data, ib[i], br, bc, out, i * m * n, m, k, n);
      });
      return out;
    }
    case "reduce": {
      const kept = a.shape.map((n, i) => (node.axes.includes(i) ? 1 : n));
      const target = offsets(a.shape, broadcastStrides(kept, a.shape));
      if (node.fn === "max") out.fill(Number.NEGATIVE_INFINITY);
      for (let i = 0; i < target.length; i++) {
        out[target[i]] = node.fn === "sum" ? out[target[i]] + a.data[i] : binaryFunctions.max(out[target[i]], a.data[i]);
      }
      return out;
    }
    case "reshape":
    case "stop":
      out.set(a.data);
      return out;
    case "broadcast":
      return take(a.data, offsets(node.shape, broadcastStrides(a.shape, node.shape)), out);
    case "transpose": {
      const strides = stridesOf(a.shape);
      return take(
        a.data,
        offsets(
          node.shape,
          node.perm.map((axis) => strides[axis]),
        ),
        out,
      );
    }
    case "slice": {
      const strides = stridesOf(a.shape);
      const start = node.starts.reduce((sum, s, i) => sum + s * strides[i], 0);
      return take(
        a.data,
        offsets(
          node.shape,
          strides.map((s, i) => s * node.steps[i]),
          start,
        ),
        out,
      );
    }
    case "pad": {
      const strides = stridesOf(node.shape);
      const start = node.before.reduce((sum, s, i) => sum + s * strides[i], 0);
      const place = offsets(
        a.shape,
        strides.map((s, i) => s * node.steps[i]),
        start,
      );
      for (let i = 0; i < place.length; i++) out[place[i]] = a.data[i];
      return out;
    }
    case "concat": {
      const strides = stridesOf(node.shape);
      let start = 0;
      for (const part of operands) {
        const place = offsets(part.shape, strides, start * strides[node.axis]);
        for (let i = 0; i < place.length; i++) out[place[i]] = part.data[i];
        start += part.shape[node.axis];
      }
      return out;
    }
    case "gather":
      moveRows(node.shape, node.axis, node.indices, a.shape[node.axis], (row, source) => {
        out[row] = a.data[source];
      });
      return out;
    case "scatterAdd":
      moveRows(a.shape, node.axis, node.indices, node.size, (row, target) => {
        out[target] += a.data[row];
      });
      return out;
    default:
      return node satisfies never;
  }
}

/** C = A B for one pair of matrices with given row and column steps; sums run over k in order. */
function product(
  a: Float64Array,
  a0: number,
  ar: number,
  ac: number,
  b: Float64Array,
  b0: number,
  br: number,
  bc: number,
  c: Float64Array,
  c0: number,
  m: number,
  k: number,
  n: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += a[a0 + i * ar + l * ac] * b[b0 + l * br + j * bc];
      c[c0 + i * n + j] = sum;
    }
  }
}

function take(source: Float64Array, from: Int32Array, out: Float64Array): Float64Array {
  for (let i = 0; i < out.length; i++) out[i] = source[from[i]];
  return out;
}

/** Visits every entry of an array of `shape` with the entry of an array whose `axis` has `size` rows that `indices` names. */
function moveRows(
  shape: Shape,
  axis: number,
  indices: readonly number[],
  size: number,
  visit: (entry: number, other: number) => void,
): void {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  for (let o = 0; o < outer; o++) {
    indices.forEach((index, k) => {
      const entry = (o * indices.length + k) * inner;
      const other = (o * size + index) * inner;
      for (let i = 0; i < inner; i++) visit(entry + i, other + i);
    });
  }
}
