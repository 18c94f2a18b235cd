// A weak-form step over 64 x 300 samples at once: encoder forward and backward, against PyTorch eager; one and two threads each.
import { closeEnough, expectPeers, rowOf } from "../measure.mjs";
import { startPeer } from "../peer.mjs";
import { alone, together } from "../two-threads.mjs";
import { weakProblem, weakProgram } from "../weak.mjs";

export async function* run({ dtypes, runs }) {
  // processor time counts both threads: it says nothing of two
  for (const threads of process.env.DYMAD_BENCH_CLOCK === "cpu" ? [1] : [1, 2])
    for (const dtype of dtypes) for (const H of [16, 32, 64, 128]) yield await measure(threads, H, dtype, runs);
}

async function measure(threads, H, dtype, runs) {
  const whole = weakProblem(64, H);
  const { step, results, stop } =
    threads === 1 ? alone(weakProgram(whole, dtype)) : await together(import.meta.url, halves(H), dtype);
  const peer = await startPeer("torch_weak_kbf.py", { ...whole, dtype, threads });
  step();
  const { loss, ...gradient } = results();
  const name = `weak-kbf-${H}`;
  expectPeers({ loss: loss[0], gradient }, peer, dtype === "float32" ? 2e-3 : 1e-9, `${name} ${dtype}`);
  const row = await rowOf({ name, dtype, threads, step, peer, runs });
  stop();
  return row;
}

/** Two threads against one, in turn: one row of the case `threads`. */
export async function measureTogether(H, dtype, runs) {
  const one = alone(weakProgram(weakProblem(64, H), dtype));
  const two = await together(import.meta.url, halves(H), dtype);
  two.step();
  closeEnough(two.results().loss, one.results().loss, dtype === "float32" ? 1e-4 : 1e-12, "two threads against one");
  const peer = { ...one, hello: { version: "" } };
  const row = await rowOf({ name: `threads-${H}`, dtype, threads: 2, step: two.step, peer, peerName: "one thread", runs });
  two.stop();
  return row;
}

export const halfProgram = ({ B, H, from }, dtype) => weakProgram(weakProblem(B, H, from), dtype);

const halves = (H) => [
  { B: 32, H, from: 0 },
  { B: 32, H, from: 32 },
];
