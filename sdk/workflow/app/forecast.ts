import { type Cell, csvTable, type Table } from "../../charts/table.js";
import { datasetFromNpz, datasetToNpz } from "../../dynamics/data/archive.js";
import { nodesOf, numbered } from "../../dynamics/data/dataset.js";
import { withGraph } from "../../dynamics/data/graphs/with-graph.js";
import type { Dataset, Trajectory } from "../../dynamics/data/series.js";
import { datasetFromCsv } from "../../dynamics/data/table.js";
import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import type { OdeChoice } from "../../dynamics/models/solver.js";
import { DymadError } from "../../errors.js";
import { writeNpz } from "../../formats/npz.js";
import type { ColumnRoles } from "../../formats/roles.js";
import { log10 } from "../../numerics/elementary.js";
import { formatOf } from "../compiler/resolve.js";
import type { Reading } from "../executor/data-file.js";
import type { RunFolder } from "../executor/run-folder.js";
import { trainedRequest } from "../executor/search-results.js";
import { type Files, machineFiles } from "../store/files.js";
import { modelOf, odeOf } from "./evaluate.js";
import { aboutFile } from "./evaluation-data.js";
import { ahead, fromStart } from "./forecast-window.js";
import { statusOf } from "./runs.js";
import { requireSameColumns } from "./same-columns.js";

export interface ForecastRequest {
  /** a file, relative to the working directory, or data in memory */
  readonly data: string | Dataset;
  /** samples to forecast after the last known state; absent: the times of the data, from their first window on */
  readonly steps?: number | undefined;
}

/** Forecasts of a trained run, units of the data. */
export interface RunForecast {
  /** measured samples that each forecast began with */
  readonly window: number;
  /** forecast trajectories: x [T, n] with NaN where a solver did not come; t, u as they were used */
  readonly dataset: Dataset;
  /** what solvers said, one line a diverged trajectory */
  readonly troubles: readonly string[];
}

/**
 * Forecasts with a run's best model.
 *
 * With `steps`: N samples after the last known state of each trajectory, begun from its last window; rows after that state whose
 * states are empty (NaN) give times and control of the future. Without: over the trajectory's own times, begun from its first
 * window, whose rows are the measured ones.
 *
 * @throws  E_DATA when the future control is missing, or the data do not suit the model; E_SPEC when `steps` is no whole number
 *          above 0; E_CONFLICT, E_NOT_FOUND when the run has no model to give
 */
export function forecastRun(folder: RunFolder, { data, steps }: ForecastRequest, files: Files = machineFiles): RunForecast {
  if (steps !== undefined && !(Number.isSafeInteger(steps) && steps > 0)) {
    throw new DymadError("E_SPEC", `steps must be a whole number above 0, got ${steps}`, {
      path: ["steps"],
      hint: "leave it out to forecast over the times of the data",
    });
  }
  if (typeof data !== "string" && !(typeof data === "object" && data !== null && "trajectories" in data)) {
    throw new DymadError("E_SPEC", "a forecast needs data to begin from", {
      path: ["data"],
      hint: "give the path of an npz or csv file, or a Dataset",
    });
  }
  const run = statusOf(folder).training_run;
  const compiled = trainedRequest(folder, run);
  const model = modelOf(folder, run, files);
  const work = (): RunForecast => {
    const given = typeof data === "string" ? readData(folder, data, files) : data;
    const table = typeof data === "string" && formatOf({ path: data }) === "csv" && model.model.layout === null;
    if (table) requireSameColumns(data, given.names, model.record.names);
    return forecastModel(model, given, steps, odeOf(compiled, model));
  };
  return typeof data === "string" ? aboutFile(data, work) : work();
}

/** The same with a model at hand; see `forecastRun`. */
export function forecastModel(model: TrainedModel, given: Dataset, steps: number | undefined, ode: OdeChoice): RunForecast {
  const { window, record } = model;
  checkControls(given, model);
  const starts = given.trajectories.map((one, i) =>
    steps === undefined ? fromStart(one, window, i) : ahead(one, { window, steps, dt: record.dt ?? null, index: i }),
  );
  const forecasts = model.forecast(starts, ode);
  const drop = steps === undefined ? 0 : window;
  const trajectories = starts.map(({ t, u, p }, i) => ({
    t: t.slice(drop),
    x: forecasts[i].x.slice(drop, t.length),
    u: u?.slice(drop, t.length) ?? null,
    y: null,
    p,
  }));
  const troubles = forecasts.flatMap(({ trouble }, i) => (trouble === "" ? [] : [`trajectory ${i}: ${trouble}`]));
  const width = trajectories[0]?.x.cols ?? 0;
  const x = record.names.x.length === width ? record.names.x : numbered("x", width);
  return { window, dataset: { trajectories, names: { x, u: given.names.u } }, troubles };
}

