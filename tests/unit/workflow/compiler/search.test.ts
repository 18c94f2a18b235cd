import { describe, expect, test } from "vitest";
import { compileTraining } from "../../../../sdk/workflow/compiler/compile.js";
import { compileTrial } from "../../../../sdk/workflow/compiler/trial.js";
import { compileWith, facts, problems } from "./_facts.js";

const phases = [{ trainer: "Weak", n_epochs: 3, weak_form_params: { N: 13, dN: 2, ordpol: 2, ordint: 2 } }];

/** A request with a search. */
const searching = (cv: unknown, more: Record<string, unknown> = {}): Record<string, unknown> => {
  const { overrides, ...rest } = more;
  return { ...rest, overrides: { phases, ...(overrides as object | undefined), cv } };
};

const grid = (param_grid: unknown, more: object = {}): unknown => ({ param_grid, ...more });
const bounds = (given: unknown, more: object = {}): unknown => ({ search: { mode: "nelder_mead_like", bounds: given, ...more } });

const kernelStage = { type: "kernel", kernel: { type: "sc_rbf", lengthscale_init: 1 }, count: 4 };

/** [cv, the path it is refused at, a part of message or hint, the rest of the request] */
const refused: [unknown, string, RegExp, Record<string, unknown>?][] = [
  [5, "overrides.cv", /mapping.*got 5/],
  [{ grid: {} }, "overrides.cv.grid", /known key/],
  [{ metric: "rmse" }, "overrides.cv.metric", /forecast_rmse/],
  [{ search: { mode: "nelder_mead" } }, "overrides.cv.search.mode", /did you mean nelder_mead_like/],
  [{ search: { mode: "nelder_mead_like" } }, "overrides.cv.search.mode", /nothing to search/],
  [{ search: { mode: "multi_start_nelder_mead" } }, "overrides.cv.search.mode", /needs search\.bounds/],
  [{ search: { reflection: 0 } }, "overrides.cv.search.reflection", /positive number/],
  [{ search: { expansion: 1 } }, "overrides.cv.search.expansion", /above 1/],
  [{ search: { shrink: 1 } }, "overrides.cv.search.shrink", /below 1/],
  [{ search: { max_iterations: 0 } }, "overrides.cv.search.max_iterations", /positive integer/],
  [{ selection: { goal: "min" } }, "overrides.cv.selection.goal", /minimize/],
  [{ selection: { tie_breakers: ["luck"] } }, "overrides.cv.selection.tie_breakers.0", /param_l1/],
  [{ selection: { tie_breakers: ["param_l1", "param_l1"] } }, "overrides.cv.selection.tie_breakers", /twice/],
  [grid({}), "overrides.cv.param_grid", /names no key/],
  [grid({ "model.gain": [] }), "overrides.cv.param_grid.model.gain", /at least one/],
  [grid({ "model.gain": 3 }), "overrides.cv.param_grid.model.gain", /list/],
  [grid({ "model.gain": { linspace: [0, 1, 2.5] } }), "overrides.cv.param_grid.model.gain.linspace", /whole number/],
  [grid({ "model.": [1] }), "overrides.cv.param_grid.model.", /empty part/],
  [grid({ "modle.gain": [1] }), "overrides.cv.param_grid.modle.gain", /did you mean model/],
  [grid({ "cv.metric": [1] }), "overrides.cv.param_grid.cv.metric", /can be searched/],
  [grid({ "split.folds": [1] }), "overrides.cv.param_grid.split.folds", /can be searched/],
  [grid({ "training.n_epochs": [1] }), "overrides.cv.param_grid.training.n_epochs", /write phases\.0\.n_epochs/],
  [grid({ "phases.3.n_epochs": [1] }), "overrides.cv.param_grid.phases.3.n_epochs", /1 entries/],
  [grid({ "phases.n_epochs": [1] }), "overrides.cv.param_grid.phases.n_epochs", /phases\.<number>\.n_epochs/],
  [grid({ "transform_x.delay": [1] }), "overrides.cv.param_grid.transform_x.delay", /writes no transform_x/],
  [grid({ "phases.0.n_epochs.deep": [1] }), "overrides.cv.param_grid.phases.0.n_epochs.deep", /single value/],
  [grid({ "model.gian": [1, 2] }), "overrides.cv.param_grid.model.gian.0", /model\.gian 1: .*\n.*did you mean gain/s],
  [grid({ "model.encoder_layers": [1, -1] }), "overrides.cv.param_grid.model.encoder_layers.1", /encoder_layers -1: .*from 0/],
  [grid({ "model.gain": { linspace: [0, 1, 3] } }), "overrides.cv.param_grid.model.gain", /gain 0: .*positive/],
  [
    grid({ "model.gain": { linspace: [1, 2, 200] }, "model.encoder_layers": { linspace: [1, 60, 60] } }),
    "overrides.cv.param_grid",
    /12000 combinations/,
  ],
  [bounds({ "model.gain": [1, 2] }, { mode: "grid" }), "overrides.cv.search.mode", /no use for bounds/],
  [{ ...(bounds({ "model.gain": [1, 2] }) as object), param_grid: { "model.gain": [1] } }, "overrides.cv", /leave one/],
  [bounds({}), "overrides.cv.search.bounds", /names no key/],
  [bounds({ "model.gain": [2, 1] }), "overrides.cv.search.bounds.model.gain", /below the upper one, got \[2, 1\]/],
  [bounds({ "model.gain": [1, 2, 3] }), "overrides.cv.search.bounds.model.gain", /list|lower/],
  [bounds({ "model.gain": { lower: 1, upper: 3, parity: "odd" } }), "overrides.cv.search.bounds.model.gain.parity", /integers/],
  [
    bounds({ "phases.0.weak_form_params.N": { lower: 10, upper: 10.5, parity: "odd" } }),
    "overrides.cv.search.bounds.phases.0.weak_form_params.N",
    /no odd integer/,
  ],
  [grid({ "model.kernel.lengthscale_init": [1, 2] }), "overrides.cv.param_grid.model.kernel.lengthscale_init", /writes no model\.kernel/, { model_key: "km" }], // biome-ignore format: one line
  [
    grid({ "transform_x.0.kernel.lengthscale_init": [1, -2] }),
    "overrides.cv.param_grid.transform_x.0.kernel.lengthscale_init.1",
    /lengthscale_init -2: must be a positive number/,
    { overrides: { transform_x: [kernelStage], model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 4 } } },
  ],
  [
    bounds({ "transform_x.0.kernel.eps_init": [1, 2] }),
    "overrides.cv.search.bounds.transform_x.0.kernel.eps_init",
    /takes no number/,
    { overrides: { transform_x: [kernelStage] } },
  ],
  [bounds({ "model.activation": [1, 2] }), "overrides.cv.search.bounds.model.activation", /takes no number/],
  [bounds({ "model.nothing": [1, 2] }), "overrides.cv.search.bounds.model.nothing", /takes no number/],
  [
    bounds({ "phases.0.learning_rate": { lower: 0, upper: 1, scale: "log" } }),
    "overrides.cv.search.bounds.phases.0.learning_rate",
    /positive on a log scale/,
  ],
  [
    bounds({ "phases.0.weak_form_params.N": [5, 90] }),
    "overrides.cv.search.bounds.phases.0.weak_form_params.N",
    /N 90: windows need/,
  ],
  [
    { refit: true },
    "overrides.cv.refit",
    /data\.valid is given/,
    { data: { train: { path: "a.npz" }, valid: { path: "b.npz" } } },
  ],
  [
    {},
    "split.folds",
    /data\.valid is given/,
    { split: { folds: 2 }, data: { train: { path: "a.npz" }, valid: { path: "b.npz" } } },
  ],
  [{}, "split.folds", /9 folds/, { split: { folds: 9 } }],
  [{}, "run.max_workers", /positive integer/, { run: { max_workers: 0 } }],
];

