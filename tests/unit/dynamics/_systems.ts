import { makeDataset } from "../../../sdk/dynamics/data/dataset.js";
import type { EdgeList } from "../../../sdk/dynamics/data/graphs/graph.js";
import { joinNodes } from "../../../sdk/dynamics/data/graphs/nodes.js";
import type { Dataset, Trajectory } from "../../../sdk/dynamics/data/series.js";
import type { ModelSpec } from "../../../sdk/dynamics/models/spec.js";
import type { LinearSolvePhase, OptimizerPhase, TrainingConfig } from "../../../sdk/dynamics/training/config.js";
import { Matrix } from "../../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../../sdk/numerics/random.js";

/** The damped oscillator x1' = x2 + u, x2' = -x1 - 0.1 x2 + u, with u = a sin(w t + f), integrated by many small classical Runge-Kutta steps. */
export function oscillator(options: {
  trajectories: number;
  samples: number;
  dt: number;
  control: boolean;
  seed?: number;
}): Dataset {
  const { trajectories, samples, dt, control, seed = 1 } = options;
  const made = Array.from({ length: trajectories }, (_, i): Trajectory => {
    const [x1, x2, a, w, f] = keyed(seed).fold(i).uniform(5, -1, 1);
    const u = (t: number): number => (control ? a * Math.sin((1 + w) * 3 * t + 3 * f) : 0);
    const rate = (t: number, [p, q]: readonly number[]): [number, number] => [q + u(t), -p - 0.1 * q + u(t)];
    const x = new Matrix(samples, 2);
    let state: [number, number] = [x1, x2];
    const fine = 10;
    for (let k = 0; k < samples; k++) {
      x.row(k).set(state);
      for (let j = 0; j < fine; j++) {
        const h = dt / fine;
        const t = k * dt + j * h;
        const step = (s: readonly number[], d: readonly number[], c: number): [number, number] => [
          s[0] + c * d[0],
          s[1] + c * d[1],
        ];
        const k1 = rate(t, state);
        const k2 = rate(t + h / 2, step(state, k1, h / 2));
        const k3 = rate(t + h / 2, step(state, k2, h / 2));
        const k4 = rate(t + h, step(state, k3, h));
        state = [0, 1].map((n) => state[n] + (h / 6) * (k1[n] + 2 * k2[n] + 2 * k3[n] + k4[n])) as [number, number];
      }
    }
    const t = Float64Array.from({ length: samples }, (_, k) => k * dt);
    return { t, x, u: control ? new Matrix(samples, 1, t.map(u)) : null, y: null, p: null };
  });
  return { trajectories: made, names: { x: ["x1", "x2"], u: control ? ["u1"] : [] } };
}

/** Each trajectory beside the next one, as two nodes that hear each other; `changing`: after half of the samples only one hears. */
export function paired({ trajectories }: Dataset, changing = false): Dataset {
  const edges = (...list: [number, number][]): EdgeList => ({
    source: Int32Array.from(list, ([from]) => from),
    target: Int32Array.from(list, ([, to]) => to),
    weight: null,
    attributes: null,
  });
  const [both, one] = [edges([0, 1], [1, 0]), edges([0, 1])];
  return makeDataset(
    trajectories.map((tr, i): Trajectory => {
      const next = trajectories[(i + 1) % trajectories.length];
      const samples = Array.from(tr.t, (_, k) => (2 * k < tr.t.length ? both : one));
      return {
        ...tr,
        x: joinNodes([tr.x, next.x]),
        u: tr.u && joinNodes([tr.u, next.u as Matrix]),
        graph: { nodes: 2, edges: changing ? samples : [both] },
      };
    }),
  );
}

export const baseSpec: ModelSpec = {
  family: "kbf",
  time_domain: "continuous",
  graph_mode: "none",
  gcl: "sage",
  gcl_opts: { K: 2, heads: 1 },
  encoder_layers: 1,
  processor_layers: 1,
  sequence: 1,
  processor_type: "mlp_smp",
  decoder_layers: 1,
  hidden_dimension: 8,
  latent_dimension: null,
  koopman_dimension: 4,
  const_term: true,
  activation: "none",
  end_activation: true,
  weight_init: "xavier_uniform",
  bias_init: "zeros",
  gain: 1,
  autoencoder_type: "smp",
  predictor_type: "ode",
  input_order: "cubic",
  linear_dynamics_init_scale: null,
  residual_layers: 1,
  residual_dimension: null,
  latent_layers: 1,
  physics: null,
  physics_constants: {},
};

export const basePhase: OptimizerPhase = {
  type: "optimizer",
  name: "phase_0",
  trainer: "Weak",
  n_epochs: 10,
  save_interval: 10,
  log_interval: 10,
  valid_interval: 1,
  patience: null,
  optimizer: "adam",
  weight_decay: 0,
  momentum: 0,
  steps_per_batch: 1,
  learning_rate: 5e-3,
  schedule: "exponential",
  decay_rate: 0.999,
  warmup_epochs: 0,
  min_learning_rate: 1e-6,
  reset_optimizer: false,
  clip_norm: null,
  ode_method: "dopri5",
  ode_args: { rtol: 1e-7, atol: 1e-9, max_steps: 10000, step_size: null },
  criterion: { dynamics: { type: "mse", weight: 1, params: {} }, recon: { type: "mse", weight: 1, params: {} } },
  sweep_lengths: [null],
  sweep_epoch_step: 10,
  sweep_tols: null,
  sweep_mode: "skip",
  chop_mode: "initial",
  chop_step: 1,
  weak_form_params: { N: 13, dN: 2, ordpol: 2, ordint: 2, discrete_weight_normalization: "l2" },
  method: null,
  params: null,
  kwargs: { order: 2, ridge: 0, coupling: "full", remove_one: true, deficient: "shortest" },
};

/** A complete training configuration from the parts that matter to a test. */
export function configOf(
  model: Partial<ModelSpec>,
  phases: readonly (Partial<OptimizerPhase> | LinearSolvePhase)[],
  rest: Partial<TrainingConfig> = {},
): TrainingConfig {
  return {
    model: { ...baseSpec, ...model },
    transform_x: [],
    transform_u: [],
    phases: phases.map((p, i) => (p.type === "linear_solve" ? p : { ...basePhase, name: `phase_${i}`, ...p })),
    criterion: basePhase.criterion,
    dataloader: { batch_size: 64, shuffle: true },
    selection: { metric: "rollout_rmse" },
    seed: 0,
    dtype: "float64",
    ...rest,
  };
}
