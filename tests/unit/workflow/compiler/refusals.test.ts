import { expect, test } from "vitest";
import { DymadError } from "../../../../sdk/errors.js";
import { compileTraining } from "../../../../sdk/workflow/compiler/compile.js";
import { facts, problems, request } from "./_facts.js";

const phase = (more: Record<string, unknown>): Record<string, unknown> => ({
  overrides: { phases: [{ trainer: "NODE", ...more }] },
});
const model = (more: Record<string, unknown>): Record<string, unknown> => ({ overrides: { model: more } });
const weak = (more: Record<string, unknown>): Record<string, unknown> => ({
  overrides: { phases: [{ trainer: "Weak", weak_form_params: more }] },
});

const solve = (more: Record<string, unknown>): Record<string, unknown> => ({
  overrides: { phases: [{ type: "linear_solve", ...more }] },
});
const smooth = (more: Record<string, unknown>): Record<string, unknown> => ({
  overrides: { phases: [{ type: "data", operation: "smooth", ...more }, { trainer: "NODE" }] },
});

/** [what is written, the path it is refused at, a part of message or hint, changed facts] */
const refused: [Record<string, unknown>, string, RegExp, Record<string, unknown>?][] = [
  [{ model_key: "kbff" }, "model_key", /did you mean kbf/],
  [{ model_key: "GLTI" }, "graph_mode", /graph needs a graph, and data.train has none.*\n.*adj or ei/],
  [{ model_key: "sdm", time_domain: "continuous" }, "time_domain", /discrete time only/],
  [{ model_key: "sdm", overrides: { transform_x: { type: "scaler", mode: "std" } } }, "overrides.transform_x", /no delay/],
  [
    {
      model_key: "sdm",
      overrides: {
        transform_x: [
          { type: "delay", delay: 2 },
          { type: "svd", order: 4 },
        ],
      },
    },
    "overrides.transform_x",
    /changed after their delay/,
  ],
  [
    {
      model_key: "sdm",
      overrides: { transform_x: { type: "delay", delay: 2 }, transform_u: { type: "delay", delay: 1 } },
    },
    "overrides.transform_u",
    /windows of the states are 3 samples/,
  ],
  [{ model_key: "sdm", ...model({ latent_dimension: 7 }) }, "overrides.model.latent_dimension", /multiple of 2.*got 7.*6 or 8/s],
  [{ model_key: "sdm", ...model({ autoencoder_type: "smp" }) }, "overrides.model.autoencoder_type", /seq_smp/],
  [{ model_key: 7 }, "model_key", /must be a text.*got 7/],
  [{ model_key: "DLTI", time_domain: "continuous" }, "time_domain", /contradicts/],
  [{ time_domain: "discret" }, "time_domain", /did you mean discrete/],
  [{ graph_mode: "graph" }, "graph_mode", /needs a graph/],
  [{ reference_profile: "ldm-regular-default" }, "reference_profile", /kbf-regular-default/],
  [{ version: 2 }, "version", /must be 1, got 2/],
  [{ overides: {} }, "overides", /did you mean overrides/],
  [{ training: {} }, "training", /overrides\.phases/],
  [{ data: { train: { path: "a.npz", kind: "graph" } } }, "data.train.kind", /have no graph/],
  [{ data: { train: { path: "a.mat" } } }, "data.train.path", /neither in \.npz nor in \.csv/],
  [{ data: { train: { path: "a.npz", dt: 1 } } }, "data.train.dt", /only for csv/],
  [{ data: { train: { path: "a.csv", columns: { t: "time" } } } }, "data.train.columns.x", /missing/],
  [{ data: {} }, "data.train", /missing/],
  [{ data: { train: { path: "a.npz" }, split_seed: 1 } }, "data.split_seed", /split\.seed/],
  [{ overrides: { split: {} } }, "overrides.split", /beside overrides/],
  [{ overrides: { runtime: 1 } }, "overrides.runtime", /known keys/],
  [{ overrides: { model: 5 } }, "overrides.model", /mapping.*got 5/],
  [{ overrides: { data: { path: "x" } } }, "overrides.data.path", /data\.train\.path/],
  [model({ name: "x" }), "overrides.model.name", /run\.name/],
  [model({ dtype: "float64" }), "overrides.model.dtype", /double_precision/],
  [model({ koopman_dimention: 4 }), "overrides.model.koopman_dimention", /did you mean koopman_dimension/],
  [model({ processor_layers: 2 }), "overrides.model.processor_layers", /option of ldm/],
  [model({ koopman_dimension: "4" }), "overrides.model.koopman_dimension", /positive integer.*got "4".*without quotes: 4/s],
  [model({ activation: "rleu" }), "overrides.model.activation", /did you mean relu/],
  [model({ encoder_layers: 0, koopman_dimension: 4 }), "overrides.model.koopman_dimension", /must be 2 .*identity map.*got 4/],
  [model({ decoder_layers: 0, koopman_dimension: 1 }), "overrides.model.koopman_dimension", /2 or more/],
  [
    model({ autoencoder_type: "cat", encoder_layers: 0, koopman_dimension: 3 }),
    "overrides.model.koopman_dimension",
    /identity map/,
  ],
  [
    { model_key: "ldm", ...model({ autoencoder_type: "res", encoder_layers: 1, decoder_layers: 1, latent_dimension: 3 }) },
    "overrides.model.autoencoder_type",
    /2 states come out/,
  ],
  [model({ autoencoder_type: "seq_std" }), "overrides.model.autoencoder_type", /write smp: only sdm reads windows/],
  [model({ autoencoder_type: "cat", koopman_dimension: 2 }), "overrides.model.koopman_dimension", /above 2/],
  [model({ autoencoder_type: "res", koopman_dimension: 3 }), "overrides.model.koopman_dimension", /must be 2/],
  [model({ predictor_type: "exp" }), "overrides.model.predictor_type", /without control/],
  [{ model_key: "ldm", ...model({ predictor_type: "np" }) }, "overrides.model.predictor_type", /ignore the control/],
  [
    { model_key: "ldm", ...model({ predictor_type: "exp" }) },
    "overrides.model.predictor_type",
    /linear dynamics/,
    { control_dim: 0 },
  ],
  [phase({ n_epochs: -5 }), "overrides.phases.0.n_epochs", /must be a positive integer, got -5/],
  [phase({ n_epochs: 1.5 }), "overrides.phases.0.n_epochs", /positive integer, got 1.5/],
  [phase({ learning_rate: 0 }), "overrides.phases.0.learning_rate", /positive number/],
  [phase({ trainer: "WeakForm" }), "overrides.phases.0.trainer", /write Weak/],
  [phase({ trainer: "OneStepp" }), "overrides.phases.0.trainer", /did you mean OneStep/],
  [phase({ trainer: "OneStep" }), "overrides.phases.0", /evenly sampled/, { dt: null }],
  [phase({ trainer: undefined }), "overrides.phases.0.trainer", /missing/],
  [phase({ ls_update: {} }), "overrides.phases.0.ls_update", /repeat.*linear_solve/],
  [phase({ sweep_epochs: 3 }), "overrides.phases.0.sweep_epochs", /sweep_epoch_step/],
  [phase({ sweep_tolerances: [0.1] }), "overrides.phases.0.sweep_tolerances", /sweep_tols/],
  [phase({ momentum: 0.9 }), "overrides.phases.0.momentum", /optimizer is adam/],
  [phase({ steps_per_batch: 2 }), "overrides.phases.0.steps_per_batch", /optimizer is adam/],
  [phase({ optimizer: "lbfgs", clip_norm: 1 }), "overrides.phases.0.clip_norm", /searches for the length/],
  [phase({ n_epochs: 5, warmup_epochs: 5 }), "overrides.phases.0.warmup_epochs", /5 of 5.*at most 4/s],
  [phase({ optimizer: "adma" }), "overrides.phases.0.optimizer", /did you mean adam/],
  [phase({ weak_form_params: {} }), "overrides.phases.0.weak_form_params", /known/],
  [phase({ ode_method: "scipy_solver" }), "overrides.phases.0.ode_method", /nearest here is dopri5/],
  [phase({ ode_method: "dorpi5" }), "overrides.phases.0.ode_method", /did you mean dopri5/],
  [phase({ ode_args: { rtol: -1 } }), "overrides.phases.0.ode_args.rtol", /positive number/],
  [phase({ trainer: "NODE", chop_step: 2.5 }), "overrides.phases.0.chop_step", /whole number.*got 2.5/],
  [phase({ type: "analysis" }), "overrides.phases.0.trainer", /known keys: type, name, split, evaluate_all/],
  [phase({ type: "analyse" }), "overrides.phases.0.type", /must be one of optimizer.*did you mean analysis/s],
  [
    phase({ chop_mode: "unfold", sweep_lengths: [8, 65] }),
    "overrides.phases.0.sweep_lengths.1",
    /65 samples.*data\.train, which has 64.*write 64/s,
  ],
  [solve({ method: "raw" }), "overrides.phases.0.method", /kernel machines/],
  [solve({ method: "ct_full" }), "overrides.phases.0.method", /write full/],
  [solve({ method: "sako" }), "overrides.phases.0.method", /write sako_log/, { control_dim: 0 }],
  [solve({ method: "full_log" }), "overrides.phases.0.method", /1 control columns/],
  [{ ...solve({ method: "full_log" }), time_domain: "discrete" }, "overrides.phases.0.method", /write full/, { control_dim: 0 }],
  [solve({ method: "sako_log", params: -2 }), "overrides.phases.0.params", /got -2/, { control_dim: 0 }],
  [solve({ method: "bagged" }), "overrides.phases.0.method", /write full_log, or time_domain: discrete/, { control_dim: 0 }],
  [
    { ...solve({ method: "optimised" }), time_domain: "discrete" },
    "overrides.phases.0.method",
    /1 control columns.*write full or truncated/s,
  ],
  [
    { ...solve({ method: "total_least_squares", params: 2.5 }), time_domain: "discrete" },
    "overrides.phases.0.params",
    /got 2.5/,
    { control_dim: 0 },
  ],
  [{ model_key: "dmd", time_domain: "continuous" }, "time_domain", /discrete time only/],
  [solve({ method: "full_log" }), "overrides.phases.0", /evenly sampled/, { dt: null, control_dim: 0 }],
  [
    {
      overrides: {
        model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 },
        phases: [{ type: "linear_solve", kwargs: { deficient: "refuse" } }],
      },
    },
    "overrides.phases.0",
    /rank 4 of 5 columns/,
    { n_trajectories: 1, shortest: 4, longest: 4 },
  ],
  [
    {
      overrides: {
        transform_u: [{ type: "delay", delay: 1 }],
        transform_x: [{ type: "delay", delay: 1 }],
        model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 4 },
        phases: [{ type: "linear_solve", kwargs: { deficient: "refuse" } }],
      },
    },
    "overrides.phases.0",
    /rank 13 of 14 columns/,
    { n_trajectories: 1, shortest: 14, longest: 14 },
  ],
  [
    {
      overrides: {
        model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 },
        phases: [{ type: "linear_solve", kwargs: { deficient: "refuse" } }],
      },
    },
    "overrides.phases.0",
    /rank 4 of 5 columns/,
    {
      ...{ n_trajectories: 1, shortest: 2, longest: 2, state_dim: 4, control_dim: 2 },
      graph: { n_nodes: 2, n_edges_range: [2, 2], is_fixed: true, has_weights: false, n_edge_features: 0, n_isolated: 0 },
    },
  ],
  [smooth({ window_length: 8 }), "overrides.phases.0.window_length", /must be odd, got 8.*write 9/s],
  [smooth({ polyorder: 7 }), "overrides.phases.0.polyorder", /less than window_length, got 7/],
  [smooth({ window_length: 65 }), "overrides.phases.0.window_length", /at least 65 steps.*data\.train has 64.*at most 63/s],
  [smooth({ method: "gauss" }), "overrides.phases.0.method", /must be one of savgol, kernel_smoothing/],
  [smooth({ axis: 2 }), "overrides.phases.0.axis", /0 or 1/],
  [smooth({ splits: "test" }), "overrides.phases.0.splits", /train/],
  [
    { time_domain: "discrete", ...weak({ discrete_weight_normalization: "none" }) },
    "overrides.phases.0",
    /evenly sampled/,
    { dt: null },
  ],
  [
    weak({ discrete_weight_normalization: "max" }),
    "overrides.phases.0.weak_form_params.discrete_weight_normalization",
    /l2, l1, none/,
  ],
  [
    phase({ trainer: "OneStep", criterion: { dynamics: { type: "vpt" } } }),
    "overrides.phases.0.criterion.dynamics.type",
    /vpt measures rollouts/,
  ],
  [
    phase({ criterion: { dynamics: { params: { gamma: 0.1 } } } }),
    "overrides.phases.0.criterion.dynamics.params.gamma",
    /belongs to vpt/,
  ],
  [phase({ criterion: { dynamics: { type: "msee" } } }), "overrides.phases.0.criterion.dynamics.type", /did you mean mse/],
  [{ overrides: { phases: [] } }, "overrides.phases", /at least one/],
  [{ overrides: { phases: ["NODE"] } }, "overrides.phases.0", /mapping/],
  [{ overrides: { phases: [{ repeat: { phases: [{ trainer: "NODE" }] } }] } }, "overrides.phases.0.repeat.times", /missing/],
  [
    { overrides: { phases: [{ repeat: { times: 3, phases: [{ trainer: "NODE", n_epochs: 0 }] } }] } },
    "overrides.phases.0.repeat.phases.0.n_epochs",
    /positive integer/,
  ],
  [{ overrides: { phases: [{ type: "linear_solve", method: "truncated" }] } }, "overrides.phases.0.params", /missing/],
  [
    { model_key: "ldm", overrides: { phases: [{ trainer: "Linear" }] } },
    "overrides.phases.0.trainer",
    /least squares needs linear/,
  ],
  [
    { overrides: { model: { encoder_layers: 1 }, phases: [{ type: "linear_solve", kwargs: { coupling: "one-way" } }] } },
    "overrides.phases.0.kwargs.coupling",
    /autoencoder_type: cat/,
  ],
  [weak({ N: 14 }), "overrides.phases.0.weak_form_params.N", /divisible.*write N: 15/s],
  [weak({ N: 65 }), "overrides.phases.0.weak_form_params.N", /the shortest trajectory of data.train has 64/],
  [
    { time_domain: "discrete", ...weak({ N: 63, ordint: 2 }) },
    "overrides.phases.0.weak_form_params.N",
    /64 samples/,
    { shortest: 63 },
  ],
  [{ overrides: { phases: [{ trainer: "Weak" }] } }, "overrides.phases", /evenly sampled/, { dt: null }],
  [{ overrides: { transform_x: { type: "scalar" } } }, "overrides.transform_x.type", /did you mean scaler/],
  [{ overrides: { transform_x: [{ type: "delay" }, { type: "delay" }] } }, "overrides.transform_x.1", /one delay/],
  [{ overrides: { transform_x: { type: "delay", delay: 64 } } }, "overrides.transform_x.delay", /64 needs more than 64.*has 64/],
  [
    { overrides: { transform_x: [{ type: "scaler" }, { type: "delay", delay: 500 }] } },
    "overrides.transform_x.1.delay",
    /shortest trajectory of data\.train has 64.*write 62/s,
  ],
  [{ overrides: { transform_u: [{ type: "delay", delay: 70 }] } }, "overrides.transform_u.0.delay", /has 64/],
  [{ overrides: { transform_x: { type: "svd", order: 3 } } }, "overrides.transform_x.order", /3 components.*2 columns/],
  [{ overrides: { criterion: { recon: { weight: -1 } } } }, "overrides.criterion.recon.weight", /at least 0/],
  [{ overrides: { dataloader: { batch_size: 0 } } }, "overrides.dataloader.batch_size", /positive integer/],
  [{ split: { train_frac: 1.5 } }, "split.train_frac", /at most 1/],
  [{ split: { train_frac: 0.75 } }, "split.train_frac", /time_frac.*train_frac: 1/, { n_trajectories: 1 }],
  [{ split: { folds: 9 } }, "split.folds", /9 folds.*data\.train has 8.*time_frac/s],
  [{ split: { folds: 2, fold: 2 } }, "split.fold", /below split\.folds, which is 2/],
  [{ split: { time_frac: 1 } }, "split.time_frac", /positive number below 1/],
  [{ split: { time_frac: 0.99, folds: 4, fold: 0 } }, "split.folds", /64 samples.*63 to train on and 0 to validate/],
  [
    { ...weak({ N: 13, ordint: 2 }), split: { time_frac: 0.9 } },
    "overrides.phases.0.weak_form_params.N",
    /validation part has 8/,
  ],
  [{ run: { name: "../escape" } }, "run.name", /plain file name/],
  [{ run: { device: "cuda" }, overrides: { data: { double_precision: true } } }, "run.device", /float32 only/],
  [{ run: { seed: true } }, "run.seed", /integer.*got true/],
  [{ evaluation: { metric: "rmse" } }, "evaluation.metric", /rollout_rmse/],
  [{ evaluation: { predict_kwargs: { steps: 1 } } }, "evaluation.predict_kwargs.steps", /known keys/],
];

