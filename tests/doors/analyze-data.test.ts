import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { datasetToNpz } from "../../sdk/dynamics/data/archive.js";
import { datasetFromArrays } from "../../sdk/dynamics/data/arrays.js";
import type { Dataset } from "../../sdk/dynamics/data/series.js";
import { dymad } from "../../sdk/fluent/dymad.js";
import { readNpz, writeNpz } from "../../sdk/formats/npz.js";
import { expectClose, waveRate } from "../tolerance.js";
import { wake } from "../unit/dynamics/spectral/wake.js";
import { McpClient } from "./_mcp.js";
import { Workplace } from "./_workplace.js";

const place = new Workplace();
let mcp: McpClient;
afterAll(async () => {
  await mcp.close();
  place.remove();
});

const [nx, ny] = [8, 12];
const parameters = { nx, ny, index: 4 };
const of = (samples: number, start: number): Dataset => datasetFromArrays({ x: wake(samples, 0.1, { nx, ny, start }), dt: 0.1 });

beforeAll(async () => {
  place.write("train.npz", writeNpz(datasetToNpz(of(120, 0))));
  place.write("test.npz", writeNpz(datasetToNpz(of(9, 1))));
  mcp = await McpClient.stdio(place);
}, 60_000);

const words = ["analyze", "--workflow", "vortex_transform_modes"];

test("modes of transforms: the command, the plan and the server find the same, and keep it with its charts", async () => {
  const typed = [...words, "--train", "train.npz", "--test", "test.npz", "--parameters", JSON.stringify(parameters), "--json"];
  const { code, out } = await place.typed(typed);
  expect(code, out).toBe(0);
  const { data } = JSON.parse(out);
  expectClose([data.summary.rel_dx_error, data.summary.rel_dz_error, data.summary.rel_rec_error], [0, 0, 0], waveRate);
  expect(data.summary).toMatchObject({ index: 4, nx, ny, n_coordinates: 3, n_samples: 9, dt: 0.1 });
  expect(Object.keys(data.artifacts).sort()).toEqual(["arrays", "modes_backward", "modes_forward", "rates", "summary"]);
  for (const path of Object.values<string>(data.artifacts)) expect(existsSync(place.path("analyses", path)), path).toBe(true);
  const arrays = readNpz(new Uint8Array(readFileSync(place.path("analyses", data.artifacts.arrays))));
  expect(arrays.get("modes_backward")?.shape).toEqual([3, nx, ny]);
  expect([...arrays.keys()]).toEqual(expect.arrayContaining(["z_train", "z_stage_1", "x_stage_1", "z", "x_rec", "overlap_fb"]));

  const out2 = place.path("elsewhere");
  const planned = await dymad.dataset(place.path("train.npz")).test(of(9, 1)).analyze({ parameters, out: out2 });
  expect(planned.summary).toEqual(data.summary);
  const again = await dymad.dataset(place.path("train.npz")).test(of(9, 1)).analyze({ parameters, out: out2 });
  expect(again.analysis_handle).toBe(planned.analysis_handle);

  const [train, tested] = await Promise.all(["train.npz", "test.npz"].map((path) => mcp.data("register_dataset_file", { path })));
  const dataset_handles = { train_dataset_handle: train.dataset.handle, test_dataset_handle: tested.dataset.handle };
  const asked = await mcp.data("compile_analysis_request", {
    workflow_key: "vortex_transform_modes",
    dataset_handles,
    parameters,
  });
  const handle = asked.compiled_request.handle;
  const served = await mcp.data("run_analysis_request", { compiled_request_handle: handle });
  expect(served.analysis.summary).toMatchObject(data.summary);
  expect(served.analysis.summary.request_hash).toBe(data.request_hash);
  expect(served.analysis.compiled_request_handle).toBe(handle);
  for (const path of Object.values<string>(served.artifacts)) expect(existsSync(place.path(path)), path).toBe(true);
  expect(await mcp.data("describe_analysis_result", { analysis_handle: served.analysis.handle })).toEqual(served);
}, 60_000);

test("what is missing or unfit is said with its place", async () => {
  const refusals: [object, object][] = [
    [
      { workflow_key: "vortex_transform_modes" },
      { path: ["dataset_handles"], message: expect.stringMatching(/test_dataset_handle and train_/) },
    ],
    [{ workflow_key: "spectral_koopman" }, { path: ["checkpoint_handle"] }],
    [
      { workflow_key: "vortex_transform_mode" },
      { path: ["workflow_key"], hint: expect.stringContaining("vortex_transform_modes") },
    ],
  ];
  for (const [asked, error] of refusals) {
    const { error: found } = await mcp.call("compile_analysis_request", asked);
    expect(found).toMatchObject({ code: "E_SPEC", ...error });
  }
  const plan = dymad.dataset(place.path("train.npz")).test(place.path("test.npz"));
  const out = place.path("refused");
  const wrong: [object, object][] = [
    [
      { nx: 9, ny },
      { code: "E_SHAPE", path: ["parameters", "nx"] },
    ],
    [
      { ...parameters, index: 8 },
      { code: "E_SPEC", path: ["parameters", "index"], hint: expect.stringContaining("1 to 7") },
    ],
    [
      { ...parameters, idx: 1 },
      { code: "E_SPEC", path: ["parameters", "idx"], hint: expect.stringContaining("index") },
    ],
    [
      { ...parameters, config_path: "a.yaml" },
      { path: ["parameters", "config_path"], hint: expect.stringContaining("transform_x") },
    ],
    [{ ...parameters, transform_x: [{ type: "svdd" }] }, { path: ["parameters", "transform_x", 0, "type"] }],
    [
      { ...parameters, transform_x: [{ type: "denoise" }] },
      { code: "E_UNSUPPORTED", path: ["parameters", "transform_x"] },
    ],
    [
      { ...parameters, transform_x: [{ type: "svd", order: 50 }] },
      { code: "E_DATA", path: ["parameters", "transform_x", 0, "order"] },
    ],
  ];
  for (const [given, error] of wrong) await expect(plan.analyze({ parameters: given, out })).rejects.toMatchObject(error);
  await expect(dymad.dataset(place.path("train.npz")).analyze({ parameters, out })).rejects.toMatchObject({
    path: ["dataset_handles"],
    message: expect.stringContaining("test_dataset_handle"),
  });
}, 60_000);
