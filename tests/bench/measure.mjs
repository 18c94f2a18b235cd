import { Worker } from "node:worker_threads";

/** Throws unless two arrays agree; a benchmark of a wrong result is worth nothing. */
export function closeEnough(actual, expected, rtol, what) {
  let scale = 0;
  for (const v of expected) scale = Math.max(scale, Math.abs(v));
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= rtol * (scale + Math.abs(expected[i])))) {
      throw new Error(`${what}: entry ${i} is ${actual[i]}, expected ${expected[i]}`);
    }
  }
}

/**
 * Milliseconds: of the clock, or with DYMAD_BENCH_CLOCK=cpu of this process's processor time, which is what one thread needs on
 * a machine that others use too. Peers read the same variable.
 */
export const now = process.env.DYMAD_BENCH_CLOCK === "cpu" ? () => processorTime() : () => performance.now();

/** User and system time, as Python's process_time counts them. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Runs ours and the peer in turn, ours alone before, five times and for a second, so that short steps are compiled as they are in long
 * use; returns medians and fastest runs in milliseconds. The fastest is what the work costs where neighbours on the machine slow a core
 * to half its speed for seconds at a time.
 */
async function interleaved({ step, peer, runs }) {
  const start = now();
  for (let i = 0; i < 5 || now() - start < 1000; i++) step();
  const ours = [];
  const theirs = [];
  for (let i = 0; i < runs; i++) {
    if (peer !== null) theirs.push(await peer.step());
    ours.push(step());
  }
  const of = (pick, values) => (values.length === 0 ? null : pick(values));
  const fastest = (values) => Math.min(...values);
  return {
    oursMs: median(ours),
    peerMs: of(median, theirs),
    oursFastestMs: fastest(ours),
    peerFastestMs: of(fastest, theirs),
  };
}

/** Times ours and the peer in turn, ends the peer, and gives the row that is printed. */
export async function rowOf(what) {
  const row = await timedRow(what);
  what.peer?.stop();
  return row;
}

/** The same with a peer that goes on. */
export async function timedRow({ name, dtype, threads = 1, step, peer, peerName = "torch", runs }) {
  const { oursMs, peerMs, oursFastestMs, peerFastestMs } = await interleaved({ step, peer, runs });
  const row = { case: name, dtype, threads, ours_ms: oursMs, peer: peerName, peer_version: peer?.hello.version ?? null };
  return { ...row, peer_ms: peerMs, ours_fastest_ms: oursFastestMs, peer_fastest_ms: peerFastestMs, runs };
}

/** Throws unless loss and gradients are the peer's, where there is one. */
export function expectPeers({ loss, gradient }, peer, rtol, what) {
  if (peer === null) return;
  closeEnough([loss], [peer.hello.loss], rtol, `${what} loss against PyTorch`);
  for (const [name, g] of Object.entries(peer.hello.grad))
    closeEnough(gradient[name], g, rtol, `${what} gradient of ${name} against PyTorch`);
}

const loop = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", () => {
  const start = performance.now();
  let x = 0.5;
  for (let i = 0; i < 4e7; i++) x = x * 0.999999 + 1e-7;
  parentPort.postMessage(x);
});`;

/** How much faster two threads finish twice the work of a pure compute loop than one: 2 on an idle machine, near 1 on a full one. */
export async function control() {
  const workers = [0, 1].map(() => new Worker(loop, { eval: true }));
  const once = (w) =>
    new Promise((resolve) => {
      w.once("message", resolve);
      w.postMessage(0);
    });
  await Promise.all(workers.map(once));
  const time = async (f) => {
    const start = performance.now();
    await f();
    return performance.now() - start;
  };
  const alone = [];
  const together = [];
  for (let i = 0; i < 7; i++) {
    alone.push(await time(() => once(workers[0])));
    together.push(await time(() => Promise.all(workers.map(once))));
  }
  await Promise.all(workers.map((w) => w.terminate()));
  return { median: (2 * median(alone)) / median(together), fastest: (2 * Math.min(...alone)) / Math.min(...together) };
}
