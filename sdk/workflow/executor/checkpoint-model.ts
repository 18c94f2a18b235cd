import { loadModel, type TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { DymadError } from "../../errors.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { CheckpointRecord } from "../facade/records.js";
import { runBackend } from "./backend.js";

/**
 * The model of a recorded checkpoint: the one way from a record to something that forecasts. `loadModel` reads the bytes once they are
 * known to be those of the record.
 *
 * @throws  E_CONFLICT when they are others; E_FORMAT when they are no checkpoint
 */
export function materializeCheckpoint(bytes: Uint8Array, { checkpoint_path: where, sha256 }: CheckpointRecord): TrainedModel {
  if (sha256Hex(bytes) !== sha256) {
    throw new DymadError("E_CONFLICT", `${where} is no longer the file that was recorded`, {
      hint: "restore the file, or train again",
    });
  }
  return loadModel(bytes, { backend: runBackend, where });
}
