import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { McpClient } from "../doors/_mcp.js";
import { smallTraining, workplaceOfTest } from "../doors/_workplace.js";

for (const transport of ["stdio", "http"] as const) {
  test(`a session over ${transport}, from a file to a config that the command line trains to the same bits`, async () => {
    const place = workplaceOfTest();
    const mcp = await McpClient[transport](place, ["--mode", "user"]);
    const train = (await mcp.data("register_dataset_file", { path: "osc.npz" })).summary.handle as string;
    expect((await mcp.data("inspect_dataset", { dataset_handle: train })).inspection).toMatchObject({
      n_trajectories: 4,
      state_dim: 2,
    });
    const { capabilities } = await mcp.data("list_training_capabilities", { dataset_handle: train });
    expect(capabilities.map(({ key }: { key: string }) => key)).toContain("train-lti-regular");
    const { detail } = await mcp.data("describe_training_capability", { model_key: "LTI" });
    expect(detail.model_schema.properties).toHaveProperty("koopman_dimension");

    const words = { train_dataset_handle: train, model_key: "lti", overrides: smallTraining };
    const { compiled_request } = await mcp.data("compile_training_request", words);
    const started = await mcp.data("start_training_run", {
      compiled_request_handle: compiled_request.handle,
      run_dir: "runs/one",
    });
    expect(started.training_run).toMatchObject({ status: "QUEUED", compiled_request_handle: compiled_request.handle });
    const training_run_handle = started.summary.handle as string;
    const polled = await mcp.data("describe_training_run", { training_run_handle, wait_ms: 30_000 });
    const { training_run, run_dir } = polled;
    expect(training_run).toMatchObject({ status: "SUCCEEDED", request_hash: compiled_request.hash });

    const log = await mcp.data("read_training_run_log", { training_run_handle });
    expect(log).toMatchObject({ run_terminal: true, caught_up: true, eof: true, text: expect.stringContaining("SUCCEEDED") });
    const order = { checkpoint_handle: training_run.checkpoint_handle, test_dataset_handle: train };
    const evaluation = await mcp.data("evaluate_checkpoint", order);
    expect(evaluation.metrics).toMatchObject({ n_diverged: 0, rmse_mean: expect.any(Number) });
    expect(existsSync(place.path(evaluation.artifacts.plot_paths[0]))).toBe(true);
    expect((await mcp.data("evaluate_checkpoint", order)).evaluation_summary).toEqual(evaluation.evaluation_summary);

    const analysed = { checkpoint_handle: training_run.checkpoint_handle, dataset_handle: train };
    const { capabilities: kinds } = await mcp.data("list_analysis_capabilities");
    expect(kinds.map(({ key }: { key: string }) => key)).toContain("spectral_koopman");
    const { summary: asked } = await mcp.data("compile_analysis_request", analysed);
    const analysis = await mcp.data("run_analysis_request", { compiled_request_handle: asked.handle });
    expect(analysis.analysis.summary).toMatchObject({ obs_dim: 2, n_eigs_full: 2 });
    expect(existsSync(place.path(analysis.artifacts.spectrum))).toBe(true);

    const exported = await mcp.data("export_run_config", { training_run_handle, out: "configs/again.yaml" });
    expect(exported.request_hash).toBe(compiled_request.hash);
    const again = await place.typed(["train", "configs/again.yaml", "--out", "runs/two", "--json"]);
    expect(again.code, again.err).toBe(0);
    const { manifest } = JSON.parse(again.out).data;
    expect([manifest.request_hash, manifest.checkpoint.sha256]).toEqual([compiled_request.hash, exported.checkpoint_sha256]);
    // and what was started here is a run like any other
    expect((await place.typed(["status", run_dir])).out).toContain(training_run_handle);
    expect(await mcp.data("verify_run", { training_run_handle })).toMatchObject({ ok: true });
    await mcp.close();
  });
}
