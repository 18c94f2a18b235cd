import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Surroundings } from "../../cli/command.js";
import { commandsFor } from "../../cli/commands/all.js";
import { makeProgram } from "../../cli/program.js";
import type { Answer } from "../../cli/terminal.js";
import { textTable } from "../../sdk/charts/table.js";
import { datasetToNpz } from "../../sdk/dynamics/data/archive.js";
import { datasetFromArrays } from "../../sdk/dynamics/data/arrays.js";
import { datasetFromCsv } from "../../sdk/dynamics/data/table.js";
import { Run } from "../../sdk/fluent/run.js";
import { readNpz, writeNpz } from "../../sdk/formats/npz.js";
import { forecastTable } from "../../sdk/workflow/app/forecast.js";
import { followTraining, startTraining } from "../../sdk/workflow/app/train.js";
import { expectClose } from "../tolerance.js";
import { oscillators, Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());
const truth = oscillators();

/** x[k + 1] = 0.9 x[k] + u[k]: a linear model finds it exactly. */
const driven = (length = 40): { t: number[]; x: number[][]; u: number[][] } => {
  const u = Array.from({ length }, (_, k) => [((k * 7) % 11) / 11 - 0.5]);
  const x = [[1]];
  for (let k = 0; k + 1 < length; k++) x.push([0.9 * x[k][0] + u[k][0]]);
  return { t: u.map((_, k) => k), x, u };
};

async function train(out: string, path: string, delay = 0): Promise<void> {
  const phases = [{ trainer: "Linear" as const, n_epochs: 1 }];
  const model = {
    encoder_layers: 0,
    decoder_layers: 0,
    koopman_dimension: path === "osc.npz" ? 2 * (delay + 1) : 1,
  };
  const transforms = delay === 0 ? {} : { transform_x: [{ type: "delay" as const, delay }] };
  const overrides = { model, data: { double_precision: true }, ...transforms, phases };
  const request = {
    model_key: "lti" as const,
    time_domain: "discrete" as const,
    data: { train: { path }, valid: { path } },
    overrides,
  };
  const { folder, handle } = await startTraining({ request: request as never, base: place.folder, out: place.path(out) });
  expect((await followTraining(folder, handle)).status).toBe("SUCCEEDED");
}

beforeAll(async () => {
  const { t, x, u } = driven();
  place.write("driven.npz", writeNpz(datasetToNpz(datasetFromArrays({ t, x: [x], u: [u] }))));
  await Promise.all([train("free", "osc.npz"), train("delayed", "osc.npz", 1), train("driven", "driven.npz")]);
}, 60_000);

/** The command, in this process, with what it answered. */
async function dymad(...words: string[]): Promise<Answer> {
  let answer: Answer | null = null;
  const around = {
    cwd: place.folder,
    typed: "",
    terminal: () => ({ json: false, interactive: false, columns: 80, out: () => undefined, err: () => undefined }),
    onInterrupt: () => () => undefined,
    answer: (given: Answer) => {
      answer = given;
    },
  } satisfies Surroundings;
  await makeProgram("0", around, await commandsFor()).parseAsync(["node", "dymad", ...words]);
  return answer as unknown as Answer;
}
const run = (name: string): Run => Run.open(place.path(name));

for (const [name, window] of [
  ["free", 1],
  ["delayed", 2],
] as const) {
  test(`steps go on after the last state of each trajectory, with a window of ${window}`, async () => {
    const known = datasetFromArrays({ x: truth.trajectories.map(({ x }) => x.slice(0, 50)), dt: 0.1 });
    const forecast = await run(name).forecast({ data: known, steps: 14 });
    expect(forecast.window).toBe(window);
    forecast.dataset.trajectories.forEach(({ t, x }, i) => {
      expectClose(t, truth.trajectories[i].t.slice(50), { rtol: 0, atol: 1e-9 });
      expectClose(x.data, truth.trajectories[i].x.slice(50, 64).data, { rtol: 0, atol: 1e-6 });
    });
  });
}

test("without steps a forecast has the times of the file and begins with its first window", async () => {
  const { dataset } = await run("delayed").forecast({ data: place.path("osc.npz") });
  dataset.trajectories.forEach(({ t, x }, i) => {
    expect(t).toEqual(truth.trajectories[i].t);
    expect(x.slice(0, 2).data).toEqual(truth.trajectories[i].x.slice(0, 2).data);
  });
});

