import type { ForecastData } from "../../charts/forecast.js";
import type { LossData } from "../../charts/loss.js";
import { renderReport } from "../../charts/report.js";
import type { ReportData } from "../../charts/report-data.js";
import type { PhaseHistory } from "../../dynamics/training/events.js";
import type { TrainingSummary } from "../../dynamics/training/summary.js";
import type { CompiledTraining } from "../compiler/compiled.js";
import type { RunFolder } from "../executor/run-folder.js";
import { trainedRequest } from "../executor/search-results.js";
import { type Files, machineFiles } from "../store/files.js";
import { evaluateRun, modelOf, type RunEvaluation } from "./evaluate.js";
import { comparisonTable } from "./evaluation-table.js";
import { spectrumOf } from "./run-spectrum.js";
import { dataPaths, lastLines, logEnd, type RunStatus, statusOf } from "./runs.js";
import { searchOf } from "./search.js";
import { solveTable } from "./solve-table.js";

export interface WrittenReport {
  readonly report_path: string;
  readonly status: RunStatus;
  readonly evaluation: RunEvaluation | null;
}

/** Writes the report page of a run: one file, whatever the run has left. */
export async function writeReport(folder: RunFolder, files: Files = machineFiles): Promise<WrittenReport> {
  const { data, evaluation } = gatherReport(folder, files);
  files.write(folder.path("report"), await renderReport(data));
  folder.amend({ artifacts: folder.artifacts() });
  return { report_path: folder.path("report"), status: statusOf(folder), evaluation };
}

/** Lines of the log beside the failure of a run. */
const logTail = 12;

/** Everything a report can say of a run: it is evaluated when it has left a model. */
export function gatherReport(
  folder: RunFolder,
  files: Files = machineFiles,
): { readonly data: ReportData; readonly evaluation: RunEvaluation | null } {
  const status = statusOf(folder);
  const run = status.training_run;
  const compiled = trainedRequest(folder, run);
  const evaluation = run.checkpoint_handle !== null && run.finished_at !== null ? evaluateRun(folder, {}, files) : null;
  const told = evaluation && spectrumOf(modelOf(folder, run, files), evaluation.dataset);
  const parts: Partial<ReportData> =
    evaluation === null ? {} : { ...evaluationParts(evaluation, compiled), spectrum: told?.spectrum };
  const search = searchOf(folder);
  const board = search === null ? {} : { leaderboard: search.leaderboard };
  const base = runReport(status, compiled, historyOf(folder, files));
  const failure = base.failure && { ...base.failure, log: lastLines(logEnd(folder, files), logTail) };
  const warnings = [...(base.warnings ?? []), ...(told?.warnings ?? [])];
  const tables = [...(base.tables ?? []), ...(parts.tables ?? [])];
  return { data: { ...base, failure, warnings, ...parts, tables, ...board }, evaluation };
}

/** Losses and records of phases that a run has kept; none when it has not come so far. */
export type RunHistory = Pick<TrainingSummary, "phases" | "records">;

export function historyOf(folder: RunFolder, files: Files = machineFiles): RunHistory {
  if (!files.exists(folder.path("history"))) return { phases: [], records: [] };
  return JSON.parse(files.readText(folder.path("history"))) as RunHistory;
}

/** What a report can say of a run without evaluating it: title, losses, solves, failure, what was run, how to run it again. */
export function runReport(status: RunStatus, compiled: CompiledTraining, { phases, records }: RunHistory): ReportData {
  const { manifest, training_run } = status;
  const { model } = compiled.config;
  const paths = dataPaths(status);
  const loss = lossData(phases, training_run.metrics.best_epoch ?? null, keptBy(compiled));
  const solves = solveTable(records);
  return {
    model: `${model.family} (${model.time_domain})`,
    data: paths.join(", "),
    date: training_run.finished_at ?? training_run.created_at,
    status: training_run.status,
    run: training_run.run_name,
    // a single solve makes no curve, and a training that diverged at once has no loss to draw
    ...(loss.epochs.length > 1 && [loss.train, loss.valid ?? []].some((values) => Array.from(values).some(Number.isFinite))
      ? { loss }
      : {}),
    ...(solves === null ? {} : { tables: [{ title: "Least squares", table: solves }] }),
    ...(training_run.failure === null
      ? {}
      : {
          failure: {
            code: training_run.failure.code,
            message: training_run.failure.message,
            hint: training_run.failure.hint ?? undefined,
          },
        }),
    warnings: training_run.warnings,
    facts: {
      config: compiled.config,
      seeds: { run: manifest.seeds.run, ...(manifest.seeds.split === null ? {} : { split: manifest.seeds.split }) },
      request_hash: manifest.request_hash,
      data: manifest.data.map((one, i) => ({ ...one, path: paths[i] })),
      checkpoint: manifest.checkpoint ?? undefined,
      versions: manifest.versions,
      engine: manifest.engine,
      started_at: manifest.started_at,
      finished_at: manifest.finished_at ?? undefined,
    },
    reproduce: manifest.command ?? `dymad train ${manifest.source_config_path ?? "<config>"} --out <directory>`,
  };
}

