import fc from "fast-check";
import { expect, test } from "vitest";
import { modelByKey, models } from "../../../../sdk/workflow/registry/models.js";
import { profiles } from "../../../../sdk/workflow/registry/profiles.js";
import { compileWith, facts, problems } from "./_facts.js";

test("every model compiles with nothing but data and its known part, in the time domains it exists in", () => {
  for (const { key, linear, physical, time_domains } of models) {
    for (const time_domain of time_domains) {
      const physics = { physics: key === "corr_alg" ? ["f1", "f2"] : ["x2", "f"] };
      const model = physical ? physics : key === "kmm" ? { manifold: { d: 1 } } : {};
      const known = { overrides: { model } };
      const compiled = compileWith({ model_key: key, time_domain, ...known });
      expect(compiled.config.model).toMatchObject({ family: key, time_domain });
      expect(compiled.profile).toBe(`${key}-regular-default`);
      const trainers = compiled.config.phases.map((phase) => (phase.type === "optimizer" ? phase.trainer : phase.type));
      // the hidden states of corr_dif are in no sample, which the weak form would need
      const without: Partial<Record<typeof key, string[]>> = { corr_dif: [], sdm: ["OneStep"] };
      const first = without[key] ?? (linear ? ["linear_solve", "Weak"] : ["Weak"]);
      expect(trainers).toEqual(key.startsWith("km") || key === "dmd" ? ["linear_solve"] : [...first, "NODE"]);
    }
  }
});

test("the profile stands over the defaults of the library and the request over both", () => {
  const { config } = compileWith({ overrides: { model: { koopman_dimension: 6 }, dataloader: { shuffle: false } } });
  expect(config.model).toMatchObject({
    koopman_dimension: 6,
    autoencoder_type: "cat",
    encoder_layers: 2,
    hidden_dimension: 32,
    bias_init: "zeros",
    gain: 1,
  });
  expect(config.dataloader).toEqual({ batch_size: 16, shuffle: false });
  expect(config.criterion).toMatchObject({ dynamics: { type: "mse", weight: 1 }, recon: { type: "mse", weight: 1 } });
});

test("a phase keeps what its profile says about the same trainer", () => {
  const { config } = compileWith({
    overrides: { phases: [{ trainer: "Weak", name: "w", weak_form_params: { N: 17 } }, { trainer: "NODE" }] },
  });
  expect(config.phases[0]).toMatchObject({
    n_epochs: 25,
    learning_rate: 0.005,
    log_interval: 5,
    weak_form_params: { N: 17, dN: 2, ordpol: 2, ordint: 2 },
  });
  expect(config.phases[1]).toMatchObject({
    type: "optimizer",
    name: "phase_1",
    n_epochs: 1,
    learning_rate: 1e-3,
    ode_args: { rtol: 1e-7, atol: 1e-9, max_steps: 10000, step_size: null },
    sweep_lengths: [null],
    weak_form_params: null,
  });
});

test("repeat blocks are unrolled in order, nested ones too", () => {
  const phases = [
    {
      repeat: {
        times: 2,
        name: "cycle",
        phases: [{ type: "linear_solve", method: "truncated", params: 2 }, { trainer: "NODE" }],
      },
    },
  ];
  const names = compileWith({ overrides: { phases } }).config.phases.map((p) => p.name);
  expect(names).toEqual(["phase_0_cycle_0", "phase_1_cycle_0", "phase_0_cycle_1", "phase_1_cycle_1"]);
  const nested = [{ repeat: { times: 2, phases: [{ repeat: { times: 3, phases: [{ trainer: "NODE" }] } }] } }];
  expect(compileWith({ overrides: { phases: nested } }).config.phases).toHaveLength(6);
});

test("both spellings of the step size mean the same", () => {
  const withArgs = (ode_args: unknown) =>
    compileWith({ overrides: { phases: [{ trainer: "NODE", ode_method: "rk4", ode_args }] } }).hash;
  expect(withArgs({ options: { step_size: 0.1 } })).toBe(withArgs({ step_size: 0.1 }));
  expect(withArgs({ step_size: 0.2 })).not.toBe(withArgs({ step_size: 0.1 }));
});

test("a variant name stands for family and time domain, with a note", () => {
  const variant = compileWith({ model_key: "DKBF" });
  expect(variant.hash).toBe(compileWith({ model_key: "koopman_bilinear_form", time_domain: "discrete" }).hash);
  expect(variant.warnings.map((w) => w.path)).toEqual([["model_key"]]);
});

