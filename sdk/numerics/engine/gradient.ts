import { DymadError } from "../../errors.js";
import { Builder } from "./builder.js";
import { type Graph, type Shape, sizeOf } from "./graph.js";
import { activity, type Cotangent, type GradientOptions, pullBack, replay } from "./reverse-mode.js";
import { fill, Tensor } from "./tensor.js";

export type { GradientOptions } from "./reverse-mode.js";

/**
 * The graph of a scalar together with its derivatives, by reverse mode: graph in, graph out.
 *
 * @param graph    the formula
 * @param of       name of the output to differentiate, a scalar
 * @param wrt      names of inputs
 * @param options  `recompute`: false (default), true or "auto"; `flush`: true (default) or false
 * @returns        a graph with the same inputs, the same outputs, and an output `grad:<name>` for each of `wrt`, shaped like it
 * @throws         E_SHAPE when `of` is not a scalar; E_BACKEND when a name is unknown
 * @see            Griewank & Walther 2008, "Evaluating Derivatives", 2nd ed., SIAM, chapter 3
 */
export function gradient(graph: Graph, of: string, wrt: readonly string[], options: GradientOptions = {}): Graph {
  const target = graph.outputs.find((o) => o.name === of);
  if (target === undefined) throw new DymadError("E_BACKEND", `the graph has no output "${of}"`);
  if (sizeOf(graph.nodes[target.node].shape) !== 1) {
    throw new DymadError("E_SHAPE", `only a scalar has a gradient; "${of}" has shape [${graph.nodes[target.node].shape}]`);
  }
  const seed = (output: { name: string }, like: Tensor): Cotangent =>
    output.name === of ? fill(like, like.shape, 1) : undefined;
  return differentiate(graph, wrt, seed, {}, options);
}

/**
 * The vector-Jacobian product of a graph: for cotangents of its outputs, the cotangents of its inputs.
 *
 * @param graph    the formula
 * @param from     names of outputs whose cotangents are given, as further inputs `cot:<name>`
 * @param wrt      names of inputs
 * @param options  `recompute`: false (default), true or "auto"; `flush`: true (default) or false
 * @returns        a graph with inputs of `graph`, then `cot:<from>`; its outputs are those of `graph`, then `grad:<wrt>`
 */
export function vectorJacobian(
  graph: Graph,
  from: readonly string[],
  wrt: readonly string[],
  options: GradientOptions = {},
): Graph {
  const extra: Record<string, Shape> = {};
  for (const name of from) {
    const output = graph.outputs.find((o) => o.name === name);
    if (output === undefined) throw new DymadError("E_BACKEND", `the graph has no output "${name}"`);
    extra[`cot:${name}`] = graph.nodes[output.node].shape;
  }
  return differentiate(graph, wrt, (output, _like, given) => given[`cot:${output.name}`], extra, options);
}

function differentiate(
  graph: Graph,
  wrt: readonly string[],
  seed: (output: { name: string }, like: Tensor, given: Record<string, Tensor>) => Cotangent,
  extra: Record<string, Shape>,
  options: GradientOptions,
): Graph {
  const builder = new Builder();
  const inputs = graph.inputs.map((index) => {
    const node = graph.nodes[index];
    return new Tensor(builder.input(node.op === "input" ? node.name : "", node.shape));
  });
  const names = graph.inputs.map((index) => (graph.nodes[index] as { name: string }).name);
  const unknown = wrt.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new DymadError("E_BACKEND", `the graph has no input "${unknown[0]}"; it has ${names.join(", ")}`);
  const given = Object.fromEntries(Object.entries(extra).map(([name, shape]) => [name, new Tensor(builder.input(name, shape))]));

  const active = activity(
    graph,
    names.map((name) => wrt.includes(name)),
  );
  const tape = replay(builder, graph, inputs, active, options);
  const seeds = graph.outputs.map((output) => seed(output, tape.values[output.node], given));
  const cotangents = pullBack(graph, tape, active, seeds);
  const outputs: Record<string, Tensor["ref"]> = {};
  for (const output of graph.outputs) outputs[output.name] = tape.values[output.node].ref;
  wrt.forEach((name) => {
    const at = names.indexOf(name);
    outputs[`grad:${name}`] = (cotangents[at] ?? fill(inputs[at], inputs[at].shape, 0)).ref;
  });
  return builder.graph(outputs);
}