test("a model with control goes as far as the file holds the control, and says what is missing beyond", async () => {
  const { t, x, u } = driven();
  const csv = (last: number): string => t.map((k) => `0,${k},${k < last ? x[k][0] : ""},${u[k][0]}`).join("\n");
  const path = place.write("future.csv", `traj,t,x1,u1\n${csv(30)}\n`);
  const { dataset } = await run("driven").forecast({ data: path, steps: 10 });
  expectClose(dataset.trajectories[0].x.data, x.slice(30).flat(), { rtol: 0, atol: 1e-6 });
  expect([...dataset.trajectories[0].t]).toEqual(t.slice(30));
  await expect(run("driven").forecast({ data: path, steps: 11 })).rejects.toMatchObject({
    code: "E_DATA",
    message: expect.stringMatching(/future\.csv: .*11 steps needs the control at the 11 samples .* trajectory 0, there are 10$/),
    hint: expect.stringMatching(/empty states/),
  });
  const gap = place.write("gap.csv", "traj,t,x1,u1\n0,0,1,0\n0,1,,0\n0,2,1,0\n");
  await expect(run("driven").forecast({ data: gap, steps: 1 })).rejects.toMatchObject({
    message: expect.stringContaining("row 1"),
  });
});

test("what cannot be forecast is refused", async () => {
  const [x] = truth.trajectories.map((one) => one.x);
  await expect(run("free").forecast({ data: { x, dt: 0.2 }, steps: 2 })).rejects.toMatchObject({
    code: "E_DATA",
    message: expect.stringMatching(/0\.2.*0\.1/),
  });
  await expect(run("free").forecast({ data: { x, dt: 0.1 }, steps: 1.5 })).rejects.toMatchObject({ code: "E_SPEC" });
  await expect(run("free").forecast({ data: { x, dt: 0.1 }, step: 2 } as never)).rejects.toMatchObject({ code: "E_SPEC" });
  await expect(run("free").forecast({} as never)).rejects.toMatchObject({ code: "E_SPEC" });
  await expect(run("delayed").forecast({ data: { x: x.slice(0, 1), dt: 0.1 }, steps: 1 })).rejects.toMatchObject({
    code: "E_SHAPE",
  });
  for (const [name, u] of [
    ["free", x],
    ["driven", null],
  ] as const) {
    const data = { x, dt: name === "free" ? 0.1 : 1, ...(u === null ? {} : { u }) };
    await expect(run(name).forecast({ data, steps: 2 })).rejects.toMatchObject({
      code: "E_SHAPE",
      message: expect.stringMatching(/trained with [01] controls, trajectory 0 has [20]$/),
    });
  }
});

test("a printed table tells neighbouring times apart", () => {
  const dataset = datasetFromArrays({ t: [2020 + 10.5 / 12, 2020 + 11.5 / 12, 2021], x: [[[1], [2], [3]]] });
  const lines = textTable(forecastTable({ window: 1, dataset, troubles: [] })).split("\n");
  expect(lines.slice(2).map((line) => line.trim().split(/ +/)[1])).toEqual(["2020.875", "2020.958", "2021.000"]);
});

test("the command writes what the run forecasts: table, csv, npz, json", async () => {
  const words = ["forecast", place.path("free"), "--data", place.path("osc.npz"), "--steps", "3"];
  const { dataset } = await run("free").forecast({ data: place.path("osc.npz"), steps: 3 });
  const values = dataset.trajectories.map(({ x }) => [...x.data]);
  const shown = await dymad(...words);
  expect(shown.text.split("\n")[0]).toMatch(/^traj +t +x1 +x2$/);
  expect(shown.data).toMatchObject({ window: 1, n_trajectories: 4, n_rows: [3, 3, 3, 3], troubles: [] });
  expect((shown.data as { trajectories: { x: number[][] }[] }).trajectories.map(({ x }) => x.flat())).toEqual(values);

  const [csv, npz] = [place.path("f.csv"), place.path("f.npz")];
  expect((await dymad(...words, "--out", csv)).text).toBe(`wrote ${csv}: 4 trajectories, 12 rows of 2 states`);
  expect(datasetFromCsv(readFileSync(csv, "utf8")).trajectories.map(({ x }) => [...x.data])).toEqual(values);
  await dymad(...words, "--out", npz);
  expect([...(readNpz(readFileSync(npz)).get("x")?.data ?? [])]).toEqual(values.flat());
  await expect(dymad(...words, "--out", npz)).rejects.toMatchObject({ code: "E_CONFLICT" });
  await expect(dymad(...words, "--out", place.path("f.txt"))).rejects.toMatchObject({ code: "E_USAGE" });
  await expect(dymad(...words.slice(0, -1), "0")).rejects.toMatchObject({ code: "E_USAGE" });
  expect(existsSync(place.path("f.txt"))).toBe(false);
});
