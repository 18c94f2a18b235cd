// The spiral of Chen et al.: a network 2-50-2 with tanh on y^3, 30 points on [0, 1.5], one trajectory, 500 steps of Adam through
// dopri5, against torchdiffeq where it is installed, else a plain dopri5 loop in PyTorch. Times are those of 500 steps; the peer
// takes `peerSteps` of them and is scaled up.
import { batchOf } from "../../../dist/sdk/dynamics/data/batch.js";
import { adaptiveRollout } from "../../../dist/sdk/dynamics/models/adaptive-rollout.js";
import { initialWeights } from "../../../dist/sdk/dynamics/models/parameters.js";
import { adamStep } from "../../../dist/sdk/dynamics/training/adam.js";
import { freshMoments } from "../../../dist/sdk/dynamics/training/moments.js";
import { linear } from "../../../dist/sdk/numerics/engine/index.js";
import { solveOde } from "../../../dist/sdk/numerics/ode/solve.js";
import { keyed } from "../../../dist/sdk/numerics/random.js";
import { expectPeers, now, rowOf } from "../measure.mjs";
import { startPeer } from "../peer.mjs";

const points = 30;
const steps = 500;
const peerSteps = 10;
const rate = 0.05;
const args = { rtol: 1e-7, atol: 1e-9, max_steps: 10000, step_size: null };
const parameter = (name, shape, initial) => ({ name, shape, initial });
const parameters = [
  parameter("0.W", [2, 50], (key) => key.normal(100, 0, 0.1)),
  parameter("0.b", [50], () => new Float64Array(50)),
  parameter("1.W", [50, 2], (key) => key.normal(100, 0, 0.1)),
  parameter("1.b", [2], () => new Float64Array(2)),
];
/** The model that rollouts ask for: no encoder, no control. */
const model = {
  spec: { predictor_type: "np", input_order: "cubic", time_domain: "continuous" },
  dims: { x: 2, u: 0, p: 0, e: 2, z: 2, s: 2 },
  parameters,
  linear: null,
  topology: null,
  projectionIsIdentity: true,
  encode: (_w, x) => x,
  features: (z) => z,
  dynamics: (w, z) => linear(linear(z.mul(z).mul(z), w["0.W"], w["0.b"], "tanh"), w["1.W"], w["1.b"]),
  decode: (_w, z) => z,
};

export async function* run({ dtypes, runs }) {
  for (const dtype of dtypes) yield await measure(dtype, Math.min(runs, 7));
}

async function measure(dtype, runs) {
  const t = Float64Array.from({ length: points }, (_, k) => (1.5 * k) / (points - 1));
  const f = (_t, y, dy) => {
    const [a, b] = [y[0] ** 3, y[1] ** 3];
    dy[0] = -0.1 * a - 2 * b;
    dy[1] = 2 * a - 0.1 * b;
  };
  const x = solveOde({ f, y0: [2, 0], t, rtol: 1e-9, atol: 1e-9 }).y;
  const trajectory = { t, x, u: null, control: null };
  const batch = batchOf([{ trajectory, start: 0, length: points }]);
  const rollout = adaptiveRollout(model, 1, { method: "dopri5", args }, { backend: "wasm", dtype });
  const start = initialWeights(parameters, keyed(3));
  const gradient = Object.fromEntries(Object.entries(start).map(([name, w]) => [name, new Float64Array(w.length)]));
  const cotangent = new Float64Array(2 * points);
  const evaluate = (weights) => {
    const { z, solution } = rollout.forward(weights, batch, true);
    if (solution.status !== "ok") throw new Error(solution.message);
    let loss = 0;
    for (let i = 0; i < z.length; i++) {
      const difference = z[i] - batch.x[i];
      loss += Math.abs(difference) / z.length;
      cotangent[i] = Math.sign(difference) / z.length;
    }
    for (const g of Object.values(gradient)) g.fill(0);
    rollout.backward(weights, batch, solution, cotangent, gradient);
    return loss;
  };
  const train = (count) => {
    const weights = Object.fromEntries(Object.entries(start).map(([name, w]) => [name, w.slice()]));
    let state = freshMoments(weights);
    let loss = 0;
    const from = now();
    for (let i = 0; i < count; i++) {
      loss = evaluate(weights);
      state = adamStep(state, weights, gradient, rate);
    }
    return { ms: now() - from, loss };
  };

  const first = evaluate(start);
  const peer = await startPeer("torch_spiral.py", {
    dtype,
    ...args,
    rate,
    steps: peerSteps,
    t: [...t],
    x: [...batch.x],
    weights: Object.fromEntries(parameters.map(({ name, shape }) => [name, { shape, data: [...start[name]] }])),
  });
  expectPeers({ loss: first, gradient }, peer, dtype === "float32" ? 5e-3 : 1e-5, `spiral ${dtype}`);
  const learned = train(steps).loss;
  if (!(learned < 0.3 * first)) throw new Error(`spiral ${dtype}: the loss went from ${first} to ${learned} only`);
  const scaled = peer && { ...peer, step: async () => ((await peer.step()) * steps) / peerSteps };
  return rowOf({ name: "spiral-node", dtype, step: () => train(steps).ms, peer: scaled, peerName: peer?.hello.solver, runs });
}
