import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { McpClient } from "./_mcp.js";
import { smallTraining, workplaceOfTest } from "./_workplace.js";

test("wrong arguments, unknown tools and broken requests are answered inside the envelope, all problems at once", async () => {
  const place = workplaceOfTest();
  const mcp = await McpClient.stdio(place, ["--mode", "user"]);
  const { summary } = await mcp.data("register_dataset_file", { path: "osc.npz" });
  const broken = await mcp.call("compile_training_request", {
    train_dataset_handle: summary.handle,
    valid_dataset_handle: "ds_000000",
    model_key: "ltii",
    seed: -1,
    overrides: { modl: {} },
  });
  expect(broken.ok).toBe(false);
  const places = broken.error.issues.map(({ path }) => path.join("."));
  expect(places).toEqual(["valid_dataset_handle"]);
  const words = { train_dataset_handle: summary.handle, model_key: "ltii", seed: -1, overrides: { modl: {} } };
  const all = (await mcp.call("compile_training_request", words)).error.issues;
  expect(all.map(({ path }) => path.join(".")).sort()).toEqual(["model_key", "overrides.modl", "seed"]);
  for (const { hint } of all) expect(hint).toBeTruthy();
  expect((await mcp.call("register_dataset_file", { pth: "osc.npz" })).error).toMatchObject({ code: "E_SPEC" });
  expect((await mcp.call("start_trainning_run")).error).toMatchObject({
    code: "E_NOT_FOUND",
    hint: expect.stringContaining("start_training_run"),
  });
  // tools of the other mode are not there
  expect((await mcp.call("list_objects")).error.code).toBe("E_NOT_FOUND");
  await mcp.close();
});

test("a long run is cancelled and goes on; long work of the server is a job that can be polled and cancelled", async () => {
  const place = workplaceOfTest();
  const mcp = await McpClient.stdio(place);
  const { summary } = await mcp.data("register_dataset_file", { path: "osc.npz" });
  const long = {
    ...smallTraining,
    phases: [{ trainer: "Weak", n_epochs: 10_000_000, save_interval: 5, weak_form_params: { N: 13 } }],
  };
  const started = await mcp.data("start_model_training", {
    train_dataset_handle: summary.handle,
    model_ref: "LTI",
    config: long,
  });
  const training_run_handle = started.summary.handle as string;
  const checkpoint = place.path(started.run_dir, "checkpoint.dymad");
  while (!existsSync(checkpoint)) await new Promise((done) => setTimeout(done, 50));
  const steps: number[] = [];
  const words = { training_run_handle, wait_ms: 1000 };
  const running = await mcp.call("describe_training_run", words, ({ progress }) => steps.push(progress));
  expect(running.data).toMatchObject({ training_run: { status: "RUNNING" }, progress: { epochs: 10_000_000 } });
  expect(steps.length).toBeGreaterThan(1);
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  await mcp.data("cancel_training_run", { training_run_handle });
  const cancelled = await mcp.data("describe_training_run", { training_run_handle, wait_ms: 20_000 });
  expect(cancelled.training_run.status).toBe("CANCELLED");
  expect((await mcp.call("cancel_training_run", { training_run_handle })).error.code).toBe("E_CONFLICT");

  const resumed = await mcp.data("resume_training_run", { training_run_handle });
  expect(resumed.training_run).toMatchObject({ resumes: training_run_handle });
  await mcp.data("cancel_training_run", { training_run_handle: resumed.summary.handle });
  const ended = await mcp.data("describe_training_run", { training_run_handle: resumed.summary.handle, wait_ms: 20_000 });
  expect(ended.training_run.status).toBe("CANCELLED");
  const { runs } = await mcp.data("list_runs", { limit: 1 });
  expect(runs.map(({ handle }: { handle: string }) => handle)).toEqual([resumed.summary.handle]);

  const order = { checkpoint_handle: ended.training_run.checkpoint_handle, test_dataset_handle: summary.handle, wait_ms: 0 };
  const { job } = await mcp.data("evaluate_model", order);
  expect(job).toMatchObject({ state: "RUNNING", tool: "evaluate_model" });
  const polled = await mcp.data("describe_job", { job_id: job.id, wait_ms: 30_000 });
  expect(polled).toMatchObject({ job: { state: "SUCCEEDED" }, result: { ok: true, data: { metrics: { n_diverged: 0 } } } });
  const another = await mcp.data("write_run_report", { training_run_handle, wait_ms: 0 });
  expect(await mcp.data("cancel_job", { job_id: another.job.id })).toMatchObject({ job: { state: "CANCELLED" } });
  await mcp.close();
});

