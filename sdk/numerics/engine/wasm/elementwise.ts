import { type BinaryFn, type Shape, sizeOf, type UnaryFn } from "../graph.js";
import { BINARY, COMBINE, UNARY, WHERE } from "./assembly/opcodes.js";
import type { View } from "./instruction.js";
import { axesOf, broadcastTo, isContiguous } from "./view.js";
import type { Writer } from "./writer.js";

/** The numbers of the functions in the kernels are their positions here. */
export const unaryFunctions: readonly UnaryFn[] = [
  "neg",
  "abs",
  "sign",
  "step",
  "exp",
  "log",
  "sqrt",
  "square",
  "reciprocal",
  "tanh",
  "sigmoid",
  "relu",
  "softplus",
  "erf",
  "sin",
  "cos",
  "flush",
];
export const binaryFunctions: readonly BinaryFn[] = [
  "add",
  "sub",
  "mul",
  "div",
  "max",
  "min",
  "gt",
  "tanhGrad",
  "sigmoidGrad",
  "reluGrad",
];

export function writeUnary(writer: Writer, fn: UnaryFn, operand: View): View {
  const x = writer.contiguous(operand);
  const y = writer.fresh(x.shape);
  writer.emit({
    code: UNARY,
    name: fn,
    words: [unaryFunctions.indexOf(fn), x.place, y.place, sizeOf(x.shape)],
    write: y.place,
    overwritable: [x.place],
    flops: sizeOf(x.shape) * (fn === "neg" || fn === "abs" || fn === "relu" || fn === "square" || fn === "flush" ? 1 : 20),
  });
  return y;
}

export function writeBinary(writer: Writer, fn: BinaryFn, left: View, right: View, shape: Shape): View {
  let a = broadcastTo(left, shape);
  let b = broadcastTo(right, shape);
  let axes = axesOf(shape, [a.strides, b.strides]);
  const inner = axes[axes.length - 1].steps;
  if (inner.some((s) => s !== 0 && s !== 1)) {
    // the kernels run along the innermost axis with step 1
    if (inner[0] > 1 || inner[0] < 0) a = broadcastTo(writer.contiguous(left), shape);
    if (inner[1] > 1 || inner[1] < 0) b = broadcastTo(writer.contiguous(right), shape);
    axes = axesOf(shape, [a.strides, b.strides]);
  }
  if (axes[axes.length - 1].steps.every((s) => s === 0)) axes = [...axes, { count: 1, steps: [1, 1] }];
  const last = axes[axes.length - 1];
  const outer = axes.slice(0, -1);
  const y = writer.fresh(shape);
  const mode = last.steps[1] === 0 ? 1 : last.steps[0] === 0 ? 2 : 0;
  writer.emit({
    code: BINARY,
    name: fn,
    words: [
      binaryFunctions.indexOf(fn),
      mode,
      a.place,
      b.place,
      y.place,
      last.count,
      outer.length,
      ...outer.flatMap((axis) => [axis.count, ...axis.steps.map((s) => s * writer.bytes)]),
    ],
    write: y.place,
    overwritable: [a, b].filter(isContiguous).map((view) => view.place),
    flops: sizeOf(shape) * (fn.endsWith("Grad") ? 3 : 1),
  });
  return y;
}

export function writeWhere(writer: Writer, operands: readonly View[], shape: Shape): View {
  const views = operands.map((view) => broadcastTo(view, shape));
  const axes = axesOf(
    shape,
    views.map((v) => v.strides),
  );
  const y = writer.fresh(shape);
  writer.emit({
    code: WHERE,
    name: "where",
    words: [
      ...views.map((v) => v.place),
      y.place,
      axes.length,
      ...axes.flatMap((axis) => [axis.count, ...axis.steps.map((s) => s * writer.bytes)]),
    ],
    write: y.place,
    overwritable: views.filter(isContiguous).map((view) => view.place),
    flops: sizeOf(shape),
  });
  return y;
}

/** The sum of weight * x, in one pass. */
export function writeCombination(
  writer: Writer,
  terms: readonly { readonly x: View; readonly weight: number }[],
  shape: Shape,
): View {
  const views = terms.map(({ x }) => writer.contiguous(x));
  const y = writer.fresh(shape);
  writer.emit({
    code: COMBINE,
    name: `sum of ${terms.length} terms`,
    words: [y.place, sizeOf(shape), terms.length, ...views.flatMap(({ place }, i) => [place, writer.scalar(terms[i].weight)])],
    write: y.place,
    overwritable: views.map(({ place }) => place),
    flops: sizeOf(shape) * (2 * terms.length - 1),
  });
  return y;
}
