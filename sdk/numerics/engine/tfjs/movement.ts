import { type Node, type Shape, sizeOf } from "../graph.js";
import { type Context, type Op, zerosOf } from "./context.js";
import type { TfTensor } from "./module.js";

/*
 * What works along one axis works on a view [outer, n, inner]: the backends of tfjs are sure of three axes (WebGPU pads no more
 * than four, and says so on the console only).
 */
const threeAxes = (shape: Shape, axis: number): [number, number, number] => [
  sizeOf(shape.slice(0, axis)),
  shape[axis],
  sizeOf(shape.slice(axis + 1)),
];

const withAxis = (shape: Shape, axis: number, n: number): number[] => shape.map((m, i) => (i === axis ? n : m));

/** Rows of an axis by index. */
export function gatherOp({ tf, indices }: Context, shape: Shape, axis: number, rows: readonly number[]): Op {
  const picked = indices(rows, [rows.length]);
  const result = withAxis(shape, axis, rows.length);
  return (x) => tf.reshape(tf.gather(tf.reshape(x, threeAxes(shape, axis)), picked, 1), result);
}

/** Rows of an axis added to rows of zeros, by index; tfjs adds rows of the first axis, so the axis goes there and back. */
export function scatterOp({ tf, indices }: Context, shape: Shape, axis: number, rows: readonly number[], size: number): Op {
  const [outer, n, inner] = threeAxes(shape, axis);
  const result = withAxis(shape, axis, size);
  const targets = indices(rows, [rows.length, 1]);
  if (outer === 1) return (x) => tf.reshape(tf.scatterND(targets, tf.reshape(x, [n, inner]), [size, inner]), result);
  return (x) => {
    const moved = tf.transpose(tf.reshape(x, [outer, n, inner]), [1, 0, 2]);
    const added = tf.scatterND(targets, tf.reshape(moved, [n, outer * inner]), [size, outer * inner]);
    return tf.reshape(tf.transpose(tf.reshape(added, [size, outer, inner]), [1, 0, 2]), result);
  };
}

type SliceNode = Extract<Node, { op: "slice" }>;
type PadNode = Extract<Node, { op: "pad" }>;

const arithmetic = (start: number, step: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => start + i * step);

/** Entries start, start + step, ... of each axis: one slice where all steps are 1, else a gather along each axis with another. */
export function sliceOp(context: Context, { shape, starts, steps }: SliceNode, operand: Shape): Op {
  const { tf } = context;
  const even = steps.every((step, i) => step === 1 || shape[i] === 1);
  if (even) return (x) => (shape.length === 0 ? tf.clone(x) : tf.slice(x, [...starts], [...shape]));
  return alongAxes(operand, shape, (present, axis) =>
    starts[axis] === 0 && steps[axis] === 1 && shape[axis] === operand[axis]
      ? null
      : gatherOp(context, present, axis, arithmetic(starts[axis], steps[axis], shape[axis])),
  );
}

/** Zeros around and, where a step is not 1, between the entries of each axis. */
export function padOp(context: Context, { shape, before, steps }: PadNode, operand: Shape): Op {
  const { tf } = context;
  return alongAxes(operand, shape, (present, axis) => {
    const n = operand[axis];
    if (n === shape[axis]) return null;
    if (steps[axis] !== 1 && n > 1)
      return scatterOp(context, present, axis, arithmetic(before[axis], steps[axis], n), shape[axis]);
    const [outer, , inner] = threeAxes(present, axis);
    const result = withAxis(present, axis, shape[axis]);
    const paddings: [number, number][] = [
      [0, 0],
      [before[axis], shape[axis] - before[axis] - n],
      [0, 0],
    ];
    return (x) => tf.reshape(tf.pad(tf.reshape(x, [outer, n, inner]), paddings), result);
  });
}

/** One op after the other, each along one axis, from the shape of the operand to that of the result. */
function alongAxes(from: Shape, to: Shape, opOf: (present: Shape, axis: number) => Op | null): Op {
  const ops: Op[] = [];
  let present = from;
  to.forEach((n, axis) => {
    const op = opOf(present, axis);
    if (op !== null) ops.push(op);
    present = withAxis(present, axis, n);
  });
  return (x) => ops.reduce((value, op) => op(value), x);
}

/** Parts joined along an axis; those without entries are left out. */
export function concatOp({ tf }: Context, axis: number, parts: readonly Shape[]): Op {
  const full = parts.flatMap((shape, i) => (sizeOf(shape) === 0 ? [] : [i]));
  return (...operands) =>
    tf.concat(
      full.map((i) => operands[i]),
      axis,
    );
}

/** Row k of the first axis, without that axis. */
export function rowOf({ tf }: Context, x: TfTensor, k: number, row: Shape): TfTensor {
  if (sizeOf(row) === 0) return zerosOf(tf, row);
  return tf.reshape(tf.slice(x, [k, ...row.map(() => 0)], [1, ...row]), [...row]);
}

/** Rows joined along a new first axis. */
export function stackRows({ tf }: Context, rows: TfTensor[], row: Shape): TfTensor {
  return rows.length * sizeOf(row) === 0 ? zerosOf(tf, [rows.length, ...row]) : tf.stack(rows, 0);
}
