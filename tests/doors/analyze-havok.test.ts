import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { presentations, toMimeBundle } from "../../kernel-extensions/present.js";
import { datasetToNpz } from "../../sdk/dynamics/data/archive.js";
import { datasetFromArrays } from "../../sdk/dynamics/data/arrays.js";
import { sampleSystem } from "../../sdk/dynamics/data/sampling/sampler.js";
import type { Dataset } from "../../sdk/dynamics/data/series.js";
import { dymad } from "../../sdk/fluent/dymad.js";
import { readNpz, writeNpz } from "../../sdk/formats/npz.js";
import { Matrix } from "../../sdk/numerics/linalg/matrix.js";
import { expectClose, rounding } from "../tolerance.js";
import { McpClient } from "./_mcp.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
let mcp: McpClient;
afterAll(async () => {
  await mcp.close();
  place.remove();
});

/** Two records of Lorenz' system, and one that holds no window. */
const lorenz = (): Dataset => {
  const { dataset } = sampleSystem({
    system: { states: 3, rhs: ["10*(x2 - x1)", "x1*(28 - x3) - x2", "x1*x2 - 8/3*x3"], observations: ["x1", "x3"] },
    x0: [-8, 8, 27],
    time: { stop: 40, n: 4001 },
  });
  const [{ x }] = dataset.trajectories;
  return datasetFromArrays({ x: [x.slice(0, 2400), x.slice(2400, 2406), x.slice(2406, 4001)], dt: 0.01 });
};

beforeAll(async () => {
  place.write("lorenz.npz", writeNpz(datasetToNpz(lorenz())));
  mcp = await McpClient.stdio(place);
}, 60_000);

const parameters = { observable: "x1" };
const words = ["analyze", "--workflow", "havok"];
const file = (name: string): string => place.path(name);

test("HAVOK: the command, the plan and the server find the same, and keep it with its charts", async () => {
  const typed = [...words, "--data", "lorenz.npz", "--parameters", JSON.stringify(parameters), "--json"];
  const { code, out } = await place.typed(typed);
  expect(code, out).toBe(0);
  const { data } = JSON.parse(out);
  expect(data.summary).toMatchObject({
    dt: 0.01,
    delay: 9,
    rank: 5,
    n_trajectories: 2,
    n_eigs_full: 4,
    n_bursts: data.bursts.length,
  });
  expect(data.summary.kurtosis).toBeGreaterThan(5);
  expect(data.summary.error_driven).toBeLessThan(0.2 * data.summary.error_undriven);
  expect(data.warnings).toEqual([expect.stringContaining("1 of 3 trajectories")]);
  expect(Object.keys(data.artifacts)).toEqual(["arrays", "spectrum", "forcing", "distribution", "coordinates", "summary"]);
  for (const path of Object.values<string>(data.artifacts)) expect(existsSync(place.path("analyses", path)), path).toBe(true);

  const arrays = readNpz(new Uint8Array(readFileSync(place.path("analyses", data.artifacts.arrays))));
  const kept = (name: string): Matrix => {
    const { shape, data: values } = arrays.get(name) as { shape: readonly number[]; data: Float64Array };
    return new Matrix(shape[0], shape[1] ?? 1, Float64Array.from(values));
  };
  // what is kept is enough to take a step again
  const [v, f, step, push] = ["coordinates_2", "forcing_2", "step", "push"].map(kept);
  const next = v
    .slice(7, 8)
    .multiply(step)
    .data.map((value, j) => value + f.data[7] * push.get(0, j) + f.data[8] * push.get(1, j));
  const missed = Math.max(...next.map((value, j) => Math.abs(value - v.get(8, j))));
  expect(missed).toBeLessThan(0.1 * Math.max(...v.row(8).map((value, j) => Math.abs(value - v.get(7, j)))));
  expectClose([kept("times_2").data[0]], [0.09], rounding);
  expect(arrays.get("bursts")?.shape).toEqual([data.bursts.length, 5]);

  const options = { workflow_key: "havok", parameters, out: place.path("elsewhere") } as const;
  const planned = await dymad.dataset(file("lorenz.npz")).analyze(options);
  expect(planned.summary).toEqual(data.summary);
  const memory = { ...options, parameters: { ...parameters, figures: false } };
  expect((await dymad.dataset(lorenz()).analyze(memory)).summary).toEqual(data.summary);

  const { dataset } = await mcp.data("register_dataset_file", { path: "lorenz.npz" });
  const asked = await mcp.data("compile_analysis_request", {
    workflow_key: "havok",
    dataset_handle: dataset.handle,
    parameters,
  });
  expect(asked.compiled_request.parameters).toMatchObject({ delay: null, rank: null, threshold: 2, figures: true });
  const served = await mcp.data("run_analysis_request", { compiled_request_handle: asked.compiled_request.handle });
  expect(served.analysis.summary).toMatchObject(data.summary);
  expect(served.analysis.summary.request_hash).toBe(data.request_hash);
  expect(served.analysis.warnings).toEqual(data.warnings);
  const pairs = data.points.filter(({ angularFrequency }: { angularFrequency: number }) => angularFrequency >= 0);
  expect(served.analysis.eigenvalues.map(({ residual }: { residual: number }) => residual)).toEqual(
    pairs.map(({ residual }: { residual: number }) => residual),
  );
  expect(await mcp.data("describe_analysis_result", { analysis_handle: served.analysis.handle })).toEqual(served);
}, 60_000);

