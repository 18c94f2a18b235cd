import { datasetToNpz } from "../../dynamics/data/archive.js";
import type { DatasetNames } from "../../dynamics/data/dataset.js";
import type { GraphFields } from "../../dynamics/data/graphs/fields.js";
import type { Dataset } from "../../dynamics/data/series.js";
import { DymadError } from "../../errors.js";
import { writeNpz } from "../../formats/npz.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import type { DatasetFacts } from "../compiler/facts.js";
import { formatOf } from "../compiler/resolve.js";
import { loadData } from "../executor/data-file.js";
import type { RunFolder } from "../executor/run-folder.js";
import { partsOf } from "../executor/training-data.js";
import type { DatasetRecord, TrainingRunRecord } from "../facade/records.js";
import type { Files } from "../store/files.js";
import { inspectedNames, requireSameColumns } from "./same-columns.js";

/** What a run is evaluated on. */
export interface EvaluationData {
  readonly on: "test" | "valid";
  readonly dataset: Dataset;
  readonly handle: string;
}

/** A data file that another store knows by its handle, and how it is read. */
export interface KnownData {
  readonly handle: string;
  readonly path: string;
  readonly columns: DatasetRecord["columns"];
  readonly dt: number | null;
  readonly graph?: GraphFields | null | undefined;
}

/** Data to evaluate on in place of the request's: a file, values in memory, or a file known by handle. */
export type TestData = string | Dataset | KnownData;

/** The data to evaluate on: given ones, else the request's test set, else its validation trajectories. */
export function dataFor(
  folder: RunFolder,
  run: TrainingRunRecord,
  compiled: CompiledTraining,
  testData: TestData | null,
  files: Files,
): EvaluationData {
  if (testData !== null && typeof testData === "object" && "trajectories" in testData) {
    const kept = keepValues(folder, testData, files);
    return registerTestData(folder, run, compiled, { path: kept, names: testData.names }, files);
  }
  if (testData !== null) {
    const given = typeof testData === "string" ? { path: testData } : { path: testData.path, known: testData };
    return aboutFile(given.path, () => registerTestData(folder, run, compiled, given, files));
  }
  for (const on of ["test", "valid"] as const) {
    const handle = run.dataset_handles[on];
    if (handle !== undefined) return { on, dataset: recorded(folder, compiled, on, handle, files), handle };
  }
  const handle = run.dataset_handles.train as string;
  const whole = recorded(folder, compiled, "train", handle, files);
  return { on: "valid", dataset: partsOf(compiled, whole, null).valid, handle };
}

/** A data set of the request, from the bytes it was compiled for. */
export function recorded(
  folder: RunFolder,
  compiled: CompiledTraining,
  role: "train" | "valid" | "test",
  handle: string,
  files: Files,
): Dataset {
  const entry = compiled.data[role];
  const { path, names: columns } = folder.facade.get("dataset", handle).record;
  const bytes = files.read(folder.resolve(path));
  if (entry === null || sha256Hex(bytes) !== entry.sha256) {
    throw new DymadError("E_CONFLICT", `${path} has changed since the run was started`, {
      hint: "restore the file, or train again",
    });
  }
  return loadData(bytes, { ...entry, dt: entry.given_dt, graph: entry.given_graph, names: columns ?? null }, path).dataset;
}

/** Errors of a piece of work on a file say which file. */
export function aboutFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DymadError)) throw error;
    const named = ({ message }: { message: string }): string => (message.includes(file) ? message : `${file}: ${message}`);
    throw DymadError.ofIssues(error.issues.map((issue) => ({ ...issue, message: named(issue) })));
  }
}

/** Values in memory become a file of the run, named by its content, so that the evaluation can be repeated. */
function keepValues(folder: RunFolder, values: Dataset, files: Files): string {
  const bytes = writeNpz(datasetToNpz(values));
  const path = files.join(folder.root, "data", `test-${sha256Hex(bytes).slice(0, 12)}.npz`);
  if (!files.exists(path)) files.write(path, bytes);
  return path;
}

interface GivenFile {
  readonly path: string;
  /** names of the columns of values that came from memory */
  readonly names?: DatasetNames | null;
  readonly known?: KnownData;
}

/** A file is read as it is known, else like the training data unless its ending says that it has another format. */
function registerTestData(
  folder: RunFolder,
  run: TrainingRunRecord,
  compiled: CompiledTraining,
  { path: testData, names: given = null, known }: GivenFile,
  files: Files,
): EvaluationData {
  const path = files.resolve(testData);
  const bytes = files.read(path);
  const format = formatOf({ path });
  if (format === null) {
    throw new DymadError("E_DATA", `${testData} ends neither in .npz nor in .csv`, { hint: "convert the file" });
  }
  const like = compiled.data.test ?? compiled.data.train;
  const same = like?.format === format ? like : null;
  const columns = folder.facade.get("dataset", run.dataset_handles.train as string).record.names ?? given;
  const how = known ?? { columns: same?.columns ?? null, dt: same?.given_dt ?? null };
  const reading = {
    format,
    columns: how.columns,
    dt: how.dt,
    n_samples: null,
    n_steps: null,
    graph: known?.graph ?? like?.given_graph ?? null,
  };
  const { dataset, inspection, facts } = loadData(bytes, reading, testData);
  const onGraph = compiled.graph_mode !== "none";
  // a model on a graph is that of one node: other data may have another number of nodes
  const nodes = ({ graph }: Pick<DatasetFacts, "graph">): number => (onGraph ? (graph?.n_nodes ?? 1) : 1);
  for (const key of ["state_dim", "control_dim"] as const) {
    const { train } = compiled.data;
    const [has, wanted] = [facts[key] / nodes(facts), train === null ? null : train[key] / nodes(train)];
    if (wanted === null || has === wanted) continue;
    const what = `${key === "state_dim" ? "states" : "controls"}${onGraph ? " a node" : ""}`;
    throw new DymadError("E_SHAPE", `${testData} has ${has} ${what}, the run was trained on ${wanted}`, {
      hint: "use data with the same columns",
    });
  }
  if (format === "csv" && !onGraph) {
    const trained = folder.facade.get("dataset", run.dataset_handles.train as string).record.inspection;
    requireSameColumns(testData, inspectedNames(inspection), inspectedNames(trained));
  }
  const record: DatasetRecord = {
    path: folder.relative(path),
    format,
    kind: inspection.kind,
    sha256: facts.sha256,
    size: facts.size,
    columns: reading.columns,
    dt: reading.dt,
    names: columns ?? null,
    inspection,
  };
  const handle = known === undefined ? keepData(folder, record) : keepKnown(folder, record, known.handle);
  const named = columns !== null && (columns.x === undefined || columns.x.length === dataset.names.x.length);
  return { on: "test", dataset: named ? { ...dataset, names: { ...dataset.names, ...columns } } : dataset, handle };
}

/** A file that was registered before, with the same bytes and read the same way, keeps its handle. */
function keepData({ facade }: RunFolder, record: DatasetRecord): string {
  const identity = ({ path, sha256, format, columns, dt }: DatasetRecord): string =>
    JSON.stringify([path, sha256, format, columns, dt]);
  const same = facade.list("dataset").find((one) => identity(facade.get("dataset", one.handle).record) === identity(record));
  return same?.handle ?? facade.register("dataset", record).handle;
}

function keepKnown({ facade }: RunFolder, record: DatasetRecord, handle: string): string {
  return facade.has(handle) ? handle : facade.register("dataset", record, {}, handle).handle;
}
