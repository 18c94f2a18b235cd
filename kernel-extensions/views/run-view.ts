import { forecastCaption, horizonCaption, leaderboardCaption, lossCaption, spectrumCaption } from "../../sdk/charts/captions.js";
import { forecastChart } from "../../sdk/charts/forecast.js";
import { horizonChart } from "../../sdk/charts/horizon.js";
import { leaderboardChart, leaderboardTable } from "../../sdk/charts/leaderboard.js";
import { lossChart } from "../../sdk/charts/loss.js";
import type { ReportData } from "../../sdk/charts/report-data.js";
import { spectrumChart } from "../../sdk/charts/spectrum.js";
import { spectrumTable } from "../../sdk/charts/spectrum-table.js";
import type { Run } from "../../sdk/fluent/run.js";
import { gatherReport } from "../../sdk/workflow/app/report.js";
import { logOf, openRun } from "../../sdk/workflow/app/runs.js";
import type { View } from "../bundle.js";

/** Lines of the log that stand beside the error of a failed run. */
const tailLines = 12;

/** A run as its report says it, in short: forecast, error by horizon, losses, spectrum, candidates; for a failed run what went wrong. */
export function runView(run: Run): View {
  const folder = openRun(run.directory);
  const { data } = gatherReport(folder);
  const { failure } = data;
  const wrong =
    failure === undefined
      ? []
      : [
          `${failure.code ?? "error"}: ${failure.message}`,
          ...(failure.hint === undefined ? [] : [`What to try: ${failure.hint}`]),
          ...logOf(folder, 0).text.trimEnd().split("\n").slice(-tailLines),
        ];
  return {
    text: run.describe(),
    title: `${data.model} on ${data.data}: ${data.status}`,
    remarks: [run.describe().split("\n")[0], ...(data.warnings ?? []).map((line) => `Warning: ${line}`), ...wrong],
    charts: chartsOf(data),
    tables: [
      ...(data.tables ?? []),
      ...(data.spectrum === undefined ? [] : [{ title: "Eigenvalues", table: spectrumTable(data.spectrum) }]),
      ...(data.leaderboard === undefined ? [] : [{ title: "Candidates", table: leaderboardTable(data.leaderboard) }]),
    ],
  };
}

/** The charts of what a report has. */
export function chartsOf({
  forecast,
  forecastOptions,
  horizon,
  loss,
  spectrum,
  leaderboard,
}: Partial<ReportData>): NonNullable<View["charts"]> {
  return [
    ...(forecast === undefined ? [] : [{ spec: forecastChart(forecast, forecastOptions), caption: forecastCaption(forecast) }]),
    ...(horizon === undefined ? [] : [{ spec: horizonChart(horizon), caption: horizonCaption(horizon) }]),
    ...(loss === undefined ? [] : [{ spec: lossChart(loss), caption: lossCaption(loss) }]),
    ...(spectrum === undefined ? [] : [{ spec: spectrumChart(spectrum), caption: spectrumCaption(spectrum) }]),
    ...(leaderboard === undefined ? [] : [{ spec: leaderboardChart(leaderboard), caption: leaderboardCaption(leaderboard) }]),
  ];
}
