import type { Cell } from "../../../charts/table.js";
import type { TrainedModel } from "../../../dynamics/evaluation/trained-model.js";
import { DymadError } from "../../../errors.js";
import { sha256Hex } from "../../../formats/sha256.js";
import type { ObjectSummary, PredictionRequestRecord } from "../../facade/records.js";
import { aboutFile } from "../evaluation-data.js";
import { checkForecastFile, forecastModel, forecastTable, readMeasured, writeForecast } from "../forecast.js";
import { openCheckpoint, registerCheckpoint } from "./checkpoints.js";
import { knownDataset } from "./datasets.js";
import type { Workspace } from "./workspace.js";

/**
 * Records what shall be forecast: `horizon` samples after the last known state, with or without control, on a graph or not.
 *
 * @throws  E_SPEC when the model contradicts `has_control` or `has_graph`
 */
export function preparePrediction(workspace: Workspace, words: PredictionRequestRecord): ObjectSummary {
  const { facade } = workspace;
  requireFit(words, openCheckpoint(workspace, words.checkpoint_handle).model);
  return facade.describe(facade.register("prediction_request", words).handle);
}

/** @throws E_SPEC with everything that the request says of the model and is not so */
function requireFit(request: Pick<PredictionRequestRecord, "has_control" | "has_graph">, { record }: TrainedModel): void {
  const facts = { has_control: record.widths.u > 0, has_graph: record.model.graph_mode !== "none" };
  const words = { has_control: "take control", has_graph: "stand on a graph" };
  const wrong = (["has_control", "has_graph"] as const).filter((word) => request[word] !== facts[word]);
  if (wrong.length === 0) return;
  throw DymadError.ofIssues(
    wrong.map((word) => ({
      code: "E_SPEC",
      path: [word],
      message: `the model does ${facts[word] ? "" : "not "}${words[word]}, and ${word} is ${request[word]}`,
      hint: `write ${word}: ${facts[word]}`,
    })),
  );
}

/** What to do next with a prediction request. */
export interface PredictionPlan {
  readonly checkpoint_handle: string;
  readonly prediction_handle: string;
  /** the tool that carries it out */
  readonly entrypoint: "materialize_checkpoint_prediction";
  readonly notes: readonly string[];
}

/** Records a checkpoint file and what shall be forecast with it. */
export function planPrediction(
  workspace: Workspace,
  { checkpoint_path, ...words }: { checkpoint_path: string } & Omit<PredictionRequestRecord, "checkpoint_handle">,
): PredictionPlan {
  const checkpoint_handle = registerCheckpoint(workspace, checkpoint_path).handle;
  const { window } = openCheckpoint(workspace, checkpoint_handle).model;
  const { handle } = preparePrediction(workspace, { checkpoint_handle, ...words });
  const notes = [
    `a forecast begins with ${window} measured ${window === 1 ? "sample" : "samples"} of each trajectory`,
    ...(words.has_control
      ? [`the data need the control at the ${words.horizon} samples that are forecast, in rows with empty states`]
      : []),
  ];
  return { checkpoint_handle, prediction_handle: handle, entrypoint: "materialize_checkpoint_prediction", notes };
}

export interface MaterializedPrediction {
  /** relative to the root */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly n_trajectories: number;
  /** measured samples that each forecast began with */
  readonly window: number;
  readonly columns: readonly string[];
  /** the first rows: trajectory, time, states; null where a solver did not come */
  readonly rows: readonly (readonly Cell[])[];
  readonly n_rows: number;
  /** what solvers said, one line a diverged trajectory */
  readonly troubles: readonly string[];
}

const rowsShown = 50;

/**
 * Carries out a prediction request on measured data, and writes the forecasts as csv or npz.
 *
 * @throws  E_CONFLICT when the file exists, or checkpoint or data have changed; E_DATA when future control is missing
 */
export function materializePrediction(
  workspace: Workspace,
  { prediction_handle, dataset_handle, out }: { prediction_handle: string; dataset_handle: string; out: string },
): MaterializedPrediction {
  const { files } = workspace;
  const request = workspace.find(prediction_handle).facade.get("prediction_request", prediction_handle).record;
  checkForecastFile(out, files);
  const { model, ode } = openCheckpoint(workspace, request.checkpoint_handle);
  requireFit(request, model);
  const { record, file } = knownDataset(workspace, dataset_handle);
  const forecast = aboutFile(record.path, () => {
    const given = readMeasured(files.read(file), { ...record, where: record.path });
    return forecastModel(model, given, request.horizon, ode);
  });
  writeForecast(out, forecast, files);
  const bytes = files.read(out);
  const table = forecastTable(forecast);
  return {
    path: files.relative(".", out),
    sha256: sha256Hex(bytes),
    size: bytes.length,
    n_trajectories: forecast.dataset.trajectories.length,
    window: forecast.window,
    columns: table.columns.map(({ title }) => title),
    rows: table.rows.slice(0, rowsShown),
    n_rows: table.rows.length,
    troubles: forecast.troubles,
  };
}
