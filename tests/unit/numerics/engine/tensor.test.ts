import { describe, expect, test } from "vitest";
import { compile, concat, gradient, scan, type Tensor, trace } from "../../../../sdk/numerics/engine/index.js";
import { compileReference } from "../../../../sdk/numerics/engine/reference/compile.js";

const x = Array.from({ length: 12 }, (_, i) => i * i);
const run = (formula: (t: Tensor) => Tensor): { shape: readonly number[]; values: number[] } => {
  const graph = trace({ x: [3, 4] }, ({ x }) => ({ y: formula(x) }));
  return { shape: graph.nodes[graph.outputs[0].node].shape, values: [...compileReference(graph).run({ x }).y] };
};

describe("axes count from the end too", () => {
  const pairs: Record<string, [(t: Tensor) => Tensor, (t: Tensor) => Tensor]> = {
    sum: [(t) => t.sum([-1]), (t) => t.sum([1])],
    mean: [(t) => t.mean([-2], true), (t) => t.mean([0], true)],
    maximum: [(t) => t.maximum([-1]), (t) => t.maximum([1])],
    slice: [(t) => t.slice(-1, 1, 2), (t) => t.slice(1, 1, 2)],
    gather: [(t) => t.gather(-1, [3, 0]), (t) => t.gather(1, [3, 0])],
    scatterAdd: [(t) => t.scatterAdd(-2, [1, 0, 1], 2), (t) => t.scatterAdd(0, [1, 0, 1], 2)],
    concat: [(t) => concat([t, t], -1), (t) => concat([t, t], 1)],
  };
  for (const [name, [back, front]] of Object.entries(pairs)) {
    test(name, () => {
      expect(run(back)).toEqual(run(front));
    });
  }
});

test("a loop may have nothing but values from outside", () => {
  const graph = trace({ x: [2] }, ({ x }) => ({
    y: scan({ carry: {}, length: 3 }, () => ({ carry: {}, stack: { twice: x.mul(2) } })).stack.twice,
  }));
  expect([...compileReference(graph).run({ x: [1, 2] }).y]).toEqual([2, 4, 2, 4, 2, 4]);
  const slope = gradient(
    trace({ x: [2] }, ({ x }) => ({
      y: scan({ carry: {}, length: 3 }, () => ({ carry: {}, stack: { square: x.square() } })).stack.square.sum(),
    })),
    "y",
    ["x"],
  );
  expect([...compileReference(slope).run({ x: [1, 2] })["grad:x"]]).toEqual([6, 12]);
});

test("a value of another graph is refused, and a loop outside any", () => {
  let stray: Tensor | undefined;
  trace({ a: [1] }, ({ a }) => {
    stray = a;
    return { a };
  });
  expect(() => trace({ x: [1] }, ({ x }) => ({ y: x.add(stray as Tensor) }))).toThrow(
    expect.objectContaining({ code: "E_BACKEND" }),
  );
  expect(() => scan({ carry: {}, length: 1 }, () => ({ carry: {} }))).toThrow(expect.objectContaining({ code: "E_BACKEND" }));
});

describe("what does not fit is refused when it is written down", () => {
  const refused: Record<string, (t: Tensor) => Tensor> = {
    "an axis that is not there": (t) => t.sum([2]),
    "a slice past the end": (t) => t.slice(0, 1, 3),
    "an index past the end": (t) => t.gather(0, [0, 3]),
    "a place past the end": (t) => t.scatterAdd(0, [0, 1, 2], 2),
    "places for some of the rows": (t) => t.scatterAdd(0, [0, 1], 2),
    "a permutation that repeats an axis": (t) => t.transpose([0, 0]),
    "another number of entries": (t) => t.reshape([5, 2]),
    "a shape that cannot stretch": (t) => t.broadcast([2, 3, 5]),
    "nothing to join": () => concat([], 0),
  };
  for (const [name, formula] of Object.entries(refused)) {
    test(name, () => {
      expect(() => run(formula)).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
    });
  }
});

test("a backend or dtype that does not exist is named, with what does", () => {
  const graph = trace({ x: [1] }, ({ x }) => ({ y: x.exp() }));
  const refusal = (options: object) => () => compile(graph, options as Parameters<typeof compile>[1]);
  expect(refusal({ backend: "wasm", dtype: "float16" })).toThrow('there is no dtype "float16"');
  expect(refusal({ backend: "cuda", dtype: "float32" })).toThrow('there is no backend "cuda"');
});
