// A weak-form step over 64 x 300 samples at once: encoder forward and backward, against PyTorch eager; one and two threads each.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { closeEnough, interleaved, now } from "../measure.mjs";
import { startPeer } from "../peer.mjs";
import { weakProblem, weakProgram } from "../weak.mjs";

export async function* run({ dtypes, runs }) {
  // processor time counts both threads: it says nothing of two
  for (const threads of process.env.DYMAD_BENCH_CLOCK === "cpu" ? [1] : [1, 2])
    for (const dtype of dtypes) for (const H of [16, 32, 64, 128]) yield await measure(threads, H, dtype, Math.min(runs, 21));
}

async function measure(threads, H, dtype, runs) {
  const whole = weakProblem(64, H);
  const { step, results, stop } = threads === 1 ? alone(whole, dtype) : await together(H, dtype);
  const peer = await startPeer("torch_weak_kbf.py", { ...whole, dtype, threads });
  if (peer !== null) {
    const rtol = dtype === "float32" ? 2e-3 : 1e-9;
    step();
    const ours = results();
    for (const [name, g] of Object.entries({ loss: [peer.hello.loss], ...peer.hello.grad }))
      closeEnough(ours[name], g, rtol, `weak-kbf ${H} ${dtype} ${name} against PyTorch`);
  }
  const { oursMs, peerMs } = await interleaved({ step, peer, runs });
  peer?.stop();
  stop();
  const row = { case: `weak-kbf-${H}`, dtype, threads, ours_ms: oursMs, peer: "torch" };
  return { ...row, peer_version: peer?.hello.version ?? null, peer_ms: peerMs, runs };
}

/** Two threads against one, in turn: one row of the case `threads`. */
export async function measureTogether(H, dtype, runs) {
  const one = alone(weakProblem(64, H), dtype);
  const two = await together(H, dtype);
  two.step();
  closeEnough(two.results().loss, one.results().loss, dtype === "float32" ? 1e-4 : 1e-12, "two threads against one");
  const { oursMs, peerMs } = await interleaved({ step: two.step, peer: one, runs });
  one.stop();
  two.stop();
  return {
    case: `threads-${H}`,
    dtype,
    threads: 2,
    ours_ms: oursMs,
    peer: "one thread",
    peer_version: "",
    peer_ms: peerMs,
    runs,
  };
}

const named = (out) => Object.fromEntries(Object.entries(out).map(([name, v]) => [name.replace("grad:", ""), v]));

function alone(task, dtype) {
  const program = weakProgram(task, dtype);
  const step = () => {
    const start = now();
    program.run({});
    return now() - start;
  };
  return { step, results: () => named(program.run({})), stop: () => program.dispose() };
}

/** Half of the batch here, half in a helper, gradients added in order. */
async function together(H, dtype) {
  const program = weakProgram(weakProblem(32, H), dtype);
  const sizes = Object.entries(program.run({})).map(([name, v]) => [name, v.length]);
  const control = new SharedArrayBuffer(8);
  const sums = new SharedArrayBuffer(8 * sizes.reduce((n, [, size]) => n + size, 0));
  const workerData = { B: 32, H, from: 32, dtype, control, sums };
  const helper = new Worker(new URL("../weak-helper.mjs", import.meta.url), { workerData });
  await once(helper, "message");
  const cells = new Int32Array(control);
  const other = new Float64Array(sums);
  const total = Object.fromEntries(sizes.map(([name, size]) => [name, new Float64Array(size)]));
  const step = () => {
    const start = now();
    const ask = Atomics.add(cells, 0, 1) + 1;
    Atomics.notify(cells, 0);
    const own = program.run({});
    while (Atomics.load(cells, 1) !== ask);
    let at = 0;
    for (const [name, size] of sizes) {
      const sum = total[name];
      for (let i = 0; i < size; i++) sum[i] = own[name][i] + other[at + i];
      at += size;
    }
    return now() - start;
  };
  const stop = () => {
    Atomics.store(cells, 0, -1);
    Atomics.notify(cells, 0);
  };
  return { step, results: () => named(total), stop };
}
