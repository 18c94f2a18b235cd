import { existsSync, readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { datasetToNpz } from "../../sdk/dynamics/data/archive.js";
import { dymad } from "../../sdk/fluent/dymad.js";
import { writeNpz } from "../../sdk/formats/npz.js";
import { cancel, statusOf } from "../../sdk/workflow/app/runs.js";
import { RunFolder } from "../../sdk/workflow/executor/run-folder.js";
import { oscillators, Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

place.write("many.npz", writeNpz(datasetToNpz(oscillators(12, 200))));
place.write(
  "many.yaml",
  `version: 1
model_key: ldm
data: { train: { path: many.npz } }
overrides:
  model: { encoder_layers: 1, decoder_layers: 1, processor_layers: 2, hidden_dimension: 8, activation: tanh }
  dataloader: { batch_size: 4 }
  phases:
    - { type: data, operation: smooth, window_length: 5, splits: train }
    - { trainer: Weak, n_epochs: 100, save_interval: 3, weak_form_params: { N: 13 } }
    - { type: export, export_kind: summary }
    - { trainer: NODE, n_epochs: 40, save_interval: 3, ode_method: rk4, sweep_lengths: [10, 20], sweep_epoch_step: 20, chop_mode: unfold }
split: { train_frac: 0.75 }
`,
);

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 40_000; !condition(); ) {
    if (Date.now() > end) throw new Error("waited too long");
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Epochs of all phases that a run has told of. */
function epochsTold(run: string): number {
  const path = place.path(run, "events.jsonl");
  if (!existsSync(path)) return 0;
  const told = readFileSync(path, "utf8").match(/"total_epoch":(\d+)/g) ?? [];
  return Math.max(0, ...told.map((text) => Number(text.slice(14))));
}

async function killAfter(run: string, epochs: number): Promise<void> {
  await until(() => epochsTold(run) >= epochs && existsSync(place.path(run, "snapshot.dymad")));
  const { worker } = statusOf(RunFolder.open(place.path(run))).training_run;
  process.kill(worker?.pid as number, "SIGKILL");
}

test("a run whose process is killed again and again ends with the bits of one that was left alone", async () => {
  const whole = await place.typed(["train", "many.yaml", "--out", "whole"]);
  expect(whole.code).toBe(0);
  await place.dymad(["train", "many.yaml", "--out", "torn", "--detach"]);
  await killAfter("torn", 2);
  for (const epochs of [110]) {
    const { out, code } = await place.dymad(["train", "--resume", "torn", "--detach", "--json"]);
    expect(code, out).toBe(0);
    await killAfter("torn", epochs);
  }
  const { code, out } = await place.dymad(["train", "--resume", "torn", "--json"]);
  expect(code).toBe(0);
  expect((JSON.parse(out) as { data: { training_run: { status: string } } }).data.training_run.status).toBe("SUCCEEDED");
  const [a, b] = ["whole", "torn"].map((run) => RunFolder.open(place.path(run)).manifest());
  expect(b.checkpoint?.sha256).toBe(a.checkpoint?.sha256);
  expect(b.metrics.epochs).toBe(140);
  const histories = ["whole", "torn"].map((run) => JSON.parse(readFileSync(place.path(run, "history.json"), "utf8")) as object);
  expect({ ...histories[1], seconds: 0 }).toEqual({ ...histories[0], seconds: 0 });
  expect(existsSync(place.path("torn", "snapshot.dymad"))).toBe(false);
  expect(b.artifacts.map(({ path }) => path)).toContain("exports/3-summary.json");
  expect(readFileSync(place.path("torn/training.log"), "utf8")).toMatch(/measured train_size 9.*train_delta_rmse/);
  // every interrupted run has its record, and each leads to the run that came of it
  const interrupted = RunFolder.open(place.path("torn")).facade.list("training_run");
  expect(interrupted).toHaveLength(3);
  for (const { handle } of interrupted) expect((await place.typed(["status", handle])).out).toContain("SUCCEEDED");
});

test("a cancelled run goes on from the epoch it was cancelled in", async () => {
  await place.typed(["train", "many.yaml", "--out", "stopped", "--detach"]);
  await until(() => epochsTold("stopped") >= 2);
  cancel(RunFolder.open(place.path("stopped")));
  await until(() => statusOf(RunFolder.open(place.path("stopped"))).training_run.status === "CANCELLED");
  const stopped = dymad.open(place.path("stopped"));
  const first: number[] = [];
  const resumed = await stopped.resume({ onEvent: (e) => void (e.kind === "epoch" && first.push(e.total_epoch)) });
  expect(first[0]).toBe((stopped.metrics.epochs ?? 0) + 1);
  expect(resumed.status).toBe("SUCCEEDED");
  expect(resumed.manifest.checkpoint?.sha256).toBe(RunFolder.open(place.path("whole")).manifest().checkpoint?.sha256);
});

test("what cannot go on is refused", async () => {
  const done = await place.typed(["train", "--resume", "whole"]);
  expect([done.code, done.err]).toEqual([5, expect.stringContaining("SUCCEEDED")]);
  const both = await place.typed(["train", "many.yaml", "--resume", "whole"]);
  expect([both.code, both.err]).toEqual([2, expect.stringContaining("without a config")]);
});
