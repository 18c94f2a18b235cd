import { expect, test } from "vitest";
import { gradient } from "../../../../../sdk/numerics/engine/gradient.js";
import { fill, linear } from "../../../../../sdk/numerics/engine/tensor.js";
import { scan, trace } from "../../../../../sdk/numerics/engine/trace.js";
import { compileWasm } from "../../../../../sdk/numerics/engine/wasm/compile.js";

const graph = gradient(
  trace({ x: [8, 2], W: [2, 2], y: [5, 8, 2] }, ({ x, W, y }) => {
    const { carry } = scan({ carry: { x, loss: fill(x, [], 0) }, slices: { y }, length: 5 }, (c, row) => {
      const next = linear(c.x, W, null, "tanh");
      return { carry: { x: next, loss: c.loss.add(next.sub(row.y).square().sum()) } };
    });
    return { loss: carry.loss };
  }),
  "loss",
  ["W"],
);
const ramp = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => Math.sqrt(i) / n);
const values = { x: ramp(16), W: ramp(4), y: ramp(80) };

test("a profile names every instruction with its passes, longest first, and leaves the program as it was", () => {
  const program = compileWasm(graph, { dtype: "float64" });
  const before = structuredClone(program.run(values));
  const rows = program.profile?.(3) ?? [];
  expect(structuredClone(program.run({}))).toEqual(before);
  const [, instructions, passes] = /(\d+) instructions, (\d+) with every pass/.exec(program.explain()) ?? [];
  expect(rows.length).toBe(Number(instructions));
  expect(rows.reduce((n, row) => n + row.passes, 0)).toBe(Number(passes));
  expect(rows.map((row) => row.ms)).toEqual(rows.map((row) => row.ms).sort((a, b) => b - a));
  expect(rows).toContainEqual(expect.objectContaining({ op: "product tanh", sizes: "8 x 2 x 2", passes: 5 }));
});

test("without inputs there is nothing to profile", () => {
  const program = compileWasm(graph, { dtype: "float64" });
  expect(() => program.profile?.()).toThrow(expect.objectContaining({ code: "E_BACKEND" }));
});
