import { expect, test } from "vitest";
import { gradient } from "../../../sdk/numerics/engine/gradient.js";
import { normal } from "../../../sdk/numerics/engine/random.js";
import { linear } from "../../../sdk/numerics/engine/tensor.js";
import { compileTfjs, compileTfjsSync } from "../../../sdk/numerics/engine/tfjs/compile.js";
import { openDevice } from "../../../sdk/numerics/engine/tfjs/device.js";
import { watchErrors } from "../../../sdk/numerics/engine/tfjs/error-scope.js";
import { scan, trace } from "../../../sdk/numerics/engine/trace.js";
import { keyed } from "../../../sdk/numerics/random.js";
import { examineDevices } from "../../../sdk/workflow/app/doctor.js";
import { runBackendSuite } from "../../conformance/backend.case.js";
import { f32, f32Wgsl } from "../../tolerance.js";
import { load } from "./packages.js";

const device = await openDevice("webgpu", { load });
const { tf } = device;

runBackendSuite({
  name: `tfjs webgpu, ${device.description}`,
  tolerance: f32,
  // all that call sin or cos
  tolerances: Object.fromEntries(
    [
      "sin",
      "cos",
      "loops in loops, forwards",
      "loops in loops, backwards",
      "random compositions",
      "concat of values made for it, twice, nested and in loops",
    ].map((name) => [name, f32Wgsl]),
  ),
  compile: (graph) => compileTfjs(graph, tf),
  skip: [{ reason: "it cannot read a counter in the midst of a run", tests: ["draws by a key and a counter"] }],
});

test("a draw by a counter is refused with what to do instead", () => {
  const key = keyed(1);
  const graph = trace({ step: [] }, ({ step }) => ({ z: normal(step, [2], key, { counter: step }) }));
  expect(() => compileTfjs(graph, tf)).toThrow(
    expect.objectContaining({ code: "E_BACKEND", hint: expect.stringContaining("as an input") }),
  );
});

test("a hundred runs leave as many tensors as one", async () => {
  const graph = trace({ x: [3, 2], W: [2, 2], u: [5, 3, 2] }, ({ x, W, u }) => {
    const { carry } = scan({ carry: { x }, slices: { u }, length: 5 }, (c, s) => ({
      carry: { x: linear(c.x, W, null, "tanh").add(s.u) },
    }));
    return { loss: carry.x.square().mean() };
  });
  const before = tf.memory().numTensors;
  const program = compileTfjs(gradient(graph, "loss", ["W", "x"]), tf);
  const inputs = { x: new Float32Array(6).fill(0.5), W: [0.1, 0.2, 0.3, 0.4], u: new Float32Array(30).fill(0.1) };
  await program.runAsync(inputs);
  const afterOne = tf.memory().numTensors;
  for (let run = 0; run < 100; run++) await program.runAsync(run % 2 === 0 ? inputs : { x: inputs.x });
  expect(tf.memory().numTensors).toBe(afterOne);
  program.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("work that WebGPU refuses is told, not read as zeros", async () => {
  const errors = watchErrors(tf);
  // tfjs writes a shader that does not compile for more than four axes
  const x = tf.tensor(new Float32Array(2048).fill(1), [2, 2, 2, 2, 128], "float32");
  const padded = tf.pad(x, [
    [0, 1],
    [0, 1],
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
  const read = padded.data();
  expect(await errors.end()).toMatch(/invalid|error/i);
  await read;
  for (const tensor of [x, padded]) tensor.dispose();
});

test("results in place are refused", () => {
  const graph = trace({ x: [1] }, ({ x }) => ({ y: x.exp() }));
  expect(() => compileTfjsSync(graph, tf)).toThrow(expect.objectContaining({ code: "E_BACKEND" }));
});

test("the gpu is this one where CUDA is not installed", async ({ skip }) => {
  const cuda = await openDevice("cuda", { load }).catch((error) => error);
  if (!(cuda instanceof Error)) skip("CUDA works here");
  expect((await openDevice("gpu", { load })).name).toBe("webgpu");
});

test("the doctor finds it", async () => {
  const { devices } = await examineDevices({ threads: 1, load });
  expect(devices.find(({ device: name }) => name === "webgpu")).toEqual({
    device: "webgpu",
    works: true,
    description: device.description,
    dtypes: ["float32"],
    bitwise: false,
    software: device.software,
    problem: null,
    remedy: null,
  });
});
