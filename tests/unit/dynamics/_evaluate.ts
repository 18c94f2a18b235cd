import { gradient, type Shape, type Tensors, trace } from "../../../sdk/numerics/engine/index.js";
import { compileReference } from "../../../sdk/numerics/engine/reference/compile.js";

/** Values of a formula on the reference backend; shapes as in `trace`. */
export function evaluate(
  shapes: Readonly<Record<string, Shape>>,
  formula: (inputs: Tensors) => Tensors,
  values: Readonly<Record<string, ArrayLike<number>>>,
): Record<string, Float64Array> {
  const out = compileReference(trace(shapes, formula)).run(values);
  return Object.fromEntries(Object.entries(out).map(([name, v]) => [name, Float64Array.from(v)]));
}

/** Derivatives by one input of the sum over the output `y`. */
export function slopes(
  shapes: Readonly<Record<string, Shape>>,
  formula: (inputs: Tensors) => Tensors,
  values: Readonly<Record<string, ArrayLike<number>>>,
  by: string,
): Float64Array {
  const summed = trace(shapes, (t) => ({ y: formula(t).y.sum() }));
  return Float64Array.from(compileReference(gradient(summed, "y", [by])).run(values)[`grad:${by}`]);
}
