import { describe, expect, test } from "vitest";
import {
  concat,
  constant,
  type Graph,
  inlineGraph,
  inputsOf,
  linear,
  matmul,
  readGraph,
  type Shape,
  scan,
  sizeOf,
  storeGraph,
  type Tensors,
  trace,
  where,
} from "../../../../sdk/numerics/engine/index.js";
import { compileReference } from "../../../../sdk/numerics/engine/reference/compile.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, f64 } from "../../../tolerance.js";

const numbers = (like: Parameters<typeof constant>[0], shape: Shape) => constant(like, shape, keyed(9).normal(sizeOf(shape)));

/** Formulas of a vector v [3] and a matrix m [2, 3], one or more for each kind of node. */
const formulas: Record<string, (t: Tensors) => Tensors> = {
  unary: ({ v }) => ({ y: v.sin().exp().tanh() }),
  "binary of unlike ranks": ({ v, m }) => ({ y: v.mul(m).add(m.square()), z: m.sub(v).max(0.1) }),
  "binary with constants": ({ v, m }) => ({ y: v.mul(numbers(v, [4, 2, 3])), z: m.add(numbers(m, [3])).div(2) }),
  where: ({ v, m }) => ({ y: where(v.gt(0), m, numbers(v, [2, 1])) }),
  "linear with fixed weights": ({ v, m }) => ({
    y: linear(m, numbers(m, [3, 4]), numbers(m, [4]), "tanh"),
    z: linear(v, numbers(v, [3, 2]), null),
  }),
  "linear with weights that vary": ({ v, m }) => ({
    y: linear(v, m.transpose([1, 0]), v.slice(0, 0, 2), "sigmoid"),
    z: linear(numbers(v, [5, 3]), m.transpose([1, 0]), null),
  }),
  matmul: ({ v, m }) => ({
    y: matmul(m, m, false, true),
    z: matmul(numbers(v, [4, 3]), v.reshape([3, 1])),
    w: matmul(numbers(v, [6, 2, 2]), m),
  }),
  reduce: ({ v, m }) => ({ y: m.sum([0]), z: m.maximum([1], true), w: v.mean(), s: m.sum() }),
  reshape: ({ v, m }) => ({ y: m.reshape([3, 2]), z: v.reshape([1, 3]).broadcast([2, 3]), w: m.transpose([1, 0]) }),
  parts: ({ v, m }) => ({ y: m.slice(1, 0, 2, 2), z: v.gather(0, [2, 0, 0, 1]), w: v.scatterAdd(0, [1, 1, 3], 4) }),
  joins: ({ v, m }) => ({ y: concat([m, v.reshape([1, 3]), numbers(v, [1, 3])], 0), z: v.stop().mul(v) }),
  "a constant": ({ v }) => ({ y: numbers(v, [2]), z: v }),
};

const shapes = { v: [3], m: [2, 3] };
const run = (graph: Graph, values: Record<string, ArrayLike<number>>) => compileReference(graph).run(values);

describe("a graph inside another", () => {
  for (const [name, formula] of Object.entries(formulas)) {
    const graph = trace(shapes, formula);
    const used = inputsOf(graph);
    test(`${name}: over leading axes as entry by entry`, () => {
      const lead = [2, 3];
      const batch = Object.fromEntries(
        used.map((i) => [
          i.name,
          keyed(4)
            .fold(i.name)
            .normal(sizeOf([...lead, ...i.shape])),
        ]),
      );
      const wide = trace(Object.fromEntries(used.map((i) => [i.name, [...lead, ...i.shape]])), (t) =>
        inlineGraph(graph, t, lead),
      );
      const together = run(wide, batch);
      for (let row = 0; row < 6; row++) {
        const one = Object.fromEntries(
          used.map((i) => [i.name, batch[i.name].subarray(row * sizeOf(i.shape), (row + 1) * sizeOf(i.shape))]),
        );
        for (const [output, values] of Object.entries(run(graph, one))) {
          const n = values.length;
          expectClose(Array.from(together[output]).slice(row * n, (row + 1) * n), values, f64, output);
        }
      }
    });

    test(`${name}: as JSON and back it is the same graph`, () => {
      const stored = JSON.parse(JSON.stringify(storeGraph(graph))) as ReturnType<typeof storeGraph>;
      expect(storeGraph(readGraph(stored))).toEqual(stored);
      const values = Object.fromEntries(used.map((i) => [i.name, keyed(5).fold(i.name).normal(sizeOf(i.shape))]));
      expect(run(readGraph(stored), values)).toEqual(run(graph, values));
    });
  }

  test("gradients go through it", () => {
    const square = trace({ v: [3] }, ({ v }) => ({ y: v.square().sum() }));
    const out = trace({ v: [2, 3] }, (t) => inlineGraph(square, t, [2]));
    expect([...run(out, { v: [1, 2, 3, 4, 5, 6] }).y]).toEqual([14, 77]);
  });

  test("an empty input is skipped by a concatenation and missed by everything else", () => {
    const joined = trace({ v: [3], none: [0] }, ({ v, none }) => ({ y: concat([v, none], 0) }));
    const wide = trace({ v: [2, 3] }, (t) => inlineGraph(joined, t, [2]));
    expect([...run(wide, { v: [1, 2, 3, 4, 5, 6] }).y]).toEqual([1, 2, 3, 4, 5, 6]);
    const doubled = trace({ v: [3], none: [0] }, ({ none }) => ({ y: none.mul(2) }));
    expect(() => trace({ v: [2, 3] }, (t) => inlineGraph(doubled, t, [2]))).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  });
});

describe("what is no stored formula is refused", () => {
  const good = storeGraph(trace({ v: [3] }, ({ v }) => ({ y: v.square().sum() })));
  const changed = (
    change: (graph: { nodes: Record<string, unknown>[]; inputs: number[]; outputs: unknown[] }) => void,
  ): unknown => {
    const copy = JSON.parse(JSON.stringify(good));
    change(copy);
    return copy;
  };
  const cases: Record<string, [unknown, string]> = {
    nothing: [null, "E_FORMAT"],
    "a list": [[], "E_FORMAT"],
    "a node of the future": [changed((g) => (g.nodes[1].inputs = [2])), "E_FORMAT"],
    "an unknown function": [changed((g) => (g.nodes[1].fn = "constructor")), "E_FORMAT"],
    "an unknown op": [changed((g) => (g.nodes[1].op = "toString")), "E_UNSUPPORTED"],
    "an output that is not there": [changed((g) => (g.outputs = [{ name: "y", node: 9 }])), "E_FORMAT"],
    "a shape that does not follow": [changed((g) => (g.nodes[2].shape = [7])), "E_FORMAT"],
    "no input": [changed((g) => (g.inputs = [])), "E_FORMAT"],
  };
  for (const [name, [stored, code]] of Object.entries(cases)) {
    test(name, () => expect(() => readGraph(stored)).toThrow(expect.objectContaining({ code })));
  }

  test("loops, and constants that are no numbers", () => {
    const loop = trace({ v: [3] }, ({ v }) => ({
      y: scan({ carry: { v }, length: 3 }, (c) => ({ carry: { v: c.v.mul(2) } })).carry.v,
    }));
    expect(() => storeGraph(loop)).toThrow(expect.objectContaining({ code: "E_UNSUPPORTED" }));
    const odd = trace({ v: [3] }, ({ v }) => ({ y: v.mul(Number.NaN) }));
    expect(() => storeGraph(odd)).toThrow(expect.objectContaining({ code: "E_DATA" }));
  });
});