test.each(refused)("refuses cv %j at %s", (cv, path, text, more) => {
  const found = problems(searching(cv, more));
  expect(Object.keys(found)).toContain(path);
  expect(`${found[path].message}\n${found[path].hint ?? ""}`).toMatch(text);
});

test("problems of a search, its trials and the rest of the request are told at once, each once", () => {
  const found = problems(
    searching(grid({ "model.encoder_layers": [-1, 2, -2], "phases.0.n_epochs": [0, 5] }), {
      run: { device: "tpu" },
      evaluation: { x: 1 },
    }),
  );
  expect(Object.keys(found).sort()).toEqual([
    "evaluation.x",
    "overrides.cv.param_grid.model.encoder_layers.0",
    "overrides.cv.param_grid.model.encoder_layers.2",
    "overrides.cv.param_grid.phases.0.n_epochs.0",
    "run.device",
  ]);
});

test("a combination that does not fit together is named", () => {
  const model = { koopman_dimension: 4 };
  const found = problems(
    searching(grid({ "model.encoder_layers": [0, 1], "phases.0.n_epochs": [1, 2] }), { overrides: { model } }),
  );
  expect(found["overrides.model.koopman_dimension"].message).toMatch(
    /identity map.*\(with model\.encoder_layers 0, phases\.0\.n_epochs 1\)/,
  );
});

