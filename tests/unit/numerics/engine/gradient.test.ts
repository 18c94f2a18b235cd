import { describe, expect, test } from "vitest";
import { gradient, vectorJacobian } from "../../../../sdk/numerics/engine/gradient.js";
import { type Graph, inputsOf, printGraph, sizeOf } from "../../../../sdk/numerics/engine/graph.js";
import { compileReference } from "../../../../sdk/numerics/engine/reference/compile.js";
import { concat, constant, linear, matmul, stack, type Tensor, where } from "../../../../sdk/numerics/engine/tensor.js";
import { scan, trace } from "../../../../sdk/numerics/engine/trace.js";
import { keyed } from "../../../../sdk/numerics/random.js";
import { expectClose, finiteDifference, rounding, within } from "../../../tolerance.js";

/** Compares every derivative of a scalar graph with central differences. */
function checkGradient(graph: Graph, values: Record<string, Float64Array>, names = inputsOf(graph).map((i) => i.name)): void {
  const derivatives = compileReference(gradient(graph, "loss", names)).run(values);
  const plain = compileReference(graph);
  const h = 1e-6;
  for (const name of names) {
    for (let i = 0; i < values[name].length; i++) {
      const at = (step: number): number => {
        const moved = values[name].slice();
        moved[i] += step;
        return plain.run({ ...values, [name]: moved }).loss[0];
      };
      const expected = (at(h) - at(-h)) / (2 * h);
      const actual = derivatives[`grad:${name}`][i];
      if (!within(actual, expected, finiteDifference))
        throw new Error(`d loss / d ${name}[${i}]: ${actual}, by differences ${expected}`);
    }
  }
}

function randomValues(graph: Graph, seed: number): Record<string, Float64Array> {
  return Object.fromEntries(
    inputsOf(graph).map(({ name, shape }) => [
      name,
      keyed(seed)
        .fold(name)
        .uniform(sizeOf(shape))
        .map((v) => 2 * v - 1),
    ]),
  );
}

/** A scalar that weighs every entry differently, so that no error can cancel. */
const weigh = (y: Tensor): Tensor =>
  y
    .mul(
      constant(
        y,
        y.shape,
        Array.from({ length: y.size }, (_, i) => 0.3 + 0.17 * i),
      ),
    )
    .sum();

const cases: Record<string, () => Graph> = {
  "elementwise functions": () =>
    trace({ x: [2, 3] }, ({ x }) => ({
      loss: weigh(
        stack([
          x.neg(),
          x.abs(),
          x.exp(),
          x.square(),
          x.tanh(),
          x.sigmoid(),
          x.relu(),
          x.softplus(),
          x.erf(),
          x.sin(),
          x.cos(),
          x.add(3).log(),
          x.add(3).sqrt(),
          x.add(3).reciprocal(),
        ]),
      ),
    })),
  "two operands, broadcast": () =>
    trace({ a: [2, 1, 3], b: [4, 1], c: [] }, ({ a, b, c }) => ({
      loss: weigh(a.add(b).mul(c).sub(a.mul(b)).div(b.add(3)).max(c).add(a.min(b))),
    })),
  "the same value used twice": () => trace({ x: [3] }, ({ x }) => ({ loss: weigh(x.mul(x).add(x)) })),
  where: () => trace({ a: [4], b: [4], c: [4] }, ({ a, b, c }) => ({ loss: weigh(where(c.gt(0), a.mul(2), b.square())) })),
  "linear with activations": () =>
    trace({ x: [2, 3, 4], W: [4, 5], b: [5], V: [5, 5], R: [5, 2] }, ({ x, W, b, V, R }) => ({
      loss: weigh(linear(linear(linear(x, W, b, "tanh"), V, null, "sigmoid"), R, null, "relu")),
    })),
  "products, transposed and batched": () =>
    trace({ a: [2, 3, 4], b: [4, 5], c: [5, 3], d: [2, 5, 4] }, ({ a, b, c, d }) => ({
      loss: weigh(matmul(a, b))
        .add(weigh(matmul(a, c, true, true)))
        .add(weigh(matmul(d, b, true, true)))
        .add(weigh(matmul(a, d, false, true))),
    })),
  reductions: () =>
    trace({ x: [2, 3, 4] }, ({ x }) => ({
      loss: weigh(x.sum([1]))
        .add(weigh(x.mean([0, 2], true)))
        .add(weigh(x.maximum([2])))
        .add(x.sum().square()),
    })),
  "shapes and places": () =>
    trace({ x: [3, 4], y: [2, 4] }, ({ x, y }) => ({
      loss: weigh(concat([x.transpose([1, 0]).reshape([3, 4]), y], 0))
        .add(weigh(x.slice(1, 1, 2, 2)))
        .add(weigh(x.gather(0, [2, 0, 2])))
        .add(weigh(y.scatterAdd(0, [3, 3], 5)))
        .add(weigh(x.slice(0, 1, 1).broadcast([2, 4]))),
    })),
  "stopped values": () => trace({ x: [3] }, ({ x }) => ({ loss: weigh(x.mul(2)).add(weigh(x.mul(0).stop())) })),
  "a loop with carry, slices, constants and stack": () =>
    trace({ z: [2, 3], u: [5, 2, 1], W: [3, 3], b: [1, 3] }, ({ z, u, W, b }) => {
      const run = scan({ carry: { z }, slices: { u }, length: 5 }, (carry, slice) => {
        const next = matmul(carry.z, W).add(matmul(slice.u, b)).tanh();
        return { carry: { z: next }, stack: { z: next, squares: next.square() } };
      });
      return { loss: weigh(run.stack.z).add(weigh(run.stack.squares)).add(weigh(run.carry.z)) };
    }),
  "a loop run backwards": () =>
    trace({ z: [3], u: [4, 3] }, ({ z, u }) => {
      const run = scan({ carry: { z }, slices: { u }, length: 4, reverse: true }, (carry, slice) => {
        const next = carry.z.mul(slice.u).add(slice.u.sin());
        return { carry: { z: next }, stack: { z: next } };
      });
      return { loss: weigh(run.stack.z) };
    }),
  "a loop in a loop": () =>
    trace({ z: [2], a: [2], u: [3, 2] }, ({ z, a, u }) => {
      const outer = scan({ carry: { z }, slices: { u }, length: 3 }, (carry, slice) => {
        const inner = scan({ carry: { w: carry.z }, length: 4 }, (c) => ({
          carry: { w: c.w.mul(a).add(slice.u).tanh() },
          stack: { w: c.w },
        }));
        return { carry: { z: inner.carry.w }, stack: { z: inner.carry.w.add(inner.stack.w.sum([0])) } };
      });
      return { loss: weigh(outer.stack.z) };
    }),
  "a carry without derivative beside one with": () =>
    trace({ z: [2], k: [2] }, ({ z, k }) => {
      const run = scan({ carry: { z, n: k.stop() }, length: 3 }, (c) => ({
        carry: { z: c.z.mul(k).add(c.n.stop()), n: c.n.add(1) },
        stack: { z: c.z },
      }));
      return { loss: weigh(run.stack.z).add(weigh(run.carry.z)) };
    }),
};

