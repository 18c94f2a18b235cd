import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { datasetToNpz } from "../../sdk/dynamics/data/archive.js";
import { writeNpz } from "../../sdk/formats/npz.js";
import { oscillator, paired } from "../unit/dynamics/_systems.js";
import { McpClient } from "./_mcp.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

test("graph data: from a file to a forecast on the graph; a checkpoint without its run is analysed, too", async () => {
  const quiet = oscillator({ trajectories: 3, samples: 40, dt: 0.1, control: false });
  place.write("pairs.npz", writeNpz(datasetToNpz(paired(quiet, true))));
  const mcp = await McpClient.stdio(place);
  const { summary } = await mcp.data("register_dataset_file", { path: "pairs.npz", kind: "graph" });
  const { inspection } = await mcp.data("inspect_dataset", { dataset_handle: summary.handle });
  expect(inspection).toMatchObject({ kind: "graph", graph: { n_nodes: 2 } });
  const phases = [{ trainer: "Weak", n_epochs: 2, weak_form_params: { N: 9 } }];
  const words = { train_dataset_handle: summary.handle, model_key: "GKBF", overrides: { phases } };
  const { summary: compiled } = await mcp.data("compile_training_request", words);
  expect(compiled.preview).toMatch(/^kbf\/graph/);
  const started = await mcp.data("start_training_run", { compiled_request_handle: compiled.handle, run_dir: "runs/pairs" });
  const { training_run } = await mcp.data("describe_training_run", {
    training_run_handle: started.summary.handle,
    wait_ms: 40_000,
  });
  expect(training_run.failure).toBe(null);
  const { checkpoint_handle } = training_run;
  const evaluation = await mcp.data("evaluate_checkpoint", { checkpoint_handle, test_dataset_handle: summary.handle });
  expect(evaluation.metrics.n_diverged).toBe(0);
  expect(existsSync(place.path(evaluation.artifacts.plot_paths[0]))).toBe(true);

  const without = await mcp.call("prepare_prediction_request", { checkpoint_handle, horizon: 4, has_control: true });
  expect(without.error.issues.map(({ path }) => path[0])).toEqual(["has_control", "has_graph"]);
  const request = await mcp.data("prepare_prediction_request", { checkpoint_handle, horizon: 4, has_graph: true });
  expect(request.summary.preview).toBe("horizon=4, control=false, graph=true");
  const order = { prediction_handle: request.summary.handle, dataset_handle: summary.handle, out: "ahead.npz" };
  expect(await mcp.data("materialize_checkpoint_prediction", order)).toMatchObject({ n_trajectories: 3, n_rows: 12 });

  // the same model as a file that came from elsewhere
  copyFileSync(place.path("runs/pairs/checkpoint.dymad"), place.path("given.dymad"));
  const file = (await mcp.data("register_checkpoint", { checkpoint_path: "given.dymad" })).summary.handle;
  const bare = await mcp.call("compile_analysis_request", { checkpoint_handle: file });
  expect(bare.error).toMatchObject({ code: "E_SPEC", path: ["dataset_handle"] });
  const analysed = async (checkpoint: string): Promise<{ artifacts: Record<string, string>; summary: { handle: string } }> => {
    const asked = await mcp.data("compile_analysis_request", {
      checkpoint_handle: checkpoint,
      dataset_handle: summary.handle,
      parameters: { figures: false },
    });
    return mcp.data("run_analysis_request", { compiled_request_handle: asked.summary.handle });
  };
  const own = await analysed(checkpoint_handle);
  const given = await analysed(file);
  expect(given.artifacts.arrays).toMatch(/^analyses\//);
  expect(readFileSync(place.path(given.artifacts.arrays))).toEqual(readFileSync(place.path(own.artifacts.arrays)));
  expect((await analysed(file)).summary.handle).toBe(given.summary.handle);
  const { nodes } = await mcp.data("trace_lineage", { handle: given.summary.handle });
  expect(nodes.map(({ kind }: { kind: string }) => kind)).toContain("checkpoint");
  await mcp.close();
});