test("a result tells itself: in a line, as a table, at a terminal, in a notebook", async () => {
  const out = place.path("told");
  const found = await dymad.dataset(file("lorenz.npz")).analyze({ workflow_key: "havok", parameters, out });
  expect(String(found)).toMatch(/^Analysis havok analysis_\w+\n {2}windows of 10 samples, .*\n {2}push: kurtosis/);
  expect(found.table().columns.map(({ title }) => title)).toContain("residual");
  expect(found.result.bursts.length).toBe(found.summary.n_bursts);
  const bundle = await toMimeBundle(found);
  expect(presentations.some(({ prototype }) => Object.prototype.isPrototypeOf.call(prototype, found))).toBe(true);
  for (const part of ["Bursts, the strongest first", "Eigenvalues", "Does the push come in bursts?", "Warning: 1 of 3"])
    expect(bundle?.["text/html"]).toContain(part);
  const { out: text } = await place.typed([...words, "--data", "lorenz.npz", "--parameters", JSON.stringify(parameters)]);
  for (const part of ["residual", "Bursts, the strongest first", "one step: misfit", "x1 brought back", "-forcing.svg"])
    expect(text).toContain(part);
}, 60_000);

test("the wrong door, and what is missing or unfit, is said with its remedy", async () => {
  const typed: [string[], number, RegExp][] = [
    [[...words], 3, /is missing data, which havok needs\n.*--data FILE/],
    [["analyze", "runs/x", "--workflow", "havok"], 2, /havok has no use for the run runs\/x\n.*--data FILE/],
    [[...words, "--data", "lorenz.npz", "--train", "lorenz.npz"], 3, /is of no use to havok\n.*--data FILE/],
    [["analyze", "runs/x", "--train", "lorenz.npz"], 2, /spectral_koopman has no use for --train/],
    [["analyze", "--workflow", "havoc", "--data", "lorenz.npz"], 3, /did you mean havok/],
  ];
  for (const [line, code, said] of typed) {
    const answer = await place.typed(line);
    expect([answer.code, answer.err], line.join(" ")).toEqual([code, expect.stringMatching(said)]);
  }
  expect((await place.typed(["analyze", "--help"])).out).toContain("--workflow havok");

  const out = place.path("refused");
  const analyze = (given: object, data: string | Dataset = file("lorenz.npz")): Promise<unknown> =>
    dymad.dataset(data as string).analyze({ workflow_key: "havok", parameters: given, out });
  const series = (values: readonly number[], t?: Float64Array): Dataset =>
    datasetFromArrays({ x: Matrix.from(values.map((value) => [value])), ...(t === undefined ? { dt: 1 } : { t }) });
  const wave = Array.from({ length: 60 }, (_, k) => Math.sin(0.3 * k));
  const refusals: [object, string | Dataset | undefined, object][] = [
    [{ observable: "x9" }, undefined, { code: "E_NOT_FOUND", path: ["parameters", "observable"] }],
    [{ delay: 2399 }, undefined, { code: "E_SHAPE", path: ["parameters", "delay"] }],
    [{ rank: 12, delay: 9, ...parameters }, undefined, { code: "E_SPEC", path: ["parameters", "rank"], hint: "write 2 to 10" }],
    [{ rank: 1 }, undefined, { code: "E_SPEC", path: ["parameters", "rank"] }],
    [{ treshold: 3 }, undefined, { code: "E_SPEC", hint: expect.stringContaining("threshold") }],
    [{}, series(Array.from({ length: 60 }, () => 0.1)), { code: "E_DATA", message: expect.stringContaining("nothing varies") }],
    [
      {},
      series(
        wave,
        Float64Array.from(wave, (_, k) => k + (k > 30 ? 0.5 : 0)),
      ),
      { code: "E_DATA", path: ["t", 0] },
    ],
  ];
  for (const [given, data, error] of refusals) await expect(analyze(given, data)).rejects.toMatchObject(error);
  const linear = await dymad.dataset(series(wave)).analyze({ workflow_key: "havok", out });
  expect(linear.summary).toMatchObject({ kurtosis: null, n_bursts: 0, active_share: 0, spanned: 2, n_confirmed: 2 });
  expect(linear.result.diagnostics.map(({ code }) => code)).toEqual(["no-push"]);
  expect(Object.keys(linear.artifacts)).toEqual(["arrays", "spectrum", "summary"]);
}, 60_000);