test("horizons longer than the data are clipped, with a warning", () => {
  const { config, warnings } = compileWith({
    overrides: { transform_x: { type: "delay", delay: 4 }, phases: [{ trainer: "NODE", sweep_lengths: [10, 500, null] }] },
  });
  expect(config.phases[0]).toMatchObject({ sweep_lengths: [10, 60, null] });
  expect(warnings.map((w) => w.path.join("."))).toEqual(["overrides.phases.0.sweep_lengths.1"]);
});

test("the hash covers what decides the weights and nothing else", () => {
  const hash = (more: Record<string, unknown>, changed = {}) => compileWith(more, changed).hash;
  const base = hash({});
  for (const same of [
    { run: { name: "other" } },
    { data: { train: { path: "moved/lti.npz" } } },
    { evaluation: { max_plots: 3 } },
    { model_key: "koopman_bilinear_form" },
    { run: { seed: 0 }, split: { train_frac: 0.75 } },
    { reference_profile: "kbf-regular-default" },
  ]) {
    expect(hash(same)).toBe(base);
  }
  const others = [
    hash({ run: { seed: 1 } }),
    hash({ split: { seed: 1 } }),
    hash({ overrides: { data: { double_precision: false } } }),
    hash({ overrides: { model: { gain: 2 } } }),
    hash({ data: { train: { path: "lti.npz", n_samples: 4 } } }),
    hash({ run: { threads: 2 } }),
    hash({ time_domain: "discrete" }),
    hash({}, { sha256: "b".repeat(64) }),
  ];
  expect(new Set([base, ...others]).size).toBe(others.length + 1);
});

test("a section that was left empty in YAML is one that was left out", () => {
  const empty = {
    model: null,
    phases: null,
    criterion: null,
    dataloader: null,
    transform_x: null,
    selection: null,
    data: null,
    cv: null,
  };
  const { hash } = compileWith({});
  expect(compileWith({ overrides: null, split: null, run: null, evaluation: null }).hash).toBe(hash);
  expect(compileWith({ overrides: empty }).hash).toBe(hash);
});

test("the order of keys never changes the hash", () => {
  const words = { koopman_dimension: 5, activation: "tanh", encoder_layers: 2, gain: 0.5 };
  fc.assert(
    fc.property(fc.shuffledSubarray(Object.keys(words), { minLength: 4 }), (keys) => {
      const model = Object.fromEntries(keys.map((key) => [key, words[key as keyof typeof words]]));
      expect(compileWith({ overrides: { model } }).hash).toBe(compileWith({ overrides: { model: words } }).hash);
    }),
    { numRuns: 20 },
  );
});

test("the result is plain frozen JSON that shares nothing with the request", () => {
  const overrides = { model: { koopman_dimension: 4 } };
  const compiled = compileWith({ overrides });
  expect(JSON.parse(JSON.stringify(compiled))).toEqual(compiled);
  expect(Object.isFrozen(compiled.config.phases)).toBe(true);
  overrides.model.koopman_dimension = 9;
  expect(compiled.request.overrides?.model).toEqual({ koopman_dimension: 4 });
});

test("the plain profile lays nothing over the defaults", () => {
  expect(problems({ reference_profile: "plain" })).toHaveProperty(["overrides.phases"]);
  const { config } = compileWith({
    reference_profile: "plain",
    overrides: { model: { koopman_dimension: 3 }, phases: [{ trainer: "NODE" }] },
  });
  expect(config.model).toMatchObject({ encoder_layers: 2, activation: "prelu", hidden_dimension: 64 });
  expect(Object.keys(config.criterion)).toEqual(["dynamics"]);
});

