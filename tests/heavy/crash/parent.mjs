// Starts a training through a workspace and says what it was promised, one handle a line: crash.test.ts kills it at its trace points.
import { registerDataset } from "../../../dist/sdk/workflow/app/workspace/datasets.js";
import { compileTrainingRequest, startTrainingRun } from "../../../dist/sdk/workflow/app/workspace/training.js";
import { Workspace } from "../../../dist/sdk/workflow/app/workspace/workspace.js";

const [root, epochs] = process.argv.slice(2);
const workspace = new Workspace({ root });
const tell = (handle) => process.stdout.write(`${handle}\n`);
const { summary } = registerDataset(workspace, { path: "osc.npz" });
tell(summary.handle);
const compiled = compileTrainingRequest(workspace, {
  train_dataset_handle: summary.handle,
  model_key: "lti",
  overrides: {
    model: { encoder_layers: 0, decoder_layers: 0, koopman_dimension: 2 },
    phases: [{ trainer: "Weak", n_epochs: Number(epochs), save_interval: 1, weak_form_params: { N: 13 } }],
  },
});
tell(compiled.summary.handle);
const started = await startTrainingRun(workspace, compiled.summary.handle, "run");
tell(started.summary.handle);
