import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ownFiles, readCases } from "./cases.mjs";
import { requestOf } from "./older-config.mjs";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "dymad-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rows that the runner prints for some words, and its exit status. */
function parity(...words: string[]): { code: number | null; rows: Record<string, unknown>[]; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "tests/parity/run.mjs"), "--json", ...words], {
    encoding: "utf8",
  });
  const rows = stdout.split("\n").filter((line) => line !== "");
  return { code: status, rows: rows.map((line) => JSON.parse(line)), err: stderr };
}

/** Families whose cases take a few seconds: a kernel machine and a linear solve; `npm run parity` has them all. */
const quick = ["ker_lti", "lti"];

test("a case without randomness of two families stays within its bound", () => {
  const solved = readCases(ownFiles()).filter((c) => c.random === false && c.published?.metric === "rmse");
  const one = quick.map((family) => solved.find((c) => c.family === family)?.id);
  const { code, rows } = parity(...one.flatMap((id) => ["--only", String(id)]));
  const deciding = rows.filter(({ metric }) => metric === "rmse");
  expect(deciding.filter(({ ok }) => ok !== true)).toEqual([]);
  expect(deciding.map(({ id }) => id)).toEqual(one);
  expect(code).toBe(0);
});

const tiny = {
  id: "tiny/decay",
  family: "tiny",
  system: { states: 1, rhs: ["-x"] },
  x0: [1],
  time: { stop: 1, n: 3 },
  data_seed: 1,
};

test("a further file is read, and a case above its bound makes the exit status 1", () => {
  const file = join(folder, "tiny.json");
  const impossible = { metric: "failures", value: -1, factor: 1, abs: 0 };
  writeFileSync(file, JSON.stringify({ families: { tiny }, cases: [{ id: "tiny/a", family: "tiny", published: impossible }] }));
  const { code, rows } = parity("--cases", file);
  expect(rows).toMatchObject([{ id: "tiny/a", ours: 0, bound: -1, ok: false }]);
  expect(code).toBe(1);
});

test("a case with an unknown or a missing key is refused by name", () => {
  const file = join(folder, "wrong.json");
  writeFileSync(file, JSON.stringify({ cases: [{ ...tiny, published: {}, controls: {} }] }));
  expect(() => readCases([file])).toThrow(/tiny\/decay has the unknown key controls/);
  writeFileSync(file, JSON.stringify({ cases: [tiny] }));
  expect(() => readCases([file])).toThrow(/tiny\/decay lacks published/);
});

test("a batch of trajectories cut into windows becomes a batch of as many windows", () => {
  const { request } = requestOf("DLDM", "NODE", {
    data: { n_steps: 21, double_precision: false },
    model: {},
    dataloader: { batch_size: 4 },
    training: { trainer: "NODE", chop_mode: "unfold", chop_step: 0.5, sweep_lengths: [5, 7] },
  });
  // windows of 7 start at 0, 3, ..., 12
  expect(request).toMatchObject({ overrides: { dataloader: { batch_size: 20 } } });
});

test("no source file contains the id of a case", () => {
  const walk = (place: string): string[] =>
    readdirSync(place).flatMap((name) => {
      const path = join(place, name);
      return statSync(path).isDirectory() ? walk(path) : [path];
    });
  const sources = ["sdk", "cli", "tests/parity"]
    .flatMap((top) => walk(join(root, top)))
    .filter((path) => /\.(ts|mjs)$/.test(path));
  const ids = readCases(ownFiles()).map(({ id }) => id as string);
  const naming = sources.filter((path) => ids.some((id) => readFileSync(path, "utf8").includes(id)));
  expect(naming).toEqual([]);
});

test("a config in older words becomes a request, and what it does not know is named", () => {
  const { request, unknown } = requestOf("DKBF", "Linear", {
    data: { path: "old.npz", double_precision: true, shards: 3 },
    model: { name: "old", processor_layers: 1, koopman_dimension: 4 },
    split: { train_frac: 0.5 },
    training: {
      n_epochs: 1,
      load_checkpoint: false,
      weak_form_params: {},
      speed: 2,
      ls_update: { method: "truncated", params: 2 },
    },
    cv: { param_grid: { "training.params": [1, 2], "model.koopman_dimension": [3] } },
    log: {},
  });
  expect(request).toEqual({
    version: 1,
    model_key: "kbf",
    time_domain: "discrete",
    split: { train_frac: 0.5 },
    overrides: {
      model: { koopman_dimension: 4 },
      criterion: { dynamics: { weight: 1 }, recon: null },
      data: { double_precision: true },
      phases: [{ trainer: "Linear", n_epochs: 1, method: "truncated", params: 2 }],
      cv: { param_grid: { "phases.0.params": [1, 2], "model.koopman_dimension": [3] } },
    },
  });
  expect(unknown).toEqual(["data.shards", "phase.speed", "config.log"]);
});
