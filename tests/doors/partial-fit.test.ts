import { appendFileSync, cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { datasetToNpz } from "../../sdk/dynamics/data/archive.js";
import { datasetFromArrays } from "../../sdk/dynamics/data/arrays.js";
import type { Dataset } from "../../sdk/dynamics/data/series.js";
import { dymad } from "../../sdk/fluent/dymad.js";
import type { Run } from "../../sdk/fluent/run.js";
import { writeNpz } from "../../sdk/formats/npz.js";
import { sha256Hex } from "../../sdk/formats/sha256.js";
import { Matrix } from "../../sdk/numerics/linalg/matrix.js";
import { RunFolder } from "../../sdk/workflow/executor/run-folder.js";
import { earlierOf } from "../../sdk/workflow/executor/training-data.js";
import { expectClose, squared } from "../tolerance.js";
import { McpClient } from "./_mcp.js";
import { oscillators, Workplace } from "./_workplace.js";

/** Samples that arrive in pieces, by the command, the notebook and the server. */
const place = new Workplace();
let mcp: McpClient;
afterAll(async () => {
  await mcp.close();
  place.remove();
});

const whole = oscillators(6, 40);
const piece = (first: number, end: number): Dataset => ({ ...whole, trajectories: whole.trajectories.slice(first, end) });
const config = (train: string): string => `version: 1
model_key: dmd
reference_profile: dmd-streaming
data: { train: { path: ${train} }, valid: { path: osc.npz } }
overrides: { transform_x: [{ type: lift, fobs: poly, Ks: [3, 3] }] }
`;

beforeAll(async () => {
  for (const [name, first, end] of [
    ["monday", 0, 2],
    ["tuesday", 2, 3],
    ["wednesday", 3, 6],
    ["all", 0, 6],
  ] as const) {
    place.write(`${name}.npz`, writeNpz(datasetToNpz(piece(first, end))));
  }
  place.write("monday.yaml", config("monday.npz"));
  place.write("all.yaml", config("all.npz"));
  mcp = await McpClient.stdio(place);
}, 60_000);

const mapOf = async (run: Run): Promise<number[]> => {
  const { model, weights } = await run.model();
  const W = model.linear?.matrix(weights) as Matrix;
  return Array.from(W.data);
};

test("each piece goes into the run before it; the last has the model of all samples, by every door the same bits", async () => {
  expect((await place.typed(["train", "monday.yaml", "--out", "runs/monday"])).code).toBe(0);
  const typed = ["train", "--partial-fit", "runs/monday", "--data", "tuesday.npz", "--out", "runs/tuesday", "--json"];
  const dry = await place.typed([...typed, "--dry-run"]);
  expect(dry.code, dry.err).toBe(0);
  const { code, out, err } = await place.typed(typed);
  expect(code, err).toBe(0);
  expect(err).not.toContain("warning");
  const { data } = JSON.parse(out);
  expect(data.training_run.status).toBe("SUCCEEDED");
  expect(JSON.parse(dry.out).data.compiled_request).toMatchObject({
    hash: data.training_run.request_hash,
    earlier: { pairs: 2 * 39 },
  });

  const monday = await dymad.open(place.path("runs/monday"));
  const planned = await monday.partialFit(piece(2, 3), { out: place.path("planned") });
  const { request_hash, checkpoint } = planned.manifest;
  expect([request_hash, checkpoint?.sha256]).toEqual([data.training_run.request_hash, data.manifest.checkpoint.sha256]);

  const path = "runs/monday/checkpoint.dymad";
  const earlier_checkpoint_handle = (await mcp.data("register_checkpoint", { checkpoint_path: path })).summary.handle;
  const [train_dataset_handle, valid_dataset_handle] = await Promise.all(
    ["tuesday.npz", "osc.npz"].map(async (file) => (await mcp.data("register_dataset_file", { path: file })).summary.handle),
  );
  const words = { model_key: "dmd", reference_profile: "dmd-streaming", train_dataset_handle, valid_dataset_handle };
  const overrides = { transform_x: [{ type: "lift", fobs: "poly", Ks: [3, 3] }] };
  const asked = await mcp.data("compile_training_request", { ...words, overrides, earlier_checkpoint_handle });
  expect(asked.compiled_request.hash).toBe(request_hash);
  const started = await mcp.data("start_training_run", {
    compiled_request_handle: asked.compiled_request.handle,
    run_dir: "served",
  });
  const served = await mcp.data("describe_training_run", {
    training_run_handle: started.summary.handle,
    wait_ms: 30_000,
  });
  expect(served.training_run.status).toBe("SUCCEEDED");
  expect(sha256Hex(new Uint8Array(readFileSync(place.path("served/checkpoint.dymad"))))).toBe(checkpoint?.sha256);

  const { checkpoint_handle } = served.training_run;
  const trace = async (handle: string) => (await mcp.data("trace_lineage", { handle })).nodes;
  expect(await trace(checkpoint_handle)).toContainEqual(
    expect.objectContaining({ handle: earlier_checkpoint_handle, kind: "checkpoint", intact: true }),
  );
  const further = await mcp.data("compile_training_request", {
    ...words,
    overrides,
    earlier_checkpoint_handle: checkpoint_handle,
  });
  const asking = (nodes: { kind: string }[]) => nodes.map(({ kind }) => kind);
  const { handle: asks } = further.compiled_request;
  expect(asking(await trace(asks))).toEqual(expect.arrayContaining(["training_run", "checkpoint", "dataset"]));
  appendFileSync(place.path("served/checkpoint.dymad"), "x");
  expect(await mcp.call("start_training_run", { compiled_request_handle: asks })).toMatchObject({
    error: { code: "E_CONFLICT", message: expect.stringContaining("earlier checkpoint") },
  });
  rmSync(place.path("served"), { recursive: true });
  expect(asking(await trace(asks))).toEqual(["compiled_training_request", "dataset", "dataset"]);

  // the earlier samples and their run need not be there any more
  for (const gone of ["runs/monday", "monday.npz"]) rmSync(place.path(gone), { recursive: true });
  const last = await (await dymad.open(place.path("runs/tuesday"))).partialFit(place.path("wednesday.npz"));
  expect(last.directory).toMatch(/runs\/dmd_[0-9a-f]{8}$/);
  expect((await place.typed(["train", "all.yaml", "--out", "runs/all"])).code).toBe(0);
  const all = await dymad.open(place.path("runs/all"));
  expectClose(await mapOf(last), await mapOf(all), squared);
  const [record] = JSON.parse(readFileSync(`${last.directory}/history.json`, "utf8")).records;
  expect(record.metrics).toMatchObject({ rows: 6 * 39, earlier_pairs: 3 * 39 });

  expect((await last.reproduce()).equal).toBe(true);
  const verified = await place.typed(["verify", last.directory, "--json"]);
  expect([verified.code, verified.out]).toEqual([0, expect.stringContaining("data.earlier")]);
  const written = await place.typed(["export", last.directory, "--out", "again.yaml"]);
  expect(written.code, written.err).toBe(0);
  const again = await place.typed(["train", "again.yaml", "--dry-run", "--json"]);
  expect(JSON.parse(again.out).data.compiled_request.hash).toBe(last.manifest.request_hash);

  const folder = RunFolder.open(last.directory);
  const { compiled } = folder.facade.get("compiled_training_request", last.manifest.compiled_request_handle).record;
  rmSync(folder.path("earlier"));
  const lost = {
    code: "E_NOT_FOUND",
    message: expect.stringContaining("data/earlier.dymad"),
    hint: expect.stringContaining("resume"),
  };
  expect(() => earlierOf(folder, compiled)).toThrow(expect.objectContaining(lost));
}, 120_000);

test("what does not fit is said with its place and a remedy, and leaves nothing behind", async () => {
  place.write("first.yaml", config("tuesday.npz"));
  place.write("plain.yaml", config("tuesday.npz").replace("dmd-streaming", "dmd-regular-default"));
  place.write("halved.yaml", config("wednesday.npz").replace(", valid: { path: osc.npz }", ""));
  for (const name of ["first", "plain", "halved"]) {
    expect((await place.typed(["train", `${name}.yaml`, "--out", name])).code).toBe(0);
  }
  cpSync(place.path("first"), place.path("changed"), { recursive: true });
  appendFileSync(place.path("changed/checkpoint.dymad"), "x");
  const [first, plain] = await Promise.all(["first", "plain"].map((name) => dymad.open(place.path(name))));
  const out = place.path("refused");
  const values = piece(3, 4);
  const changed = (x: (old: Matrix) => Matrix, dt: number, names = ["x1", "x2"]): Dataset => {
    const made = datasetFromArrays({ x: values.trajectories.map((one) => x(one.x)), dt });
    return { ...made, names: { ...made.names, x: names } };
  };
  const uneven = piece(0, 2).trajectories.map(({ t, x }) => ({ t: t.map((time) => time * time), x }));
  const counted = await dymad
    .dataset({ t: uneven.map(({ t }) => t), x: uneven.map(({ x }) => x) })
    .train({ model: "dmd", reference_profile: "dmd-streaming" })
    .run({ out: place.path("counted") });
  const refusals: [() => Promise<unknown>, object][] = [
    [
      () => counted.partialFit(values, { out }),
      {
        issues: expect.arrayContaining([
          expect.objectContaining({
            path: ["data", "train"],
            message: expect.stringMatching(/^is sampled every 0\.1.*, those of the earlier run unevenly$/),
          }),
        ]),
      },
    ],
    [
      () => plain.partialFit(values, { out }),
      { code: "E_UNSUPPORTED", message: expect.stringContaining("no sums"), hint: expect.stringContaining("dmd-streaming") },
    ],
    [
      () =>
        first.partialFit(
          changed((x) => new Matrix(x.rows, 1, x.column(0)), 0.1, ["x1"]),
          { out },
        ),
      { issues: expect.arrayContaining([expect.objectContaining({ code: "E_SHAPE", path: ["data", "train"] })]) },
    ],
    [
      () =>
        first.partialFit(
          changed((x) => x, 0.2),
          { out },
        ),
      {
        code: "E_DATA",
        path: ["data", "train"],
        message: expect.stringContaining("every 0.2, those of the earlier run every 0.1"),
      },
    ],
    [
      () =>
        first.partialFit(
          changed((x) => x, 0.2, ["x2", "x1"]),
          { out },
        ),
      { issues: ["every 0.2", "x2, x1"].map((said) => expect.objectContaining({ message: expect.stringContaining(said) })) },
    ],
    [() => first.partialFit(values, { out, step: 1 } as never), { code: "E_SPEC" }],
    [() => first.partialFit(values, { out: first.directory }), { code: "E_CONFLICT" }],
  ];
  for (const [work, error] of refusals) await expect(work()).rejects.toMatchObject(error);
  expect(existsSync(out)).toBe(false);

  cpSync(place.path("tuesday.npz"), place.path("first/inside.npz"));
  const typed: [string[], RegExp][] = [
    [["--partial-fit", "first"], /further data are missing/],
    [["--partial-fit", "first", "--data", "tuesday.npz", "first.yaml"], /without a config/],
    [["first.yaml", "--data", "tuesday.npz"], /belongs to --partial-fit/],
    [["--partial-fit", "first", "--data", "sunday.npz"], /sunday\.npz/],
    [["--partial-fit", "first", "--dry-run"], /further data are missing/],
    [["first.yaml", "--data", "tuesday.npz", "--dry-run"], /belongs to --partial-fit/],
    [
      ["--partial-fit", "first", "--data", "first/inside.npz", "--out", "first", "--force"],
      /inside\.npz lies in the run directory/,
    ],
    [["--resume", "first", "--dry-run"], /resumed as it was started/],
    [["--partial-fit", "halved", "--data", "tuesday.npz", "--dry-run"], /split\.train_frac: .*\n\s*help: .*data\.earlier/],
    [["--partial-fit", "changed", "--data", "tuesday.npz"], /checkpoint\.dymad is no longer the file that was recorded/],
  ];
  for (const [words, said] of typed) {
    const { code, err } = await place.typed(["train", ...words]);
    expect(code).not.toBe(0);
    expect(err).toMatch(said);
  }

  expect(existsSync(first.directory)).toBe(true);

  // by words of a request: other stages, another model, no streaming phase, a search
  const request = (changes: string): string =>
    `${config("wednesday.npz").replace("train:", "earlier: { path: first/checkpoint.dymad }, train:")}${changes}`;
  const wrong: [string, RegExp][] = [
    [request("").replace("[3, 3]", "[4, 3]"), /overrides\.transform_x: is not what the earlier run had/],
    [request("").replace("dmd-streaming", "dmd-regular-default"), /data\.earlier: is of no use/],
    [
      request("")
        .replace("dmd-streaming", "dmd-optimised")
        .replace(
          "overrides: {",
          "overrides: { phases: [{ type: linear_solve, method: optimised, kwargs: { streaming: true } }],",
        ),
      /kwargs\.streaming: keeps sums of pairs, and optimised needs whole trajectories/,
    ],
    ...[
      "{ type: linear_solve, kwargs: { streaming: true } }, { trainer: NODE, name: Rollouts, n_epochs: 1 }",
      "{ type: linear_solve, kwargs: { streaming: true } }, { type: linear_solve, name: Rollouts }",
      "{ repeat: { times: 2, phases: [{ type: linear_solve, name: Rollouts, kwargs: { streaming: true } }] } }",
    ].map((phases): [string, RegExp] => [
      request("").replace("overrides: {", `overrides: { phases: [${phases}],`),
      /kwargs\.streaming: keeps sums of pairs, and Rollouts\S* would train the model too, on the pairs of one piece alone/,
    ]),
    [
      request("").replace(
        "overrides: {",
        "overrides: { phases: [{ type: data, operation: smooth }, { type: linear_solve, kwargs: { streaming: true } }],",
      ),
      /overrides\.phases: smooth the samples otherwise than those of the earlier run, which had \[\]/,
    ],
    [request("split: { folds: 3 }\n").replace(", valid: { path: osc.npz }", ""), /data\.earlier: cannot stand in a search/],
    [
      config("wednesday.npz")
        .replace("dmd\n", "lti\n")
        .replace("reference_profile: dmd-streaming\n", "")
        .replace("overrides: {", "overrides: { phases: [{ type: linear_solve, kwargs: { streaming: true } }],"),
      /is for dmd/,
    ],
  ];
  for (const [text, said] of wrong) {
    place.write("wrong.yaml", text);
    const { code, err } = await place.typed(["train", "wrong.yaml", "--dry-run"]);
    expect(code, text).not.toBe(0);
    expect(err).toMatch(said);
  }
}, 120_000);