describe("a compiled search", () => {
  const cv = grid({ "model.koopman_dimension": [4, 6], "phases.0.learning_rate": { logspace: [-3, -2, 2] } });

  test("holds every combination, the first key slowest, and every default", () => {
    const { search, config } = compileWith(searching(cv));
    expect(search).toMatchObject({ mode: "grid", metric: "forecast_rmse", goal: "minimize", folds: 1, lead: 1, refit: false });
    expect(search?.candidates).toEqual(
      [4, 6].flatMap((n) => [1e-3, 1e-2].map((rate) => ({ "model.koopman_dimension": n, "phases.0.learning_rate": rate }))),
    );
    expect(config.seed).toBe(0);
  });

  test("trials are ordinary requests: values in place, a seed of their own, the hash of what is trained", () => {
    const whole = compileWith(searching(cv, { split: { folds: 4 }, run: { seed: 7, max_workers: 3, name: "mine" } }));
    const trials = (whole.search?.candidates ?? []).flatMap((params) =>
      [0, 1, 2, 3].map((fold) => ({ params, fold, ...compileTrial(whole, params, fold) })),
    );
    expect(new Set(trials.map(({ hash }) => hash)).size).toBe(16);
    expect(new Set(trials.map(({ config }) => config.seed)).size).toBe(16);
    for (const { params, fold, config, split, request: own, search } of trials) {
      expect([config.model.koopman_dimension, split?.fold, search]).toEqual([params["model.koopman_dimension"], fold, null]);
      // anyone can train the trial by itself
      expect(compileTraining(own, { getDataset: () => facts })).toMatchObject({ hash: compileTrial(whole, params, fold).hash });
    }
    const other = compileWith(searching(cv, { split: { folds: 4 }, run: { seed: 8 } }));
    expect(compileTrial(other, trials[0].params, 0).config.seed).not.toBe(trials[0].config.seed);
  });

  test("neither the number of workers nor more values change a trial", () => {
    const wider = grid({ "phases.0.learning_rate": [0.5, 1e-2], "model.koopman_dimension": [5, 4] });
    const params = { "phases.0.learning_rate": 1e-2, "model.koopman_dimension": 4 };
    const [a, b] = [compileWith(searching(cv, { run: { max_workers: 5 } })), compileWith(searching(wider))];
    expect(compileTrial(a, params, 0).hash).toBe(compileTrial(b, params, 0).hash);
    expect(a.hash).toBe(compileWith(searching(cv)).hash);
    expect(a.hash).not.toBe(b.hash);
    expect(a.hash).not.toBe(compileWith(searching({ ...(cv as object), refit: true })).hash);
  });

  test("a candidate that names the seed has it; families and whole chains can be searched", () => {
    const whole = compileWith(
      searching(
        grid({
          "run.seed": [3, 4],
          model_key: ["kbf", "lti"],
          transform_x: [[{ type: "scaler" }], [{ type: "scaler" }, { type: "delay", delay: 2 }]],
        }),
      ),
    );
    const trials = (whole.search?.candidates ?? []).map((params) => compileTrial(whole, params, 0));
    expect(trials.map(({ model_key, config }) => [config.seed, model_key, config.transform_x.length])).toEqual(
      [3, 4].flatMap((seed) => ["kbf", "lti"].flatMap((key) => [1, 2].map((n) => [seed, key, n]))),
    );
    expect(whole.search?.lead).toBe(3);
  });

  test("bounds become integers where the key takes integers", () => {
    const overrides = {
      transform_x: [
        { type: "delay", delay: 3 },
        { type: "svd", order: 4 },
      ],
      model: { koopman_dimension: 9 },
    };
    const { search } = compileWith(
      searching(
        bounds({
          "model.koopman_dimension": [9.5, 12],
          "phases.0.weak_form_params.N": { lower: 9, upper: 13, parity: "odd" },
          "phases.0.learning_rate": { lower: 1e-4, upper: 1e-2, scale: "log" },
          "transform_x.1.order": [2, 5],
          "transform_x.0.delay": [2, 6],
        }),
        { overrides },
      ),
    );
    expect(search?.bounds?.map(({ name, value_kind }) => `${name} ${value_kind}`)).toEqual([
      "model.koopman_dimension int",
      "phases.0.weak_form_params.N int",
      "phases.0.learning_rate float",
      "transform_x.1.order int",
      "transform_x.0.delay int",
    ]);
    expect(search).toMatchObject({ candidates: null, lead: 7 });
  });

  test("keys of kernels are searched, in transforms and in kernel machines, and inside of other kernels", () => {
    const product = { type: "sc_prod", kopts: [{ type: "sc_exp" }, { type: "sc_dm" }] };
    const kinds = (model_key: string, given: object, overrides: object) =>
      compileWith({
        model_key,
        ...searching(bounds(given), { overrides: { ...overrides, phases: [{ type: "linear_solve" }] } }),
      }).search?.bounds?.map(({ name, value_kind }) => `${name} ${value_kind}`);
    const wide = { "transform_x.0.kernel.lengthscale_init": [1, 9], "transform_x.0.landmarks": [20, 60] };
    expect(kinds("dmd", wide, { transform_x: [kernelStage] })).toEqual([
      "transform_x.0.kernel.lengthscale_init float",
      "transform_x.0.landmarks int",
    ]);
    const inner = { "transform_x.kernel.kopts.1.alpha_init": [0, 1] };
    expect(kinds("dmd", inner, { transform_x: { ...kernelStage, kernel: product } })).toEqual([
      "transform_x.kernel.kopts.1.alpha_init float",
    ]);
    expect(kinds("kmsk", { "model.kernel.kopts.0.lengthscale_init": [1, 2] }, { model: { kernel: product } })).toEqual([
      "model.kernel.kopts.0.lengthscale_init float",
    ]);
    const each = { type: "indep", kernel: [{ type: "sc_rbf" }, { type: "sc_exp" }] };
    expect(kinds("km", { "model.kernel.1.lengthscale_init": [1, 2] }, { model: each })).toEqual([
      "model.kernel.1.lengthscale_init float",
    ]);
  });

  test("folds alone are a search with one candidate; a named fold is a training", () => {
    expect(compileWith({ split: { folds: 4 } }).search).toMatchObject({ candidates: [{}], folds: 4 });
    expect(compileWith({ split: { folds: 4, fold: 1 } }).search).toBe(null);
    expect(compileWith({ split: { time_frac: 0.5, folds: 4 } }).search).toMatchObject({ folds: 4 });
  });
});