function evaluationParts(evaluation: RunEvaluation, compiled: CompiledTraining): Partial<ReportData> {
  const { result, dataset, baselines, baseline, on } = evaluation;
  const chosen = chooseTrajectories(result.per_trajectory, compiled.evaluation.plot_selection, compiled.evaluation.max_plots)[0];
  // the samples a forecast starts from are measured: nothing is forecast there
  const ahead = result.horizon.slice(result.window);
  const count = result.n_test_trajectories;
  const what = `${count} ${on === "test" ? "test" : "validation"} ${count === 1 ? "trajectory" : "trajectories"}`;
  return {
    headline: {
      metric: "RMSE",
      value: result.rmse_mean,
      on: what,
      baseline: { name: baseline.name, value: baseline.rmse_mean },
    },
    ...(chosen === undefined ? {} : { forecast: forecastData(evaluation, chosen, dataset.names.x) }),
    horizon: {
      horizons: ahead.map(({ t }) => t),
      metric: "RMSE",
      series: [
        { name: "model", errors: ahead.map(({ rmse }) => rmse) },
        ...baselines.map(({ name, horizon }) => ({
          name,
          role: "baseline" as const,
          errors: horizon.slice(result.window).map(({ rmse }) => rmse),
        })),
      ],
    },
    tables: [{ title: "Forecasts compared", table: comparisonTable(evaluation.table) }],
  };
}

/** Indices of trajectories: smallest error first, largest first, or closest to the median first. */
export function chooseTrajectories(errors: readonly number[], selection: "best" | "median" | "worst", count: number): number[] {
  const order = errors.map((_, i) => i);
  const sorted = [...errors].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  const rank = (i: number): number =>
    selection === "best" ? errors[i] : selection === "worst" ? -errors[i] : Math.abs(errors[i] - median);
  return order.sort((a, b) => (rank(a) === rank(b) ? a - b : rank(a) - rank(b))).slice(0, count);
}

/** A trajectory of an evaluation beside what was forecast. */
export function forecastData(
  { dataset, result }: Pick<RunEvaluation, "dataset" | "result">,
  index: number,
  columns: readonly string[],
): ForecastData {
  const { t, x } = dataset.trajectories[index];
  return { t, truth: x, names: columns, trainEnd: null, forecasts: [{ name: "model", t, x: result.predictions[index] }] };
}

/** Loss curves of the gradient phases; a least-squares solve is a point of another scale and shown only when there is nothing else. */
function lossData(history: readonly PhaseHistory[], epochsAtBest: number | null, keptBy: string | undefined): LossData {
  const run = history.filter((phase) => (phase.columns.epoch?.length ?? 0) > 0);
  const gradient = run.filter(({ trainer }) => trainer === "NODE" || trainer === "Weak");
  const shown = gradient.length > 0 ? gradient : run;
  const all = (column: string): number[] =>
    shown.flatMap((phase) => phase.columns[column]?.map((value) => value ?? Number.NaN) ?? []);
  const epochs = all("epoch");
  return {
    epochs,
    train: all("train_total"),
    valid: all("valid_total"),
    learningRate: all("learning_rate"),
    phases: shown.map(({ name, columns }) => ({ name, start: columns.epoch[0], end: columns.epoch[columns.epoch.length - 1] })),
    // the metric counts epochs (0 when no weights were ever chosen), the history numbers them from 0
    ...(epochsAtBest === null || epochsAtBest === 0 ? {} : { bestEpoch: epochsAtBest - 1, keptBy }),
  };
}

/** What was least where the weights were kept; nothing when the last ones are kept whatever they are. */
function keptBy({ config }: CompiledTraining): string | undefined {
  const words = {
    rollout_rmse: "rollout error on validation",
    valid_total: "validation loss of the last horizon",
    last: undefined,
  };
  return words[config.selection.metric];
}
