import { type Graph, inputsOf, type ScanNode, sizeOf } from "../graph.js";
import { checkLength, neverGiven, noInput } from "../input-error.js";
import type { Program } from "../program.js";
import { evaluate } from "./ops.js";

/**
 * The reference backend: an interpreter in float64 that follows the definition of each op. It is the oracle of the tests and
 * the debugger of the other backends, not a way to train.
 */
export function compileReference(graph: Graph): Program {
  const inputs = inputsOf(graph);
  const outputs = graph.outputs.map((o) => ({ name: o.name, shape: graph.nodes[o.node].shape }));
  const kept = new Map<string, Float64Array>();
  return {
    backend: "reference",
    dtype: "float64",
    inputs,
    outputs,
    run(given) {
      for (const [name, values] of Object.entries(given)) kept.set(name, checked(inputs, name, values));
      const values = inputs.map(({ name }) => {
        const value = kept.get(name);
        if (value === undefined) throw neverGiven(name);
        return value;
      });
      const results = interpret(graph, values);
      return Object.fromEntries(graph.outputs.map((o, k) => [o.name, results[k]]));
    },
    explain: () => `reference interpreter, float64, ${graph.nodes.length} nodes`,
    dispose: () => kept.clear(),
  };
}

function checked(
  inputs: readonly { name: string; shape: readonly number[] }[],
  name: string,
  values: ArrayLike<number>,
): Float64Array {
  const input = inputs.find((i) => i.name === name);
  if (input === undefined)
    throw noInput(
      name,
      inputs.map((i) => i.name),
    );
  checkLength(name, input.shape, values.length);
  return Float64Array.from(values);
}

/** Runs a graph on values of its inputs, in calling order; returns the values of its outputs. */
function interpret(graph: Graph, inputs: readonly Float64Array[]): Float64Array[] {
  const values: (Float64Array | Float64Array[])[] = [];
  const at = (i: number): Float64Array => values[i] as Float64Array;
  graph.nodes.forEach((node, i) => {
    if (node.op === "input") values.push(inputs[graph.inputs.indexOf(i)]);
    else if (node.op === "scan") values.push(loop(node, node.inputs.map(at)));
    else if (node.op === "pick") values.push((values[node.inputs[0]] as Float64Array[])[node.index]);
    else
      values.push(
        evaluate(
          node,
          node.inputs.map((j) => ({ shape: graph.nodes[j].shape, data: at(j) })),
        ),
      );
  });
  return graph.outputs.map((o) => at(o.node));
}

function loop(node: ScanNode, operands: readonly Float64Array[]): Float64Array[] {
  const { body, carries, slices, length, reverse } = node;
  let carried = operands.slice(0, carries);
  const fixed = operands.slice(carries + slices);
  const stacks = body.outputs.slice(carries).map((o) => new Float64Array(length * sizeOf(body.nodes[o.node].shape)));
  for (let pass = 0; pass < length; pass++) {
    const row = reverse ? length - 1 - pass : pass;
    const rows = operands.slice(carries, carries + slices).map((all) => {
      const size = all.length / length;
      return all.subarray(row * size, (row + 1) * size);
    });
    const results = interpret(body, [...carried, ...rows, ...fixed]);
    carried = results.slice(0, carries);
    results.slice(carries).forEach((value, k) => {
      stacks[k].set(value, row * value.length);
    });
  }
  return [...carried, ...stacks];
}
