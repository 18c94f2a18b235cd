import { Builder, pruned } from "./builder.js";
import { type Graph, type Node, type ScanNode, type Shape, sizeOf } from "./graph.js";
import { cotangentRules } from "./rules.js";
import { emitNode, fill, Tensor, unary } from "./tensor.js";

/*
 * Reverse mode on builders: which nodes have a derivative, a graph written down so that it can be run backwards, and the way back.
 */

export type Cotangent = Tensor | undefined;

/** How derivatives are made. */
export interface GradientOptions {
  /**
   * Whether loops store only what they carry and make the rest of each pass again on the way back: about a third more work,
   * memory of the states alone. `auto`: where a loop would store over 2^27 entries (1 GiB in float64) beyond them. Default false.
   */
  readonly recompute?: boolean | "auto";
  /**
   * Whether what a loop carries on its way back is 0 below 2^-996 (float64) or 2^-100 (float32): gradients that vanish over a long
   * rollout would become subnormal numbers, with which a processor is up to 165 times slower. Default true.
   */
  readonly flush?: boolean;
}

/** Entries that a loop stores for its way back before `recompute: "auto"` makes them again. */
const storable = 2 ** 27;

/** Which nodes depend on the inputs to differentiate by, in a way that has a derivative. */
export function activity(graph: Graph, inputs: readonly boolean[]): boolean[] {
  const active = graph.nodes.map(() => false);
  graph.inputs.forEach((index, k) => {
    active[index] = inputs[k];
  });
  graph.nodes.forEach((node, i) => {
    if (node.op === "input" || node.op === "stop" || node.op === "random") return;
    if (node.op === "unary" && (node.fn === "sign" || node.fn === "step")) return;
    if (node.op === "binary" && node.fn === "gt") return;
    if (node.op === "pick") {
      const loop = graph.nodes[node.inputs[0]] as ScanNode;
      active[i] =
        active[node.inputs[0]] &&
        loopActivity(
          loop,
          loop.inputs.map((j) => active[j]),
        ).outputs[node.index];
      return;
    }
    active[i] = node.inputs.some((j) => active[j]);
  });
  return active;
}

/** Activity of a loop: a carry that becomes active in one pass is active in the next. */
function loopActivity(loop: ScanNode, operands: readonly boolean[]): { inputs: boolean[]; outputs: boolean[]; nodes: boolean[] } {
  const inputs = [...operands];
  for (;;) {
    const nodes = activity(loop.body, inputs);
    const outputs = loop.body.outputs.map((o) => nodes[o.node]);
    let changed = false;
    for (let c = 0; c < loop.carries; c++) {
      if (outputs[c] && !inputs[c]) {
        inputs[c] = true;
        changed = true;
      }
    }
    if (!changed) return { inputs, outputs, nodes };
  }
}

/** Values of a graph's nodes inside a builder, and for each differentiated loop how to run it backwards. */
export interface Tape {
  readonly values: Tensor[];
  readonly loops: Map<number, LoopTape>;
}

interface LoopTape {
  /** runs the loop backwards: cotangents of its results in, cotangents of its operands out */
  pullBack(results: readonly Cotangent[]): Cotangent[];
}

/** Writes a graph's nodes into a builder; loops that will be differentiated also store what their way back needs. */
export function replay(
  builder: Builder,
  graph: Graph,
  inputs: readonly Tensor[],
  active: readonly boolean[],
  options: GradientOptions,
): Tape {
  const values: Tensor[] = [];
  const loops = new Map<number, LoopTape>();
  const picks = new Map<number, Tensor[]>();
  graph.nodes.forEach((node, i) => {
    if (node.op === "input") {
      values.push(inputs[graph.inputs.indexOf(i)]);
      return;
    }
    if (node.op === "pick") {
      const picked = picks.get(node.inputs[0]);
      values.push(picked === undefined ? emitNode({ ...node }, [values[node.inputs[0]]]) : picked[node.index]);
      return;
    }
    const operands = node.inputs.map((j) => values[j]);
    if (node.op === "scan" && active[i]) {
      const { results, tape } = replayLoop(
        builder,
        node,
        operands,
        node.inputs.map((j) => active[j]),
        options,
      );
      picks.set(i, results);
      loops.set(i, tape);
      values.push(results[0]);
      return;
    }
    values.push(
      new Tensor(
        builder.add(
          node,
          operands.map((t) => t.ref),
        ),
      ),
    );
  });
  return { values, loops };
}

