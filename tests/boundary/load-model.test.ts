import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Run } from "../../sdk/fluent/run.js";
import { dymad, loadModel } from "../../sdk/index.js";
import { registerCheckpoint } from "../../sdk/workflow/app/workspace/checkpoints.js";
import { registerDataset } from "../../sdk/workflow/app/workspace/datasets.js";
import { materializePrediction, planPrediction } from "../../sdk/workflow/app/workspace/predictions.js";
import { Workspace } from "../../sdk/workflow/app/workspace/workspace.js";
import { oscillators, root, Workplace } from "../doors/_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());
const checkpoint = place.path("run", "checkpoint.dymad");

beforeAll(async () => {
  const options = { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 };
  const words = { model: "lti", time_domain: "discrete", options, phases: [{ trainer: "Linear", n_epochs: 1 }] } as const;
  const run = await dymad
    .dataset(place.path("osc.npz"))
    .train(words)
    .run({ out: place.path("run") });
  expect(run.status).toBe("SUCCEEDED");
}, 60_000);

const walk = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : path.endsWith(".ts") ? [path] : [];
  });

test("a recorded checkpoint becomes a model in one place, and nowhere are its bytes read but by loadModel", () => {
  const importers = (name: string): string[] =>
    ["sdk", "mcp", "cli", "kernel-extensions"]
      .flatMap((top) => walk(join(root, top)))
      .filter((file) => new RegExp(`import [^;]*\\b${name}\\b[^;]*from`).test(readFileSync(file, "utf8")))
      .map((file) => file.slice(root.length + 1))
      .sort();
  // a file that is registered has no record yet; a trial scores what it has just trained
  expect(importers("loadModel")).toEqual([
    "sdk/workflow/app/workspace/checkpoints.ts",
    "sdk/workflow/executor/checkpoint-model.ts",
    "sdk/workflow/executor/trial-thread.ts",
  ]);
});

test("loadModel, the run, and a materialized prediction forecast the same", async () => {
  const data = oscillators();
  const workspace = new Workspace({ root: place.folder });
  const own = loadModel(readFileSync(checkpoint)).forecast(data);
  const ofRun = (await Run.open(place.path("run")).model()).forecast(data);
  expect(ofRun.map(({ x }) => x.data)).toEqual(own.map(({ x }) => x.data));
  const { prediction_handle } = planPrediction(workspace, {
    checkpoint_path: "run/checkpoint.dymad",
    horizon: 3,
    has_control: false,
    has_graph: false,
  });
  const { summary } = registerDataset(workspace, { path: "osc.npz" });
  const made = materializePrediction(workspace, { prediction_handle, dataset_handle: summary.handle, out: "ahead.csv" });
  const { dataset } = await Run.open(place.path("run")).forecast({ data: place.path("osc.npz"), steps: 3 });
  const [first] = dataset.trajectories;
  expect(made.rows[0]).toEqual([expect.anything(), first.t[0], ...first.x.row(0)]);
});

test("a checkpoint whose bytes have changed is not loaded, whoever asks", async () => {
  const workspace = new Workspace({ root: place.folder });
  const { handle } = registerCheckpoint(workspace, "run/checkpoint.dymad");
  copyFileSync(checkpoint, place.path("kept"));
  const bytes = readFileSync(checkpoint);
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(checkpoint, bytes);
  const changed = expect.objectContaining({ code: "E_CONFLICT", message: expect.stringContaining("no longer the file") });
  const run = Run.open(place.path("run"));
  await expect(run.model()).rejects.toEqual(changed);
  await expect(run.evaluate()).rejects.toEqual(changed);
  await expect(run.analyze()).rejects.toEqual(changed);
  const { openCheckpoint } = await import("../../sdk/workflow/app/workspace/checkpoints.js");
  expect(() => openCheckpoint(workspace, handle)).toThrow(changed);
  copyFileSync(place.path("kept"), checkpoint);
  expect(openCheckpoint(workspace, handle).record.sha256).toHaveLength(64);
});
