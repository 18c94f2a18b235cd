import { datasetToNpz } from "../../dynamics/data/archive.js";
import type { DatasetNames } from "../../dynamics/data/dataset.js";
import type { Dataset } from "../../dynamics/data/series.js";
import { DymadError } from "../../errors.js";
import { writeNpz } from "../../formats/npz.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { formatOf } from "../compiler/resolve.js";
import { loadData } from "../executor/data-file.js";
import type { RunFolder } from "../executor/run-folder.js";
import { partsOf } from "../executor/training-data.js";
import type { TrainingRunRecord } from "../facade/records.js";
import type { Files } from "../store/files.js";

/** What a run is evaluated on. */
export interface EvaluationData {
  readonly on: "test" | "valid";
  readonly dataset: Dataset;
  readonly handle: string;
}

/** The data to evaluate on: given ones, else the request's test set, else its validation trajectories. */
export function dataFor(
  folder: RunFolder,
  run: TrainingRunRecord,
  compiled: CompiledTraining,
  testData: string | Dataset | null,
  files: Files,
): EvaluationData {
  if (typeof testData === "string") return aboutFile(testData, () => registerTestData(folder, run, compiled, testData, files));
  if (testData !== null)
    return registerTestData(folder, run, compiled, keepValues(folder, testData, files), files, testData.names);
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
  return loadData(bytes, { ...entry, dt: entry.given_dt, names: columns ?? null }, path).dataset;
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

/** A file is read like the training data, unless its ending says that it has another format. */
function registerTestData(
  folder: RunFolder,
  run: TrainingRunRecord,
  compiled: CompiledTraining,
  testData: string,
  files: Files,
  given: DatasetNames | null = null,
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
  const reading = { format, columns: same?.columns ?? null, dt: same?.given_dt ?? null, n_samples: null, n_steps: null };
  const { dataset, inspection, facts } = loadData(bytes, reading, testData);
  for (const key of ["state_dim", "control_dim"] as const) {
    const [has, wanted] = [facts[key], compiled.data.train?.[key] ?? facts[key]];
    if (has === wanted) continue;
    const what = key === "state_dim" ? "states" : "controls";
    throw new DymadError("E_SHAPE", `${testData} has ${has} ${what}, the run was trained on ${wanted}`, {
      hint: "use data with the same columns",
    });
  }
  const handle = folder.facade.register("dataset", {
    path: folder.relative(path),
    format,
    kind: "regular",
    sha256: facts.sha256,
    size: facts.size,
    columns: reading.columns,
    dt: reading.dt,
    names: columns ?? null,
    inspection,
  }).handle;
  return { on: "test", dataset: columns ? { ...dataset, names: { ...dataset.names, ...columns } } : dataset, handle };
}
