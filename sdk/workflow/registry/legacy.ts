/** Words of older configurations, by the section they stand in, with what to write today. */
const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  request: {
    training: "write the training as the first entry of overrides.phases, with trainer: NODE, Weak, OneStep or Linear",
    model: "write it under overrides.model, and the family as model_key",
    phases: "write it under overrides.phases",
    criterion: "write it under overrides.criterion",
    dataloader: "write it under overrides.dataloader",
    transform_x: "write it under overrides.transform_x",
    transform_u: "write it under overrides.transform_u",
    selection: "write it under overrides.selection",
    seed: "write it as run.seed",
    device: "write it as run.device",
    data_valid: "write it as data.valid",
    path: "directories belong to the run: choose them with --out",
  },
  data: {
    path: "write it as data.train.path",
    double_precision: "write it as overrides.data.double_precision",
    split_seed: "write it as split.seed",
    n_samples: "write it as data.train.n_samples",
    n_steps: "write it as data.train.n_steps",
  },
  overrides: {
    training: "write the training as the first entry of overrides.phases, with trainer: NODE, Weak, OneStep or Linear",
    split: "write it as split, beside overrides",
    run: "write it as run, beside overrides",
    evaluation: "write it as evaluation, beside overrides",
    path: "directories belong to the run: choose them with --out",
    data_valid: "write it as data.valid, beside overrides",
    prediction_criterion: "the monitored metric is overrides.selection.metric",
    log: "every run writes training.log; there is nothing to set",
  },
  precision: {
    path: "write it as data.train.path, beside overrides",
    split_seed: "write it as split.seed",
  },
  model: {
    name: "the name belongs to the run: write it as run.name",
    dtype: "write it as overrides.data.double_precision: true or false",
    type: "the family is model_key",
    physics: "only corr_alg and corr_dif have a known part",
    kernel: "only km, kmsk and kmm have kernels",
    kernel_dimension: "only km, kmsk and kmm have kernels; kbf and lti have koopman_dimension",
    gcl: "physics with a correction has no networks on a graph",
    gcl_opts: "physics with a correction has no networks on a graph",
    processor_type: "only ldm and sdm have a network for the dynamics",
    base_dynamics: "write it as physics",
  },
  kernel: {
    input_dim: "leave it out: the features decide",
    output_dim: "leave it out: the latent coordinates decide",
    backend: "leave it out: there is one",
  },
  manifold: {
    iforit: "leave it out: projections do not depend on the orientation of tangent vectors",
    extT: "leave it out: tangent vectors are found from the samples",
  },
  phase: {
    ls_update: "write repeat: { times, phases: [<this phase>, { type: linear_solve, method, params }] }",
    sweep_epochs: "write it as sweep_epoch_step",
    sweep_tolerances: "write it as sweep_tols",
    early_stopping: "write it as patience",
    lr: "write it as learning_rate",
    lr_decay: "write it as decay_rate",
    grad_clip: "write it as clip_norm",
    reconstruction_weight: "write it as criterion.recon.weight",
    dynamics_weight: "write it as criterion.dynamics.weight",
    prediction_criterion: "the monitored metric is overrides.selection.metric",
    prediction_diagnostic: "validation measures every full trajectory; there is nothing to sample",
    load_checkpoint: "a run goes on with dymad train --resume RUN; leave it out",
    linear_solver_kwargs: "write it as kwargs",
    smoothing: "write type: data, operation: smooth and the keys of its method",
    order: "write it as kwargs.order",
    batch_size: "write it as overrides.dataloader.batch_size",
  },
  parameters: {
    forder: "write keep: full, { max_residual } or { count }",
    reps: "leave it out: residuals need no tolerance",
    etol: "leave it out: residuals come from a QR decomposition, nothing is clipped",
    config_path: "write the stages of its transform_x as transform_x",
  },
  run: { artifact_root: "choose the directory with --out" },
};

/** Values of older configurations, by key, with the value to write today. */
const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  autoencoder_type: {
    ...Object.fromEntries(["smp", "std", "rnn"].map((word) => [`seq_${word}`, "smp: only sdm reads windows"])),
  },
  trainer: {
    WeakForm: "Weak",
    weak_form: "Weak",
    weak: "Weak",
    node: "NODE",
    linear: "Linear",
    LinearSolve: "Linear",
    onestep: "OneStep",
    one_step: "OneStep",
  },
  method: {
    ...Object.fromEntries(
      ["full", "truncated", "sako", "full_log", "truncated_log", "sako_log", "raw"].flatMap((name) =>
        ["ct_", "dt_"].map((prefix) => [`${prefix}${name}`, name]),
      ),
    ),
  },
};

/** What to write instead of a key that no longer exists, or null. */
export function replacementForKey(section: string, key: string): string | null {
  const known = words[section];
  return known && Object.hasOwn(known, key) ? known[key] : null;
}

/** What to write instead of a value that no longer exists, or null. */
export function replacementForValue(key: string, value: unknown): string | null {
  const known = values[key];
  return known && typeof value === "string" && Object.hasOwn(known, value) ? known[value] : null;
}
