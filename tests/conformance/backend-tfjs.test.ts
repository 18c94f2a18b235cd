import { describe, expect, test } from "vitest";
import { gradient } from "../../sdk/numerics/engine/gradient.js";
import type { Graph } from "../../sdk/numerics/engine/graph.js";
import { compileReference } from "../../sdk/numerics/engine/reference/compile.js";
import { linear } from "../../sdk/numerics/engine/tensor.js";
import { compileTfjs, compileTfjsSync } from "../../sdk/numerics/engine/tfjs/compile.js";
import { openDevice } from "../../sdk/numerics/engine/tfjs/device.js";
import { scan, trace } from "../../sdk/numerics/engine/trace.js";
import { expectClose, f32 } from "../tolerance.js";
import { runBackendSuite } from "./backend.case.js";

const { tf } = await openDevice("tfjs-cpu");
await openDevice("tfjs-wasm");
const backends = ["cpu", "wasm"] as const;

for (const backend of backends) {
  runBackendSuite({
    name: `tfjs ${backend}`,
    tolerance: f32,
    compile: (graph) => {
      void tf.setBackend(backend);
      return compileTfjsSync(graph, tf);
    },
  });
}

/** A loop, its gradient, constants and a value made once before the loop: whatever a program can keep or forget. */
function rollout(): Graph {
  const graph = trace({ x: [3, 2], W: [2, 2], b: [2], u: [5, 3, 2] }, ({ x, W, b, u }) => {
    const { carry, stack } = scan({ carry: { x }, slices: { u }, length: 5 }, (c, s) => {
      const next = linear(c.x, W.sin(), b, "tanh").add(s.u).mul(0.5);
      return { carry: { x: next }, stack: { x: next } };
    });
    return { loss: carry.x.square().mean().add(stack.x.abs().mean()), path: stack.x };
  });
  return gradient(graph, "loss", ["W", "b", "x"]);
}

const values = (n: number): number[] => Array.from({ length: n }, (_, i) => Math.fround((((i * 7) % 11) - 5) / 4));
const inputs = { x: values(6), W: values(4), b: values(2), u: values(30) };

describe.each(backends)("what stays on the device, tfjs %s", (backend) => {
  test("a hundred runs leave as many tensors as one", async () => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const program = compileTfjs(rollout(), tf);
    await program.runAsync(inputs);
    const afterOne = tf.memory().numTensors;
    for (let run = 0; run < 100; run++) await program.runAsync(run % 2 === 0 ? inputs : { x: inputs.x });
    expect(tf.memory().numTensors).toBe(afterOne);
    program.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("a run that fails leaves nothing", async () => {
    await tf.setBackend(backend);
    const program = compileTfjs(rollout(), tf);
    await program.runAsync(inputs);
    const kept = tf.memory().numTensors;
    await expect(program.runAsync({ x: [1] })).rejects.toThrow(expect.objectContaining({ code: "E_SHAPE" }));
    expect(tf.memory().numTensors).toBe(kept);
    program.dispose();
  });

  test("a program lives on outside of the tidy it was compiled and first run in", async () => {
    await tf.setBackend(backend);
    const engine = tf.engine();
    engine.startScope();
    const program = compileTfjsSync(rollout(), tf);
    program.run(inputs);
    engine.endScope();
    expect(program.run({}).loss.length).toBe(1);
    program.dispose();
  });
});

test("runs that overlap keep to their own inputs", async () => {
  const program = compileTfjs(rollout(), tf);
  const others = { ...inputs, x: inputs.x.map((v) => 1 - v) };
  const [first, second] = await Promise.all([program.runAsync(inputs), program.runAsync(others)]);
  const reference = compileReference(rollout());
  expectClose(first.path, Float64Array.from(reference.run(inputs).path), f32);
  expectClose(second.path, Float64Array.from(reference.run(others).path), f32);
  program.dispose();
});

test("programs of two backends take turns", async () => {
  const [onCpu, onWasm] = backends.map((backend) => {
    void tf.setBackend(backend);
    return compileTfjs(rollout(), tf);
  });
  expect([onCpu.device, onWasm.device]).toEqual(["cpu", "wasm"]);
  for (const program of [onCpu, onWasm, onCpu]) {
    const { path } = await program.runAsync(inputs);
    expect(tf.getBackend()).toBe(program.device);
    expectClose(path, compileReference(rollout()).run(inputs).path, f32);
  }
  for (const program of [onCpu, onWasm]) program.dispose();
});

test("the module as a user imports it fits, in type and in place", async () => {
  const program = compileTfjs(rollout(), await import("@tensorflow/tfjs"));
  expectClose((await program.runAsync(inputs)).path, compileReference(rollout()).run(inputs).path, f32);
  program.dispose();
});

test("the arrays given are not the arrays kept", async () => {
  const program = compileTfjs(
    trace({ x: [2] }, ({ x }) => ({ x })),
    tf,
  );
  const given = new Float32Array([1, 2]);
  const { x } = await program.runAsync({ x: given });
  given[0] = 7;
  x[1] = 8;
  expect(Array.from((await program.runAsync({})).x)).toEqual([1, 2]);
  program.dispose();
});

test("float64 and arrays of seven axes are refused with what to do instead", () => {
  const graph = trace({ x: [1] }, ({ x }) => ({ y: x.exp() }));
  const refusal = { code: "E_BACKEND", hint: expect.stringContaining('backend "wasm"') };
  expect(() => compileTfjs(graph, tf, { dtype: "float64" })).toThrow(expect.objectContaining(refusal));
  const deep = trace({ x: [1, 1, 1, 1, 1, 1, 2] }, ({ x }) => ({ y: x.exp() }));
  const before = tf.memory().numTensors;
  expect(() => compileTfjs(deep, tf)).toThrow(expect.objectContaining(refusal));
  expect(tf.memory().numTensors).toBe(before);
});

describe("a device that is not there", () => {
  const absent = (name: string) => async (): Promise<never> => {
    throw Object.assign(new Error(`Cannot find package '${name}'`), { code: "ERR_MODULE_NOT_FOUND" });
  };
  test.each([
    ["cuda", /^npm install @tensorflow\/tfjs-node-gpu@/],
    ["webgpu", /^npm install webgpu@.* @tensorflow\/tfjs-backend-webgpu@/],
    ["gpu", /npm install webgpu@.*npm install @tensorflow\/tfjs-node-gpu@/],
    ["tfjs-wasm", /^npm install @tensorflow\/tfjs@.* @tensorflow\/tfjs-backend-wasm@/],
  ] as const)("%s: the error names the package and the command", async (name, hint) => {
    const error = { code: "E_BACKEND", message: expect.stringContaining("is not installed"), hint: expect.stringMatching(hint) };
    await expect(openDevice(name, { load: absent(name) })).rejects.toThrow(expect.objectContaining(error));
  });

  test("a driver without an adapter is told from a package that is missing", async () => {
    const load = async (): Promise<object> => ({ create: () => ({ requestAdapter: async () => null }), globals: {} });
    const error = { code: "E_BACKEND", message: expect.stringContaining("no adapter") };
    await expect(openDevice("webgpu", { load })).rejects.toThrow(expect.objectContaining(error));
  });
});
