import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Dataset } from "../../sdk/dynamics/data/series.js";
import { Matrix } from "../../sdk/numerics/linalg/matrix.js";
import { keyed } from "../../sdk/numerics/random.js";
import { compileSubmission } from "../../sdk/workflow/app/compile.js";
import { readRecords } from "./records.mjs";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "dymad-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const sets = readdirSync(join(root, "tests/leaderboard/sets")).map((name) => [
  name.replace(".json", ""),
  JSON.parse(readFileSync(join(root, "tests/leaderboard/sets", name), "utf8")),
]);

test("records are found by the names of their columns, with and without a header, divided by rows", () => {
  const parts = { estimation: { u: ["a"], y: "b", rows: [0, 2] }, test: { u: ["a"], y: "b", rows: [2] } };
  const expected = {
    estimation: {
      rows: [
        [1, 2],
        [3, 4],
      ],
    },
    test: { rows: [[5, 6]] },
  };
  expect(readRecords('"a","b",\n1,2,9\n3,4,\n5,6,\n', parts)).toEqual(expected);
  expect(readRecords("2 1\n4 3\n6 5\n", { ...parts, columns: ["b", "a"] })).toEqual(expected);
  expect(() => readRecords("a,c\n1,2\n", parts)).toThrow(/no column b; it has a, c/);
});

test.each(sets)("every model of %s is a valid request", (_, set) => {
  const T = 100;
  const one = {
    t: Float64Array.from({ length: T }, (_, k) => set.dt * k),
    u: new Matrix(T, 1, keyed(1).uniform(T)),
    y: null,
    p: null,
  };
  const train: Dataset = {
    trajectories: [{ ...one, x: new Matrix(T, 1, keyed(2).uniform(T)) }],
    names: { x: ["y"], u: ["u1"] },
  };
  for (const { config } of set.models) {
    const request = { ...config, data: { train: { path: "train.npz" } }, split: { train_frac: 1 } };
    expect(compileSubmission({ request, base: ".", memory: { train } }).compiled.model_key).toBe(config.model_key);
  }
});

test("a linear system is simulated to its noise by the linear model of a set, from its first samples", () => {
  const lines = ["u,y"];
  const noise = 1e-3;
  const [u, v, y] = [keyed(7).uniform(1024, -1, 1), keyed(8).normal(1024, 0, noise), [0.1, -0.2]];
  for (let k = 0; k < 1024; k++) {
    lines.push(`${u[k]},${y[k] + v[k]}`);
    if (k > 0) y.push(1.6 * y[k] - 0.8 * y[k - 1] + 0.5 * u[k] - 0.2 * u[k - 1]);
  }
  const file = join(folder, "arm.csv");
  writeFileSync(file, `${lines.join("\n")}\n`);
  const words = ["--set", "robot-arm", "--data", file, "--json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "tests/leaderboard/run.mjs"), ...words], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const row = JSON.parse(stdout);
  expect(Math.max(row.rmse_select, row.rmse_test)).toBeLessThan(3 * noise);
});
