import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { datasetToNpz } from "../../sdk/dynamics/data/archive.js";
import { datasetFromArrays } from "../../sdk/dynamics/data/arrays.js";
import { dymad } from "../../sdk/fluent/dymad.js";
import { Run } from "../../sdk/fluent/run.js";
import { writeNpz } from "../../sdk/formats/npz.js";
import { compileSubmission } from "../../sdk/workflow/app/compile.js";
import { configText, readConfigFile } from "../../sdk/workflow/app/config-file.js";
import { writeForecast } from "../../sdk/workflow/app/forecast.js";
import type { AnalysisKey } from "../../sdk/workflow/registry/analysis-request.js";
import { type ModelDefinition, models } from "../../sdk/workflow/registry/models.js";
import type { CvRequest, TrainingRequest } from "../../sdk/workflow/registry/request.js";
import { searchModes } from "../../sdk/workflow/registry/search-options.js";
import { machineFiles } from "../../sdk/workflow/store/files.js";
import { McpClient } from "../doors/_mcp.js";
import { Workplace } from "../doors/_workplace.js";
import { oscillator, paired } from "../unit/dynamics/_systems.js";
import { wake } from "../unit/dynamics/spectral/wake.js";

/** Every workflow of the registry, by the plan, the config file and the server: the same words are the same request. */
const place = new Workplace();
let mcp: McpClient;
const handles: Record<string, string> = {};

beforeAll(async () => {
  const quiet = oscillator({ trajectories: 3, samples: 40, dt: 0.1, control: false });
  place.write("pairs.npz", writeNpz(datasetToNpz(paired(quiet, true))));
  for (const [name, samples, start] of [
    ["wake", 60, 0],
    ["later", 9, 1],
  ] as const) {
    const x = wake(samples, 0.1, { nx: 8, ny: 12, start });
    place.write(`${name}.npz`, writeNpz(datasetToNpz(datasetFromArrays({ x, dt: 0.1 }))));
  }
  mcp = await McpClient.stdio(place, ["--mode", "user"]);
  for (const path of ["osc.npz", "pairs.npz", "wake.npz", "later.npz"])
    handles[path] = (await mcp.data("register_dataset_file", { path })).summary.handle;
}, 60_000);
afterAll(async () => {
  await mcp.close();
  place.remove();
});

type Words = Pick<TrainingRequest, "model_key" | "time_domain" | "graph_mode"> & {
  readonly options?: object | undefined;
  readonly cv?: CvRequest | undefined;
};

/** The hash of the same words by each way in. */
async function hashes(path: string, { model_key, options, cv, ...words }: Words): Promise<string[]> {
  const plan = dymad.dataset(place.path(path)).train({ model: model_key as never, options: options as never, ...words });
  const planned = await (cv === undefined ? plan : plan.search(cv)).compile();
  const overrides = { ...(options === undefined ? {} : { model: options }), ...(cv === undefined ? {} : { cv }) };
  const request = { version: 1, model_key, ...words, data: { train: { path } }, overrides };
  const written = readConfigFile(place.write("request.yaml", configText(request, [])), machineFiles).value as TrainingRequest;
  const typed = compileSubmission({ request: written, base: place.folder }).compiled;
  const call = { train_dataset_handle: handles[path], model_key, ...words, overrides };
  const { compiled_request } = await mcp.data("compile_training_request", call);
  return [planned.hash, typed.hash, compiled_request.hash];
}

const least = ({ key, physical }: ModelDefinition): object | undefined => {
  if (key === "kmm") return { manifold: { d: 1 } };
  return physical ? { physics: key === "corr_alg" ? ["x2 + f1", "-x1 + f2"] : ["x2", "-x1 + f1"] } : undefined;
};

test("training: every family, time domain and graph mode", async () => {
  for (const model of models) {
    for (const time_domain of model.time_domains) {
      for (const graph_mode of ["none", ...model.graph_modes] as const) {
        const words = { model_key: model.key, time_domain, graph_mode, options: least(model) };
        const found = await hashes(graph_mode === "none" ? "osc.npz" : "pairs.npz", words);
        expect(new Set(found).size, `${model.key} ${time_domain} ${graph_mode}: ${found.join(" ")}`).toBe(1);
      }
    }
  }
});

test("searches: every mode", async () => {
  const bounds = { "model.koopman_dimension": [2, 4], "model.encoder_layers": [1, 2] } as const;
  for (const mode of searchModes) {
    const cv = mode === "grid" ? { param_grid: { "model.koopman_dimension": [2, 3] } } : { search: { mode, bounds } };
    const found = await hashes("osc.npz", { model_key: "kbf", cv: cv as CvRequest, options: { encoder_layers: 1 } });
    expect(new Set(found).size, `${mode}: ${found.join(" ")}`).toBe(1);
  }
});