/** As many controls as the model was trained with, on a graph for each node. */
function checkControls({ trajectories }: Dataset, { model: { layout }, transforms }: TrainedModel): void {
  const wanted = transforms.u?.inputDim ?? 0;
  const nodes = ({ graph }: Trajectory): number => (layout === null ? 1 : (graph?.nodes ?? layout.nodes));
  const index = trajectories.findIndex((one) => (one.u?.cols ?? 0) !== wanted * nodes(one));
  if (index < 0) return;
  const has = trajectories[index].u?.cols ?? 0;
  const each = layout === null ? "" : ` for each of ${nodes(trajectories[index])} nodes`;
  throw new DymadError("E_SHAPE", `the run was trained with ${wanted} controls${each}, trajectory ${index} has ${has}`, {
    path: ["u", index],
    hint: "use data with the same columns",
  });
}

/** A file is read like the training data where it has their format; states may be empty. */
function readData(folder: RunFolder, where: string, files: Files): Dataset {
  const run = statusOf(folder).training_run;
  const compiled = trainedRequest(folder, run);
  const format = formatOf({ path: where });
  const bytes = files.read(files.resolve(where));
  if (format === null) {
    throw new DymadError("E_DATA", `${where} ends neither in .npz nor in .csv`, { hint: "convert the file" });
  }
  const like = compiled.data.train;
  const same = like?.format === format ? like : null;
  return readMeasured(bytes, {
    where,
    format,
    columns: same?.columns ?? null,
    dt: same?.given_dt ?? null,
    graph: like?.given_graph ?? null,
  });
}

/** A data file whose states may be empty: what a forecast goes on from. */
export function readMeasured(
  bytes: Uint8Array,
  { where, format, columns, dt, graph = null }: Pick<Reading, "format" | "columns" | "dt" | "graph"> & { readonly where: string },
): Dataset {
  const read = readPlain(bytes, { where, format, columns, dt });
  return graph === null || nodesOf(read) !== null ? read : withGraph(read, graph);
}

function readPlain(
  bytes: Uint8Array,
  { where, format, columns, dt }: Pick<Reading, "format" | "columns" | "dt"> & { readonly where: string },
): Dataset {
  const reading = { where, keepNaN: true, ...(dt === null ? {} : { dt }) };
  if (format === "npz") return datasetFromNpz(bytes, reading);
  const roles = columns === null ? {} : { columns: columns as unknown as ColumnRoles };
  return datasetFromCsv(new TextDecoder().decode(bytes), { ...reading, ...roles });
}

/** Forecasts as rows `traj, t, x...`; states a solver did not reach are empty. */
export function forecastTable({ dataset }: RunForecast): Table {
  const columns = ["traj", "t", ...dataset.names.x].map((title) =>
    title === "t" ? { title, digits: timeDigits(dataset) } : { title },
  );
  const rows = dataset.trajectories.flatMap(({ t, x }, i) =>
    Array.from(t, (time, k): Cell[] => [i, time, ...Array.from(x.row(k), (value) => (Number.isFinite(value) ? value : null))]),
  );
  return { columns, rows };
}

/** Significant digits that tell neighbouring times apart: 2020.875 and 2020.958. */
function timeDigits({ trajectories }: Dataset): number {
  const steps = trajectories.flatMap(({ t }) => Array.from(t.subarray(1), (time, k) => time - t[k]));
  const largest = trajectories.reduce((most, { t }) => t.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0);
  const least = steps.reduce((a, b) => Math.min(a, b), largest);
  return least > 0 ? Math.min(12, Math.max(4, Math.ceil(log10(largest / least)) + 2)) : 4;
}

/**
 * Refuses a file that forecasts cannot be written to.
 *
 * @throws  E_USAGE when it ends neither in .csv nor in .npz; E_CONFLICT when it exists
 */
export function checkForecastFile(path: string, files: Files = machineFiles): void {
  if (formatOf({ path }) === null) {
    throw new DymadError("E_USAGE", `${path} ends neither in .csv nor in .npz`, { hint: "forecasts are written as csv or npz" });
  }
  if (!files.exists(path)) return;
  throw new DymadError("E_CONFLICT", `${path} exists`, { hint: "choose another file with --out, or remove this one" });
}

/** Writes forecasts as csv (`traj,t,` and the names of the states) or npz (t, x, and u when there is one). */
export function writeForecast(path: string, forecast: RunForecast, files: Files = machineFiles): void {
  checkForecastFile(path, files);
  const csv = formatOf({ path }) === "csv";
  files.write(path, csv ? csvTable(forecastTable(forecast)) : writeNpz(datasetToNpz(forecast.dataset)));
}
