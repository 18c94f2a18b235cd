import { expect, test } from "vitest";
import {
  compileReference,
  type GradientOptions,
  type Graph,
  gradient,
  inputsOf,
  linear,
  scan,
  sizeOf,
  trace,
} from "../../../../sdk/numerics/engine/index.js";
import { compileWasm } from "../../../../sdk/numerics/engine/wasm/compile.js";
import { expectClose, f64 } from "../../../tolerance.js";

/** Steps of a small network, each made of two inner steps, with an input a step and a loss along the way. */
function rollout(length: number, width: number, options?: GradientOptions): Graph {
  const shapes = { z: [6, 3], u: [length, 6, 3], W: [3, width], b: [width], V: [width, 3] };
  const formula = trace(shapes, ({ z, u, W, b, V }) => {
    const rate = (at: typeof z): typeof z => linear(linear(at, W, b, "tanh"), V, null);
    const { carry, stack } = scan({ carry: { z }, slices: { u }, length }, (c, row) => {
      const inner = scan({ carry: { y: c.z }, length: 2 }, ({ y }) => ({ carry: { y: y.add(rate(y).sin().mul(0.1)) } }));
      const next = inner.carry.y.add(row.u.mul(rate(c.z)));
      return { carry: { z: next }, stack: { square: next.square().sum() } };
    });
    return { loss: stack.square.mean().add(carry.z.sum()) };
  });
  return gradient(formula, "loss", ["z", "u", "W", "b", "V"], options);
}

const valuesFor = (graph: Graph): Record<string, Float64Array> =>
  Object.fromEntries(
    inputsOf(graph).map(({ name, shape }, k) => [
      name,
      Float64Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 0.6180339887498949 + k * 0.377) % 1) - 0.45),
    ]),
  );

const arenaOf = (graph: Graph): number =>
  Number(/arena (\d+) bytes/.exec(compileWasm(graph, { dtype: "float64" }).explain())?.[1]);

test("passes made again on the way back give the same derivatives", () => {
  const stored = rollout(5, 4);
  const again = rollout(5, 4, { recompute: true });
  const values = valuesFor(stored);
  const expected = compileReference(stored).run(values);
  const byReference = compileReference(again).run(values);
  const byWasm = compileWasm(again, { dtype: "float64" }).run(values);
  for (const { name } of stored.outputs) {
    expectClose(byReference[name], expected[name], f64, `reference, ${name}`);
    expectClose(byWasm[name], expected[name], f64, `wasm, ${name}`);
  }
});

test("then a loop stores what it carries, not what it computes", () => {
  const [length, width] = [300, 64];
  const stored = arenaOf(rollout(length, width));
  const again = arenaOf(rollout(length, width, { recompute: true }));
  const states = 8 * length * 6 * 3;
  // the inputs u and their cotangents are as long as the states
  expect(again).toBeLessThan(4 * states + 1e5);
  expect(again).toBeLessThan(stored / 10);
});

test("auto stores what fits", () => {
  expect(rollout(5, 4, { recompute: "auto" })).toEqual(rollout(5, 4));
  const entriesOf = (graph: Graph): number =>
    graph.nodes.reduce((n, node) => (node.op === "pick" ? n + sizeOf(node.shape) : n), 0);
  const length = 200_000;
  expect(entriesOf(rollout(length, 64))).toBeGreaterThan(2 ** 27);
  // what is left: the states, the squares and the cotangents of u
  expect(entriesOf(rollout(length, 64, { recompute: "auto" }))).toBeLessThan(length * (2 * 18 + 2));
});

test("a plan over the memory limit says how much it wants and what lowers it", () => {
  const graph = rollout(300, 64);
  const refusal = (memoryLimit?: number): unknown => {
    try {
      return compileWasm(graph, { dtype: "float64", ...(memoryLimit === undefined ? {} : { memoryLimit }) });
    } catch (error) {
      return error;
    }
  };
  expect(refusal(1e6)).toMatchObject({ code: "E_BACKEND", data: { limit: 1e6 } });
  expect(String(refusal(1e6))).toMatch(/wants \d{7,} bytes/);
  expect((refusal(1e6) as { hint: string }).hint).toContain("recompute: true");
  expect(refusal()).toHaveProperty("run");
  expect(() => compileWasm(rollout(3_000_000, 64), { dtype: "float64" })).toThrow(expect.objectContaining({ code: "E_BACKEND" }));
});
