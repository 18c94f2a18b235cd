// From which size on a GPU wins: training steps on the first GPU that works, against our own kernels with one thread on the processor.
// Times are from weights given to gradients read, as training needs them. Without a GPU the case has no rows.
import { compile, compileTfjs, openDevice } from "../../../dist/sdk/numerics/engine/index.js";
import { closeEnough, now } from "../measure.mjs";
import { weakGraph, weakProblem } from "../weak.mjs";
import { graphOf, problem } from "./node-step.mjs";

export async function* run({ dtypes, runs }) {
  if (!dtypes.includes("float32")) return;
  const device = await openDevice("gpu").catch((error) => {
    console.error(`device: ${error.message}`);
    return null;
  });
  if (device === null) return;
  console.error(`device: ${device.name}, ${device.description}${device.software ? " (software)" : ""}`);
  const sizes = device.software ? [32] : [32, 128, 512, 1024];
  for (const H of sizes) yield measure(device, `device-weak-64x300x${H}`, weakTask(H), Math.min(runs, 11));
  const steps = device.software
    ? [[8, 8]]
    : [
        [64, 32],
        [64, 128],
        [512, 128],
        [512, 512],
        [2048, 512],
      ];
  for (const [B, H] of steps) yield measure(device, `device-node-${B}x${H}`, nodeTask(B, H), Math.min(runs, 5));
}

function weakTask(H) {
  const task = weakProblem(64, H);
  return { graph: weakGraph(task), arrays: { x: task.x, C: task.C, D: task.D }, weights: task.weights };
}

function nodeTask(B, H) {
  const task = problem(B, H);
  return { graph: graphOf(task), arrays: { x: task.x }, weights: task.weights };
}

const valuesOf = (arrays) =>
  Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [name, Float64Array.from(data)]));

async function measure(device, name, { graph, arrays, weights }, runs) {
  const ours = compile(graph, { backend: "wasm", dtype: "float32" });
  const theirs = compileTfjs(graph, device.tf);
  const fixed = valuesOf(arrays);
  const moving = valuesOf(weights);
  const expected = ours.run({ ...fixed, ...moving });
  const got = await theirs.runAsync({ ...fixed, ...moving });
  for (const [key, value] of Object.entries(expected)) closeEnough(got[key], value, 5e-3, `${name} ${key} on the device`);
  const [gpu, cpu] = [[], []];
  for (let i = 0; i < runs; i++) {
    let start = now();
    await theirs.runAsync(moving);
    gpu.push(now() - start);
    start = now();
    ours.run(moving);
    cpu.push(now() - start);
  }
  ours.dispose();
  theirs.dispose();
  const median = (v) => v.sort((a, b) => a - b)[v.length >> 1];
  const row = { case: name, dtype: "float32", threads: 1, ours_ms: median(gpu), peer: "wasm, one thread", peer_version: "" };
  return { ...row, peer_ms: median(cpu), runs };
}
