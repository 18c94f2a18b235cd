import type { GraphFields } from "../../dynamics/data/graphs/fields.js";
import type { Dataset } from "../../dynamics/data/series.js";
import { DymadError } from "../../errors.js";
import { sha256Hex } from "../../formats/sha256.js";
import { formatOf } from "../compiler/resolve.js";
import { loadData } from "../executor/data-file.js";
import type { Facade } from "../facade/facade.js";
import type { DatasetRecord } from "../facade/records.js";
import type { ColumnRequest, DataFormat } from "../registry/request.js";

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

/**
 * What is in a data file, and the record of it.
 *
 * @param bytes  of the file
 * @param place  how the record names the file
 * @throws       E_FORMAT, E_SHAPE, E_DATA: what is wrong with the file
 */
export function readDatasetFile(
  bytes: Uint8Array,
  file: DatasetFile,
  place: string,
): { readonly dataset: Dataset; readonly record: DatasetRecord } {
  const { path, format: given, columns, dt: step, kind: given_kind, graph } = file;
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
  const { dataset, inspection } = loadData(bytes, reading, place);
  if (given_kind === "graph" && inspection.kind !== "graph") {
    throw new DymadError("E_DATA", `${path} has no graph`, {
      path: ["kind"],
      hint: "give the graph beside it, or leave kind out",
    });
  }
  const record: DatasetRecord = {
    path: place,
    format,
    kind: given_kind ?? inspection.kind,
    sha256: sha256Hex(bytes),
    size: bytes.length,
    columns: known,
    dt,
    names: null,
    inspection,
    ...(graph === undefined ? {} : { graph }),
    ...(given_kind === undefined ? {} : { given_kind }),
  };
  return { dataset, record };
}

/** The same file, with the same bytes and read the same way, keeps its handle. */
export function registerRecord(facade: Facade, record: DatasetRecord): string {
  const same = facade.store.list("dataset").find(({ value }) => identity(value as never) === identity(record));
  return same?.handle ?? facade.register("dataset", record).handle;
}

const identity = ({ path, sha256, format, columns, dt, graph, given_kind }: DatasetRecord): string =>
  JSON.stringify([path, sha256, format, columns, dt, graph ?? null, given_kind ?? null]);