test("every profile compiles for each of its models, given the least it asks for", () => {
  const least = { phases: [{ trainer: "NODE" }] } as const;
  const delay = { type: "delay", delay: 1 };
  for (const profile of profiles) {
    for (const model_key of profile.model_keys) {
      const { linear, physical } = modelByKey(model_key);
      const solved = ["kmm", "dmd"].includes(model_key) ? [{ type: "linear_solve" }] : least.phases;
      const size =
        profile.key === "plain" && linear && !model_key.startsWith("km") && model_key !== "dmd"
          ? { koopman_dimension: facts.state_dim + 1 }
          : {};
      const windows = model_key === "sdm" ? { transform_x: delay, transform_u: delay } : {};
      const flat = model_key === "kmm" ? { manifold: { d: 1 } } : {};
      const states = profile.key === "plain" && model_key.startsWith("km") ? { encoder_layers: 0, decoder_layers: 0 } : {};
      const precise = model_key.startsWith("km") ? { data: { double_precision: true } } : {};
      const model = { ...size, ...flat, ...states, ...(physical ? { physics: ["x2", "f1"] } : {}) };
      const compiled = compileWith(
        {
          model_key,
          reference_profile: profile.key,
          overrides: { model, ...precise, ...(profile.key === "plain" ? { phases: solved, ...windows } : {}) },
        },
        // the steps of noisy samples, and the choice of eigenpairs, belong to a state alone
        model_key === "dmd" ? { control_dim: 0 } : {},
      );
      expect(compiled.profile).toBe(profile.key);
    }
  }
});

test("profiles ask for no more directions and measurements than there are columns", () => {
  const stage = (reference_profile: string, state_dim: number) =>
    compileWith({ model_key: "dmd", reference_profile }, { state_dim, control_dim: 0 }).config.transform_x;
  expect(stage("dmd-randomised", 6)).toEqual([
    { type: "svd", solver: "randomised", order: 6, oversample: 10, iterations: 2, seed: 0, ifcen: false },
  ]);
  expect(stage("dmd-randomised", 600)).toMatchObject([{ solver: "randomised", order: 20 }]);
  expect(stage("dmd-compressed", 6)).toMatchObject([{ solver: "compressed", order: 6, measurements: 6 }]);
  expect(stage("dmd-compressed", 60)).toMatchObject([{ solver: "compressed", order: 20, measurements: 60 }]);
});

test("a profile follows the data: latent size, windows, horizons and the choice of trainers", () => {
  const fitted = (changed: object, more: object = {}) => compileWith({ ...more }, changed).config;
  expect(fitted({ state_dim: 5 }).model.koopman_dimension).toBe(10);
  expect(fitted({}, { overrides: { transform_x: { type: "delay", delay: 3 } } }).model.koopman_dimension).toBe(12);
  const short = fitted({ shortest: 9, longest: 9 }).phases;
  expect(short[1]).toMatchObject({ trainer: "Weak", weak_form_params: { N: 9 } });
  expect(short[2]).toMatchObject({ trainer: "NODE", sweep_lengths: [9], sweep_epoch_step: 60 });
  expect(fitted({ shortest: 9, longest: 9 }, { time_domain: "discrete" }).phases[1]).toMatchObject({
    weak_form_params: { N: 7 },
  });
  expect(fitted({ dt: null }).phases.map((phase) => phase.name)).toEqual(["Rollouts"]);
  expect(fitted({ shortest: 3, longest: 3 }).phases.map((phase) => phase.name)).toEqual(["LeastSquares", "Rollouts"]);
  const many = fitted({ n_trajectories: 100, longest: 500, shortest: 500 }).phases;
  expect(many[1]).toMatchObject({ n_epochs: 150 });
});

test("every length and number of trajectories has a schedule that compiles", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("kbf", "ldm", "lti"),
      fc.constantFrom("continuous", "discrete"),
      fc.integer({ min: 4, max: 200 }),
      fc.integer({ min: 0, max: 300 }),
      // fewer would not give least squares as many rows as columns, which it says
      fc.integer({ min: 5, max: 200 }),
      fc.constantFrom(0.1, null),
      (model_key, time_domain, shortest, more, n_trajectories, dt) => {
        const data = { shortest, longest: shortest + more, n_trajectories, dt };
        const { config, warnings } = compileWith({ model_key, time_domain }, data);
        expect(config.phases.length).toBeGreaterThan(0);
        const untimed = time_domain === "discrete" && dt === null;
        expect(warnings.map(({ path }) => path)).toEqual(untimed ? [["data", "train"]] : []);
      },
    ),
    { numRuns: 60 },
  );
});

test("a request that shapes its networks itself starts from the original's model", () => {
  const { config } = compileWith({ overrides: { model: { encoder_layers: 1 } } });
  expect(config.model).toMatchObject({ autoencoder_type: "smp", koopman_dimension: 4, activation: "none", decoder_layers: 1 });
  expect(config.transform_x).toEqual([{ type: "identity" }]);
  const identity = compileWith({ overrides: { model: { encoder_layers: 0, decoder_layers: 0 } } }).config;
  expect(identity.model.koopman_dimension).toBe(2);
});

