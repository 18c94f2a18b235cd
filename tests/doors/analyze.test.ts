import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Run } from "../../sdk/fluent/run.js";
import { readNpz } from "../../sdk/formats/npz.js";
import { followTraining, startTraining } from "../../sdk/workflow/app/train.js";
import { expectClose, f64, powered, squared } from "../tolerance.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
afterAll(() => place.remove());

beforeAll(async () => {
  const model = { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 };
  const overrides = { model, data: { double_precision: true }, phases: [{ trainer: "Linear", n_epochs: 1 }] };
  const data = { train: { path: "osc.npz" }, valid: { path: "osc.npz" } };
  const request = { model_key: "lti", time_domain: "discrete", data, overrides };
  const { folder, handle } = await startTraining({ request: request as never, base: place.folder, out: place.path("osc") });
  expect((await followTraining(folder, handle)).status).toBe("SUCCEEDED");
}, 60_000);

const run = (): Run => Run.open(place.path("osc"));

test("the command, the plan and the record of an analysis agree; the same analysis keeps its handle", async () => {
  const eigenfunctions = { columns: ["x1", "x2"], points: 5 };
  const parameters = {
    pseudospectrum: { points: 9 },
    measure: { observable: "x1", angles: 41 },
    keep: { count: 1 },
    eigenfunctions,
    resolvent: { count: 1 },
  };
  const { code, out } = await place.typed(["analyze", "osc", "--parameters", JSON.stringify(parameters), "--json"]);
  expect(code).toBe(0);
  const { data } = JSON.parse(out);
  const analysis = await run().analyze({ parameters });
  expect(analysis.analysis_handle).toBe(data.analysis_handle);
  expect(analysis.compiled.hash).toBe(data.request_hash);
  // the oscillator decays by 0.05 and turns by 1 rad per unit of t
  const { points } = analysis.result.spectrum;
  expectClose([points[0].growth, points[0].angularFrequency], [-0.05, 1], powered);
  expect(data.points.map((point: { growth: number }) => point.growth)).toEqual(points.map(({ growth }) => growth));
  expect(data.kept).toEqual([0, 1]);
  for (const path of Object.values(analysis.artifacts)) expect(existsSync(place.path("osc", path)), path).toBe(true);
  expect(Object.keys(analysis.artifacts).sort()).toEqual([
    "amplitudes",
    "arrays",
    "eigenfunctions",
    "measure",
    "modes",
    "pseudospectrum",
    "resolvent",
    "spectrum",
    "summary",
  ]);
  const arrays = readNpz(new Uint8Array(readFileSync(place.path("osc", analysis.artifacts.arrays))));
  expect(arrays.get("epsilon")?.shape).toEqual([9, 9]);
  expect(arrays.get("eigenfunctions_re")?.shape).toEqual([1, 5, 5]);
  expect(arrays.get("response_state_outputs_re")?.shape).toEqual([1, 2]);
  const text = String(analysis);
  for (const line of [
    /^Pseudospectrum residual, discrete plane, 9 x 9 points, least epsilon [\d.e-]+$/m,
    /^Eigenfunctions 1 over x1 and x2, 5 x 5 points$/m,
    /^Spectral measure of x1 at 41 angles, total [\d.]+$/m,
    /^Resolvent over 20\d angular frequencies, latent coordinates forced; peaks: [\d.]+ at (1\.00\d|0\.99\d+)$/m,
    /^Files analyses\/\w{12}-\{arrays\.npz,spectrum\.svg,.*summary\.json\}$/m,
  ])
    expect(text).toMatch(line);
  expect(data.responses).toHaveLength(1);
  expect(data.summary.highest_gain).toBe(data.responses[0].gain);
  expect(arrays.get("state_modes_im")?.shape).toEqual([2, 2]);
  expectClose(
    arrays.get("growth")?.data as Float64Array,
    points.map(({ growth }) => growth),
    f64,
  );
  expect(run().manifest.artifacts.map(({ path }) => path)).toEqual(expect.arrayContaining(Object.values(analysis.artifacts)));
});

test("the files of an analysis are printed as they are found from the working directory", async () => {
  const { out } = await place.dymad(["analyze", "osc", "--parameters", '{"figures": false}']);
  const files = out.split("\n").filter((line) => /\.(npz|json)$/.test(line));
  expect(files).toHaveLength(2);
  for (const path of files) expect(existsSync(place.path(path)), path).toBe(true);
});

test("verbs of a run: spectrum, pseudospectrum, modes", async () => {
  const { points } = await run().spectrum();
  expect(points.map(({ flag }) => flag)).toEqual(["ok", "ok"]);
  const modes = await run().modes();
  expect([modes.rows, modes.cols]).toEqual([2, 2]);
  // the states are the latent coordinates of this model
  const patterns = await run().modes({}, "state");
  expectClose([...patterns.re, ...patterns.im], [...modes.re, ...modes.im], f64);
  const { epsilon, grid } = await run().pseudospectrum({ method: "operator", points: 5 });
  expect(epsilon.length).toBe(25);
  // the operator of a rotation is normal: epsilon is the distance to the nearest multiplier
  const distance = (re: number, im: number): number =>
    Math.min(...points.map((p) => Math.sqrt((re - p.re) * (re - p.re) + (im - p.im) * (im - p.im))));
  grid.im.forEach((im, i) => {
    grid.re.forEach((re, j) => {
      expectClose([epsilon[5 * i + j]], [distance(re, im)], powered);
    });
  });
});

