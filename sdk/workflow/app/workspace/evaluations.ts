import { forecastChart } from "../../../charts/forecast.js";
import { renderSvg } from "../../../charts/svg.js";
import type { Dataset } from "../../../dynamics/data/series.js";
import { compareForecasts, evaluateModel, type RolloutEvaluation } from "../../../dynamics/evaluation/evaluate.js";
import { persistenceForecast } from "../../../dynamics/evaluation/persistence.js";
import { DymadError } from "../../../errors.js";
import { sha256Hex } from "../../../formats/sha256.js";
import { loadData } from "../../executor/data-file.js";
import type { EvaluationRecord, ObjectSummary } from "../../facade/records.js";
import type { EvaluationOptions } from "../../registry/options.js";
import { evaluateRun } from "../evaluate.js";
import { type EvaluationRow, evaluationTable, metricsOf } from "../evaluation-table.js";
import { chooseTrajectories, forecastData } from "../report.js";
import { type OpenedCheckpoint, openCheckpoint } from "./checkpoints.js";
import { givenData, knownDataset } from "./datasets.js";
import type { Workspace } from "./workspace.js";

export interface EvaluationOrder extends Pick<EvaluationOptions, "plot_selection" | "max_plots"> {
  readonly checkpoint_handle: string;
  readonly test_dataset_handle: string;
}

export interface CheckpointEvaluation {
  readonly evaluation_summary: ObjectSummary;
  /** relative to the root */
  readonly artifacts: { readonly metrics_path: string; readonly plot_paths: readonly string[] };
  readonly metrics: Readonly<Record<string, number | null>>;
  /** the model and the baselines in the same words */
  readonly table: readonly EvaluationRow[];
  readonly per_trajectory: readonly (number | null)[];
}

interface Made {
  readonly handle: string;
  readonly record: EvaluationRecord;
  /** directory that the record's path is relative to */
  readonly base: string;
  readonly table: readonly EvaluationRow[];
  readonly result: RolloutEvaluation;
  readonly dataset: Dataset;
}

/**
 * Rolls a checkpoint out over a data set, keeps the errors, and draws some of the forecasts.
 *
 * @throws  E_SHAPE when the data have other columns than the model; E_CONFLICT when a file has changed since it was recorded
 */
export async function evaluateCheckpoint(workspace: Workspace, order: EvaluationOrder): Promise<CheckpointEvaluation> {
  const opened = openCheckpoint(workspace, order.checkpoint_handle);
  const made = opened.folder === null ? evaluateFile(workspace, opened, order) : evaluateOfRun(workspace, opened, order);
  const { handle, record, base, table, result, dataset } = made;
  const metrics_path = workspace.relative(workspace.files.join(base, record.metrics_path));
  const chosen = chooseTrajectories(result.per_trajectory, order.plot_selection, order.max_plots);
  const plot_paths: string[] = [];
  for (const [rank, index] of chosen.entries()) {
    const path = `${metrics_path.replace(/\.json$/, "")}_${order.plot_selection}_${rank}_prediction.svg`;
    workspace.files.write(path, await renderSvg(forecastChart(forecastData({ dataset, result }, index, dataset.names.x))));
    plot_paths.push(path);
  }
  return {
    evaluation_summary: workspace.find(handle).facade.describe(handle),
    artifacts: { metrics_path, plot_paths },
    metrics: record.metrics,
    table,
    per_trajectory: result.per_trajectory.map((value) => (Number.isFinite(value) ? value : null)),
  };
}

function evaluateOfRun(workspace: Workspace, { folder, handle: checkpoint }: OpenedCheckpoint, order: EvaluationOrder): Made {
  if (folder === null) throw new DymadError("E_INTERNAL", "a checkpoint without a run");
  if (folder.manifest().checkpoint_handle !== checkpoint) {
    throw new DymadError("E_CONFLICT", `${checkpoint} is not the newest checkpoint of its run`, {
      path: ["checkpoint_handle"],
      hint: `use ${folder.manifest().checkpoint_handle ?? "the checkpoint of the run when it has ended"}`,
    });
  }
  const known = givenData(workspace, order.test_dataset_handle);
  const { evaluation_handle, table, result, dataset } = evaluateRun(folder, { testData: known }, workspace.files);
  const { record: kept } = folder.facade.get("evaluation", evaluation_handle);
  return { handle: evaluation_handle, record: kept, base: folder.root, table, result, dataset };
}

const threshold = 0.4;

/** A checkpoint without a run: persistence is what it is compared with, since nothing is known of its training data. */
function evaluateFile(workspace: Workspace, { handle, model, ode }: OpenedCheckpoint, order: EvaluationOrder): Made {
  const { facade, files } = workspace;
  const { file, record: data } = knownDataset(workspace, order.test_dataset_handle);
  const { dataset } = loadData(files.read(file), { ...data, n_samples: null, n_steps: null }, data.path);
  const result = evaluateModel(model, dataset, { ode, threshold });
  const persistence = compareForecasts(persistenceForecast(dataset, model.window), dataset, { window: model.window, threshold });
  const table = evaluationTable([
    { name: "model", result },
    { name: "persistence", result: persistence },
  ]);
  const metrics = metricsOf(result, null, null);
  const text = `${JSON.stringify({ schema_version: 2, on: "test", metric: "rollout_rmse", metrics, table }, null, 2)}\n`;
  const sha256 = sha256Hex(text);
  const metrics_path = files.join("evaluations", `${sha256.slice(0, 12)}.json`);
  files.write(metrics_path, text);
  const record: EvaluationRecord = {
    checkpoint_handle: handle,
    test_dataset_handle: order.test_dataset_handle,
    on: "test",
    metric: "rollout_rmse",
    metrics,
    metrics_path,
    sha256,
  };
  const same = facade.store.list("evaluation").find(({ value }) => value.sha256 === sha256 && value.checkpoint_handle === handle);
  const kept = same?.handle ?? facade.register("evaluation", record).handle;
  return { handle: kept, record, base: workspace.root, table, result, dataset };
}
