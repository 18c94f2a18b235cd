import { afterAll, expect, test } from "vitest";
import { DymadError } from "../../sdk/errors.js";
import { registerDataset } from "../../sdk/workflow/app/workspace/datasets.js";
import { compileTrainingRequest, type TrainingWords } from "../../sdk/workflow/app/workspace/training.js";
import { Workspace } from "../../sdk/workflow/app/workspace/workspace.js";
import { models } from "../../sdk/workflow/registry/models.js";
import { profiles } from "../../sdk/workflow/registry/profiles.js";
import { Workplace } from "../doors/_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());
const workspace = new Workspace({ root: place.folder });
const train_dataset_handle = registerDataset(workspace, { path: "osc.npz" }).summary.handle;

type Words = Partial<TrainingWords>;
const compile = (words: Words) =>
  compileTrainingRequest(workspace, { train_dataset_handle, model_key: "lti", ...words }).compiled_request;
const problems = (words: object): string[] => {
  try {
    compile(words);
  } catch (error) {
    if (error instanceof DymadError) return error.issues.map(({ path }) => path.join(".")).sort();
    throw error;
  }
  return [];
};

test("families, aliases and variants name the same request", () => {
  for (const { key, aliases, physical } of models.filter(({ key }) => key !== "kmm")) {
    const overrides = physical ? { model: { physics: key === "corr_alg" ? ["x2 + f1", "-x1 + f2"] : ["x2", "-x1 + f1"] } } : {};
    const hashes = [key, ...aliases, key.toUpperCase()].map((model_key) => compile({ model_key, overrides }).hash);
    expect(new Set(hashes).size, key).toBe(1);
  }
  expect(compile({ model_key: "DLTI" }).hash).toBe(compile({ time_domain: "discrete" }).hash);
});

test("what is compiled is what runs: blocks are unrolled, profiles merged, and overrides may be JSON text", () => {
  const phases = [
    { repeat: { times: 2, phases: [{ type: "linear_solve" }, { trainer: "NODE", n_epochs: 3 }] } },
    { trainer: "Weak" },
  ];
  const { config, profile, hash } = compile({ overrides: { phases } as never });
  expect(config.phases.map(({ type }) => type)).toEqual(["linear_solve", "optimizer", "linear_solve", "optimizer", "optimizer"]);
  expect(profile).toBe("lti-regular-default");
  expect(compile({ overrides: JSON.stringify({ phases }) }).hash).toBe(hash);
  expect(compile({ overrides: null }).hash).toBe(compile({}).hash);
});

test("nothing but what decides the weights is in the hash", () => {
  const { hash } = compile({});
  expect(compile({ run_name: "other", max_workers: 3 }).hash).toBe(hash);
  for (const words of [{ seed: 1 }, { split: { seed: 1 } }, { time_domain: "discrete" }] as const)
    expect(compile(words).hash).not.toBe(hash);
});

test("problems are told all at once, each at the words it was given in", () => {
  const wrong = {
    model_key: "ltii",
    reference_profile: "none",
    seed: -1,
    run_name: "../escape",
    overrides: { modl: {}, model: { name: "x" }, phases: [{ trainer: "Weka" }], cv: { param_grid: { "data.path": ["a"] } } },
  };
  const told = problems(wrong);
  for (const path of ["model_key", "seed", "run_name", "overrides.modl"]) expect(told).toContain(path);
  expect(problems({ overrides: { model: { name: "x" } } })).toEqual(["overrides.model.name"]);
  expect(problems({ overrides: { data: { path: "x" } } })).toEqual(["overrides.data.path"]);
  expect(problems({ overrides: { model: 5 } })).toEqual(["overrides.model"]);
  expect(problems({ overrides: "[1]" })).toEqual(["overrides"]);
  expect(problems({ reference_profile: "kbf-regular-default" })).toEqual(["reference_profile"]);
  expect(problems({ overrides: { model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 3 } } })).toEqual([
    "overrides.model.koopman_dimension",
  ]);
});

test("a profile that is named is the one that is used", () => {
  for (const { key, model_keys } of profiles.filter(({ key }) => key.startsWith("lti") && key.includes("regular")))
    expect(compile({ model_key: model_keys[0], reference_profile: key }).profile).toBe(key);
});
