import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { datasetToNpz } from "../../../../sdk/dynamics/data/archive.js";
import { Run } from "../../../../sdk/fluent/run.js";
import { writeNpz } from "../../../../sdk/formats/npz.js";
import { sha256Hex } from "../../../../sdk/formats/sha256.js";
import { evaluateRun } from "../../../../sdk/workflow/app/evaluate.js";
import { forecastRun } from "../../../../sdk/workflow/app/forecast.js";
import { writeReport } from "../../../../sdk/workflow/app/report.js";
import { cancel, logOf, openRun, statusOf } from "../../../../sdk/workflow/app/runs.js";
import { followTraining, resumeTraining, startTraining, type TrainingOrder } from "../../../../sdk/workflow/app/train.js";
import type { PhaseRequest, TrainingRequest } from "../../../../sdk/workflow/registry/request.js";
import { oscillators, Workplace } from "../../../doors/_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

const phase = (n_epochs: number): PhaseRequest => ({ trainer: "Weak", n_epochs, weak_form_params: { N: 13 } });
const request = (phases: PhaseRequest[]): TrainingRequest => ({
  model_key: "lti",
  data: { train: { path: "osc.npz" } },
  overrides: { model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 }, data: { double_precision: true }, phases },
});
const order = (out: string, phases = [phase(10)]): TrainingOrder => ({
  request: request(phases),
  base: place.folder,
  out: place.path(out),
});
const forever = [phase(10_000_000)];

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !condition(); ) {
    if (Date.now() > end) throw new Error("waited too long");
    await new Promise((done) => setTimeout(done, 20));
  }
}

test("a run leaves what its manifest says, and the same request leaves the same bits", async () => {
  const runs = await Promise.all(["first", "second"].map((out) => startTraining(order(out))));
  const [first, second] = await Promise.all(runs.map(({ folder, handle }) => followTraining(folder, handle)));
  expect([first.status, second.status]).toEqual(["SUCCEEDED", "SUCCEEDED"]);
  const [a, b] = runs.map(({ folder }) => folder.manifest());
  expect(a.request_hash).toBe(b.request_hash);
  expect(a.checkpoint?.sha256).toBe(b.checkpoint?.sha256);
  for (const { path, size, sha256 } of [...a.artifacts, ...a.data.map((d) => ({ ...d }))]) {
    const bytes = readFileSync(place.path("first", path));
    expect([bytes.length, sha256Hex(bytes)]).toEqual([size, sha256]);
  }
  expect(a.artifacts.map(({ path }) => path)).toEqual(["checkpoint.dymad", "history.json", "training.log", "events.jsonl"]);
  expect(JSON.stringify(a)).not.toContain(place.folder);

  const evaluation = evaluateRun(runs[0].folder);
  expect(evaluation.on).toBe("valid");
  expect(evaluation.metrics.n_test_trajectories).toBe(1);
  expect(evaluateRun(runs[0].folder).evaluation_handle).toBe(evaluation.evaluation_handle);
  expect(runs[0].folder.manifest().evaluation_handles).toEqual([evaluation.evaluation_handle]);
  const other = evaluateRun(runs[0].folder, { testData: place.path("osc.npz") });
  expect([other.on, other.metrics.n_test_trajectories]).toEqual(["test", 4]);

  const rows = Array.from({ length: 20 }, (_, k) => `0,${k / 10},${Math.cos(k / 10)},${-Math.sin(k / 10)}`).join("\n");
  const table = (name: string, header: string): { testData: string } => ({ testData: place.write(name, `${header}\n${rows}\n`) });
  expect(evaluateRun(runs[0].folder, table("same.csv", "traj,t,x1,x2")).on).toBe("test");
  expect(() => evaluateRun(runs[0].folder, table("gap.csv", "traj,t,x1,x3"))).toThrow(
    expect.objectContaining({ code: "E_DATA", message: expect.stringMatching(/states x1, x3, the run was trained on x1, x2$/) }),
  );
  const forecast = (name: string) => forecastRun(runs[0].folder, { data: place.path(name), steps: 3 });
  expect(forecast("same.csv").dataset.trajectories[0].t).toHaveLength(3);
  expect(() => forecast("gap.csv")).toThrow(/states x1, x3, the run was trained on x1, x2/);

  const { report_path } = await writeReport(runs[0].folder);
  const page = readFileSync(report_path, "utf8");
  expect(page).toContain(a.request_hash.slice(0, 12));
  // ten epochs find no eigenvalue of the oscillator: the page that draws them says so
  expect(page).toContain("none of 2 eigenvalues is confirmed by the data");
});

