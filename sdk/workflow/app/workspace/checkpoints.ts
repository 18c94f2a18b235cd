import { loadModel, type TrainedModel } from "../../../dynamics/evaluation/trained-model.js";
import type { OdeChoice } from "../../../dynamics/models/solver.js";
import { sha256Hex } from "../../../formats/sha256.js";
import { runBackend } from "../../executor/backend.js";
import { materializeCheckpoint } from "../../executor/checkpoint-model.js";
import type { RunFolder } from "../../executor/run-folder.js";
import { trainedRequest } from "../../executor/search-results.js";
import type { CheckpointRecord, ObjectSummary } from "../../facade/records.js";
import { odeOf } from "../evaluate.js";
import type { Workspace } from "./workspace.js";

/**
 * Records a checkpoint file that no run of the workspace has made. The same file with the same bytes keeps its handle.
 *
 * @throws  E_FORMAT when it is no checkpoint
 */
export function registerCheckpoint(workspace: Workspace, path: string, device = "cpu"): ObjectSummary {
  const { files, facade } = workspace;
  const place = files.relative(".", path);
  const bytes = files.read(path);
  const { record } = loadModel(bytes, { backend: runBackend, where: place });
  const checkpoint: CheckpointRecord = {
    model_key: record.model.family,
    checkpoint_path: place,
    sha256: sha256Hex(bytes),
    size: bytes.length,
    device,
    training_run: null,
  };
  const same = facade.store
    .list("checkpoint")
    .find(({ value }) => value.sha256 === checkpoint.sha256 && value.checkpoint_path === place && value.device === device);
  return facade.describe(same?.handle ?? facade.register("checkpoint", checkpoint).handle);
}

export interface OpenedCheckpoint {
  readonly handle: string;
  readonly record: CheckpointRecord;
  readonly model: TrainedModel;
  /** absolute */
  readonly file: string;
  /** the run that made it; null for a file that was registered by itself */
  readonly folder: RunFolder | null;
  /** the solver to roll out with */
  readonly ode: OdeChoice;
}

/** A model by the handle of its checkpoint; the bytes are compared with the record. */
export function openCheckpoint(workspace: Workspace, handle: string): OpenedCheckpoint {
  const { facade, folder } = workspace.find(handle);
  const { record } = facade.get("checkpoint", handle);
  const file = folder === null ? workspace.files.resolve(record.checkpoint_path) : folder.resolve(record.checkpoint_path);
  const model = materializeCheckpoint(workspace.files.read(file), record);
  return { handle, record, model, file, folder, ode: folder === null ? model.record.ode : odeOf(requestOf(folder), model) };
}

const requestOf = (folder: RunFolder): ReturnType<typeof trainedRequest> =>
  trainedRequest(folder, folder.facade.get("training_run", folder.manifest().training_run_handle).record);
