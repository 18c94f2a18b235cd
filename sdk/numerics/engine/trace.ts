import { DymadError } from "../../errors.js";
import { Builder, innermost } from "./builder.js";
import type { Graph, Shape } from "./graph.js";
import { misfit } from "./misfit.js";
import { Tensor } from "./tensor.js";

/** Graphs being written down at this moment, outermost first: a loop belongs to the last one, whatever its operands. */
const open: Builder[] = [];

function within<T>(builder: Builder, write: () => T): T {
  open.push(builder);
  try {
    return write();
  } finally {
    open.pop();
  }
}

export type Tensors = Record<string, Tensor>;

/**
 * Writes down a formula as a graph: `formula` is called once with tensors that stand for the inputs.
 *
 * @param inputs   shapes of the inputs by name
 * @param formula  gets the inputs by name, returns the outputs by name
 * @returns        the graph; its inputs stand in the order of `inputs`
 * @throws         E_SHAPE when operands do not fit together
 * @example        trace({ x: [3] }, ({ x }) => ({ y: x.square().sum() })).outputs[0].name // "y"
 */
export function trace(inputs: Readonly<Record<string, Shape>>, formula: (inputs: Tensors) => Tensors): Graph {
  const builder = new Builder();
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, new Tensor(builder.input(name, shape))]),
  );
  const outputs = within(builder, () => formula(tensors));
  return builder.graph(Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.ref])));
}

export interface ScanOptions {
  /** values handed from pass to pass */
  readonly carry: Tensors;
  /** values of which pass k sees row k of axis 0 */
  readonly slices?: Tensors;
  readonly length: number;
  /** run from the last row to the first */
  readonly reverse?: boolean;
}

export interface ScanBody {
  readonly carry: Tensors;
  readonly stack?: Tensors;
}

/**
 * A loop: `body` is written down once and run `length` times. Tensors from outside may be used inside; they stay the same
 * in every pass.
 *
 * @returns  `carry`: the values after the last pass; `stack`: values of every pass, with a leading axis of `length`
 * @throws   E_SHAPE when a carry changes its shape, or a sliced value has not `length` rows
 */
export function scan(
  options: ScanOptions,
  body: (carry: Tensors, slice: Tensors) => ScanBody,
): { carry: Tensors; stack: Tensors } {
  const { carry, slices = {}, length, reverse = false } = options;
  const operands = [...Object.values(carry), ...Object.values(slices)];
  const around = open.at(-1);
  const deepest = operands.length === 0 ? undefined : innermost(operands.map((t) => t.ref));
  const outer = around !== undefined && around.depth >= (deepest?.depth ?? 0) ? around : deepest;
  if (outer === undefined) throw new DymadError("E_BACKEND", "scan belongs into the formula of a trace");
  const builder = new Builder(outer);
  const inside = (tensors: Tensors, shape: (t: Tensor) => Shape): Tensors =>
    Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, new Tensor(builder.input(name, shape(t)))]));
  for (const [name, t] of Object.entries(slices)) {
    if (t.shape[0] !== length) throw misfit("scan", [t.shape], `${length} passes over "${name}" with ${t.shape[0]} rows`);
  }
  const carried = inside(carry, (t) => t.shape);
  const sliced = inside(slices, (t) => t.shape.slice(1));
  const result = within(builder, () => body(carried, sliced));

  const names = Object.keys(carry);
  const stacked = Object.entries(result.stack ?? {});
  const outputs: Record<string, Tensor["ref"]> = {};
  for (const name of names) {
    const next = result.carry[name];
    if (next === undefined || String(next.shape) !== String(carry[name].shape)) {
      throw misfit("scan", [carry[name].shape], `carry "${name}" becomes ${next === undefined ? "nothing" : `[${next.shape}]`}`);
    }
    outputs[`carry:${name}`] = next.ref;
  }
  for (const [name, t] of stacked) outputs[`stack:${name}`] = t.ref;
  const graph = builder.graph(outputs);

  const node = outer.add(
    { op: "scan", shape: [], body: graph, length, carries: names.length, slices: Object.keys(slices).length, reverse },
    [...operands.map((t) => t.ref), ...builder.captured],
  );
  const pick = (index: number, shape: Shape): Tensor => new Tensor(outer.add({ op: "pick", shape: [...shape], index }, [node]));
  return {
    carry: Object.fromEntries(names.map((name, i) => [name, pick(i, carry[name].shape)])),
    stack: Object.fromEntries(stacked.map(([name, t], i) => [name, pick(names.length + i, [length, ...t.shape])])),
  };
}