export function pullBack(graph: Graph, tape: Tape, active: readonly boolean[], seeds: readonly Cotangent[]): Cotangent[] {
  const cotangents: Cotangent[] = graph.nodes.map(() => undefined);
  const results = new Map<number, Cotangent[]>();
  const accumulate = (i: number, cotangent: Cotangent): void => {
    if (cotangent === undefined || !active[i]) return;
    const before = cotangents[i];
    cotangents[i] = before === undefined ? cotangent : before.add(cotangent);
  };
  graph.outputs.forEach((output, k) => {
    accumulate(output.node, seeds[k]);
  });
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node: Node = graph.nodes[i];
    if (node.op === "scan") {
      const given = results.get(i);
      const loop = tape.loops.get(i);
      if (given === undefined || loop === undefined) continue;
      loop.pullBack(given).forEach((cotangent, k) => {
        accumulate(node.inputs[k], cotangent);
      });
      continue;
    }
    const cotangent = cotangents[i];
    if (cotangent === undefined) continue;
    if (node.op === "pick") {
      const loop = node.inputs[0];
      const given = results.get(loop) ?? (graph.nodes[loop] as ScanNode).body.outputs.map(() => undefined);
      const before = given[node.index];
      given[node.index] = before === undefined ? cotangent : before.add(cotangent);
      results.set(loop, given);
      continue;
    }
    if (node.op === "input") continue;
    const operands = node.inputs.map((j) => tape.values[j]);
    const wanted = node.inputs.map((j) => active[j]);
    cotangentRules(node, operands, tape.values[i], cotangent, wanted).forEach((c, k) => {
      accumulate(node.inputs[k], c);
    });
  }
  return graph.inputs.map((index) => cotangents[index]);
}

/**
 * A loop that can be run backwards. The body is written once forwards and backwards in one joint graph; values of the forward
 * part that the backward part needs become stacked results of the forward loop (`residuals`) and slices of the backward one,
 * unless they are cheap to make again.
 */
function replayLoop(
  builder: Builder,
  loop: ScanNode,
  operands: readonly Tensor[],
  wanted: readonly boolean[],
  options: GradientOptions,
): { results: Tensor[]; tape: LoopTape } {
  const { body, carries, slices, length } = loop;
  const { recompute = false, flush = true } = options;
  const activities = loopActivity(loop, wanted);
  const joint = new Builder();
  const inputs = body.inputs.map((index, k) => new Tensor(joint.input(`in:${k}`, body.nodes[index].shape)));
  const inner = replay(joint, body, inputs, activities.nodes, options);
  const boundary = joint.nodes.length;
  const cotangentInputs = body.outputs.map((output, k) =>
    activities.outputs[k] ? new Tensor(joint.input(`cot:${k}`, body.nodes[output.node].shape)) : undefined,
  );
  const cotangents = pullBack(body, inner, activities.nodes, cotangentInputs);

  const roots = cotangents.flatMap((c) => (c === undefined ? [] : [c.ref.index]));
  // rows of sliced inputs and values that stay the same are at hand on the way back too
  const atHand = new Set(inputs.slice(carries).map((t) => t.ref.index));
  const stored = residualsOf(joint, boundary, roots, atHand, isCheap);
  const again =
    recompute === "auto" ? length * stored.reduce((n, i) => n + sizeOf(joint.nodes[i].shape), 0) > storable : recompute;
  const residuals = again ? residualsOf(joint, boundary, roots, atHand, ({ op }) => op !== "input") : stored;
  const forward = pruned({
    nodes: joint.nodes,
    inputs: inputs.map((t) => t.ref.index),
    outputs: [
      ...body.outputs.map((o) => ({ name: o.name, node: inner.values[o.node].ref.index })),
      ...residuals.map((index) => ({ name: `residual:${index}`, node: index })),
    ],
  });
  const node = builder.add(
    { op: "scan", shape: [], body: forward, length, carries, slices, reverse: loop.reverse },
    operands.map((t) => t.ref),
  );
  const pick = (index: number, shape: Shape): Tensor => new Tensor(builder.add({ op: "pick", shape: [...shape], index }, [node]));
  const results = forward.outputs.map((output, k) => {
    const shape = forward.nodes[output.node].shape;
    return pick(k, k < carries ? shape : [length, ...shape]);
  });
  const stacks = results.slice(body.outputs.length);

  const back = (given: readonly Cotangent[]): Cotangent[] => {
    // which inputs of the body get a cotangent, by their kind: carried, sliced, constant over the passes
    const kinds = cotangents.map((c, k) =>
      c === undefined && k >= carries ? "none" : k < carries ? "carry" : k < carries + slices ? "slice" : "fixed",
    );
    const liveCarries = inputs.flatMap((_, k) => (k < carries && activities.inputs[k] ? [k] : []));
    const liveFixed = inputs.flatMap((_, k) => (kinds[k] === "fixed" ? [k] : []));
    const liveSlices = inputs.flatMap((_, k) => (kinds[k] === "slice" ? [k] : []));
    const stackedOut = body.outputs.flatMap((_, k) => (k >= carries && cotangentInputs[k] !== undefined ? [k] : []));

    const step = new Builder();
    const carryIn = liveCarries.map((k) => new Tensor(step.input(`cot:${k}`, inputs[k].shape)));
    const sums = liveFixed.map((k) => new Tensor(step.input(`sum:${k}`, inputs[k].shape)));
    const stackedIn = stackedOut.map((k) => new Tensor(step.input(`cot:${k}`, body.nodes[body.outputs[k].node].shape)));
    const residualIn = residuals.map((index) => new Tensor(step.input(`residual:${index}`, joint.nodes[index].shape)));
    const sliceIn = inputs.slice(carries, carries + slices).map((t, k) => new Tensor(step.input(`slice:${k}`, t.shape)));
    const fixedIn = inputs.slice(carries + slices).map((t, k) => new Tensor(step.input(`fixed:${k}`, t.shape)));

    const known = new Map<number, Tensor>();
    inputs.forEach((t, k) => {
      if (k >= carries + slices) known.set(t.ref.index, fixedIn[k - carries - slices]);
      else if (k >= carries) known.set(t.ref.index, sliceIn[k - carries]);
    });
    residuals.forEach((index, r) => {
      known.set(index, residualIn[r]);
    });
    liveCarries.forEach((k, at) => {
      const t = cotangentInputs[k];
      if (t !== undefined) known.set(t.ref.index, carryIn[at]);
    });
    stackedOut.forEach((k, at) => {
      known.set((cotangentInputs[k] as Tensor).ref.index, stackedIn[at]);
    });
    const anchor = carryIn[0] ?? sums[0] ?? stackedIn[0];
    const copied = copyInto(step, joint, known);
    const zero = (k: number): Tensor => fill(anchor, inputs[k].shape, 0);
    const at = (k: number): Tensor => {
      const c = cotangents[k];
      return c === undefined ? zero(k) : copied(c.ref.index);
    };
    const outputs: Record<string, Tensor["ref"]> = {};
    liveCarries.forEach((k, c) => {
      const next = at(k);
      // what passes through unchanged, or is the same in every pass, does not fade
      const fades = next.ref.index !== carryIn[c].ref.index && step.nodes[next.ref.index].op !== "fill";
      outputs[`carry:${k}`] = (flush && fades ? unary("flush", next) : next).ref;
    });
    liveFixed.forEach((k, s) => {
      outputs[`sum:${k}`] = sums[s].add(at(k)).ref;
    });
    for (const k of liveSlices) outputs[`slice:${k}`] = at(k).ref;
    const backward = step.graph(outputs);

    const starts = [
      ...liveCarries.map((k) => given[k] ?? fill(operands[k], inputs[k].shape, 0)),
      ...liveFixed.map((k) => fill(operands[k], inputs[k].shape, 0)),
    ];
    const sliced = [
      ...stackedOut.map((k) => given[k] ?? fill(operands[0], [length, ...body.nodes[body.outputs[k].node].shape], 0)),
      ...stacks,
      ...operands.slice(carries, carries + slices),
    ];
    const backNode = builder.add(
      { op: "scan", shape: [], body: backward, length, carries: starts.length, slices: sliced.length, reverse: !loop.reverse },
      [...starts, ...sliced, ...operands.slice(carries + slices)].map((t) => t.ref),
    );
    const out: Cotangent[] = inputs.map(() => undefined);
    const take = (index: number, shape: Shape): Tensor =>
      new Tensor(builder.add({ op: "pick", shape: [...shape], index }, [backNode]));
    liveCarries.forEach((k, i) => {
      out[k] = take(i, inputs[k].shape);
    });
    liveFixed.forEach((k, i) => {
      out[k] = take(liveCarries.length + i, inputs[k].shape);
    });
    liveSlices.forEach((k, i) => {
      out[k] = take(starts.length + i, [length, ...inputs[k].shape]);
    });
    return out;
  };
  return { results, tape: { pullBack: back } };
}

