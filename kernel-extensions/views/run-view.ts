import { forecastCaption, horizonCaption, leaderboardCaption, lossCaption, spectrumCaption } from "../../sdk/charts/captions.js";
import { forecastChart } from "../../sdk/charts/forecast.js";
import { horizonChart } from "../../sdk/charts/horizon.js";
import { leaderboardChart, leaderboardTable } from "../../sdk/charts/leaderboard.js";
import { lossChart } from "../../sdk/charts/loss.js";
import type { ReportData } from "../../sdk/charts/report-data.js";
import type { ChartSpec } from "../../sdk/charts/spec.js";
import { spectrumChart } from "../../sdk/charts/spectrum.js";
import { spectrumTable } from "../../sdk/charts/spectrum-table.js";
import type { ChartOptions } from "../../sdk/charts/theme.js";
import type { Run } from "../../sdk/fluent/run.js";
import { gatherReport } from "../../sdk/workflow/app/report.js";
import { openRun } from "../../sdk/workflow/app/runs.js";
import type { Figure, View } from "../bundle.js";

/** A run as its report says it, in short: forecast, error by horizon, losses, spectrum, candidates; for a failed run what went wrong. */
export function runView(run: Run): View {
  const folder = openRun(run.directory);
  const { data } = gatherReport(folder);
  const { failure } = data;
  const advice = failure?.hint === undefined ? [] : [`What to try: ${failure.hint}`];
  return {
    text: [run.describe(), ...advice].join("\n"),
    title: `${data.model} on ${data.data}: ${data.status}`,
    remarks: [run.describe().split("\n")[0], ...(data.warnings ?? []).map((line) => `Warning: ${line}`), ...advice],
    lines: failure?.log,
    figures: figuresOf(data),
    tables: [
      ...(data.tables ?? []),
      ...(data.spectrum === undefined ? [] : [{ title: "Eigenvalues", table: spectrumTable(data.spectrum) }]),
      ...(data.leaderboard === undefined ? [] : [{ title: "Candidates", table: leaderboardTable(data.leaderboard) }]),
    ],
  };
}

/** The figures of what a report has. */
export function figuresOf({ forecast, forecastOptions, horizon, loss, spectrum, leaderboard }: Partial<ReportData>): Figure[] {
  const figure = <T>(
    data: T | undefined,
    chart: (data: T, options: ChartOptions) => ChartSpec,
    caption: (data: T) => string,
  ): Figure[] => (data === undefined ? [] : [{ chart: (options) => chart(data, options), caption: caption(data) }]);
  return [
    ...figure(forecast, (data, options) => forecastChart(data, { ...forecastOptions, ...options }), forecastCaption),
    ...figure(horizon, horizonChart, horizonCaption),
    ...figure(loss, lossChart, lossCaption),
    ...figure(spectrum, spectrumChart, spectrumCaption),
    ...figure(leaderboard, leaderboardChart, leaderboardCaption),
  ];
}
