import { expect, test } from "vitest";
import { Facade } from "../../../../sdk/workflow/facade/facade.js";
import type { CheckpointRecord, Records } from "../../../../sdk/workflow/facade/records.js";
import { lineageOf, summarize } from "../../../../sdk/workflow/facade/summary.js";
import { newHandle } from "../../../../sdk/workflow/store/kinds.js";
import { MemoryStore } from "../../../../sdk/workflow/store/memory-store.js";
import { compileWith } from "../compiler/_facts.js";

const checkpoint: CheckpointRecord = {
  model_key: "kbf",
  checkpoint_path: "checkpoint.dymad",
  sha256: "0".repeat(64),
  size: 1,
  device: "cpu",
  training_run: null,
};

const identity = { token: "t", pid: 1, host: "h", process_start: null };

function withRun(): { facade: Facade; handle: string } {
  const facade = new Facade(new MemoryStore());
  const compiled = compileWith({});
  const request = facade.register("compiled_training_request", { compiled, dataset_handles: {} });
  const record: Records["training_run"] = {
    compiled_request_handle: request.handle,
    request_hash: compiled.hash,
    status: "QUEUED",
    created_at: "2026-01-01T00:00:00.000Z",
    started_at: null,
    finished_at: null,
    launcher: identity,
    worker: null,
    run_root: ".",
    run_name: "first",
    model_key: "kbf",
    reference_profile: compiled.profile,
    dataset_handles: {},
    checkpoint_handle: null,
    metrics: {},
    failure: null,
  };
  return { facade, handle: facade.register("training_run", record).handle };
}

test("what a record refers to must exist", () => {
  const facade = new Facade(new MemoryStore());
  const refer = { ...checkpoint, training_run: newHandle("training_run") };
  expect(() => facade.register("checkpoint", refer)).toThrow(expect.objectContaining({ code: "E_NOT_FOUND" }));
  expect(facade.list()).toEqual([]);
});

test("a handle of another kind is refused by name", () => {
  const facade = new Facade(new MemoryStore());
  const { handle } = facade.register("checkpoint", checkpoint);
  expect(() => facade.get("dataset", handle)).toThrow(/is a checkpoint, not a dataset/);
  expect(() => facade.describe("../x")).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});

test("changes of a run merge field by field and keep to its states", () => {
  const { facade, handle } = withRun();
  facade.updateRun(handle, { status: "RUNNING" });
  facade.updateRun(handle, { worker: identity });
  expect(facade.get("training_run", handle)).toMatchObject({ revision: 3, record: { status: "RUNNING", worker: identity } });
  facade.updateRun(handle, { status: "SUCCEEDED" });
  expect(() => facade.updateRun(handle, { status: "RUNNING" })).toThrow(expect.objectContaining({ code: "E_CONFLICT" }));
});

test("summaries follow one grammar", () => {
  const { facade, handle } = withRun();
  const { preview, derived_from, lineage } = facade.describe(handle);
  expect(preview).toBe("QUEUED: first (kbf)");
  expect(derived_from).toBe(lineage[0]);
  expect(facade.describe(derived_from as string).preview).toBe("kbf/regular -> kbf-regular-default (stacked)");
  expect(
    summarize("pred_000000", "prediction_request", {
      checkpoint_handle: "chk_000000",
      horizon: 5,
      has_control: true,
      has_graph: false,
    }).preview,
  ).toBe("horizon=5, control=true, graph=false");
  const evaluation = {
    checkpoint_handle: "chk_000000",
    test_dataset_handle: "ds_000000",
    on: "test" as const,
    metric: "rollout_rmse",
    metrics: {},
    metrics_path: "evaluations/a.json",
    sha256: "",
  };
  expect(summarize("eval_000000", "evaluation", evaluation).preview).toBe("rollout_rmse @ evaluations/a.json");
  expect(lineageOf("evaluation", evaluation)).toEqual(["chk_000000", "ds_000000"]);
});
