import fc from "fast-check";
import { expect, test } from "vitest";
import { gradient } from "../../../../../sdk/numerics/engine/gradient.js";
import { stridesOf } from "../../../../../sdk/numerics/engine/graph.js";
import { concat, fill, linear } from "../../../../../sdk/numerics/engine/tensor.js";
import { scan, trace } from "../../../../../sdk/numerics/engine/trace.js";
import { compileWasm } from "../../../../../sdk/numerics/engine/wasm/compile.js";
import { type Buffer, instructionsOf } from "../../../../../sdk/numerics/engine/wasm/instruction.js";
import { layOut } from "../../../../../sdk/numerics/engine/wasm/plan.js";
import { axesOf, broadcastTo } from "../../../../../sdk/numerics/engine/wasm/view.js";
import { Writer } from "../../../../../sdk/numerics/engine/wasm/writer.js";

test("buffers that live at the same time never overlap", () => {
  const step = fc.record({
    size: fc.integer({ min: 1, max: 40 }),
    reads: fc.array(fc.nat(60), { maxLength: 3 }),
    inPlace: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const writer = new Writer(8);
      const input = writer.buffer(7);
      const made: Buffer[] = [input];
      for (const { size, reads, inPlace } of steps) {
        const places = reads.map((i) => ({ buffer: made[i % made.length], offset: 0, steps: [] }));
        const buffer = writer.buffer(size);
        const write = { buffer, offset: 0, steps: [] };
        writer.emit({ code: 2, name: "test", words: [...places, write], write, overwritable: inPlace ? places : [] });
        made.push(buffer);
      }
      const last = made[made.length - 1];
      const { offsets, entries } = layOut(writer.root, { always: new Set([input]), results: new Set([last]) }, 2);

      // replay on an array of owners: every read must find the entries its buffer wrote
      const owner = new Array<number>(entries).fill(-1);
      const span = (b: Buffer): number[] => Array.from({ length: b.size }, (_, i) => (offsets.get(b) as number) + i);
      for (const i of span(input)) owner[i] = input.id;
      for (const instruction of instructionsOf(writer.root.body)) {
        for (const { buffer } of instruction.reads) for (const i of span(buffer)) expect(owner[i]).toBe(buffer.id);
        for (const i of span(instruction.write.buffer)) owner[i] = instruction.write.buffer.id;
      }
      for (const b of [input, last]) for (const i of span(b)) expect(owner[i]).toBe(b.id);
    }),
    { numRuns: 200 },
  );
});

test("values made for a concat are made in their place", () => {
  const graph = trace({ x: [4, 3] }, ({ x }) => ({ y: concat([x.exp(), x.sin(), x], 0) }));
  expect(compileWasm(graph, { dtype: "float64" }).explain()).toMatch(/1 exp, 1 sin, 1 copy/);
});

test("merged axes visit the same entries in the same order", () => {
  const visit = (counts: readonly number[], steps: readonly number[]): number[] =>
    counts.reduce((all, n, i) => all.flatMap((at) => Array.from({ length: n }, (_, k) => at + k * steps[i])), [0]);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()), { minLength: 1, maxLength: 5 }), (dims) => {
      const shape = dims.map(([n]) => n);
      const own = dims.map(([n, stretched]) => (stretched ? 1 : n));
      const view = broadcastTo(
        { place: { buffer: new Writer(8).buffer(1), offset: 0, steps: [] }, shape: own, strides: stridesOf(own) },
        shape,
      );
      const axes = axesOf(shape, [view.strides, stridesOf(shape)]);
      const counts = axes.map((axis) => axis.count);
      for (const which of [0, 1]) {
        const strides = which === 0 ? view.strides : stridesOf(shape);
        expect(
          visit(
            counts,
            axes.map((axis) => axis.steps[which]),
          ),
        ).toEqual(visit(shape, strides));
      }
    }),
  );
});

const rollout = (batch: number, width: number, length: number) =>
  trace({ x: [batch, width], W: [width, width], b: [width], y: [length, batch, width] }, ({ x, W, b, y }) => {
    const { carry } = scan({ carry: { x, loss: fill(x, [], 0) }, slices: { y }, length }, (c, s) => {
      const next = linear(c.x, W, b, "tanh");
      return { carry: { x: next, loss: c.loss.add(next.sub(s.y).square().sum()) } };
    });
    return carry;
  });

test("a rollout hands its state on without a copy of anything but the state", () => {
  const text = compileWasm(rollout(8, 16, 20), { dtype: "float64" }).explain();
  const body = text.slice(text.indexOf("loop of 20:"));
  expect(body).toContain("1 product + tanh");
  // the product reads all of the old state while it writes the new one: one copy, and only that
  expect(body.match(/(\d+) copy/)?.[1] ?? "0").toBe("1");
});

test("a gradient adds the weights' part of each pass in place, and copies no weights", () => {
  const graph = gradient(rollout(8, 16, 20), "loss", ["W", "b"]);
  const text = compileWasm(graph, { dtype: "float64" }).explain();
  const backward = text.slice(text.lastIndexOf("loop of 20:"));
  expect(backward).toContain("product +");
  expect(backward).not.toContain("copy");
});

test("memory is that of the stored activations and little more", () => {
  const [batch, width, length] = [64, 32, 100];
  const graph = gradient(rollout(batch, width, length), "loss", ["W", "b"]);
  const arena = Number(
    compileWasm(graph, { dtype: "float32" })
      .explain()
      .match(/arena (\d+) bytes/)?.[1],
  );
  const row = 4 * batch * width;
  // the targets are given, the states before and after each pass and the residuals of the loss are stored
  expect(arena).toBeLessThan(1.15 * 4 * length * row);
});

test("the work is counted from the shapes", () => {
  const graph = trace({ x: [7, 5], W: [5, 3] }, ({ x, W }) => ({ y: linear(x, W, null) }));
  expect(compileWasm(graph, { dtype: "float64" }).explain()).toContain(`${((2 * 7 * 5 * 3) / 1e6).toPrecision(3)} million`);
});
