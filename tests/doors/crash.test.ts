import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { statusOf } from "../../sdk/workflow/app/runs.js";
import { startTraining } from "../../sdk/workflow/app/train.js";
import { knownDataset } from "../../sdk/workflow/app/workspace/datasets.js";
import { listRunsOf } from "../../sdk/workflow/app/workspace/runs.js";
import { Workspace } from "../../sdk/workflow/app/workspace/workspace.js";
import type { RunFolder } from "../../sdk/workflow/executor/run-folder.js";
import { FileStore } from "../../sdk/workflow/store/file-store.js";
import { machineFiles } from "../../sdk/workflow/store/files.js";
import { isTerminal } from "../../sdk/workflow/store/run-states.js";
import { root, Workplace } from "./_workplace.js";

/** Moments at which a worker, and a parent, is killed; `npm run test:crash` has 50 and 20, and hammers for 30 seconds. */
const [workerMoments, parentMoments, hammerSeconds] = (process.env.DYMAD_CRASH_TEST ?? "5,3,2").split(",").map(Number);

const hook = join(root, "tests/heavy/crash/hook.mjs");
const places: Workplace[] = [];
afterAll(() => {
  for (const place of places) place.remove();
});
function workplace(): Workplace {
  const place = new Workplace();
  places.push(place);
  return place;
}

const epochs = 12;
const order = (place: Workplace, out: string) => ({
  request: {
    model_key: "lti",
    data: { train: { path: "osc.npz" } },
    run: { threads: 1 },
    overrides: {
      model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 },
      phases: [{ trainer: "Weak" as const, n_epochs: epochs, save_interval: 1, weak_form_params: { N: 13 } }],
    },
  },
  base: place.folder,
  out: place.path(out),
});

