import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compile,
  type Dtype,
  gradient,
  keyed,
  normal,
  printGraph,
  scan,
  type Tensor,
  type Tensors,
  trace,
  uniform,
} from "../../../../sdk/numerics/engine/index.js";
import { expectClose, f64, statistical } from "../../../tolerance.js";

const key = keyed(7).fold("noise");
const run = (
  formula: (t: Tensors) => Tensors,
  step: number,
  backend: "wasm" | "reference" = "wasm",
  dtype: Dtype = "float64",
): Record<string, number[]> => {
  const program = compile(trace({ step: [] }, formula), { backend, dtype });
  return Object.fromEntries(Object.entries(program.run({ step: [step] })).map(([name, values]) => [name, [...values]]));
};
const both = ({ step }: Tensors): Tensors => ({
  u: uniform(step, [3, 5], key, { low: -2, high: 5 }),
  z: normal(step, [3, 5], key, { mean: 0.3, std: 1.7 }),
  steppedU: uniform(step, [7], key, { counter: step }),
  steppedZ: normal(step, [7], key, { counter: step }),
});

describe("a draw inside a graph has the bits of the key's own draw", () => {
  const counters = [0, 1, -1, 17, 2 ** 32 + 5, -(2 ** 32) - 5, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  const expected = (step: number) => ({
    u: [...key.uniform(15, -2, 5)],
    z: [...key.normal(15, 0.3, 1.7)],
    steppedU: [...key.fold(step).uniform(7)],
    steppedZ: [...key.fold(step).normal(7)],
  });
  for (const backend of ["reference", "wasm"] as const) {
    test(`${backend}, float64`, () => {
      for (const step of counters) expect(run(both, step, backend)).toEqual(expected(step));
    });
  }

  test("float32 is float64 rounded", () => {
    for (const step of [0, 3, -5, 2 ** 24]) {
      const rounded = Object.entries(expected(step)).map(([name, values]) => [name, values.map(Math.fround)]);
      expect(run(both, step, "wasm", "float32")).toEqual(Object.fromEntries(rounded));
    }
  });

  test("any key, any number of numbers: centre and tails of the normal law", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.integer({ min: 0, max: 600 }), (seed, n) => {
        const own = keyed(seed);
        const { u, z } = run(({ step }) => ({ u: uniform(step, [n], own), z: normal(step, [n], own) }), 0);
        expect(u).toEqual([...own.uniform(n)]);
        expect(z).toEqual([...own.normal(n)]);
      }),
      { numRuns: 40 },
    );
  });
});

test("the numbers have the mean and the variance of their law", () => {
  const n = 40_000;
  const { u, z } = run(({ step }) => ({ u: uniform(step, [n], key), z: normal(step, [n], key) }), 0);
  const moments = (values: number[], mean: number): number[] => [
    values.reduce((s, v) => s + v, 0) / n,
    values.reduce((s, v) => s + (v - mean) * (v - mean), 0) / n,
  ];
  expectClose(moments(u, 0.5), [1 / 2, 1 / 12], statistical(n));
  // the variance of z^2 is 2
  expectClose(moments(z, 0), [0, 1], statistical(n / 2));
});

test("a counter draws anew, the same counter again the same; different counters are uncorrelated", () => {
  const n = 40_000;
  const program = compile(
    trace({ step: [] }, ({ step }) => ({ z: normal(step, [n], key, { counter: step }) })),
    { backend: "wasm", dtype: "float64" },
  );
  const at = (step: number): number[] => [...program.run({ step: [step] }).z];
  const [first, second, again] = [at(1), at(2), at(1)];
  expect(again).toEqual(first);
  expect(second.filter((v, i) => v === first[i])).toEqual([]);
  expectClose([first.reduce((s, v, i) => s + v * second[i], 0) / n], [0], statistical(n));
});

