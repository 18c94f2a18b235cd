import type { BinaryFn, UnaryFn } from "../graph.js";
import { flushFloor } from "../program.js";
import type { Context, Op } from "./context.js";

/*
 * Functions that give a number for a NaN, by backend, as seen with tfjs 4.22 (webgpu: Dawn with SwiftShader and NVIDIA; WGSL leaves NaN open).
 * A training that diverges must be seen to, so these are guarded. A backend that was not tried is guarded throughout.
 */
const losers: readonly (UnaryFn | BinaryFn)[] = ["sign", "max", "min", "relu", "exp", "log", "sigmoid", "softplus"];
const losersOf: Readonly<Record<string, readonly (UnaryFn | BinaryFn)[]>> = {
  cpu: ["sign"],
  wasm: ["sign", "max", "min"],
  webgpu: ["sign", "relu", "exp", "log", "sigmoid", "softplus"],
};

const losesNaN = (backend: string, fn: UnaryFn | BinaryFn): boolean => (losersOf[backend] ?? losers).includes(fn);

/** A function of one operand; tfjs calls each as the graph does. */
export function unaryOp({ tf, backend, zero, floats }: Context, fn: UnaryFn): Op {
  const above: Op = (a, b) => tf.cast(tf.greater(a, b), "float32");
  if (fn === "flush") {
    const floor = floats([flushFloor.float32], []);
    return (x) => tf.where(tf.greater(floor, tf.abs(x)), zero, x);
  }
  // not tf.sign: the wasm backend has 0 for small numbers
  const plain: Op = fn === "sign" ? (x) => tf.sub(above(x, zero), above(zero, x)) : (x) => tf[fn](x);
  if (!losesNaN(backend, fn)) return plain;
  const guarded: Op = (x) => tf.where(tf.isNaN(x), x, plain(x));
  if (fn !== "log") return guarded;
  // log(0) is open in WGSL, too: -88 on SwiftShader
  const bottom = floats([Number.NEGATIVE_INFINITY], []);
  return (x) => tf.where(tf.equal(x, zero), bottom, guarded(x));
}

/** A function of two operands, broadcast. */
export function binaryOp({ tf, backend, zero, one }: Context, fn: BinaryFn): Op {
  switch (fn) {
    case "add":
    case "sub":
    case "mul":
    case "div":
      return (a, b) => tf[fn](a, b);
    case "max":
    case "min": {
      const plain: Op = fn === "max" ? (a, b) => tf.maximum(a, b) : (a, b) => tf.minimum(a, b);
      if (!losesNaN(backend, fn)) return plain;
      return (a, b) => tf.where(tf.isNaN(a), a, tf.where(tf.isNaN(b), b, plain(a, b)));
    }
    case "gt":
      return (a, b) => tf.cast(tf.greater(a, b), "float32");
    case "tanhGrad":
      return (g, y) => tf.mul(g, tf.sub(one, tf.square(y)));
    case "sigmoidGrad":
      return (g, y) => tf.mul(g, tf.mul(y, tf.sub(one, y)));
    case "reluGrad":
      return (g, y) => tf.where(tf.greater(y, zero), g, zero);
    default:
      return fn satisfies never;
  }
}
