import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { afterAll, expect, test } from "vitest";
import { DatasetPlan, dymad, Evaluation, Matrix, Run, TrainPlan } from "../../../sdk/index.js";
import { compileSubmission } from "../../../sdk/workflow/app/compile.js";
import { readConfigFile } from "../../../sdk/workflow/app/config-file.js";
import type { TrainingRequest } from "../../../sdk/workflow/registry/request.js";
import { machineFiles } from "../../../sdk/workflow/store/files.js";
import { config, oscillators, Workplace } from "../../doors/_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

const options = { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 };
const phase = { trainer: "Weak", n_epochs: 10, weak_form_params: { N: 13 } } as const;
const plan = dymad.dataset(place.path("osc.npz")).train({ model: "lti", options, double_precision: true }).phase(phase);

test("a plan, a YAML file and data in memory with the same words have the same hash", async () => {
  const yaml = readConfigFile(place.write("osc.yaml", config(10)), machineFiles);
  const { hash } = compileSubmission({ request: yaml.value as TrainingRequest, base: place.folder }).compiled;
  expect((await plan.compile()).hash).toBe(hash);
  const memory = dymad.dataset(oscillators()).train({ model: "lti", options, double_precision: true, phases: [phase] });
  expect((await memory.compile()).hash).toBe(hash);
});

test("verbs give new plans and leave the old ones alone", () => {
  const data = dymad.dataset("a.npz");
  const split = data.split({ train: 0.5, seed: 3 }).transform({ x: { type: "delay", delay: 2 } });
  expect(data.spec).toEqual({ data: { train: { path: "a.npz" } } });
  expect(split.spec.split).toEqual({ train_frac: 0.5, seed: 3 });
  const trained = split.train({ model: "DKBF", seed: 1 });
  const more = trained.phase({ trainer: "NODE" }).phase({ type: "linear_solve" });
  expect(trained.spec.overrides).toEqual({ transform_x: { type: "delay", delay: 2 } });
  expect(more.spec.overrides?.phases).toEqual([{ trainer: "NODE" }, { type: "linear_solve" }]);
  expect(() => Object.assign(more, { spec: {} })).toThrow(TypeError);
  expect(more.spec).toEqual(JSON.parse(JSON.stringify(more.spec)));
});

test("a plan is no promise, and its text says what to do", async () => {
  expect(await plan).toBe(plan);
  for (const one of [plan, dymad.dataset("a.npz")]) {
    expect(inspect(one)).toBe(one.describe());
    expect(`${one}`).toBe(one.describe());
  }
  expect(inspect(plan)).toContain("not run");
  expect(plan).toBeInstanceOf(TrainPlan);
  expect(dymad.dataset("a.npz")).toBeInstanceOf(DatasetPlan);
});

test("every kind of source gives the same data", async () => {
  const rows = Array.from({ length: 40 }, (_, k) => [Math.cos(0.1 * k), -Math.sin(0.1 * k)]);
  const x = Matrix.from(rows);
  const frame = { columns: ["t", "x1", "x2"], values: rows.map((row, k) => [0.1 * k, ...row]) };
  const sources = [
    dymad.dataset(x, { dt: 0.1 }),
    dymad.dataset([x], { dt: 0.1 }),
    dymad.dataset({ x: rows, dt: 0.1 }),
    dymad.dataset(frame),
  ];
  const found = await Promise.all(sources.map((source) => source.inspect()));
  for (const one of found) {
    expect(one).toMatchObject({ n_trajectories: 1, n_steps: 40, state_dim: 2 });
    expect(one.columns).toEqual(found[0].columns);
  }
  expect(() => dymad.dataset(7 as never)).toThrow(expect.objectContaining({ code: "E_SPEC" }));
  expect(() => dymad.dataset({ x: rows, dt: 0.1 }, { columns: { x: ["a", "b"] } })).toThrow(
    expect.objectContaining({ code: "E_SPEC", path: ["columns"] }),
  );
});

test("train and evaluate in one sentence; without test data the validation trajectories serve", async () => {
  const kinds: string[] = [];
  const run = await plan.run({ out: place.path("run"), onEvent: ({ kind }) => kinds.push(kind) });
  expect(run).toBeInstanceOf(Run);
  expect(run.status).toBe("SUCCEEDED");
  expect(kinds.filter((kind) => kind === "epoch")).toHaveLength(10);
  expect(inspect(run)).toMatch(/^Run run SUCCEEDED, validation RMSE /);
  const evaluation = await run.evaluate();
  expect(evaluation).toBeInstanceOf(Evaluation);
  expect(evaluation.on).toBe("valid");
  expect(evaluation.rmse).toBe(run.metrics.best_valid_rmse);
  expect(evaluation.predictions.map(({ rows, cols }) => [rows, cols])).toEqual([[64, 2]]);
  expect(dymad.open(run.directory).handle).toBe(run.handle);
  expect((await run.log()).text).toContain("epoch");
  const tested = dymad
    .dataset(oscillators())
    .test(oscillators(2))
    .train({ model: "lti", options, double_precision: true, phases: [phase] });
  const other = await tested.evaluate({ out: place.path("tested") });
  expect([other.on, other.metrics.n_test_trajectories]).toEqual(["test", 2]);
});