/** What is started inside is killed, or counted, as `crash` says. */
async function under<T>(crash: string, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, { NODE_OPTIONS: `--import ${hook}`, DYMAD_CRASH: crash });
  try {
    return await work();
  } finally {
    for (const name of ["NODE_OPTIONS", "DYMAD_CRASH"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

async function settled(folder: RunFolder): Promise<ReturnType<typeof statusOf>> {
  for (const end = Date.now() + 90_000; ; ) {
    const status = statusOf(folder);
    if (isTerminal(status.training_run.status)) return status;
    if (Date.now() > end) throw new Error(`stuck in ${status.training_run.status}: ${folder.root}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** The trace points of an undisturbed run, by name. */
async function tracePoints(place: Workplace, script: string): Promise<string[]> {
  const file = place.path("points.json");
  const { folder } = await under(`${script}:count:${file}`, () => startTraining(order(place, "counted")));
  expect((await settled(folder)).training_run.status).toBe("SUCCEEDED");
  for (let waited = 0; !existsSync(file); waited++) {
    if (waited > 500) throw new Error(`${script} has counted nothing`);
    await new Promise((done) => setTimeout(done, 20));
  }
  return JSON.parse(readFileSync(file, "utf8")) as string[];
}

/** `count` places between 1 and `points`, evenly, the first and the last included. */
const spread = (points: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => 1 + Math.round((i * (points - 1)) / Math.max(1, count - 1)));

for (const [script, share] of [
  ["executor/worker.js", 0.6],
  ["training-thread.js", 0.4],
] as const) {
  const count = Math.ceil(workerMoments * share);
  test(`a worker killed at ${count} moments of ${script} leaves a run that has ended and can be read`, {
    timeout: 1_800_000,
  }, async () => {
    const place = workplace();
    const points = await tracePoints(place, script);
    expect(points.length).toBeGreaterThan(60);
    if (script === "training-thread.js") expect(points.some((name) => name.startsWith("kernel"))).toBe(true);
    for (const at of spread(points.length, count)) {
      const name = `at-${at}`;
      const { folder, handle } = await under(`${script}:${at}`, () => startTraining(order(place, name)));
      const said = `${script}, point ${at} of ${points.length}: ${points[at - 1]}`;
      const { training_run, manifest } = await settled(folder).catch((error) => {
        throw new Error(`${said}: ${error}`);
      });
      expect(["FAILED", "SUCCEEDED"], said).toContain(training_run.status);
      if (training_run.status === "FAILED") expect(training_run.failure?.code, said).toBe("E_WORKER");
      expect([manifest.training_run_handle, manifest.status], said).toEqual([handle, training_run.status]);
      for (const { handle: one } of folder.facade.list()) expect(folder.facade.describe(one).handle, said).toBe(one);
      if (training_run.checkpoint_handle === null) continue;
      const { sha256 } = folder.facade.get("checkpoint", training_run.checkpoint_handle).record;
      expect(folder.artifact(folder.path("checkpoint")).sha256, said).toBe(sha256);
    }
  });
}

test(`a parent killed at ${parentMoments} moments loses nothing it has told of`, { timeout: 1_800_000 }, async () => {
  const parent = join(root, "tests/heavy/crash/parent.mjs");
  const start = (place: Workplace, crash: string): string[] => {
    const env = { ...process.env, NODE_OPTIONS: `--import ${hook}`, DYMAD_CRASH: `parent.mjs:${crash}` };
    const { stdout } = spawnSync(process.execPath, [parent, place.folder, String(epochs)], { env, encoding: "utf8" });
    return stdout.split("\n").filter((line) => line !== "");
  };
  const counting = workplace();
  expect(start(counting, `count:${counting.path("points.json")}`)).toHaveLength(3);
  const points = JSON.parse(readFileSync(counting.path("points.json"), "utf8")) as string[];
  // what comes before the first file of the store is the loading of the program
  const first = points.indexOf("writeSync");
  for (const at of spread(points.length - first, parentMoments).map((point) => point + first)) {
    const place = workplace();
    const told = start(place, String(at));
    const said = `point ${at} of ${points.length}: ${points[at - 1]}; told ${told.length}`;
    expect(told.length, said).toBeLessThan(4);
    const workspace = new Workspace({ root: place.folder });
    for (const handle of told) expect(workspace.find(handle).facade.describe(handle).handle, said).toBe(handle);
    if (told[0] !== undefined) expect(knownDataset(workspace, told[0]).handle, said).toBe(told[0]);
    const { runs } = listRunsOf(workspace, 10, null);
    for (const { handle } of runs) {
      const { training_run } = await settled(workspace.run(handle));
      expect(["FAILED", "SUCCEEDED"], said).toContain(training_run.status);
    }
    if (told.length === 3)
      expect(
        runs.map(({ handle }) => handle),
        said,
      ).toEqual([told[2]]);
  }
});

test(`8 processes that use one store for ${hammerSeconds} seconds lose nothing`, { timeout: 600_000 }, async () => {
  const place = workplace();
  const store = new FileStore(place.path("store"));
  const shared = Array.from({ length: 3 }, () => store.create("dataset", { n: 0 }).handle);
  const hammer = join(root, "tests/heavy/crash/hammer.mjs");
  const told = await Promise.all(
    Array.from(
      { length: 8 },
      () =>
        new Promise<{ counted: Record<string, number>; kept: string[]; removed: number }>((done, fail) => {
          const child = spawn(process.execPath, [hammer, store.root, String(hammerSeconds), ...shared], {
            stdio: ["ignore", "pipe", "inherit"],
          });
          let out = "";
          child.stdout.on("data", (text) => (out += text));
          child.once("close", (code) => (code === 0 ? done(JSON.parse(out)) : fail(new Error(`ended with ${code}`))));
        }),
    ),
  );
  for (const handle of shared) {
    const wanted = told.reduce((sum, { counted }) => sum + (counted[handle] ?? 0), 0);
    expect(wanted).toBeGreaterThan(0);
    expect(store.read(handle)).toMatchObject({ value: { n: wanted }, revision: wanted + 1 });
  }
  const kept = told.flatMap((one) => one.kept);
  expect(store.handles("dataset")).toEqual([...shared, ...kept].sort());
  for (const handle of kept) expect(store.payload(handle, "npz")).toHaveLength(1);
});

/** A file system of 1 MB, or why there is none. */
function smallDisk(): { place: string } | { reason: string } {
  const place = mkdtempSync(join(tmpdir(), "dymad-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place], { stdio: "pipe" });
    return { place };
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    return { reason: String((error as { stderr?: Buffer }).stderr ?? error).trim() };
  }
}

const disk = smallDisk();
afterAll(() => {
  if (!("place" in disk)) return;
  execFileSync("umount", ["-l", disk.place]);
  rmSync(disk.place, { recursive: true, force: true });
});

const skipped = "reason" in disk ? ` (no small disk here: ${disk.reason})` : "";
test.skipIf("reason" in disk)(`a full disk is told, and what was there stays${skipped}`, async () => {
  if (!("place" in disk)) return;
  const store = new FileStore(join(disk.place, "store"));
  const first = store.create("dataset", { n: 1 });
  let made = 0;
  const fill = (): void => {
    for (; made < 10_000; made++) store.create("dataset", { n: made, text: "x".repeat(20_000) });
  };
  expect(fill).toThrow(expect.objectContaining({ code: "E_WRITE", hint: expect.stringContaining("room") }));
  expect(made).toBeGreaterThan(10);
  expect(() => store.update(first.handle, 1, { text: "y".repeat(50_000) })).toThrow(expect.objectContaining({ code: "E_WRITE" }));
  expect(store.read(first.handle)).toEqual(first);
  for (const handle of store.handles()) expect(store.read(handle).handle).toBe(handle);
  const place = workplace();
  await expect(startTraining({ ...order(place, "x"), out: join(disk.place, "run") })).rejects.toMatchObject({ code: "E_WRITE" });
  expect(machineFiles.exists(join(disk.place, "run"))).toBe(false);
});