const cheap: readonly Node["op"][] = ["fill", "const", "reshape", "broadcast", "stop"];
/** A draw that is the same in every pass is a constant, too. */
export const isCheap = (node: Node): boolean => cheap.includes(node.op) || (node.op === "random" && node.inputs.length === 0);

/** Forward nodes the backward part reads and does not make again. */
export function residualsOf(
  joint: Builder,
  boundary: number,
  roots: readonly number[],
  atHand: ReadonlySet<number>,
  remade: (node: Node, index: number) => boolean,
): number[] {
  const seen = new Set<number>();
  const residuals: number[] = [];
  const visit = (i: number): void => {
    if (seen.has(i) || atHand.has(i)) return;
    seen.add(i);
    const node = joint.nodes[i];
    if (i >= boundary || remade(node, i)) {
      for (const j of node.inputs) visit(j);
      return;
    }
    residuals.push(i);
  };
  for (const root of roots) visit(root);
  return residuals.sort((a, b) => a - b);
}

/** Copies nodes of one builder into another on demand, stopping at the values already known there. */
export function copyInto(target: Builder, source: Builder, known: Map<number, Tensor>): (index: number) => Tensor {
  const copy = (index: number): Tensor => {
    const before = known.get(index);
    if (before !== undefined) return before;
    const node = source.nodes[index];
    const operands = node.inputs.map(copy);
    const made = new Tensor(
      target.add(
        node,
        operands.map((t) => t.ref),
      ),
    );
    known.set(index, made);
    return made;
  };
  return copy;
}