test("predictions, lineage, charts, resources and prompts", async () => {
  const place = workplaceOfTest();
  const mcp = await McpClient.stdio(place);
  const { summary } = await mcp.data("register_dataset_file", { path: "osc.npz" });
  const { summary: run } = await mcp.data("start_model_training", {
    train_dataset_handle: summary.handle,
    model_ref: "lti",
    config: smallTraining,
  });
  const training_run_handle = run.handle as string;
  const { training_run, run_dir } = await mcp.data("describe_training_run", { training_run_handle, wait_ms: 30_000 });

  const checkpoint_path = `${run_dir}/checkpoint.dymad`;
  const { plan } = await mcp.data("plan_checkpoint_prediction", { checkpoint_path, horizon: 5 });
  expect((await mcp.data("plan_checkpoint_prediction", { checkpoint_path, horizon: 5 })).plan.checkpoint_handle).toBe(
    plan.checkpoint_handle,
  );
  const out = { prediction_handle: plan.prediction_handle, dataset_handle: summary.handle };
  const forecast = await mcp.data("materialize_checkpoint_prediction", { ...out, out: "ahead.csv" });
  await place.typed(["forecast", run_dir, "--data", "osc.npz", "--steps", "5", "--out", "typed.csv"]);
  expect(readFileSync(place.path("ahead.csv"), "utf8")).toBe(readFileSync(place.path("typed.csv"), "utf8"));
  expect(forecast).toMatchObject({ n_rows: 20, window: 1, columns: ["traj", "t", "x1", "x2"] });
  const prepared = await mcp.call("prepare_prediction_request", {
    checkpoint_handle: plan.checkpoint_handle,
    horizon: 5,
    has_control: true,
  });
  expect(prepared.error).toMatchObject({ code: "E_SPEC", path: ["has_control"] });
  const other = await mcp.data("evaluate_model", {
    checkpoint_handle: plan.checkpoint_handle,
    test_dataset_handle: summary.handle,
  });
  const own = await mcp.data("evaluate_model", {
    checkpoint_handle: training_run.checkpoint_handle,
    test_dataset_handle: summary.handle,
  });
  expect(other.metrics.rmse_mean).toBe(own.metrics.rmse_mean);

  const { nodes } = await mcp.data("trace_lineage", { handle: own.evaluation_summary.handle });
  expect(nodes.map(({ kind }: { kind: string }) => kind)).toEqual([
    "evaluation",
    "checkpoint",
    "dataset",
    "training_run",
    "compiled_training_request",
  ]);
  expect(nodes.map(({ intact }: { intact: boolean | null }) => intact)).toEqual([true, true, true, null, null]);
  const { objects } = await mcp.data("list_objects", { kind: "checkpoint" });
  expect(objects).toHaveLength(2);

  const { summary: asked } = await mcp.data("compile_analysis_request", {
    checkpoint_handle: training_run.checkpoint_handle,
    dataset_handle: summary.handle,
    parameters: { threshold: 0.1 },
  });
  const analysis = await mcp.data("run_analysis_request", { compiled_request_handle: asked.handle });
  expect(analysis.analysis).toMatchObject({ compiled_request_handle: asked.handle, summary: { obs_dim: 2, n_eigs_full: 2 } });
  expect(existsSync(place.path(analysis.artifacts.spectrum))).toBe(true);
  const [found] = analysis.analysis.eigenvalues;
  expect(Object.keys(found).sort()).toEqual(["amplitude", "flag", "frequency", "growth", "kept", "residual"]);
  expect(found.residual).toEqual(expect.any(Number));
  const again = await mcp.data("run_analysis_request", { compiled_request_handle: asked.handle });
  expect(again).toEqual(analysis);
  expect(await mcp.data("describe_analysis_result", { analysis_handle: analysis.analysis.handle })).toEqual(analysis);
  const unfit = await mcp.call("compile_analysis_request", {
    checkpoint_handle: training_run.checkpoint_handle,
    parameters: { treshold: 0.1, order: "none" },
  });
  expect(unfit.error.issues.map(({ path }) => path.join(".")).sort()).toEqual(["parameters.order", "parameters.treshold"]);
  const order = { checkpoint_handle: training_run.checkpoint_handle, dataset_handle: summary.handle };
  const { summary: snapshot } = await mcp.data("register_spectral_snapshot", order);
  expect(snapshot.preview).toBe("samples=252, obs_dim=2");
  expect((await mcp.data("register_spectral_snapshot", order)).summary).toEqual(snapshot);

  const chart = await mcp.client.callTool({ name: "draw_run_chart", arguments: { training_run_handle, chart: "loss" } });
  expect((chart.content as { type: string; mimeType?: string }[])[1]).toMatchObject({ type: "image", mimeType: "image/svg+xml" });
  await mcp.data("write_run_report", { training_run_handle });
  const { resources } = await mcp.client.listResources();
  expect(resources.map(({ uri }) => uri)).toContain(`dymad://runs/${training_run_handle}/report`);
  for (const [uri, expected] of [
    ["dymad://guide", "# Working with dymad"],
    ["dymad://config-schema", '"model_key"'],
    [`dymad://runs/${training_run_handle}/log`, "SUCCEEDED"],
    [`dymad://runs/${training_run_handle}/report`, "</html>"],
    [`dymad://runs/${training_run_handle}/charts/loss`, "<svg"],
  ]) {
    const { contents } = await mcp.client.readResource({ uri });
    expect((contents[0] as { text: string }).text).toContain(expected);
  }
  await expect(mcp.client.readResource({ uri: `dymad://runs/${training_run_handle}/../../etc` })).rejects.toThrow(/no resource/);
  const prompt = await mcp.client.getPrompt({ name: "train_and_evaluate", arguments: { data: "osc.npz" } });
  expect((prompt.messages[0].content as { text: string }).text).toContain("register_dataset_file osc.npz");
  await expect(mcp.client.getPrompt({ name: "tune_model", arguments: {} })).rejects.toThrow(/is missing/);

  const sampled = await mcp.data("sample_dataset", {
    system: { system: { states: 1, rhs: ["-x"] }, x0: [1], time: { stop: 1, n: 11 } },
    out: "decay.npz",
  });
  expect((await mcp.data("inspect_dataset", { dataset_handle: sampled.summary.handle })).inspection.state_dim).toBe(1);
  const kinds = ["dataset", "prediction_request"];
  const gone = await mcp.data("collect_garbage", { kinds, older_than_hours: 0, remove: true });
  // nothing was made from them; what a run or an evaluation was made from stays
  expect(gone.records).toEqual(expect.arrayContaining([sampled.summary.handle, plan.prediction_handle]));
  expect(gone.records).not.toContain(summary.handle);
  expect((await mcp.call("describe_object", { handle: sampled.summary.handle })).error.code).toBe("E_NOT_FOUND");
  await mcp.close();
});
