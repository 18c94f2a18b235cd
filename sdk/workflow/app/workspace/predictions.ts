import type { Cell } from "../../../charts/table.js";
import { DymadError } from "../../../errors.js";
import { sha256Hex } from "../../../formats/sha256.js";
import type { ObjectSummary, PredictionRequestRecord } from "../../facade/records.js";
import { aboutFile } from "../evaluation-data.js";
import { checkForecastFile, forecastModel, forecastTable, readMeasured, writeForecast } from "../forecast.js";
import { openCheckpoint, registerCheckpoint } from "./checkpoints.js";
import { knownDataset } from "./datasets.js";
import type { Workspace } from "./workspace.js";

/**
 * Records what shall be forecast: `horizon` samples after the last known state, with or without control.
 *
 * @throws  E_SPEC when the model and `has_control` contradict each other
 */
export function preparePrediction(workspace: Workspace, words: Omit<PredictionRequestRecord, "has_graph">): ObjectSummary {
  const { facade } = workspace;
  const { model } = openCheckpoint(workspace, words.checkpoint_handle);
  requireControl(words.has_control, model.transforms.u?.inputDim ?? 0);
  return facade.describe(facade.register("prediction_request", { ...words, has_graph: false }).handle);
}

function requireControl(has_control: boolean, controls: number): void {
  if (has_control === controls > 0) return;
  throw new DymadError("E_SPEC", `the model has ${controls} controls, and has_control is ${has_control}`, {
    path: ["has_control"],
    hint: `write has_control: ${controls > 0}`,
  });
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
  { checkpoint_path, horizon, has_control }: { checkpoint_path: string; horizon: number; has_control: boolean },
): PredictionPlan {
  const checkpoint_handle = registerCheckpoint(workspace, checkpoint_path).handle;
  const { window } = openCheckpoint(workspace, checkpoint_handle).model;
  const { handle } = preparePrediction(workspace, { checkpoint_handle, horizon, has_control });
  const notes = [
    `a forecast begins with ${window} measured ${window === 1 ? "sample" : "samples"} of each trajectory`,
    ...(has_control ? [`the data need the control at the ${horizon} samples that are forecast, in rows with empty states`] : []),
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
  requireControl(request.has_control, model.transforms.u?.inputDim ?? 0);
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
