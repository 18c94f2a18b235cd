import type { Dataset } from "../../dynamics/data/series.js";
import { evaluateModel, type RolloutEvaluation } from "../../dynamics/evaluation/evaluate.js";
import { solverAgreement } from "../../dynamics/evaluation/solver-agreement.js";
import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import type { OdeChoice } from "../../dynamics/models/solver.js";
import { DymadError } from "../../errors.js";
import { sha256Hex } from "../../formats/sha256.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import { materializeCheckpoint } from "../executor/checkpoint-model.js";
import type { RunFolder } from "../executor/run-folder.js";
import { trainedRequest } from "../executor/search-results.js";
import { describeRun } from "../executor/watch-run.js";
import type { EvaluationRecord, TrainingRunRecord } from "../facade/records.js";
import { type Files, machineFiles } from "../store/files.js";
import { isTerminal } from "../store/run-states.js";
import { type Baseline, evaluateBaselines, strongest } from "./baselines.js";
import { dataFor, type TestData } from "./evaluation-data.js";
import { type EvaluationRow, evaluationTable, metricsOf } from "./evaluation-table.js";

/** Errors of free rollouts of a trained run, and where they are kept. */
export interface RunEvaluation {
  readonly evaluation_handle: string;
  /** a test set, or the validation trajectories when there is none */
  readonly on: "test" | "valid";
  readonly metric: "rollout_rmse";
  readonly metrics: Readonly<Record<string, number | null>>;
  /** cheap forecasts of the same trajectories from the same samples */
  readonly baselines: readonly Baseline[];
  /** the one of them with the least error: what a model has to beat */
  readonly baseline: Baseline;
  /** the model and the baselines in the same words */
  readonly table: readonly EvaluationRow[];
  readonly per_trajectory: readonly (number | null)[];
  readonly metrics_path: string;
  readonly result: RolloutEvaluation;
  readonly dataset: Dataset;
}

export interface EvaluateOptions {
  /** other data than the request's; a path is relative to the working directory */
  readonly testData?: TestData | null;
}

/**
 * Rolls a run's best model out over its test data (given, else the request's, else the validation trajectories) and keeps the
 * errors in the run directory.
 *
 * @throws  E_CONFLICT when the run has not ended, or its files have changed; E_NOT_FOUND when it left no checkpoint
 */
export function evaluateRun(folder: RunFolder, options: EvaluateOptions = {}, files: Files = machineFiles): RunEvaluation {
  const run = describeRun(folder, folder.manifest().training_run_handle).record;
  const compiled = trainedRequest(folder, run);
  const model = modelOf(folder, run, files);
  const { on, dataset, handle } = dataFor(folder, run, compiled, options.testData ?? null, files);
  const { vpt_threshold: threshold, lyapunov_exponent } = compiled.evaluation;
  const ode = odeOf(compiled, model);
  const result = evaluateModel(model, dataset, { ode, threshold });
  const compared = evaluateBaselines(folder, model, dataset, threshold);
  const baselines = compared.map(({ name, result: { rmse_mean, horizon } }) => ({ name, rmse_mean, horizon }));
  const agreement = solverAgreement(model, dataset, ode, threshold);
  const metrics = metricsOf(result, agreement, lyapunov_exponent);
  const table = evaluationTable([{ name: "model", result }, ...compared]);
  const per_trajectory = result.per_trajectory.map(finite);
  const content = {
    schema_version: 2,
    on,
    metric: "rollout_rmse",
    metrics,
    table,
    window: result.window,
    per_trajectory,
    valid_time: result.valid_time,
    solver_agreement: agreement,
    horizon: result.horizon,
    baselines,
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
  return {
    evaluation_handle,
    on,
    metric: "rollout_rmse",
    metrics,
    baselines,
    baseline: strongest(baselines),
    table,
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
  const { record } = folder.facade.get("checkpoint", run.checkpoint_handle);
  return materializeCheckpoint(files.read(folder.resolve(record.checkpoint_path)), record);
}

/** The solver a request evaluates with; default the one the model was trained with. */
export function odeOf(compiled: CompiledTraining, model: TrainedModel): OdeChoice {
  const { ode_method, ode_args } = compiled.evaluation.predict_kwargs as {
    ode_method?: OdeChoice["method"];
    ode_args?: OdeChoice["args"];
  };
  return { method: ode_method ?? model.record.ode.method, args: ode_args ?? model.record.ode.args };
}
