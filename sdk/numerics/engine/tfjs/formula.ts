import type { Graph, ScanNode } from "../graph.js";
import { type Context, tidy } from "./context.js";
import { lowerNode } from "./lower.js";
import type { Tfjs, TfTensor } from "./module.js";
import { rowOf, stackRows } from "./movement.js";

type Value = TfTensor | TfTensor[];

/** One node made ready. `spent` names the values that nothing reads afterwards. */
interface Step {
  readonly node: number;
  readonly operands: readonly number[];
  readonly work: (operands: readonly Value[]) => Value;
  readonly spent: readonly number[];
}

/**
 * A graph as calls of tfjs, in order. `before` are the nodes that depend on none of the first `changing` inputs: a loop does
 * them once, `each` at every pass.
 */
interface Formula {
  readonly graph: Graph;
  readonly before: readonly Step[];
  readonly each: readonly Step[];
}

/** Makes a graph ready: tensors of its inputs in, tensors of its outputs out, all of them new and the caller's to dispose of. */
export function makeFormula(context: Context, graph: Graph): (inputs: readonly TfTensor[]) => TfTensor[] {
  const formula = prepare(context, graph, graph.inputs.length);
  return (inputs) =>
    tidy(context.tf, () => {
      const values: Value[] = [];
      place(formula, values, inputs, 0);
      perform(context.tf, formula.before, values);
      perform(context.tf, formula.each, values);
      return results(context.tf, formula, values);
    });
}

function prepare(context: Context, graph: Graph, changing: number): Formula {
  const varies: boolean[] = [];
  const lastUse = new Map<number, number>();
  graph.nodes.forEach((node, i) => {
    varies[i] = node.op === "input" ? graph.inputs.indexOf(i) < changing : node.inputs.some((j) => varies[j]);
    for (const j of node.inputs) lastUse.set(j, i);
  });
  for (const { node } of graph.outputs) lastUse.delete(node);
  const steps = graph.nodes.flatMap((node, i): Step[] => {
    if (node.op === "input") return [];
    const spent = [...new Set(node.inputs)].filter((j) => varies[j] && lastUse.get(j) === i && graph.nodes[j].op !== "input");
    return [{ node: i, operands: node.inputs, work: workOf(context, graph, i), spent }];
  });
  return { graph, before: steps.filter(({ node }) => !varies[node]), each: steps.filter(({ node }) => varies[node]) };
}

function workOf(context: Context, graph: Graph, index: number): Step["work"] {
  const node = graph.nodes[index];
  if (node.op === "scan") return loop(context, node);
  if (node.op === "pick") return ([of]) => context.tf.clone((of as TfTensor[])[node.index]);
  if (node.op === "input") return () => [];
  const op = lowerNode(
    context,
    node,
    node.inputs.map((j) => graph.nodes[j].shape),
  );
  return (operands) => op(...(operands as TfTensor[]));
}

/** Does steps one after the other and gives back what is spent, so that the device holds no more than is still needed. */
function perform(tf: Tfjs, steps: readonly Step[], values: Value[]): void {
  for (const { node, operands, work, spent } of steps) {
    values[node] = tidy(tf, () => {
      const given = operands.map((j) => values[j]);
      const value = work(given);
      // a handle of its own: what a step merely passes on must outlive the disposal of where it came from
      return !Array.isArray(value) && given.includes(value) ? tf.clone(value) : value;
    });
    for (const j of spent) for (const tensor of [values[j]].flat()) tensor.dispose();
  }
}

function place({ graph }: Formula, values: Value[], inputs: readonly TfTensor[], from: number): void {
  inputs.forEach((tensor, k) => {
    values[graph.inputs[from + k]] = tensor;
  });
}

const results = (tf: Tfjs, { graph }: Formula, values: readonly Value[]): TfTensor[] =>
  graph.outputs.map(({ node }) => tf.clone(values[node] as TfTensor));

/** A loop in JavaScript around the calls of its body; what a pass made and nobody needs is given back at its end. */
function loop(context: Context, { body, carries, slices, length, reverse }: ScanNode): Step["work"] {
  const { tf } = context;
  const formula = prepare(context, body, carries + slices);
  const shapes = body.outputs.map(({ node }) => body.nodes[node].shape);
  const rowShapes = body.inputs.slice(carries, carries + slices).map((i) => body.nodes[i].shape);
  return (operands) => {
    const given = operands as readonly TfTensor[];
    const values: Value[] = [];
    place(formula, values, given.slice(carries + slices), carries + slices);
    perform(tf, formula.before, values);
    let carried = given.slice(0, carries).map((x) => tf.clone(x));
    const stacks = shapes.slice(carries).map((): TfTensor[] => new Array(length));
    for (let pass = 0; pass < length; pass++) {
      const row = reverse ? length - 1 - pass : pass;
      const made = tidy(tf, () => {
        place(formula, values, carried, 0);
        place(
          formula,
          values,
          rowShapes.map((shape, k) => rowOf(context, given[carries + k], row, shape)),
          carries,
        );
        perform(tf, formula.each, values);
        return results(tf, formula, values);
      });
      for (const tensor of carried) tensor.dispose();
      carried = made.slice(0, carries);
      stacks.forEach((stack, k) => {
        stack[row] = made[carries + k];
      });
    }
    return [...carried, ...stacks.map((stack, k) => stackRows(context, stack, shapes[carries + k]))];
  };
}
