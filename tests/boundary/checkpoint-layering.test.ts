import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerCheckpoint } from "../../sdk/workflow/app/workspace/checkpoints.js";
import { planPrediction, preparePrediction } from "../../sdk/workflow/app/workspace/predictions.js";
import { Workspace } from "../../sdk/workflow/app/workspace/workspace.js";
import { trainLinear, Workplace } from "../doors/_workplace.js";

const place = new Workplace();
const elsewhere = mkdtempSync(join(tmpdir(), "dymad-store-"));
afterAll(() => {
  place.remove();
  rmSync(elsewhere, { recursive: true });
});

beforeAll(async () => {
  await trainLinear(place);
}, 60_000);

const horizon = { horizon: 4, has_control: false, has_graph: false };

test("a plan records the checkpoint once and each request, in the store and nowhere else", () => {
  const workspace = new Workspace({ root: place.folder, store: elsewhere });
  const words = { checkpoint_path: "run/checkpoint.dymad", ...horizon };
  const first = planPrediction(workspace, words);
  const second = planPrediction(workspace, words);
  expect(first).toMatchObject({
    entrypoint: "materialize_checkpoint_prediction",
    notes: [expect.stringContaining("1 measured sample")],
  });
  expect(second.checkpoint_handle).toBe(first.checkpoint_handle);
  expect(second.prediction_handle).not.toBe(first.prediction_handle);
  const { store } = workspace.facade;
  expect(store.handles("checkpoint")).toEqual([first.checkpoint_handle]);
  expect(store.handles("prediction_request")).toEqual([first.prediction_handle, second.prediction_handle].sort());

  // another process on the same store sees both, typed, and the one below the other
  const other = new Workspace({ root: place.folder, store: elsewhere });
  const { record } = other.facade.get("prediction_request", first.prediction_handle);
  expect(record).toEqual({ checkpoint_handle: first.checkpoint_handle, ...horizon });
  expect(other.facade.describe(first.prediction_handle)).toMatchObject({
    derived_from: first.checkpoint_handle,
    preview: "horizon=4, control=false, graph=false",
  });
  expect(other.facade.get("checkpoint", first.checkpoint_handle).record).toMatchObject({
    model_key: "lti",
    checkpoint_path: "run/checkpoint.dymad",
    training_run: null,
  });
});

test("a request about nothing, or about another model than there is, is not recorded", () => {
  const workspace = new Workspace({ root: place.folder, store: elsewhere });
  const before = workspace.facade.store.handles();
  const checkpoint_handle = registerCheckpoint(workspace, "run/checkpoint.dymad").handle;
  for (const [words, code] of [
    [{ ...horizon, checkpoint_handle: "chk_000000" }, "E_NOT_FOUND"],
    [{ ...horizon, checkpoint_handle, has_control: true }, "E_SPEC"],
    [{ ...horizon, checkpoint_handle, has_graph: true }, "E_SPEC"],
  ] as const) {
    expect(() => preparePrediction(workspace, words)).toThrow(expect.objectContaining({ code }));
  }
  expect(() => registerCheckpoint(workspace, "osc.npz")).toThrow(expect.objectContaining({ code: "E_FORMAT" }));
  expect(workspace.facade.store.handles()).toEqual(before);
});
