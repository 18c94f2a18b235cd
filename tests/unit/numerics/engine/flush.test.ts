import { expect, test } from "vitest";
import { gradient } from "../../../../sdk/numerics/engine/gradient.js";
import { type Dtype, flushFloor } from "../../../../sdk/numerics/engine/program.js";
import { compileReference } from "../../../../sdk/numerics/engine/reference/compile.js";
import { linear, unary } from "../../../../sdk/numerics/engine/tensor.js";
import { scan, trace } from "../../../../sdk/numerics/engine/trace.js";
import { compileWasm } from "../../../../sdk/numerics/engine/wasm/compile.js";
import { exact, expectClose, f64 } from "../../../tolerance.js";

const spacing: Record<Dtype, number> = { float64: 2 ** -52, float32: 2 ** -23 };

test("flush keeps the floor of the dtype and what is above, makes 0 of what is below, and keeps NaN", () => {
  const graph = trace({ x: [9] }, ({ x }) => ({ y: unary("flush", x) }));
  for (const dtype of ["float64", "float32"] as const) {
    const floor = flushFloor[dtype];
    const below = floor * (1 - spacing[dtype]);
    const x = [floor, -floor, below, -below, 0, 1, Number.POSITIVE_INFINITY, Number.NaN, floor * 2 ** -25];
    const y = [floor, -floor, 0, 0, 0, 1, Number.POSITIVE_INFINITY, Number.NaN, 0];
    expectClose(compileWasm(graph, { dtype }).run({ x }).y, y, exact, dtype);
    if (dtype === "float64") expectClose(compileReference(graph).run({ x }).y, y, exact, "reference");
  }
});

/** A rollout that forgets its start by 0.94 a step and more: after 1,411 steps float32, after 11,449 float64 is subnormal. */
const forgetful = (length: number, flush: boolean) => {
  const formula = trace({ z: [1, 2], W: [2, 4], V: [4, 2] }, ({ z, W, V }) => {
    const { carry } = scan({ carry: { z }, length }, (c) => {
      const next = linear(linear(c.z, W, null, "tanh"), V, null)
        .mul(0.01)
        .add(c.z.mul(0.94))
        .add(0.05);
      return { carry: { z: next } };
    });
    return { end: carry.z.square().sum() };
  });
  return gradient(formula, "end", ["z", "W", "V"], { flush });
};
const start = { z: [0.5, -0.3], W: [0.2, -0.1, 0.3, 0.05, 0.1, 0.2, -0.2, 0.1], V: [0.1, 0.2, -0.1, 0.3, 0.2, -0.3, 0.1, 0.1] };

test("a gradient that vanishes over 2,000 steps ends at 0 instead of among subnormals, and the weights' bits are the same", () => {
  const run = (flush: boolean) => compileWasm(forgetful(2000, flush), { dtype: "float32" }).run(start);
  const [plain, flushed] = [run(false), run(true)];
  const smallestNormal = 2 ** -126;
  for (const v of plain["grad:z"]) expect(Math.abs(v)).toBeLessThan(smallestNormal);
  expect(plain["grad:z"].some((v) => v !== 0)).toBe(true);
  expect([...flushed["grad:z"]]).toEqual([0, 0]);
  for (const name of ["end", "grad:W", "grad:V"]) expectClose(flushed[name], plain[name], exact, name);
});

test("float64 keeps what float32 forgets, on both backends", () => {
  const graph = forgetful(2000, true);
  const expected = compileReference(graph).run(start);
  const actual = compileWasm(graph, { dtype: "float64" }).run(start);
  expect(expected["grad:z"][0]).not.toBe(0);
  // as ratios: the gradient by z is near 1e-54
  for (const { name } of graph.outputs) {
    const ratios = Array.from(actual[name], (v, i) => v / expected[name][i]);
    expectClose(
      ratios,
      ratios.map(() => 1),
      f64,
      name,
    );
  }
});
