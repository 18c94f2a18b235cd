// One epoch of training a neural ODE by dopri5 rollouts (loss, gradients, Adam) on 96 controlled trajectories of the lti reference
// system, in batches of 64, against PyTorch with torchdiffeq where it is installed, else with a plain dopri5 loop.
import { batchOf, prepared } from "../../../dist/sdk/dynamics/data/batch.js";
import { buildModel } from "../../../dist/sdk/dynamics/models/model.js";
import { initialWeights } from "../../../dist/sdk/dynamics/models/parameters.js";
import { adamStep } from "../../../dist/sdk/dynamics/training/adam.js";
import { freshMoments } from "../../../dist/sdk/dynamics/training/moments.js";
import { nodeObjective } from "../../../dist/sdk/dynamics/training/objectives/node.js";
import { combined, shardsOf } from "../../../dist/sdk/dynamics/training/shards.js";
import { Matrix } from "../../../dist/sdk/numerics/linalg/matrix.js";
import { solveOde } from "../../../dist/sdk/numerics/ode/solve.js";
import { keyed } from "../../../dist/sdk/numerics/random.js";
import { closeEnough, interleaved, now } from "../measure.mjs";
import { startPeer } from "../peer.mjs";

const T = 200;
const dt = 0.01;
const rows = 96;
const batchSize = 64;
const rate = 5e-3;
const args = { rtol: 1e-7, atol: 1e-9, max_steps: 10000, step_size: null };

const spec = {
  family: "kbf",
  time_domain: "continuous",
  encoder_layers: 1,
  processor_layers: 3,
  processor_type: "mlp_smp",
  decoder_layers: 1,
  hidden_dimension: 32,
  latent_dimension: null,
  koopman_dimension: 4,
  const_term: true,
  activation: "none",
  end_activation: false,
  weight_init: "xavier_uniform",
  bias_init: "zeros",
  gain: 1,
  autoencoder_type: "smp",
  predictor_type: "ode",
  input_order: "cubic",
  linear_dynamics_init_scale: null,
  physics: null,
  physics_constants: {},
};
/** The reference case itself, and a network with tanh of the same data without encoder (z = [x; u]). */
const variants = [
  { name: "node-dopri5-lti", spec },
  { name: "node-dopri5-mlp", spec: { ...spec, family: "ldm", encoder_layers: 1, latent_dimension: 2, activation: "tanh" } },
];

export async function* run({ dtypes, runs }) {
  for (const { name, spec: one } of variants) {
    for (const dtype of dtypes) yield await measure(name, one, dtype, runs);
  }
}

/** x1' = x2 + u, x2' = -x1 - 0.1 x2 + u under a chirp, from random starts. */
function data() {
  const t = Float64Array.from({ length: T }, (_, k) => k * dt);
  return Array.from({ length: rows }, (_, b) => {
    const [x1, x2, low, high, amplitude, phase] = keyed(12345).fold(b).uniform(6, 0, 1);
    const u = (s) => (0.5 + amplitude / 2) * Math.sin(2 * Math.PI * (0.5 + low + 0.2 * (1 + high) * s) * s + 6 * phase);
    const f = (s, [p, q], dy) => {
      dy[0] = q + u(s);
      dy[1] = -p - 0.1 * q + u(s);
    };
    const x = solveOde({ f, y0: [2 * x1 - 1, 2 * x2 - 1], t, rtol: 1e-8, atol: 1e-8 }).y;
    return prepared(t, x, new Matrix(T, 1, t.map(u)), "cubic");
  });
}

async function measure(name, spec, dtype, runs) {
  const model = buildModel(spec, 2, 1);
  const start = initialWeights(model.parameters, keyed(7));
  const trajectories = data();
  const stretches = trajectories.map((trajectory) => ({ trajectory, start: 0, length: T }));
  const batches = [];
  for (let i = 0; i < rows; i += batchSize) {
    const all = Array.from({ length: Math.min(batchSize, rows - i) }, (_, b) => i + b);
    batches.push(shardsOf(all).map((shard) => batchOf(shard.map((row) => stretches[row]))));
  }
  const criterion = { dynamics: { type: "mse", weight: 1, params: {} }, recon: { type: "mse", weight: 1, params: {} } };
  const phase = { ode_method: "dopri5", ode_args: args, criterion, chop_mode: "initial", chop_step: 1 };
  const objective = nodeObjective(model, phase, { backend: "wasm", dtype });
  const evaluate = (shards, weights) =>
    combined(
      shards.map((batch) => objective.evaluate(batch, weights, true)),
      shards.map(({ B }) => B),
    );
  const first = evaluate(batches[0], start);

  const peer = await startPeer("torch_node_dopri5.py", {
    family: spec.family,
    dtype,
    ...args,
    rate,
    batch: batchSize,
    t: [...trajectories[0].t],
    x: trajectories.map(({ x }) => [...x.data]),
    control: trajectories.map(({ control }) => [...control.coefficients]),
    weights: Object.fromEntries(model.parameters.map((p) => [p.name, { shape: p.shape, data: [...start[p.name]] }])),
  });
  if (peer !== null) {
    // the same solution by other steps: shards of 16 rows choose theirs
    const rtol = dtype === "float32" ? 5e-3 : 1e-5;
    closeEnough([first.total], [peer.hello.loss], rtol, `${name} ${dtype} loss against PyTorch`);
    for (const [key, g] of Object.entries(peer.hello.grad))
      closeEnough(first.gradient[key], g, rtol, `${name} ${dtype} gradient of ${key} against PyTorch`);
  }

  const weights = Object.fromEntries(Object.entries(start).map(([key, w]) => [key, w.slice()]));
  let state = freshMoments(weights);
  const step = () => {
    const from = now();
    for (const shards of batches) state = adamStep(state, weights, evaluate(shards, weights).gradient, rate);
    return now() - from;
  };
  const { oursMs, peerMs } = await interleaved({ step, peer, runs });
  peer?.stop();
  return {
    case: name,
    dtype,
    threads: 1,
    ours_ms: oursMs,
    peer: peer?.hello.solver ?? "torch",
    peer_version: peer?.hello.version ?? null,
    peer_ms: peerMs,
    runs,
  };
}
