import { existsSync, readFileSync } from "node:fs";
import { divide } from "../../dynamics/data/division.js";
import type { Dataset } from "../../dynamics/data/series.js";
import { type Earlier, readEarlier } from "../../dynamics/training/earlier.js";
import { DymadError } from "../../errors.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { windowOf } from "../compiler/dimensions.js";
import type { DataRole } from "../registry/request.js";
import { loadData } from "./data-file.js";
import type { RunFolder } from "./run-folder.js";

/** The data a run trains and validates on, from the bytes its request was compiled for. */
export function trainingData(folder: RunFolder, handle: string): { compiled: CompiledTraining; train: Dataset; valid: Dataset } {
  const { compiled, train, valid } = wholeData(folder, handle);
  return { compiled, ...partsOf(compiled, train, valid) };
}

/** data.train and data.valid of a run, undivided. */
export function wholeData(
  folder: RunFolder,
  handle: string,
): { compiled: CompiledTraining; train: Dataset; valid: Dataset | null } {
  const run = folder.facade.get("training_run", handle).record;
  const { compiled } = folder.facade.get("compiled_training_request", run.compiled_request_handle).record;
  const train = readVerified(folder, compiled, "train", run.dataset_handles.train);
  if (train === null) throw new DymadError("E_INTERNAL", "the compiled request has no training data");
  return { compiled, train, valid: readVerified(folder, compiled, "valid", run.dataset_handles.valid) };
}

/** The training that a run goes on with, from the bytes its request was compiled for; undefined where there is none. */
export function earlierOf(folder: RunFolder, { earlier }: CompiledTraining): Earlier | undefined {
  if (earlier === undefined) return undefined;
  const path = folder.path("earlier");
  return readEarlier(verified(path, earlier.sha256, folder.relative(path)), folder.relative(path));
}

/** What trains and what validates: data.valid when it is given, else data.train divided as the request says. */
export function partsOf(
  { split, config }: CompiledTraining,
  whole: Dataset,
  given: Dataset | null,
): { train: Dataset; valid: Dataset } {
  return given === null ? divide(whole, split ?? {}, windowOf(config)) : { train: whole, valid: given };
}

function readVerified(folder: RunFolder, compiled: CompiledTraining, role: DataRole, handle: string | undefined): Dataset | null {
  const entry = compiled.data[role];
  if (entry === null || handle === undefined) return null;
  const { path } = folder.facade.get("dataset", handle).record;
  const bytes = verified(folder.resolve(path), entry.sha256, path);
  return loadData(bytes, { ...entry, dt: entry.given_dt, graph: entry.given_graph }, path).dataset;
}

function verified(file: string, sha256: string, shown: string): Uint8Array {
  if (!existsSync(file)) {
    throw new DymadError("E_NOT_FOUND", `${shown}, which the request was compiled for, is no longer there`, {
      hint: "put the file back and resume the run, or start the training again",
    });
  }
  const bytes = new Uint8Array(readFileSync(file));
  if (sha256Hex(bytes) === sha256) return bytes;
  throw new DymadError("E_CONFLICT", `${shown} is no longer the file the request was compiled for`, {
    hint: "start the training again",
  });
}