describe("derivatives agree with central differences", () => {
  for (const [name, make] of Object.entries(cases)) {
    test(name, () => {
      const graph = make();
      // a stopped value is a constant for the derivative but not for a difference: leave its input out
      const names = name === "a carry without derivative beside one with" ? ["z"] : undefined;
      for (const seed of [1, 2]) checkGradient(graph, randomValues(graph, seed), names);
    });
  }
});

test("a vector-Jacobian product is the transpose of the Jacobian", () => {
  const graph = trace({ x: [3], A: [2, 3] }, ({ x, A }) => ({
    y: matmul(A, x.reshape([3, 1]))
      .reshape([2])
      .tanh(),
  }));
  const values = randomValues(graph, 3);
  const program = compileReference(vectorJacobian(graph, ["y"], ["x"]));
  const jacobian = [0, 1].map((i) => [...program.run({ ...values, "cot:y": [i === 0 ? 1 : 0, i === 1 ? 1 : 0] })["grad:x"]]);
  const y = compileReference(graph).run(values).y;
  for (const i of [0, 1]) {
    for (let j = 0; j < 3; j++) {
      const expected = (1 - y[i] * y[i]) * values.A[i * 3 + j];
      expect(within(jacobian[i][j], expected, finiteDifference)).toBe(true);
    }
  }
});

test("known Jacobians to 1e-14: a parabola, (x0^2 + x1, sin x0 + cos x1) in full and along (1/2, 1/2)", () => {
  const parabola = trace({ x: [] }, ({ x }) => ({ y: x.square().add(x.mul(3)).add(2) }));
  expectClose(compileReference(gradient(parabola, "y", ["x"])).run({ x: [1] })["grad:x"], [5], rounding);
  const graph = trace({ x: [2] }, ({ x }) => {
    const [a, b] = [x.slice(0, 0, 1), x.slice(0, 1, 1)];
    return { y: concat([a.square().add(b), a.sin().add(b.cos())], 0) };
  });
  const program = compileReference(vectorJacobian(graph, ["y"], ["x"]));
  const rows = [0, 1].map((i) => Array.from(program.run({ x: [1, 0.5], "cot:y": [1 - i, i] })["grad:x"]));
  const known = [
    [2, 1],
    [Math.cos(1), -Math.sin(0.5)],
  ];
  expectClose(rows.flat(), known.flat(), rounding);
  const along = (jacobian: number[][]): number[] => jacobian.map(([a, b]) => (a + b) / 2);
  expectClose(along(rows), along(known), rounding);
});

test("an input that the scalar does not depend on has gradient zero", () => {
  const graph = trace({ x: [2], y: [2] }, ({ x, y }) => ({ loss: x.sum(), other: y }));
  expect([...compileReference(gradient(graph, "loss", ["y"])).run({ x: [1, 2], y: [3, 4] })["grad:y"]]).toEqual([0, 0]);
});

test("only a scalar has a gradient, and only inputs can be differentiated by", () => {
  const graph = trace({ x: [2] }, ({ x }) => ({ y: x.mul(2) }));
  expect(() => gradient(graph, "y", ["x"])).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  expect(() =>
    gradient(
      trace({ x: [1] }, ({ x }) => ({ y: x })),
      "y",
      ["w"],
    ),
  ).toThrow(expect.objectContaining({ code: "E_BACKEND" }));
});

test("a graph prints one node a line, loops indented", () => {
  const graph = trace({ z: [2] }, ({ z }) => ({
    z: scan({ carry: { z }, length: 3 }, (c) => ({ carry: { z: c.z.mul(2) } })).carry.z,
  }));
  expect(printGraph(graph)).toBe(
    [
      '%0 = input() [2] name="z"',
      "%1 = scan(%0) [] length=3 carries=1 slices=0 reverse=false",
      '  %0 = input() [2] name="z"',
      "  %1 = fill() [] value=2",
      '  %2 = binary(%0, %1) [2] fn="mul"',
      "  -> carry:z=%2",
      "%2 = pick(%1) [2] index=0",
      "-> z=%2",
    ].join("\n"),
  );
});