test("a run is done again with the same bits", async () => {
  const run = dymad.open(place.path("run"));
  const again = await run.reproduce({ out: place.path("again") });
  expect([again.status, again.equal, again.comparisons.map(({ what }) => what)]).toEqual([
    "SUCCEEDED",
    true,
    ["request", "data.train", "engine", "checkpoint"],
  ]);
  expect(dymad.open(place.path("again")).manifest.checkpoint?.sha256).toBe(run.manifest.checkpoint?.sha256);
  await expect(run.reproduce({ out: place.path("again") })).rejects.toMatchObject({ code: "E_CONFLICT" });
});

test("a run is evaluated on whatever data can be named", async () => {
  const run = dymad.open(place.path("run"));
  const onFile = await run.evaluate({ test: place.path("osc.npz") });
  const { trajectories } = oscillators();
  const matrices = trajectories.map(({ x }) => x);
  const frame = {
    columns: ["t", "x1", "x2"],
    values: Array.from(matrices[0].data.keys())
      .slice(0, 64)
      .map((k) => [0.1 * k, ...matrices[0].row(k)]),
  };
  for (const [test, count, dt] of [
    [oscillators(), 4],
    [matrices, 4, 0.1],
    [{ x: matrices, t: trajectories.map(({ t }) => t) }, 4],
    [matrices[0], 1, 0.1],
    [frame, 1],
  ] as const) {
    const { on, metrics, perTrajectory } = await run.evaluate({ test, dt });
    expect([on, metrics.n_test_trajectories]).toEqual(["test", count]);
    expect(perTrajectory[0]).toBeCloseTo(onFile.perTrajectory[0] as number, 6);
  }
  await expect(run.evaluate({ test: 7 as never })).rejects.toMatchObject({ code: "E_SPEC" });
  await expect(run.evaluate({ test: Matrix.from([[1], [2], [3]]) })).rejects.toMatchObject({ code: "E_SHAPE" });
  await expect(run.evaluate({ tset: "a.npz" } as never)).rejects.toMatchObject({ hint: expect.stringContaining("mean test?") });
});

test("an option that a run does not know is refused before anything is written", async () => {
  await expect(plan.run({ outt: place.path("outt") } as never)).rejects.toMatchObject({
    code: "E_SPEC",
    path: ["outt"],
    hint: expect.stringContaining("did you mean out?"),
  });
});

test("what is wrong is told all at once, before anything is written", async () => {
  const bad = dymad.dataset(place.path("none.npz")).train({ model: "kbf", options: { koopman_dimension: 0 }, seed: -1 });
  await expect(bad.run({ out: place.path("bad") })).rejects.toMatchObject({ issues: [{}, {}, {}] });
  expect(machineFiles.exists(place.path("bad"))).toBe(false);
});

test("nothing but data and a model: the forecast beats the state held, in both time domains", async () => {
  for (const model of ["kbf", "ldm", "lti"] as const) {
    for (const time_domain of ["continuous", "discrete"] as const) {
      const name = `least-${model}-${time_domain}`;
      const result = await dymad
        .dataset(oscillators(6, 40))
        .train({ model, time_domain })
        .evaluate({ out: place.path(name) });
      const held = result.table.find((row) => row.name === "persistence")?.rmse as number;
      expect(result.rmse, name).toBeLessThan(held / 2);
    }
  }
});

test("names of columns in memory reach evaluations and reports", async () => {
  const data = { ...oscillators(), names: { x: ["angle", "speed"], u: [] } };
  const run = await dymad
    .dataset(data)
    .train({ model: "lti", options, phases: [{ type: "linear_solve" }] })
    .run({ out: place.path("named") });
  expect((await run.evaluate()).dataset.names.x).toEqual(["angle", "speed"]);
  expect((await run.evaluate({ test: place.path("osc.npz") })).dataset.names.x).toEqual(["angle", "speed"]);
  expect(readFileSync(await run.report(), "utf8")).toContain("angle");
});
