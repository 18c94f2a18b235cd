import { DymadError } from "../../errors.js";
import { Builder, pruned } from "./builder.js";
import { type Graph, inputsOf, sizeOf } from "./graph.js";
import { activity, copyInto, isCheap, pullBack, replay, residualsOf } from "./reverse-mode.js";
import { concat, fill, Tensor } from "./tensor.js";

/** A formula and its way back, to be run at different times. */
export interface Halves {
  /** the formula with a further output `residuals`, shape [R]: what its way back needs, end to end */
  readonly forward: Graph;
  /** inputs `residuals`, `cot:<from>` and those at hand; outputs `grad:<wrt>` */
  readonly backward: Graph;
}

/**
 * The vector-Jacobian product of a graph in two graphs, for loops that run elsewhere than in a graph: the way there hands
 * what it knows to the way back, which makes nothing again but what is cheap or made of values at hand alone.
 *
 * @param graph   the formula
 * @param from    names of outputs whose cotangents are given
 * @param wrt     names of inputs
 * @param atHand  names of inputs that the way back is given as well (weights), so that they are not among the residuals
 * @throws        E_BACKEND when a name is unknown
 */
export function vectorJacobianHalves(
  graph: Graph,
  from: readonly string[],
  wrt: readonly string[],
  atHand: readonly string[],
): Halves {
  const names = inputsOf(graph).map(({ name }) => name);
  const unknown = [...wrt, ...atHand].find((name) => !names.includes(name));
  if (unknown !== undefined) throw new DymadError("E_BACKEND", `the graph has no input "${unknown}"; it has ${names.join(", ")}`);

  const joint = new Builder();
  const inputs = inputsOf(graph).map(({ name, shape }) => new Tensor(joint.input(name, shape)));
  const active = activity(
    graph,
    names.map((name) => wrt.includes(name)),
  );
  const tape = replay(joint, graph, inputs, active, {});
  const boundary = joint.nodes.length;
  const given = new Map(
    from.map((name) => {
      const output = graph.outputs.find((o) => o.name === name);
      if (output === undefined) throw new DymadError("E_BACKEND", `the graph has no output "${name}"`);
      return [name, new Tensor(joint.input(`cot:${name}`, graph.nodes[output.node].shape))];
    }),
  );
  const cotangents = pullBack(
    graph,
    tape,
    active,
    graph.outputs.map(({ name }) => given.get(name)),
  );
  const wanted = wrt.map((name) => {
    const k = names.indexOf(name);
    return { name, ref: (cotangents[k] ?? fill(inputs[k], inputs[k].shape, 0)).ref };
  });

  const settled: boolean[] = [];
  joint.nodes.slice(0, boundary).forEach((node) => {
    settled.push(node.op === "input" ? atHand.includes(node.name) : node.inputs.every((i) => settled[i]));
  });
  const kept = residualsOf(
    joint,
    boundary,
    wanted.map(({ ref }) => ref.index),
    new Set(inputs.flatMap(({ ref }) => (settled[ref.index] ? [ref.index] : []))),
    (node, i) => isCheap(node) || settled[i],
  ).map((index) => new Tensor({ builder: joint, index }));
  const flat = kept.map((t) => t.reshape([t.size]));
  const residuals = flat.length === 0 ? fill(inputs[0], [0], 0) : concat(flat, 0);
  const forward = pruned({
    nodes: joint.nodes,
    inputs: inputs.map((t) => t.ref.index),
    outputs: [
      ...graph.outputs.map(({ name, node }) => ({ name, node: tape.values[node].ref.index })),
      { name: "residuals", node: residuals.ref.index },
    ],
  });

  const back = new Builder();
  const known = new Map<number, Tensor>();
  inputs.forEach(({ ref, shape }, k) => {
    if (atHand.includes(names[k])) known.set(ref.index, new Tensor(back.input(names[k], shape)));
  });
  const stored = new Tensor(back.input("residuals", residuals.shape));
  let start = 0;
  for (const { ref, shape } of kept) {
    known.set(ref.index, stored.slice(0, start, sizeOf(shape)).reshape(shape));
    start += sizeOf(shape);
  }
  for (const [name, { ref, shape }] of given) known.set(ref.index, new Tensor(back.input(`cot:${name}`, shape)));
  const copied = copyInto(back, joint, known);
  return {
    forward,
    backward: back.graph(Object.fromEntries(wanted.map(({ name, ref }) => [`grad:${name}`, copied(ref.index).ref]))),
  };
}