test("a run, its evaluation, its forecasts and every analysis", async () => {
  const model = { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 };
  const phases = [{ trainer: "Linear", n_epochs: 1 }] as const;
  const overrides = { model, phases };
  const words = { model_key: "lti", time_domain: "discrete" } as const;
  const call = { train_dataset_handle: handles["osc.npz"], ...words, overrides };
  const { summary: request } = await mcp.data("compile_training_request", call);
  const started = await mcp.data("start_training_run", { compiled_request_handle: request.handle, run_dir: "served" });
  const { training_run } = await mcp.data("describe_training_run", {
    training_run_handle: started.summary.handle,
    wait_ms: 40_000,
  });
  const { checkpoint_handle } = training_run;
  place.write("lti.yaml", configText({ version: 1, ...words, data: { train: { path: "osc.npz" } }, overrides }, []));
  const [typed, planned] = await Promise.all([
    place.dymad(["train", "lti.yaml", "--out", "typed", "--json"]),
    dymad
      .dataset(place.path("osc.npz"))
      .train({ model: "lti", time_domain: "discrete", options: model, phases })
      .run({ out: place.path("planned") }),
  ]);
  expect(typed.code, typed.err).toBe(0);
  const served = Run.open(place.path("served"));
  const bits = [served, planned, Run.open(place.path("typed"))].map(({ manifest }) => manifest.checkpoint?.sha256);
  expect(new Set(bits).size).toBe(1);

  // one run, looked at from three sides: the same work keeps its handle
  const order = { checkpoint_handle, test_dataset_handle: handles["osc.npz"], max_plots: 0 };
  const evaluation = await mcp.data("evaluate_checkpoint", order);
  expect((await served.evaluate({ test: place.path("osc.npz") })).handle).toBe(evaluation.evaluation_summary.handle);
  const { summary: wanted } = await mcp.data("prepare_prediction_request", { checkpoint_handle, horizon: 3 });
  const materialized = { prediction_handle: wanted.handle, dataset_handle: handles["osc.npz"], out: "served.csv" };
  await mcp.data("materialize_checkpoint_prediction", materialized);
  writeForecast(place.path("planned.csv"), await served.forecast({ data: place.path("osc.npz"), steps: 3 }));
  expect(readFileSync(place.path("served.csv"), "utf8")).toBe(readFileSync(place.path("planned.csv"), "utf8"));

  const analyses: Record<AnalysisKey, { readonly asked: object; readonly words: string[]; plan: () => Promise<string> }> = {
    spectral_koopman: {
      asked: { checkpoint_handle, dataset_handle: handles["osc.npz"], parameters: { figures: false } },
      words: ["served", "--data", "osc.npz", "--parameters", '{"figures": false}'],
      plan: async () =>
        (await served.analyze({ data: place.path("osc.npz"), parameters: { figures: false } })).compiled.hash as string,
    },
    vortex_transform_modes: {
      asked: {
        dataset_handles: { train_dataset_handle: handles["wake.npz"], test_dataset_handle: handles["later.npz"] },
        parameters: { nx: 8, ny: 12, figures: false },
      },
      words: ["--train", "wake.npz", "--test", "later.npz", "--parameters", '{"nx": 8, "ny": 12, "figures": false}'],
      plan: async () => {
        const data = dymad.dataset(place.path("wake.npz")).test(place.path("later.npz"));
        const out = place.path("analyses-of-plan");
        return (await data.analyze({ parameters: { nx: 8, ny: 12, figures: false }, out })).compiled.hash;
      },
    },
    havok: {
      asked: { dataset_handle: handles["osc.npz"], parameters: { observable: "x1", figures: false } },
      words: ["--data", "osc.npz", "--parameters", '{"observable": "x1", "figures": false}'],
      plan: async () => {
        const options = { parameters: { observable: "x1", figures: false }, out: place.path("analyses-of-plan") };
        return (await dymad.dataset(place.path("osc.npz")).analyze({ workflow_key: "havok", ...options })).compiled.hash;
      },
    },
  };
  for (const [workflow_key, { asked, words, plan }] of Object.entries(analyses)) {
    const { summary } = await mcp.data("compile_analysis_request", { workflow_key, ...asked });
    const { analysis } = await mcp.data("run_analysis_request", { compiled_request_handle: summary.handle });
    const { out, code } = await place.typed(["analyze", "--workflow", workflow_key, ...words, "--json"]);
    expect(code, out).toBe(0);
    const found = [analysis.summary.request_hash, JSON.parse(out).data.request_hash, await plan()];
    expect(new Set(found).size, `${workflow_key}: ${found.join(" ")}`).toBe(1);
  }
});