test("the gain of a damped rotation is largest at its own frequency, in a verb, in words and in the record", async () => {
  const { responses, spectrum, outputs, stateOutputs } = await run().resolvent();
  // the multiplier is exp((-0.05 + i) 0.1), its operator normal
  expectClose([responses[0].angularFrequency, responses[0].gain], [1, 1 / (1 - Math.exp(-0.005))], squared);
  expect(spectrum.points).toHaveLength(2);
  // the states are the latent coordinates of this model
  expectClose(stateOutputs?.re ?? [], outputs.re, f64);
  const { out } = await place.typed([
    "analyze",
    "osc",
    "--parameters",
    '{"resolvent": {"at": [1]}, "pseudospectrum": {"points": 5}}',
  ]);
  expect(out).toMatch(/^Pseudospectrum residual, discrete plane, 5 x 5 points, least epsilon [0-9.e-]+$/m);
  expect(out).toMatch(/Gains, latent coordinates forced\nangular frequency.*\n.*\n +1 +0\.1592 +200\.5/);
});

test("an exact linear system is forecast by its eigenvalues to rounding, in a verb, in words and in the record", async () => {
  const { result, which } = await run().forecastByModes();
  expect(which).toEqual([0, 1]);
  expectClose([result.rmse_mean], [0], powered);
  const { out } = await place.typed(["analyze", "osc", "--parameters", '{"forecast": true}', "--json"]);
  const { data } = JSON.parse(out);
  expect(data.summary.forecast_rmse).toBe(result.rmse_mean);
  const kept = JSON.parse(readFileSync(place.path("osc", data.artifacts.summary), "utf8"));
  expect(kept.forecast.per_trajectory).toEqual(result.per_trajectory);
  expect(kept.forecast.horizon).toHaveLength(64);
  expect(existsSync(place.path("osc", data.artifacts.forecast))).toBe(true);
  expect(String(await run().analyze({ parameters: { forecast: true } }))).toMatch(
    /^Forecast by 2 eigenvalues: RMSE .* over 4 trajectories\nFiles /m,
  );
  const words = await place.typed(["analyze", "osc", "--parameters", '{"forecast": true, "figures": false}']);
  expect(words.out).toMatch(/Forecast by 2 eigenvalues: RMSE .* over 4 trajectories\nt since start/);
});

test("what a model does not have is warned of, in words and in the record, and refused when asked for alone", async () => {
  const parameters = { pseudospectrum: { method: "operator", plane: "continuous" }, forecast: true, figures: false };
  const { out } = await place.typed(["analyze", "osc", "--parameters", JSON.stringify(parameters), "--json"]);
  const { data } = JSON.parse(out);
  expect(data.warnings).toEqual([expect.stringMatching(/^no pseudospectrum: a discrete model has no generator.*; use plane/)]);
  const kept = JSON.parse(readFileSync(place.path("osc", data.artifacts.summary), "utf8"));
  expect(kept.missing).toEqual([expect.objectContaining({ part: "pseudospectrum", code: "E_UNSUPPORTED" })]);
  expect(kept.forecast.per_trajectory).toHaveLength(4);
  await expect(run().pseudospectrum(parameters.pseudospectrum)).rejects.toMatchObject({
    code: "E_UNSUPPORTED",
    hint: expect.stringContaining("plane: discrete"),
  });
});

test("what cannot be analysed is refused, with the nearest word", async () => {
  await expect(run().analyze({ parameters: { tresh: 1 } })).rejects.toMatchObject({
    code: "E_SPEC",
    hint: expect.stringContaining("threshold"),
  });
  await expect(run().analyze({ workflow_key: "spectral_koopmann" })).rejects.toMatchObject({
    code: "E_SPEC",
    path: ["workflow_key"],
    hint: expect.stringContaining("spectral_koopman"),
  });
  await expect(run().analyze({ parameters: { dt: 0.2 } })).rejects.toMatchObject({
    code: "E_DATA",
    message: expect.stringMatching(/0\.2.*0\.1/),
  });
  await expect(run().analyze({ parameters: { measure: { observable: "y" } } })).rejects.toMatchObject({ code: "E_NOT_FOUND" });
  await expect(run().analyze({ parameters: { eigenfunctions: { columns: ["x1", "x3"] } } })).rejects.toMatchObject({
    code: "E_NOT_FOUND",
    path: ["parameters", "eigenfunctions", "columns", 1],
  });
  await expect(run().analyze({ workflow_key: "vortex_transform_modes" })).rejects.toMatchObject({
    code: "E_SPEC",
    path: ["workflow_key"],
    message: expect.stringContaining("about data"),
  });
  const { code, err } = await place.typed(["analyze", "osc", "--parameters", "[1]"]);
  expect(code).toBe(2);
  expect(err).toContain("--parameters");
});
