import { datasetToNpz } from "../../../dynamics/data/archive.js";
import type { GraphFields } from "../../../dynamics/data/graphs/fields.js";
import type { DatasetInspection } from "../../../dynamics/data/inspect.js";
import { sampleSystem } from "../../../dynamics/data/sampling/sampler.js";
import type { SampleSpec } from "../../../dynamics/data/sampling/spec.js";
import { DymadError } from "../../../errors.js";
import { writeNpz } from "../../../formats/npz.js";
import { sha256Hex } from "../../../formats/sha256.js";
import { formatOf } from "../../compiler/resolve.js";
import { loadData } from "../../executor/data-file.js";
import type { DatasetRecord, Kept, ObjectSummary } from "../../facade/records.js";
import type { ColumnRequest, DataFormat } from "../../registry/request.js";
import type { KnownData } from "../evaluation-data.js";
import type { Workspace } from "./workspace.js";

export interface DatasetFile {
  /** relative to the root */
  readonly path: string;
  /** default: by the ending of the path */
  readonly format?: DataFormat | undefined;
  /** csv: which columns hold what */
  readonly columns?: ColumnRequest | undefined;
  /** csv without a time column: the sampling interval, units of t */
  readonly dt?: number | undefined;
  /** regular: a graph in the file is left aside; graph: there must be one; default what the file holds */
  readonly kind?: "regular" | "graph" | undefined;
  /** graph of the nodes, where the file has none */
  readonly graph?: GraphFields | undefined;
}

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
  const record = examine(workspace, file);
  const same = workspace.facade.store.list("dataset").find(({ value }) => identity(value as never) === identity(record));
  const handle = same?.handle ?? workspace.facade.register("dataset", record).handle;
  return { summary: workspace.facade.describe(handle), dataset: { handle, ...record } };
}

const identity = ({ path, sha256, format, columns, dt, graph, given_kind }: DatasetRecord): string =>
  JSON.stringify([path, sha256, format, columns, dt, graph ?? null, given_kind ?? null]);

function examine({ files }: Workspace, file: DatasetFile): DatasetRecord {
  const { path, format: given, columns, dt: step, kind: given_kind, graph } = file;
  const place = files.relative(".", path);
  const bytes = files.read(path);
  const format = formatOf({ path, format: given });
  if (format === null) {
    throw new DymadError("E_DATA", `${path} ends neither in .npz nor in .csv`, {
      path: ["format"],
      hint: "name the format (npz or csv), or convert the file",
    });
  }
  const known = (columns ?? null) as DatasetRecord["columns"];
  const dt = step ?? null;
  const reading = { format, columns: known, dt, n_samples: null, n_steps: null, graph: graph ?? null };
  const { inspection } = loadData(bytes, reading, place);
  if (given_kind === "graph" && inspection.kind !== "graph") {
    throw new DymadError("E_DATA", `${path} has no graph`, {
      path: ["kind"],
      hint: "give the graph beside it, or leave kind out",
    });
  }
  const content = { sha256: sha256Hex(bytes), size: bytes.length };
  return {
    path: place,
    format,
    kind: given_kind ?? inspection.kind,
    ...content,
    columns: known,
    dt,
    names: null,
    inspection,
    ...(graph === undefined ? {} : { graph }),
    ...(given_kind === undefined ? {} : { given_kind }),
  };
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
