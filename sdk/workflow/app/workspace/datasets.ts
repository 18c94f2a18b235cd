import { datasetToNpz } from "../../../dynamics/data/archive.js";
import type { DatasetInspection } from "../../../dynamics/data/inspect.js";
import { sampleSystem } from "../../../dynamics/data/sampling/sampler.js";
import type { SampleSpec } from "../../../dynamics/data/sampling/spec.js";
import { DymadError } from "../../../errors.js";
import { writeNpz } from "../../../formats/npz.js";
import { sha256Hex } from "../../../formats/sha256.js";
import { formatOf } from "../../compiler/resolve.js";
import type { DatasetRecord, Kept, ObjectSummary } from "../../facade/records.js";
import { type DatasetFile, readDatasetFile, registerRecord } from "../dataset-file.js";
import type { KnownData } from "../evaluation-data.js";
import type { Workspace } from "./workspace.js";

export interface RegisteredDataset {
  readonly summary: ObjectSummary;
  readonly dataset: DatasetRecord & { readonly handle: string };
}

/**
 * Looks at a data file and records it. The same file, with the same bytes and read the same way, keeps its handle.
 *
 * @throws  E_NOT_FOUND, E_FORMAT, E_SHAPE, E_DATA: what is wrong with the file; E_SPEC when it lies outside of the root
 */
export function registerDataset(workspace: Workspace, file: DatasetFile): RegisteredDataset {
  const { facade, files } = workspace;
  const { record } = readDatasetFile(files.read(file.path), file, files.relative(".", file.path));
  const handle = registerRecord(facade, record);
  return { summary: workspace.facade.describe(handle), dataset: { handle, ...record } };
}

/** A recorded data set whose file still has the bytes it was recorded with. */
export function knownDataset(workspace: Workspace, handle: string): Kept<"dataset"> & { readonly file: string } {
  const { facade, folder } = workspace.find(handle);
  const kept = facade.get("dataset", handle);
  const file = folder === null ? workspace.files.resolve(kept.record.path) : folder.resolve(kept.record.path);
  if (sha256Hex(workspace.files.read(file)) === kept.record.sha256) return { ...kept, file };
  throw new DymadError("E_CONFLICT", `${kept.record.path} has changed since ${handle} was registered`, {
    hint: "register the file anew, or restore it",
  });
}

/** A registered data set as the workflows of a run take it. */
export function givenData(workspace: Workspace, handle: string): KnownData {
  const { record, file } = knownDataset(workspace, handle);
  const { columns, dt, graph } = record;
  return { handle, path: file, columns, dt, graph };
}

/** What was found when a data set was registered; nothing is read again. */
export function inspectDataset(workspace: Workspace, handle: string): DatasetInspection {
  return workspace.find(handle).facade.get("dataset", handle).record.inspection;
}

/**
 * Samples a system, writes the data as npz, and records them.
 *
 * @throws  E_CONFLICT when the file exists; E_SPEC with every problem of the description
 */
export function sampleDataset(workspace: Workspace, system: SampleSpec, out: string, seed: number): RegisteredDataset {
  const { files } = workspace;
  if (formatOf({ path: out }) !== "npz") {
    throw new DymadError("E_SPEC", `${out} does not end in .npz`, { path: ["out"], hint: "samples are written as npz" });
  }
  if (files.exists(out)) throw new DymadError("E_CONFLICT", `${out} exists`, { path: ["out"], hint: "choose another file" });
  files.write(out, writeNpz(datasetToNpz(sampleSystem(system, { seed }).dataset)));
  return registerDataset(workspace, { path: out });
}
