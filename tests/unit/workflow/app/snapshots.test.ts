import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { datasetToNpz } from "../../../../sdk/dynamics/data/archive.js";
import { loadModel } from "../../../../sdk/dynamics/evaluation/trained-model.js";
import { modelSpectrum } from "../../../../sdk/dynamics/spectral/model-spectrum.js";
import { koopmanSpectrum } from "../../../../sdk/dynamics/spectral/spectrum.js";
import { train } from "../../../../sdk/dynamics/training/train.js";
import { writeNpz } from "../../../../sdk/formats/npz.js";
import { registerCheckpoint } from "../../../../sdk/workflow/app/workspace/checkpoints.js";
import { registerDataset } from "../../../../sdk/workflow/app/workspace/datasets.js";
import { openSnapshot, registerSnapshot } from "../../../../sdk/workflow/app/workspace/snapshots.js";
import { Workspace } from "../../../../sdk/workflow/app/workspace/workspace.js";
import { expectClose, f64, powered } from "../../../tolerance.js";
import { configOf, oscillator } from "../../dynamics/_systems.js";

const root = mkdtempSync(join(tmpdir(), "dymad-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const data = oscillator({ trajectories: 3, samples: 40, dt: 0.1, control: false });
writeFileSync(join(root, "osc.npz"), writeNpz(datasetToNpz(data)));

test.each([
  ["full", { method: "full", params: null }],
  ["low_rank", { method: "truncated", params: 2 }],
] as const)("a snapshot of a %s map gives the spectrum again without model and data, and keeps its handle", (mode, how) => {
  const model = { family: "lti", time_domain: "discrete", encoder_layers: 0, decoder_layers: 0, koopman_dimension: 4 } as const;
  const config = configOf(model, [{ trainer: "Linear", n_epochs: 1, ...how }], { transform_x: [{ type: "delay", delay: 1 }] });
  const { checkpoint } = train({ config, train: data, valid: data, backend: "reference" });
  writeFileSync(join(root, `${mode}.dymad`), checkpoint);
  const workspace = new Workspace({ root });
  const { handle } = registerCheckpoint(workspace, `${mode}.dymad`);
  const dataset = registerDataset(workspace, { path: "osc.npz" }).summary.handle;
  const snapshot = registerSnapshot(workspace, handle, dataset);
  expect(snapshot).toMatchObject({ derived_from: handle, preview: `samples=${3 * 38}, obs_dim=4` });
  expect(registerSnapshot(workspace, handle, dataset)).toEqual(snapshot);
  expect(workspace.facade.get("spectral_snapshot", snapshot.handle).record).toMatchObject({ koopman_mode: mode, input_dim: 4 });

  const opened = openSnapshot(new Workspace({ root }), snapshot.handle);
  const own = modelSpectrum(loadModel(checkpoint, { backend: "reference" }), data);
  const again = koopmanSpectrum(opened);
  expectClose(again.points.map(({ re }) => re), own.points.map(({ re }) => re), powered); // biome-ignore format: short
  const confirmed = own.points.flatMap(({ residual, flag }, i) => (flag === "ok" ? [[residual, again.points[i].residual]] : []));
  expect(confirmed.length).toBe(2);
  for (const [before, after] of confirmed) expectClose([after], [before], f64);
});
