// One training step of a neural ODE (loss and all gradients): MLP with tanh, fixed-step classical Runge-Kutta, against PyTorch eager.
import { compile, compileReference, gradient, linear, scan, trace } from "../../../dist/sdk/numerics/engine/index.js";
import { keyed } from "../../../dist/sdk/numerics/random.js";
import { closeEnough, expectPeers, now, rowOf } from "../measure.mjs";
import { startPeer } from "../peer.mjs";
import { gradientOf, together } from "../two-threads.mjs";

/** The variants measured: batch size B, width H. */
const variants = [
  { name: "node-step", B: 64, H: 32 },
  { name: "node-step-batch-1", B: 1, H: 32 },
  { name: "node-step-wide", B: 64, H: 128 },
];
const h = 0.05;

export async function* run({ dtypes, runs }) {
  for (const { name, B, H } of variants) {
    for (const dtype of dtypes) yield await measure(name, B, H, dtype, runs);
  }
  // processor time counts both threads: it says nothing of two
  if (process.env.DYMAD_BENCH_CLOCK === "cpu") return;
  for (const { name, B, H } of variants.filter(({ B }) => B > 1))
    for (const dtype of dtypes) yield await measureTogether(name, B, H, dtype, runs);
}

export function problem(B, H, T = 50) {
  const key = keyed(1);
  const array = (label, shape, scale) => ({
    shape,
    data: Array.from(
      key.fold(label).normal(
        shape.reduce((a, b) => a * b, 1),
        0,
        scale,
      ),
    ),
  });
  return {
    h,
    x: array("x", [T, B, 2], 1),
    weights: {
      W0: array("W0", [2, H], 0.7),
      b0: array("b0", [H], 0.1),
      W1: array("W1", [H, H], 1 / Math.sqrt(H)),
      b1: array("b1", [H], 0.1),
      W2: array("W2", [H, 2], 1 / Math.sqrt(H)),
      b2: array("b2", [2], 0.1),
    },
  };
}

/** Loss and gradients of one step; T samples of each trajectory. `of`: numbers the mean is over, more than there are for a part. */
export function graphOf({ x, weights }, of = x.data.length) {
  const shapes = Object.fromEntries(Object.entries({ x, ...weights }).map(([k, v]) => [k, v.shape]));
  const forward = trace(shapes, ({ x: data, W0, b0, W1, b1, W2, b2 }) => {
    const rate = (z) => linear(linear(linear(z, W0, b0, "tanh"), W1, b1, "tanh"), W2, b2);
    const [T, B, n] = data.shape;
    const first = data.slice(0, 0, 1).reshape([B, n]);
    const later = scan({ carry: { z: first }, length: T - 1 }, ({ z }) => {
      const k1 = rate(z);
      const k2 = rate(z.add(k1.mul(0.5 * h)));
      const k3 = rate(z.add(k2.mul(0.5 * h)));
      const k4 = rate(z.add(k3.mul(h)));
      const next = z.add(
        k1
          .add(k2.mul(2))
          .add(k3.mul(2))
          .add(k4)
          .mul(h / 6),
      );
      return { carry: { z: next }, stack: { z: next } };
    }).stack.z;
    // row 0 is the data themselves: its difference is zero and only counts in the mean
    const squares = later
      .sub(data.slice(0, 1, T - 1))
      .square()
      .sum();
    return { loss: squares.mul(1 / of) };
  });
  return gradient(forward, "loss", Object.keys(weights));
}

/** One row: ours checked against the reference and PyTorch, then both timed in turn. */
export async function measure(name, B, H, dtype, runs) {
  const task = problem(B, H);
  const graph = graphOf(task);
  const inputs = Object.fromEntries(
    Object.entries({ x: task.x, ...task.weights }).map(([k, v]) => [k, Float64Array.from(v.data)]),
  );
  const program = compile(graph, { backend: "wasm", dtype });
  const ours = program.run(inputs);
  const oracle = B * H <= 2048 ? compileReference(graph).run(inputs) : null;
  const rtol = dtype === "float32" ? 2e-3 : 1e-9;
  if (oracle !== null) {
    for (const key of Object.keys(oracle))
      closeEnough(ours[key], oracle[key], rtol, `${name} ${dtype} ${key} against the reference`);
  }
  const peer = await startPeer("torch_node_step.py", { ...task, dtype });
  expectPeers({ loss: ours.loss[0], gradient: gradientOf(ours) }, peer, rtol, `${name} ${dtype}`);
  // several short steps in a row, so that a coarse clock sees them
  const times = Math.ceil(2048 / (B * H));
  const step = () => {
    const start = now();
    for (let i = 0; i < times; i++) program.run(inputs);
    return (now() - start) / times;
  };
  return rowOf({ name, dtype, step, peer, runs });
}

/** Half of a batch: trajectories `from` to `from + B / 2`. */
export function halfProgram({ B, H, from }, dtype) {
  const { x, weights } = problem(B, H);
  const [T, , n] = x.shape;
  const rows = Array.from({ length: T }, (_, k) => x.data.slice((k * B + from) * n, (k * B + from + B / 2) * n));
  const half = { x: { shape: [T, B / 2, n], data: rows.flat() }, weights };
  const program = compile(graphOf(half, x.data.length), { backend: "wasm", dtype });
  program.run(Object.fromEntries(Object.entries({ x: half.x, ...weights }).map(([name, { data }]) => [name, data])));
  return program;
}

/** Two threads of ours against PyTorch with two. */
async function measureTogether(name, B, H, dtype, runs) {
  const halves = [0, B / 2].map((from) => ({ B, H, from }));
  const { step, results, stop } = await together(import.meta.url, halves, dtype);
  const peer = await startPeer("torch_node_step.py", { ...problem(B, H), dtype, threads: 2 });
  step();
  const { loss, ...gradient } = results();
  expectPeers({ loss: loss[0], gradient }, peer, dtype === "float32" ? 2e-3 : 1e-9, `${name} ${dtype}, two threads,`);
  const row = await rowOf({ name, dtype, threads: 2, step, peer, runs });
  stop();
  return row;
}