test.each(refused)("refuses %j at %s", (more, path, text, changed) => {
  const found = problems(more, changed);
  const issue = path in found ? found[path] : found[`${path}.0`];
  expect(issue, `issues were at ${Object.keys(found).join(", ") || "no path"}`).toBeDefined();
  expect(`${issue.message}\n${issue.hint ?? ""}`).toMatch(text);
});

test("all problems are told at once", () => {
  const found = problems({
    model_key: "kbf",
    modle: 1,
    run: { seed: -1 },
    overrides: {
      model: { gain: 0, foo: 1 },
      phases: [
        { trainer: "NODE", n_epochs: 0 },
        { type: "linear_solve", params: "all" },
      ],
    },
  });
  expect(Object.keys(found).sort()).toEqual([
    "modle",
    "overrides.model.foo",
    "overrides.model.gain",
    "overrides.phases.0.n_epochs",
    "overrides.phases.1.params",
    "run.seed",
  ]);
});

test("a wrong key of a phase does not hide what is wrong beside it", () => {
  const weak_form_params = { N: 14, dN: 2, ordpol: 2, ordint: 2 };
  const found = problems({ overrides: { phases: [{ trainer: "Weak", n_epochs: -5, weak_form_params }] } });
  expect(Object.keys(found).sort()).toEqual(["overrides.phases.0.n_epochs", "overrides.phases.0.weak_form_params.N"]);
  const solver = problems({ overrides: { phases: [{ trainer: "Weak", ode_method: "lsoda2", weak_form_params }] } });
  expect(Object.keys(solver)).toHaveLength(2);
});

