import { datasetToNpz } from "../../dynamics/data/archive.js";
import type { DatasetNames } from "../../dynamics/data/dataset.js";
import type { Dataset } from "../../dynamics/data/series.js";
import { split } from "../../dynamics/data/split.js";
import { compareForecasts, evaluateModel, type RolloutEvaluation } from "../../dynamics/evaluation/evaluate.js";
import { loadModel, type TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import type { OdeChoice } from "../../dynamics/models/solver.js";
import { DymadError } from "../../errors.js";
import { writeNpz } from "../../formats/npz.js";
import { sha256Hex } from "../../formats/sha256.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { formatOf } from "../compiler/resolve.js";
import { runBackend } from "../executor/backend.js";
import { loadData } from "../executor/data-file.js";
import { names, type RunFolder } from "../executor/run-folder.js";
import { describeRun } from "../executor/watch-run.js";
import type { EvaluationRecord, TrainingRunRecord } from "../facade/records.js";
import { type Files, machineFiles } from "../store/files.js";
import { isTerminal } from "../store/run-states.js";

/** Errors of free rollouts of a trained run, and where they are kept. */
export interface RunEvaluation {
  readonly evaluation_handle: string;
  /** a test set, or the validation trajectories when there is none */
  readonly on: "test" | "valid";
  readonly metric: "rollout_rmse";
  readonly metrics: Readonly<Record<string, number | null>>;
  /** error when the state is held where the forecast starts, in all and at each time since the start */
  readonly baseline: { readonly name: string; readonly rmse_mean: number; readonly horizon: RolloutEvaluation["horizon"] };
  readonly per_trajectory: readonly (number | null)[];
  readonly metrics_path: string;
  readonly result: RolloutEvaluation;
  readonly dataset: Dataset;
}

export interface EvaluateOptions {
  /** other data than the request's: a file, relative to the working directory, or values in memory */
  readonly testData?: string | Dataset | null;
}

interface EvaluationData {
  readonly on: "test" | "valid";
  readonly dataset: Dataset;
  readonly handle: string;
}

/**
 * Rolls a run's best model out over its test data (given, else the request's, else the validation trajectories) and keeps the
 * errors in the run directory.
 *
 * @throws  E_CONFLICT when the run has not ended, or its files have changed; E_NOT_FOUND when it left no checkpoint
 */
export function evaluateRun(folder: RunFolder, options: EvaluateOptions = {}, files: Files = machineFiles): RunEvaluation {
  const run = describeRun(folder, folder.manifest().training_run_handle).record;
  const { compiled } = folder.facade.get("compiled_training_request", run.compiled_request_handle).record;
  const model = modelOf(folder, run, files);
  const { on, dataset, handle } = dataFor(folder, run, compiled, options.testData ?? null, files);
  const result = evaluateModel(model, dataset, odeOf(compiled, model));
  const held = persistence(model, dataset);
  const baseline = { name: "persistence", rmse_mean: held.rmse_mean, horizon: held.horizon };
  const { rmse_mean, rmse_std, rmse_median, rmse_min, rmse_max, n_test_trajectories, n_diverged } = result;
  const metrics = { rmse_mean, rmse_std, rmse_median, rmse_min, rmse_max, n_test_trajectories, n_diverged };
  const per_trajectory = result.per_trajectory.map(finite);
  const content = {
    schema_version: 1,
    on,
    metric: "rollout_rmse",
    metrics,
    baseline,
    per_trajectory,
    horizon: result.horizon,
    troubles: result.troubles,
  };
  const text = `${JSON.stringify(content, null, 2)}\n`;
  const sha256 = sha256Hex(text);
  const path = files.join(folder.path("evaluations"), `${sha256.slice(0, 12)}.json`);
  files.write(path, text);
  const evaluation_handle = keep(folder, {
    checkpoint_handle: run.checkpoint_handle as string,
    test_dataset_handle: handle,
    on,
    metric: "rollout_rmse",
    metrics,
    metrics_path: folder.relative(path),
    sha256,
  });
  const shown = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, finite(value)]));
  return {
    evaluation_handle,
    on,
    metric: "rollout_rmse",
    metrics: shown,
    baseline,
    per_trajectory,
    metrics_path: folder.relative(path),
    result,
    dataset,
  };
}

/** Records an evaluation once: the same model on the same data gives the same file, and keeps its handle. */
function keep(folder: RunFolder, record: EvaluationRecord): string {
  const known = folder.facade
    .list("evaluation")
    .find(({ handle }) => folder.facade.get("evaluation", handle).record.sha256 === record.sha256);
  if (known !== undefined) return known.handle;
  const { handle } = folder.facade.register("evaluation", record);
  const { evaluation_handles } = folder.manifest();
  folder.amend({ evaluation_handles: [...evaluation_handles, handle], artifacts: folder.artifacts() });
  return handle;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The best model of a run; its bytes are checked against the record. */
export function modelOf(folder: RunFolder, run: TrainingRunRecord, files: Files = machineFiles): TrainedModel {
  if (!isTerminal(run.status)) {
    throw new DymadError("E_CONFLICT", `the run is ${run.status}`, { hint: "wait for its end: dymad log --follow" });
  }
  if (run.checkpoint_handle === null) {
    const why = run.failure === null ? "" : `: ${run.failure.message}`;
    throw new DymadError("E_NOT_FOUND", `the run ended ${run.status} without a checkpoint${why}`, {
      hint: "see its log, mend the request, and train again",
    });
  }
  const record = folder.facade.get("checkpoint", run.checkpoint_handle).record;
  const bytes = files.read(folder.resolve(record.checkpoint_path));
  if (sha256Hex(bytes) !== record.sha256) {
    throw new DymadError("E_CONFLICT", `${names.checkpoint} is not the file this run has written`, {
      hint: "restore it, or train again",
    });
  }
  return loadModel(bytes, { backend: runBackend, where: names.checkpoint });
}

function dataFor(
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
  return { on: "valid", dataset: split(whole, compiled.split ?? {}).valid, handle };
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

/** The solver a request evaluates with; default the one the model was trained with. */
export function odeOf(compiled: CompiledTraining, model: TrainedModel): OdeChoice {
  const { ode_method, ode_args } = compiled.evaluation.predict_kwargs as {
    ode_method?: OdeChoice["method"];
    ode_args?: OdeChoice["args"];
  };
  return { method: ode_method ?? model.record.ode.method, args: ode_args ?? model.record.ode.args };
}

/** What a forecast is worth is seen beside the cheapest one: the state stays where the forecast starts. */
function persistence(model: TrainedModel, dataset: Dataset): RolloutEvaluation {
  const held = dataset.trajectories.map(({ x }) => {
    const out = x.clone();
    for (let k = model.window; k < x.rows; k++) out.row(k).set(x.row(model.window - 1));
    return { x: new Matrix(out.rows, out.cols, out.data), trouble: "" };
  });
  return compareForecasts(held, dataset);
}
