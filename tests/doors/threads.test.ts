import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const cli = resolve(import.meta.dirname, "../../dist/cli/main.js");
let folder: string;

const system = `
system: { states: 2, inputs: 1, rhs: ["x2 + u", "-x1 - 0.1*x2 + u"] }
x0: { kind: uniform, params: { bounds: [-1, 1] } }
control: { kind: chirp, params: { t1: 2, freq_range: [0.5, 2] } }
time: { start: 0, stop: 2, n: 41 }
batch: 50
`;
const config = (precise: boolean): string => `
version: 1
model_key: kbf
data: { train: { path: data.npz } }
overrides:
  data: { double_precision: ${precise} }
  dataloader: { batch_size: 37 }
  phases:
    - { trainer: Weak, n_epochs: 5 }
    - { trainer: NODE, n_epochs: 5, sweep_lengths: [5, 10], sweep_epoch_step: 3 }
split: { train_frac: 0.75 }
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dymad-threads-"));
  writeFileSync(join(folder, "system.yaml"), system);
  execFileSync(process.execPath, [cli, "sample", "system.yaml", "--out", "data.npz"], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const precise of [false, true]) {
  test(`one and two threads leave the same checkpoint bytes in ${precise ? "float64" : "float32"}`, () => {
    writeFileSync(join(folder, "train.yaml"), config(precise));
    const [one, two] = [1, 2].map((threads) => {
      const run = `run-${precise}-${threads}`;
      execFileSync(process.execPath, [cli, "train", "train.yaml", "--out", run, "--threads", String(threads), "--json"], {
        cwd: folder,
        stdio: ["ignore", "pipe", "ignore"],
      });
      return JSON.parse(readFileSync(join(folder, run, "dymad-run.json"), "utf8"));
    });
    expect(one.checkpoint.sha256).toBe(two.checkpoint.sha256);
    expect([one.engine.threads, two.engine.threads]).toEqual([1, 2]);
    expect(one.engine.bitwise).toBe(true);
  });
}

test("a search with one worker shares the steps of its trials, and ends with the same bytes", () => {
  const grid = "  cv: { param_grid: { model.koopman_dimension: [3, 4] } }\nsplit: { train_frac: 0.75 }\n";
  const search = config(true).replace("split: { train_frac: 0.75 }\n", grid);
  const [one, two] = [1, 2].map((threads) => {
    const run = `search-${threads}`;
    writeFileSync(join(folder, "search.yaml"), `${search}run: { max_workers: 1, threads: ${threads} }\n`);
    execFileSync(process.execPath, [cli, "train", "search.yaml", "--out", run, "--json"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { engine, checkpoint } = JSON.parse(readFileSync(join(folder, run, "dymad-run.json"), "utf8"));
    return {
      threads: engine.threads,
      checkpoint: checkpoint.sha256,
      table: readFileSync(join(folder, run, "search.json"), "utf8"),
    };
  });
  expect([one.threads, two.threads]).toEqual([1, 2]);
  expect(one.checkpoint).toBe(two.checkpoint);
  const scores = ({ table }: { table: string }): unknown => JSON.parse(table).candidates;
  expect(scores(one)).toEqual(scores(two));
});

test("a number of threads that is none is a mistake in typing", () => {
  const result = spawnSync(process.execPath, [cli, "train", "train.yaml", "--threads", "some"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(result.status).toBe(2);
  expect(result.stderr).toMatch(/threads must be auto or a whole number/);
});