test("an unknown model does not hide what is wrong elsewhere", () => {
  const found = problems({
    model_key: "kbx9",
    overrides: { phases: [{ trainer: "NODE", n_epochs: 0 }], dataloader: { batch_size: 0 } },
  });
  expect(Object.keys(found).sort()).toEqual(["model_key", "overrides.dataloader.batch_size", "overrides.phases.0.n_epochs"]);
});

test("what is wrong with the data joins the other problems", () => {
  const getDataset = (): never => {
    throw new DymadError("E_NOT_FOUND", "there is no file lti.npz");
  };
  try {
    compileTraining(request({ run: { seed: -1 } }), { getDataset });
    expect.unreachable();
  } catch (error) {
    expect((error as DymadError).issues.map((i) => [i.code, i.path.join(".")])).toEqual([
      ["E_SPEC", "run.seed"],
      ["E_NOT_FOUND", "data.train.path"],
    ]);
  }
});

test("data sets must have the same columns", () => {
  const two = { data: { train: { path: "a.npz" }, test: { path: "b.npz" } } };
  try {
    compileTraining(request(two), { getDataset: (role) => ({ ...facts, state_dim: role === "test" ? 3 : 2 }) });
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: "E_SHAPE", path: ["data", "test"] });
  }
});

test.each(["NODE", "Weak", "Linear", "linear_solve", "default"])(
  "a delay that leaves no sample is the only problem told: %s",
  (kind) => {
    const phases = kind === "default" ? {} : { phases: [kind === "linear_solve" ? { type: kind } : { trainer: kind }] };
    for (const predictor_type of ["ode", "np"]) {
      const more = { overrides: { transform_x: [{ type: "delay", delay: 500 }], model: { predictor_type }, ...phases } };
      expect(Object.keys(problems(more, { shortest: 200, longest: 300 }))).toEqual(["overrides.transform_x.0.delay"]);
    }
  },
);
