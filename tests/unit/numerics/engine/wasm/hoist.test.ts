import fc from "fast-check";
import { expect, test } from "vitest";
import { gradient } from "../../../../../sdk/numerics/engine/gradient.js";
import { type Graph, inputsOf, type ScanNode, sizeOf } from "../../../../../sdk/numerics/engine/graph.js";
import { compileReference } from "../../../../../sdk/numerics/engine/reference/compile.js";
import { linear } from "../../../../../sdk/numerics/engine/tensor.js";
import { scan, trace } from "../../../../../sdk/numerics/engine/trace.js";
import { compileWasm } from "../../../../../sdk/numerics/engine/wasm/compile.js";
import { hoisted } from "../../../../../sdk/numerics/engine/wasm/hoist.js";
import { expectClose, f64 } from "../../../../tolerance.js";

/** A rollout of `rows` states; W is used twice a pass, V also after the loop. */
function rollout(rows: number, width: number, length: number): Graph {
  const shapes = { z: [rows, 2], u: [length, rows, 2], W: [2, width], b: [width], V: [width, 2] };
  const formula = trace(shapes, ({ z, u, W, b, V }) => {
    const { carry, stack } = scan({ carry: { z }, slices: { u }, length }, (c, row) => {
      const rate = (at: typeof z): typeof z => linear(linear(at, W, b, "tanh"), V, null);
      const next = c.z.add(rate(c.z).mul(0.5)).add(rate(c.z.add(row.u)).mul(0.5));
      return { carry: { z: next }, stack: { next } };
    });
    return {
      loss: stack.next
        .square()
        .mean()
        .add(linear(linear(carry.z, W, b, "tanh"), V, null).sum()),
    };
  });
  return gradient(formula, "loss", ["z", "u", "W", "b", "V"]);
}

const carriesOf = (graph: Graph): number =>
  graph.nodes.reduce((n, node) => (node.op === "scan" ? n + (node as ScanNode).carries : n), 0);

test("weights' gradients made behind the loop are the same", () => {
  const dims = [fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 7 })] as const;
  fc.assert(
    fc.property(...dims, (rows, width, length) => {
      const graph = rollout(rows, width, length);
      const after = hoisted(graph);
      expect(carriesOf(after)).toBe(carriesOf(graph) - 2);
      const values = Object.fromEntries(
        inputsOf(graph).map(({ name, shape }, k) => [
          name,
          Float64Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 0.6180339887498949 + k * 0.377) % 1) - 0.45),
        ]),
      );
      const expected = compileReference(graph).run(values);
      const byReference = compileReference(after).run(values);
      const byWasm = compileWasm(graph, { dtype: "float64" }).run(values);
      for (const { name } of graph.outputs) {
        expectClose(byReference[name], expected[name], f64, `reference, ${name}`);
        expectClose(byWasm[name], expected[name], f64, `wasm, ${name}`);
      }
    }),
    { numRuns: 40 },
  );
});

test("many rows, or a loop too long to keep them, stay as they are", () => {
  for (const graph of [rollout(5, 4, 3), rollout(4, 64, 100_000)]) expect(hoisted(graph)).toBe(graph);
});
