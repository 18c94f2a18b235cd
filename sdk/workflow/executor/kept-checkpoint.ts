import { existsSync } from "node:fs";
import type { Artifact } from "../facade/manifest.js";
import type { TrainingRunRecord } from "../facade/records.js";
import type { RunFolder } from "./run-folder.js";

/** The model a run has left, as manifest and record name it; nulls when it has left none. */
export interface KeptCheckpoint {
  readonly checkpoint: Artifact | null;
  readonly checkpoint_handle: string | null;
}

/** Registers the checkpoint file of a run that has ended, whichever way. */
export function keptCheckpoint(folder: RunFolder, handle: string, run: TrainingRunRecord): KeptCheckpoint {
  if (!existsSync(folder.path("checkpoint"))) return { checkpoint: null, checkpoint_handle: null };
  const checkpoint = folder.artifact(folder.path("checkpoint"));
  const { path, sha256, size } = checkpoint;
  const record = { model_key: run.model_key, checkpoint_path: path, sha256, size, device: "cpu", training_run: handle };
  return { checkpoint, checkpoint_handle: folder.facade.register("checkpoint", record).handle };
}
