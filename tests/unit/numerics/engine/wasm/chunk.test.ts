import fc from "fast-check";
import { expect, test } from "vitest";
import { gradient } from "../../../../../sdk/numerics/engine/gradient.js";
import { type Graph, inputsOf, sizeOf } from "../../../../../sdk/numerics/engine/graph.js";
import { compileReference } from "../../../../../sdk/numerics/engine/reference/compile.js";
import { concat, linear, matmul } from "../../../../../sdk/numerics/engine/tensor.js";
import { scan, trace } from "../../../../../sdk/numerics/engine/trace.js";
import { chunked } from "../../../../../sdk/numerics/engine/wasm/chunk.js";
import { compileWasm } from "../../../../../sdk/numerics/engine/wasm/compile.js";
import { expectClose, f64 } from "../../../../tolerance.js";

/** An encoder on every sample, its result mixed over time, and the encoder's way back: as weak-form training has it. */
function encoder(batch: number, length: number, width: number): Graph {
  const shapes = { x: [batch, length, 2], W0: [2, width], b0: [width], W1: [width, width], W2: [width, 3], C: [5, length] };
  const formula = trace(shapes, ({ x, W0, b0, W1, W2, C }) => {
    const hidden = linear(linear(x, W0, b0, "tanh"), W1, null, "sigmoid");
    const z = concat([linear(hidden, W2, null), x], 2);
    const scaled = z.mul(0.5).add(z.square().mul(b0.slice(0, 0, 5)));
    const weak = matmul(C, scaled);
    // the second use of the encoder's weights needs a result of the whole first use
    const again = linear(x.add(weak.sum([0, 1]).slice(0, 0, 2)), W0, b0, "relu");
    return { loss: weak.square().mean().add(again.square().mean()) };
  });
  return gradient(formula, "loss", ["x", "W0", "b0", "W1", "W2"]);
}

const valuesFor = (graph: Graph): Record<string, Float64Array> =>
  Object.fromEntries(
    inputsOf(graph).map(({ name, shape }, k) => [
      name,
      Float64Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 0.6180339887498949 + k * 0.377) % 1) - 0.45),
    ]),
  );

test("a graph in chunks of rows is the same function", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 10, max: 13 }),
      fc.integer({ min: 8, max: 12 }),
      fc.integer({ min: 32, max: 72 }),
      (b, t, w) => {
        const graph = encoder(b * 4, t * 4, w);
        const values = valuesFor(graph);
        const expected = compileReference(graph).run(values);
        const inChunks = chunked(graph, 8);
        expect(inChunks.nodes.some((node) => node.op === "scan")).toBe(true);
        const actual = compileReference(inChunks).run(values);
        for (const { name } of graph.outputs) expectClose(actual[name], expected[name], f64, name);
      },
    ),
    { numRuns: 3 },
  );
});

test("chunks run as they are compiled", () => {
  const graph = encoder(32, 40, 32);
  const values = valuesFor(graph);
  const expected = compileReference(graph).run(values);
  const program = compileWasm(graph, { dtype: "float64" });
  expect(program.explain()).toContain("loop of");
  const actual = program.run(values);
  for (const { name } of graph.outputs) expectClose(actual[name], expected[name], f64, name);
});

test("few rows, or rows no chunk divides, stay as they are", () => {
  for (const graph of [encoder(2, 20, 32), encoder(1, 1021, 64)]) expect(chunked(graph, 8)).toBe(graph);
});

test("a value stacked twice is stacked once and found twice", () => {
  const graph = trace({ x: [3, 2], W: [2, 2] }, ({ x, W }) => {
    const { stack } = scan({ carry: {}, slices: { x }, length: 3 }, (_, row) => {
      const y = linear(row.x.reshape([1, 2]), W, null, "tanh");
      return { carry: {}, stack: { y, again: y, part: y.slice(1, 1, 1), z: y.add(1) } };
    });
    return stack;
  });
  const values = { x: [1, 2, 3, 4, 5, 6], W: [0.1, 0.2, -0.3, 0.4] };
  const actual = compileWasm(graph, { dtype: "float64" }).run(values);
  const expected = compileReference(graph).run(values);
  for (const { name } of graph.outputs) expectClose(actual[name], expected[name], f64, name);
});