test("what is legal but probably not meant is warned of", () => {
  const warned = (more: object, changed = {}) =>
    compileWith({ ...more }, changed).warnings.map((w) => `${w.path.join(".")}: ${w.message}`);
  const solve = [{ type: "linear_solve" }];
  expect(warned({ overrides: { model: { encoder_layers: 1 }, phases: solve } }).join()).toMatch(
    /random first weights.*autoencoder_type: cat/,
  );
  expect(warned({ overrides: { model: { encoder_layers: 0, decoder_layers: 0 }, phases: solve } })).toEqual([]);
  expect(warned({ overrides: { transform_u: { type: "scaler" } } }, { control_dim: 0 }).join()).toMatch(/no control/);
  expect(warned({ model_key: "dmd" }, { dt: null })).toEqual([expect.stringMatching(/^data.train: .*no spectrum/)]);
  expect(warned({ overrides: { transform_y: { type: "scaler" } } }, { aux_dim: 2 }).join()).toMatch(
    /no model and no loss reads y/,
  );
  expect(warned({}, { aux_dim: 2 })).toEqual([]);
  const flat = { autoencoder_type: "cat", encoder_layers: 0, decoder_layers: 0 };
  expect(warned({ overrides: { model: flat } }).join()).toMatch(/appends nothing/);
});

test("profiles compute in float64 on a processor and in float32 elsewhere", () => {
  const dtype = (device: string) => compileWith({ run: { device } }).config.dtype;
  expect([dtype("cpu"), dtype("auto"), dtype("cuda")]).toEqual(["float64", "float64", "float32"]);
});

test("exact propagation takes control in discrete time, where it is the same as np", () => {
  const { config } = compileWith({ time_domain: "discrete", overrides: { model: { predictor_type: "exp" } } });
  expect(config.model.predictor_type).toBe("exp");
});

test("solvers are known by all their names, in any case", () => {
  for (const [word, method] of [
    ["dopri8", "dop853"],
    ["RK45", "dopri5"],
    ["rk23", "bosh3"],
    [" RK4 ", "rk4"],
  ]) {
    const [phase] = compileWith({ overrides: { phases: [{ trainer: "NODE", ode_method: word }] } }).config.phases;
    expect(phase).toMatchObject({ ode_method: method });
  }
});

test("the words for input_order lead to the kinds of interpolation", () => {
  const kinds = {
    previous: "zoh",
    zero: "zoh",
    slinear: "linear",
    next: "next",
    nearest: "nearest",
    0: "zoh",
    1: "linear",
    2: "quadratic",
    3: "cubic",
  };
  for (const [word, kind] of Object.entries(kinds)) {
    const input_order = /\d/.test(word) ? Number(word) : word;
    expect(compileWith({ overrides: { model: { input_order } } }).config.model.input_order).toBe(kind);
  }
});

test("physics is given as many parameters as their transform leaves, and is told when it reads transformed values", () => {
  const overrides = { model: { physics: ["x2", "f1 - p2*x1"] }, transform_p: { type: "scaler", mode: "std" } };
  const { config, warnings } = compileWith({ model_key: "corr_alg", overrides }, { parameter_dim: 3 });
  expect(config.model.physics?.nodes.find(({ name }) => name === "p")?.shape).toEqual([3]);
  expect(warnings.map(({ message }) => message).join()).toMatch(/transformed parameters/);
});

test("a model of windows brings its delays along, and takes those it is given", () => {
  const own = compileWith({ model_key: "sdm" }).config;
  expect([own.model.time_domain, own.model.sequence]).toEqual(["discrete", 2]);
  expect([own.transform_x.at(-1), own.transform_u.at(-1)]).toEqual(new Array(2).fill({ type: "delay", delay: 1 }));
  const overrides = { transform_x: [{ type: "delay", delay: 2 }], model: { encoder_layers: 1, latent_dimension: 6 } };
  const given = compileWith({ model_key: "sdm", overrides }).config;
  expect([given.model.sequence, given.transform_u.at(-1)]).toEqual([3, { type: "delay", delay: 2 }]);
});
