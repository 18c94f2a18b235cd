import { type FusedActivation, type Shape, sizeOf } from "../graph.js";
import { type Context, type Op, zerosOf } from "./context.js";
import { unaryOp } from "./elementwise.js";
import type { TfTensor } from "./module.js";

/** act(x W + b) with the leading axes of x as one batch of rows; the bias is added in the same call as the product. */
export function linearOp(context: Context, shape: Shape, x: Shape, act: FusedActivation): Op {
  const { tf } = context;
  const k = x[x.length - 1];
  const n = shape[shape.length - 1];
  const rows = sizeOf(shape) / n;
  const activate: Op = act === "none" ? (y) => y : unaryOp(context, act);
  return (given, W, b: TfTensor | undefined) => {
    const a = tf.reshape(given, [rows, k]);
    const product = (): TfTensor => (k === 0 ? zerosOf(tf, [rows, n]) : tf.matMul(a, W, false, false));
    const y = b === undefined ? product() : k === 0 ? tf.add(product(), b) : tf.fused.matMul({ a, b: W, bias: b });
    return tf.reshape(activate(y), [...shape]);
  };
}

/**
 * A B over the last two axes. tfjs repeats a batch of one over the other operand's, and no more (its backends differ beyond
 * that), so operands whose leading axes are stretched one by one are laid out in full first.
 */
export function matmulOp({ tf }: Context, shape: Shape, a: Shape, b: Shape, ta: boolean, tb: boolean): Op {
  if (a[a.length - (ta ? 2 : 1)] === 0) return () => zerosOf(tf, shape);
  const batch = shape.slice(0, -2);
  const size = sizeOf(batch);
  const flat = (own: Shape): ((x: TfTensor) => TfTensor) => {
    const matrix = own.slice(-2);
    const count = sizeOf(own.slice(0, -2));
    if (count === 1 || count === size) return (x) => tf.reshape(x, [count, ...matrix]);
    return (x) => tf.reshape(tf.broadcastTo(x, [...batch, ...matrix]), [size, ...matrix]);
  };
  if (!ta && sizeOf(b.slice(0, -2)) === 1) {
    // one matrix on the right: the rows of all batches are one long matrix
    const k = a[a.length - 1];
    const rows = sizeOf(a) / k;
    const matrix = b.slice(-2);
    return (x, y) => tf.reshape(tf.matMul(tf.reshape(x, [rows, k]), tf.reshape(y, [...matrix]), false, tb), [...shape]);
  }
  const [left, right] = [flat(a), flat(b)];
  return (x, y) => tf.reshape(tf.matMul(left(x), right(y), ta, tb), [...shape]);
}