test("the log is read in pieces that join to the whole", () => {
  const folder = openRun(place.path("first"));
  let text = "";
  let chunk = logOf(folder, 0, 17);
  for (; !chunk.caught_up; chunk = logOf(folder, chunk.next_offset, 17)) text += chunk.text;
  text += chunk.text;
  expect(text).toBe(readFileSync(folder.path("log"), "utf8"));
  expect(chunk.run_terminal).toBe(true);
  expect(() => logOf(folder, -1)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
});

test("a run directory that is taken is refused and left as it is", async () => {
  mkdirSync(place.path("taken"));
  writeFileSync(place.path("taken", "mine.txt"), "mine");
  for (const out of ["taken", "first"]) {
    await expect(startTraining(order(out))).rejects.toMatchObject({ code: "E_CONFLICT" });
  }
  expect(readFileSync(place.path("taken", "mine.txt"), "utf8")).toBe("mine");
});

test("of two that start in one directory at once, one is refused", async () => {
  mkdirSync(place.path("race"));
  const both = await Promise.allSettled([startTraining(order("race")), startTraining(order("race"))]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "E_CONFLICT" } });
  const folder = openRun(place.path("race"));
  expect((await followTraining(folder, folder.manifest().training_run_handle)).status).toBe("SUCCEEDED");
  writeFileSync(place.path("file"), "");
  await expect(startTraining(order("file"))).rejects.toMatchObject({ code: "E_CONFLICT" });
});

test("a request with problems leaves nothing behind", async () => {
  await expect(startTraining(order("nothing", [phase(-1)]))).rejects.toMatchObject({ code: "E_SPEC" });
  expect(existsSync(place.path("nothing"))).toBe(false);
});

test("a killed worker is found out: FAILED, and what was there stays", async () => {
  const { folder, handle } = await startTraining(order("killed", forever));
  await until(() => existsSync(folder.path("checkpoint")));
  process.kill(folder.facade.get("training_run", handle).record.worker?.pid as number, "SIGKILL");
  const run = await followTraining(folder, handle);
  expect(run).toMatchObject({ status: "FAILED", failure: { code: "E_WORKER" } });
  expect(statusOf(openRun(folder.root)).manifest).toMatchObject({ status: "FAILED", failure: { code: "E_WORKER" } });
  expect(run.metrics.epochs).toBeGreaterThan(0);
  expect(run.failure?.message).toContain(`after ${run.metrics.epochs} epochs`);
  expect(logOf(folder).text).toContain("epoch 1/");
  const { checkpoint, checkpoint_handle } = folder.manifest();
  expect([checkpoint_handle, checkpoint?.size]).toEqual([run.checkpoint_handle, statSync(folder.path("checkpoint")).size]);
  expect(evaluateRun(folder).on).toBe("valid");
  expect(existsSync((await writeReport(folder)).report_path)).toBe(true);
  await expect(Run.of(folder).history()).rejects.toMatchObject({
    code: "E_NOT_FOUND",
    message: expect.stringContaining("FAILED"),
  });
});

test("a cancelled run ends CANCELLED with its best model", async () => {
  const { folder, handle } = await startTraining(order("cancelled", forever));
  await until(() => existsSync(folder.path("checkpoint")));
  cancel(folder);
  expect((await followTraining(folder, handle)).status).toBe("CANCELLED");
  expect(evaluateRun(folder).metrics.n_diverged).toBe(0);
  expect(() => cancel(folder)).toThrow(expect.objectContaining({ code: "E_CONFLICT" }));
});

test("SIGTERM asks the worker to stop, as the cancel file does", async () => {
  const { folder, handle } = await startTraining(order("terminated", forever));
  await until(() => existsSync(folder.path("checkpoint")));
  process.kill(folder.facade.get("training_run", handle).record.worker?.pid as number, "SIGTERM");
  expect((await followTraining(folder, handle)).status).toBe("CANCELLED");
});

test("data that change after compiling are noticed", async () => {
  const { folder } = await startTraining(order("changed"));
  await followTraining(folder, folder.manifest().training_run_handle);
  const kept = readFileSync(place.path("osc.npz"));
  writeFileSync(place.path("osc.npz"), writeNpz(datasetToNpz(oscillators(5))));
  expect(() => evaluateRun(folder)).toThrow(expect.objectContaining({ code: "E_CONFLICT" }));
  writeFileSync(place.path("osc.npz"), kept);
  expect(evaluateRun(folder).on).toBe("valid");
});

test("a run with its own data can be moved", async () => {
  const memory = { train: oscillators() };
  const moved = { ...order("here"), memory, request: { ...request([phase(10)]), data: { train: { path: "data/train.npz" } } } };
  const { folder, handle } = await startTraining(moved);
  await followTraining(folder, handle);
  renameSync(folder.root, place.path("there"));
  expect(evaluateRun(openRun(place.path("there"))).metrics.n_test_trajectories).toBe(1);
});

test("a run whose directory is moved away while it works ends, and goes on from its new place", async () => {
  const moving = { ...order("away", forever), memory: { train: oscillators() } };
  const { folder, handle } = await startTraining({
    ...moving,
    request: { ...request(forever), data: { train: { path: "data/train.npz" } } },
  });
  await until(() => existsSync(folder.path("snapshot")));
  renameSync(folder.root, place.path("new"));
  const moved = openRun(place.path("new"));
  await until(() => statusOf(moved).training_run.status === "FAILED");
  expect(statusOf(moved).training_run).toMatchObject({ failure: { code: "E_WORKER" } });
  const resumed = await resumeTraining(moved);
  expect(resumed.handle).not.toBe(handle);
  await until(() => logOf(moved).text.includes("resumed after"));
  cancel(moved);
  expect((await followTraining(moved, resumed.handle)).status).toBe("CANCELLED");
});
