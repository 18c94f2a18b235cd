// A weak-form step over 64 x 300 samples at once: encoder forward and backward, against PyTorch eager; one and two threads each.
import { closeEnough, interleaved } from "../measure.mjs";
import { startPeer } from "../peer.mjs";
import { alone, together } from "../two-threads.mjs";
import { weakProblem, weakProgram } from "../weak.mjs";

export async function* run({ dtypes, runs }) {
  // processor time counts both threads: it says nothing of two
  for (const threads of process.env.DYMAD_BENCH_CLOCK === "cpu" ? [1] : [1, 2])
    for (const dtype of dtypes) for (const H of [16, 32, 64, 128]) yield await measure(threads, H, dtype, Math.min(runs, 21));
}

async function measure(threads, H, dtype, runs) {
  const whole = weakProblem(64, H);
  const { step, results, stop } =
    threads === 1 ? alone(weakProgram(whole, dtype)) : await together(import.meta.url, halves(H), dtype);
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
  const one = alone(weakProgram(weakProblem(64, H), dtype));
  const two = await together(import.meta.url, halves(H), dtype);
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

export const halfProgram = ({ B, H, from }, dtype) => weakProgram(weakProblem(B, H, from), dtype);

const halves = (H) => [
  { B: 32, H, from: 0 },
  { B: 32, H, from: 32 },
];
