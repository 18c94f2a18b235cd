// The published configs of DyMAD (Python), whose words are older than those of docs/config.md, as requests.

/** Keys that mean nothing here, by section: names of runs, places of files, resuming, and what another model or trainer reads. */
const idle = {
  data: ["path", "n_samples", "n_steps", "n_nodes"],
  model: ["name"],
  phase: ["load_checkpoint", "sweep_tolerances", "reconstruction_weight", "dynamics_weight"],
};
const ofTrainer = {
  NODE: ["sweep_lengths", "sweep_epoch_step", "sweep_tols", "sweep_mode", "chop_mode", "chop_step"],
  Weak: ["weak_form_params"],
  Linear: ["method", "params"],
};
const everyPhase = [
  "type",
  "name",
  "trainer",
  "n_epochs",
  "save_interval",
  "learning_rate",
  "decay_rate",
  "reset_optimizer",
  "ode_method",
  "ode_args",
  "criterion",
  "repeat",
];
const sections = ["transform_x", "transform_u", "dataloader", "criterion"];
const trainers = { WeakForm: "Weak", Linear: "Linear", NODE: "NODE" };
const linearModels = ["kbf", "lti"];

/**
 * A published config as a request.
 *
 * @param model    the published name of the family: DKBF is discrete kbf, DGKBF the same on a graph, LDMG has its dynamics on the graph
 * @param trainer  the published name of the trainer of the section `training`
 * @param config   the published config, sections merged
 * @returns        `request` without data, and `unknown`: keys that were read as nothing, `section.key`
 */
export function requestOf(model, trainer, config) {
  const unknown = [];
  const [, discrete, graph, family, node] = /^(D?)(G?)(KBF|LDM|LTI|SDM)(G?)$/.exec(model) ?? [];
  if (family === undefined) throw new Error(`${model} is no published name of a model that is built here`);
  const key = family.toLowerCase();
  const overrides = { model: modelOf(key, config.model, unknown) };
  for (const section of sections) if (config[section] !== undefined) overrides[section] = config[section];
  // a config without criteria weighs the dynamics alone; our profiles would add the reconstruction
  overrides.criterion = { dynamics: { weight: 1 }, recon: null, ...criterionOf(config.criterion ?? {}, unknown) };
  const { double_precision = false, ...place } = config.data;
  unknown.push(...leftOver("data", place, idle.data));
  overrides.data = { double_precision };
  const phases = config.phases ?? [{ ...config.training, trainer: trainers[trainer.split(" ")[0]] }];
  overrides.phases = phases.map((phase) => phaseOf(phase, unknown));
  if (config.dataloader !== undefined) overrides.dataloader = loaderOf(config.dataloader, phases, config.data.n_steps);
  if (config.cv !== undefined) overrides.cv = { ...config.cv, param_grid: ofFirstPhase(config.cv.param_grid) };
  const known = ["data", "model", "split", "training", "phases", "cv", ...sections];
  unknown.push(...leftOver("config", config, known));
  return {
    request: {
      version: 1,
      model_key: key,
      time_domain: discrete ? "discrete" : "continuous",
      ...(graph ? { graph_mode: "graph" } : node ? { graph_mode: "node" } : {}),
      overrides,
      split: config.split ?? {},
    },
    unknown,
  };
}

const leftOver = (section, entries, known) =>
  Object.keys(entries)
    .filter((key) => !known.includes(key))
    .map((key) => `${section}.${key}`);

/** A batch of the original holds all windows of so many trajectories; ours counts windows: as many as there are at the longest horizon. */
function loaderOf({ batch_size = 1, ...rest }, phases, samples) {
  const unfolded = phases.find(({ chop_mode }) => chop_mode === "unfold");
  if (unfolded === undefined) return { batch_size, ...rest };
  const { chop_step = 1, sweep_lengths = [samples] } = unfolded;
  const windows = sweep_lengths.map((length) => {
    const stride = Number.isInteger(chop_step) && chop_step > 1 ? chop_step : Math.max(1, Math.floor(length * chop_step));
    return Math.floor((samples - length) / stride) + 1;
  });
  return { batch_size: batch_size * Math.min(...windows), ...rest };
}

/** Losses are means, `reduction` of the original: a sum is named as unknown and becomes a mean. */
function criterionOf(criterion, unknown) {
  const entries = Object.entries(criterion).map(([name, { params, ...loss }]) => {
    const { reduction = "mean", ...rest } = params ?? {};
    if (reduction !== "mean") unknown.push(`criterion.${name}.params.reduction`);
    return [name, Object.keys(rest).length === 0 ? loss : { ...loss, params: rest }];
  });
  return Object.fromEntries(entries);
}

/** `training.X` was the first phase. */
const ofFirstPhase = (grid) =>
  Object.fromEntries(Object.entries(grid).map(([key, values]) => [key.replace(/^training\./, "phases.0."), values]));

const without = (entries, keys) => Object.fromEntries(Object.entries(entries).filter(([key]) => !keys.includes(key)));

function modelOf(key, model, unknown) {
  // one base section served all families: each reads its own keys
  const others = linearModels.includes(key) ? ["processor_layers"] : ["koopman_dimension", "const_term"];
  if (key === "lti") others.push("const_term");
  const { dtype, ...rest } = model;
  if (dtype !== undefined) unknown.push("model.dtype");
  return without(rest, [...idle.model, ...others]);
}

function phaseOf(phase, unknown) {
  if (phase.repeat !== undefined)
    return { repeat: { ...phase.repeat, phases: phase.repeat.phases.map((p) => phaseOf(p, unknown)) } };
  if (phase.type === "data") return phase;
  if (phase.type === "linear_solve") return phase;
  const { ls_update, linear_solver_kwargs: kwargs, trainer = "NODE", ...rest } = phase;
  const name = trainers[trainer] ?? trainer;
  const kept = [...everyPhase, ...ofTrainer[name]];
  const others = Object.values(ofTrainer).flat();
  unknown.push(...leftOver("phase", rest, [...kept, ...others, ...idle.phase]));
  const own = Object.fromEntries(Object.entries(rest).filter(([key]) => kept.includes(key)));
  if (own.criterion !== undefined) own.criterion = criterionOf(own.criterion, unknown);
  return { trainer: name, ...own, ...(name === "Linear" ? { ...ls_update, ...(kwargs === undefined ? {} : { kwargs }) } : {}) };
}