test("a counter that is no safe integer gives NaN, on every backend", () => {
  for (const step of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    for (const backend of ["reference", "wasm"] as const) {
      const { u, steppedU, steppedZ } = run(both, step, backend);
      expect([...steppedU, ...steppedZ].every(Number.isNaN)).toBe(true);
      expect(u).toEqual([...key.uniform(15, -2, 5)]);
    }
  }
});

test("equal draws are one node", () => {
  const graph = trace({ step: [] }, ({ step }) => ({
    zero: normal(step, [4], key).sub(normal(step, [4], keyed(7).fold("noise"))),
    other: normal(step, [4], key.fold(1)),
  }));
  expect(printGraph(graph).match(/random/g)).toHaveLength(2);
});

describe("inside of a loop", () => {
  const walk = (noise: (carry: Tensor, step: Tensor) => Tensor) =>
    trace({ x: [3], w: [], start: [] }, ({ x, w, start }) => {
      const { carry, stack } = scan({ carry: { x, step: start }, length: 6 }, (c) => {
        const next = c.x.mul(0.9).add(noise(c.x, c.step).mul(w));
        return { carry: { x: next, step: c.step.add(1) }, stack: { x: next } };
      });
      return { path: stack.x, loss: carry.x.square().sum() };
    });
  const given = { x: [1, 2, 3], w: [0.5], start: [40] };

  test("a counter that is carried draws anew in each pass", () => {
    const graph = walk((x, step) => normal(x, [3], key, { counter: step }));
    const { path } = compile(graph, { backend: "wasm", dtype: "float64" }).run(given);
    let x = given.x;
    const expected = Array.from({ length: 6 }, (_, k) => {
      const z = key.fold(40 + k).normal(3);
      x = x.map((v, i) => v * 0.9 + z[i] * 0.5);
      return x;
    });
    expectClose(path, expected.flat(), f64);
  });

  test("a key alone draws the same in each pass", () => {
    const { path } = compile(
      walk((x) => normal(x, [3], key)),
      { backend: "wasm", dtype: "float64" },
    ).run(given);
    let x = given.x;
    const z = key.normal(3);
    const expected = Array.from({ length: 6 }, () => {
      x = x.map((v, i) => v * 0.9 + z[i] * 0.5);
      return x;
    });
    expectClose(path, expected.flat(), f64);
  });

  for (const recompute of [false, true]) {
    test(`what multiplies the noise has a derivative, the counter has none (recompute ${recompute})`, () => {
      const slopes = gradient(
        walk((x, step) => normal(x, [3], key, { counter: step }).add(uniform(x, [3], key))),
        "loss",
        ["w", "start"],
        { recompute },
      );
      const out = compile(slopes, { backend: "wasm", dtype: "float64" }).run(given);
      // x_6 = 0.9^6 x_0 + w S with S the discounted noise, so d loss / dw = 2 sum x_6 S
      const fixed = key.uniform(3);
      let noise = [0, 0, 0];
      for (let k = 0; k < 6; k++) {
        const z = key.fold(40 + k).normal(3);
        noise = noise.map((s, i) => s * 0.9 + z[i] + fixed[i]);
      }
      const decay = 0.9 ** 6;
      const slope = given.x.reduce((sum, v, i) => sum + 2 * (decay * v + 0.5 * noise[i]) * noise[i], 0);
      expectClose(out["grad:w"], [slope], f64);
      expect([...out["grad:start"]]).toEqual([0]);
    });
  }
});

test("a counter of several numbers and bounds that are not finite are refused", () => {
  expect(() => trace({ x: [2] }, ({ x }) => ({ u: uniform(x, [3], key, { counter: x }) }))).toThrow(
    expect.objectContaining({ code: "E_SHAPE", hint: expect.stringContaining("random.test.ts") }),
  );
  for (const options of [{ low: Number.NaN }, { high: Number.POSITIVE_INFINITY }]) {
    expect(() => trace({ x: [2] }, ({ x }) => ({ u: uniform(x, [3], key, options) }))).toThrow(
      expect.objectContaining({ code: "E_SPEC" }),
    );
  }
});
