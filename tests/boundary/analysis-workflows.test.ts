import { afterAll, beforeAll, expect, test } from "vitest";
import { compileAnalysisRequest, describeAnalysis, runAnalysisRequest } from "../../sdk/workflow/app/workspace/analyses.js";
import { registerCheckpoint } from "../../sdk/workflow/app/workspace/checkpoints.js";
import { registerDataset } from "../../sdk/workflow/app/workspace/datasets.js";
import { traceLineage } from "../../sdk/workflow/app/workspace/objects.js";
import { Workspace } from "../../sdk/workflow/app/workspace/workspace.js";
import { analyses } from "../../sdk/workflow/registry/analysis-options.js";
import { trainLinear, Workplace } from "../doors/_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());
let workspace: Workspace;
let checkpoint_handle: string;
let dataset_handle: string;

beforeAll(async () => {
  await trainLinear(place);
  workspace = new Workspace({ root: place.folder });
  checkpoint_handle = registerCheckpoint(workspace, "run/checkpoint.dymad").handle;
  dataset_handle = registerDataset(workspace, { path: "osc.npz" }).summary.handle;
}, 60_000);

const of = (work: () => unknown): { readonly code: string; readonly places: string[] } => {
  try {
    work();
  } catch (error) {
    const { code, issues } = error as { code: string; issues: { path: (string | number)[] }[] };
    return { code, places: issues.map(({ path }) => path.join(".")).sort() };
  }
  return { code: "", places: [] };
};

test("a compiled analysis has every default, and survives in the store", () => {
  const words = { workflow_key: "spectral_koopman", checkpoint_handle, dataset_handle, parameters: { threshold: 0.1 } };
  const { compiled_request } = compileAnalysisRequest(workspace, words);
  expect(compiled_request.parameters).toMatchObject({ threshold: 0.1, order: "residual", keep: "full", figures: true });
  const { handle, ...record } = compiled_request;
  expect(new Workspace({ root: place.folder }).facade.get("compiled_analysis_request", handle).record).toEqual(record);
});

test("the registry lists the three analyses there are", () => {
  expect(analyses.map(({ key }) => key)).toEqual(["spectral_koopman", "vortex_transform_modes", "havok"]);
});

test("every analysis of the registry says what it needs, and is refused without it, all problems at once", () => {
  for (const { key, requires_checkpoint, dataset_input_keys } of analyses) {
    const places = [
      ...(requires_checkpoint ? ["checkpoint_handle"] : []),
      ...(dataset_input_keys.length > 0 ? ["dataset_handles"] : []),
    ];
    expect(
      of(() => compileAnalysisRequest(workspace, { workflow_key: key })),
      key,
    ).toEqual({ code: "E_SPEC", places });
  }
  const words = { workflow_key: "spectral_koopman", checkpoint_handle, dataset_handle };
  const unfit = { treshold: 0.1, order: "none", measure: { observable: "" } };
  expect(of(() => compileAnalysisRequest(workspace, { ...words, parameters: unfit }))).toEqual({
    code: "E_SPEC",
    places: ["parameters.measure.observable", "parameters.order", "parameters.treshold"],
  });
});

test("a result has a record of its own, files named by its request, and a lineage down to the data", async () => {
  const words = { workflow_key: "spectral_koopman", checkpoint_handle, dataset_handle, parameters: { figures: false } };
  const { compiled_request } = compileAnalysisRequest(workspace, words);
  const result = await runAnalysisRequest(workspace, compiled_request.handle);
  expect(result.summary.handle).toMatch(/^analysis_[a-z0-9]{6,}$/);
  // what stands there counts: eigenvalues kept and in all, observables, pairs of samples
  const { n_eigs, n_eigs_full, obs_dim, sample_count } = result.analysis.summary;
  expect([n_eigs, n_eigs_full]).toEqual([obs_dim, obs_dim]);
  expect(Number(obs_dim)).toBeGreaterThan(0);
  expect(Number(sample_count)).toBeGreaterThan(Number(obs_dim));
  const hash = String(result.analysis.summary.request_hash);
  for (const path of Object.values(result.artifacts)) expect(path).toContain(hash.slice(0, 12));
  expect(describeAnalysis(new Workspace({ root: place.folder }), result.summary.handle)).toEqual(result);
  const nodes = traceLineage(workspace, result.summary.handle);
  expect(nodes.map(({ kind, intact }) => [kind, intact])).toEqual([
    ["analysis", null],
    ["compiled_analysis_request", null],
    ["checkpoint", true],
    ["dataset", true],
  ]);
  // asked again under another request of the same words: the same result
  const again = compileAnalysisRequest(workspace, words).compiled_request.handle;
  expect((await runAnalysisRequest(workspace, again)).summary.handle).toBe(result.summary.handle);
});

test("gains and forecasts of the spectrum stand in the record, and arrays in its file", async () => {
  const parameters = { figures: false, resolvent: { count: 1, points: 20 }, forecast: true };
  const { compiled_request } = compileAnalysisRequest(workspace, {
    workflow_key: "spectral_koopman",
    checkpoint_handle,
    dataset_handle,
    parameters,
  });
  const { analysis } = await runAnalysisRequest(workspace, compiled_request.handle);
  expect(analysis.responses?.map(({ gain }) => gain)).toEqual([analysis.summary.highest_gain]);
  expect(analysis.summary.forecast_rmse).toBeGreaterThanOrEqual(0);
});
