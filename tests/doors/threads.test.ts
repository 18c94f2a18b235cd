import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

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

beforeAll(async () => {
  place.write("system.yaml", system);
  await place.typed(["sample", "system.yaml", "--out", "data.npz"]);
});

/** The manifest that a training of a config leaves. */
async function trained(config: string, run: string, ...words: string[]) {
  place.write(`${run}.yaml`, config);
  const { code, err } = await place.typed(["train", `${run}.yaml`, "--out", run, "--json", ...words]);
  expect(code, err).toBe(0);
  return JSON.parse(readFileSync(place.path(run, "dymad-run.json"), "utf8"));
}

for (const precise of [false, true]) {
  test(`one and two threads leave the same checkpoint bytes in ${precise ? "float64" : "float32"}`, async () => {
    const one = await trained(config(precise), `run-${precise}-1`, "--threads", "1");
    const two = await trained(config(precise), `run-${precise}-2`, "--threads", "2");
    expect(one.checkpoint.sha256).toBe(two.checkpoint.sha256);
    expect([one.engine.threads, two.engine.threads]).toEqual([1, 2]);
    expect(one.engine.bitwise).toBe(true);
  });
}

test("a search with one worker shares the steps of its trials, and ends with the same bytes", async () => {
  const grid = "  cv: { param_grid: { model.koopman_dimension: [3, 4] } }\nsplit: { train_frac: 0.75 }\n";
  const search = config(true).replace("split: { train_frac: 0.75 }\n", grid);
  const on = (threads: number) => trained(`${search}run: { max_workers: 1, threads: ${threads} }\n`, `search-${threads}`);
  const [one, two] = [await on(1), await on(2)];
  expect([one.engine.threads, two.engine.threads]).toEqual([1, 2]);
  expect(one.checkpoint.sha256).toBe(two.checkpoint.sha256);
  const scores = (run: string): unknown => JSON.parse(readFileSync(place.path(run, "search.json"), "utf8")).candidates;
  expect(scores("search-1")).toEqual(scores("search-2"));
});

test("a number of threads that is none is a mistake in typing", async () => {
  const { code, err } = await place.typed(["train", "train.yaml", "--threads", "some"]);
  expect(code).toBe(2);
  expect(err).toMatch(/threads must be auto or a whole number/);
});
