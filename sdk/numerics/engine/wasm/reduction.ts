import { type Shape, sizeOf } from "../graph.js";
import { REDUCE } from "./assembly/opcodes.js";
import type { View } from "./instruction.js";
import { isContiguous, viewOf } from "./view.js";
import type { Writer } from "./writer.js";

interface Axis {
  readonly kept: boolean;
  readonly count: number;
  readonly step: number;
}

/** Axes longer than 1, neighbours of one kind merged. */
function axesByKind(view: View, reduced: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  view.shape.forEach((count, i) => {
    if (count === 1) return;
    const kept = !reduced.includes(i);
    const step = view.strides[i];
    const last = axes.at(-1);
    if (last !== undefined && last.kept === kept && last.step === step * count) {
      axes[axes.length - 1] = { kept, count: last.count * count, step };
    } else {
      axes.push({ kept, count, step });
    }
  });
  return axes;
}

/** Sum or maximum over axes. */
export function writeReduction(writer: Writer, fn: "sum" | "max", operand: View, reduced: readonly number[], shape: Shape): View {
  if (sizeOf(operand.shape) === 0) {
    const y = writer.fresh(shape);
    writer.copy(writer.filled(fn === "sum" ? 0 : Number.NEGATIVE_INFINITY, shape), y);
    return y;
  }
  let x = operand;
  let axes = axesByKind(x, reduced);
  if (axes.length > 0 && axes[axes.length - 1].step !== 1) {
    x = writer.contiguous(x);
    axes = axesByKind(x, reduced);
  }
  if (!axes.some((axis) => !axis.kept)) return viewOf((isContiguous(x) ? x : writer.contiguous(x)).place, shape);
  const inner = axes[axes.length - 1];
  const outer = axes.slice(0, -1);
  const kept = outer.filter((axis) => axis.kept);
  const gone = outer.filter((axis) => !axis.kept);
  const y = writer.fresh(shape);
  writer.emit({
    code: REDUCE,
    name: fn,
    words: [
      fn === "max" ? 1 : 0,
      x.place,
      y.place,
      inner.count,
      inner.kept ? 1 : 0,
      kept.length,
      gone.length,
      ...[...kept, ...gone].flatMap((axis) => [axis.count, axis.step * writer.bytes]),
    ],
    write: y.place,
    flops: sizeOf(operand.shape),
  });
  return y;
}
