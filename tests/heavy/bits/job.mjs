// One training whose bits are compared between machines: the same code runs in Node and in a browser.
// Its modules are given by whoever runs it, because a browser and Node find them in different ways.

export const modules = [
  "dynamics/data/sampling/sampler.js",
  "dynamics/training/train.js",
  "dynamics/training/problem.js",
  "dynamics/training/shared-pool.js",
  "dynamics/evaluation/trained-model.js",
  "dynamics/evaluation/evaluate.js",
  "dynamics/tuning/candidates.js",
  "dynamics/tuning/search.js",
  "dynamics/tuning/selection.js",
  "dynamics/tuning/simplex-walk.js",
  "formats/sha256.js",
];

/** 37 training trajectories, which no shard size divides, and 9 to validate on. */
function data({ sampleSystem }) {
  const system = {
    system: { states: 2, inputs: 1, rhs: ["x2 + u", "-x1 - 0.1*x2 + 0.3*x1^3 + u"] },
    x0: { kind: "uniform", params: { bounds: [-1, 1] } },
    control: { kind: "chirp", params: { t1: 2, freq_range: [0.5, 2], amp_range: [0.2, 0.5] } },
    time: { start: 0, stop: 2, n: 41 },
    solver: { method: "RK45", rtol: 1e-6, atol: 1e-6 },
  };
  const of = (batch, seed) => sampleSystem({ ...system, batch }, { seed }).dataset;
  return { train: of(37, 1), valid: of(9, 2) };
}

function config(dtype, koopman) {
  const phase = {
    type: "optimizer",
    save_interval: 10,
    log_interval: 10,
    valid_interval: 1,
    patience: null,
    optimizer: "adam",
    weight_decay: 0,
    momentum: 0,
    steps_per_batch: 1,
    schedule: "exponential",
    warmup_epochs: 0,
    learning_rate: 5e-3,
    decay_rate: 0.99,
    min_learning_rate: 1e-6,
    reset_optimizer: false,
    clip_norm: null,
    ode_method: "dopri5",
    ode_args: { rtol: 1e-6, atol: 1e-8, max_steps: 10000, step_size: null },
    criterion: { dynamics: { type: "mse", weight: 1, params: {} }, recon: { type: "mse", weight: 1, params: {} } },
    sweep_lengths: [null],
    sweep_epoch_step: 50,
    sweep_tols: null,
    sweep_mode: "skip",
    chop_mode: "initial",
    chop_step: 1,
    weak_form_params: { N: 13, dN: 2, ordpol: 2, ordint: 2, discrete_weight_normalization: "l2" },
    method: null,
    params: null,
    kwargs: { order: 2, ridge: 0, coupling: "full", remove_one: true, deficient: "shortest" },
  };
  return {
    model: {
      family: "kbf",
      time_domain: "continuous",
      encoder_layers: 2,
      processor_layers: 1,
      decoder_layers: 2,
      hidden_dimension: 8,
      latent_dimension: null,
      koopman_dimension: koopman,
      const_term: true,
      activation: "tanh",
      end_activation: false,
      weight_init: "xavier_uniform",
      bias_init: "zeros",
      gain: 1,
      autoencoder_type: "smp",
      predictor_type: "ode",
      input_order: "cubic",
      linear_dynamics_init_scale: null,
      graph_mode: "none",
      gcl: "sage",
      gcl_opts: { K: 2, heads: 1 },
      sequence: 1,
      processor_type: "mlp_smp",
      residual_layers: 0,
      residual_dimension: null,
      latent_layers: 0,
      physics: null,
      physics_constants: {},
    },
    transform_x: [{ type: "scaler", mode: "std" }],
    transform_u: [],
    phases: [
      { ...phase, name: "weak", trainer: "Weak", n_epochs: 50 },
      { ...phase, name: "node", trainer: "NODE", n_epochs: 100, sweep_lengths: [5, 10], learning_rate: 1e-3 },
    ],
    criterion: phase.criterion,
    dataloader: { batch_size: 37, shuffle: true },
    selection: { metric: "rollout_rmse" },
    seed: 5,
    dtype,
  };
}

/**
 * A small search: a simplex walks over sizes of the latent state, and the candidate with the least rollout error is kept.
 *
 * @param found         the modules named above, merged into one object
 * @param startHelpers  starts helping threads for a problem; null on one thread
 * @returns             hashes of the checkpoints, in the order of their training, and of the forecasts of the best
 */
export function runJob(found, dtype, startHelpers) {
  const { train: training, valid } = data(found);
  const { train, leadPool, loadModel, evaluateModel, sha256Hex } = found;
  const { carryOut, pointsOf, productOf, selectBest, simplexWalk } = found;
  const grid = productOf({ koopman_dimension: [3, 4] });
  const trials = grid.map(() => null);
  const trial = (index) => {
    const { koopman_dimension: koopman } = grid[index];
    const sharing =
      startHelpers === null
        ? {}
        : { runner: (problem) => leadPool(problem, { when: "now", start: (buffers) => startHelpers(koopman, buffers) }) };
    trials[index] = train({ config: config(dtype, koopman), train: training, valid, backend: "wasm", ...sharing });
    if (trials[index].status !== "SUCCEEDED") throw new Error(JSON.stringify(trials[index].failure));
    return trials[index].metrics.best_valid_rmse;
  };
  const order = carryOut(simplexWalk(pointsOf(grid)), trial);
  const judged = grid.map((params, index) => ({ index, params, mean: trials[index].metrics.best_valid_rmse, std: 0 }));
  const best = trials[selectBest(judged).index];
  const { predictions, rmse_mean } = evaluateModel(loadModel(best.checkpoint), valid);
  const forecast = sha256Hex(new Uint8Array(Float64Array.from(predictions.flatMap((p) => [...p.data])).buffer));
  return { checkpoints: order.map((index) => sha256Hex(trials[index].checkpoint)), forecast, rmse: rmse_mean };
}

/** What a helping thread does. */
export function help(found, dtype, koopman, buffers) {
  const { train, valid } = data(found);
  found.helpPool(new found.Problem(config(dtype, koopman), { train, valid }, { backend: "wasm", dtype }), buffers);
}
