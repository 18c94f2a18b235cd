import { forecastCaption, horizonCaption, leaderboardCaption, lossCaption, spectrumCaption } from "../../charts/captions.js";
import { forecastChart } from "../../charts/forecast.js";
import { horizonChart } from "../../charts/horizon.js";
import { leaderboardChart } from "../../charts/leaderboard.js";
import { lossChart } from "../../charts/loss.js";
import type { ReportData } from "../../charts/report-data.js";
import type { ChartSpec } from "../../charts/spec.js";
import { spectrumChart } from "../../charts/spectrum.js";
import { renderSvg } from "../../charts/svg.js";
import { DymadError } from "../../errors.js";
import type { RunFolder } from "../executor/run-folder.js";
import { type Files, machineFiles } from "../store/files.js";
import { gatherReport } from "./report.js";

/** How each chart of a run is drawn; null when the run has nothing for it. */
const charts = {
  loss: ({ loss }) => loss && { spec: lossChart(loss), caption: lossCaption(loss) },
  forecast: ({ forecast }) => forecast && { spec: forecastChart(forecast), caption: forecastCaption(forecast) },
  horizon: ({ horizon }) => horizon && { spec: horizonChart(horizon), caption: horizonCaption(horizon) },
  spectrum: ({ spectrum }) => spectrum && { spec: spectrumChart(spectrum), caption: spectrumCaption(spectrum) },
  leaderboard: ({ leaderboard }) =>
    leaderboard && { spec: leaderboardChart(leaderboard), caption: leaderboardCaption(leaderboard) },
} satisfies Record<string, (report: ReportData) => { readonly spec: ChartSpec; readonly caption: string } | undefined>;

export type RunChartName = keyof typeof charts;

export const runChartNames = Object.keys(charts) as RunChartName[];

export interface RunChart {
  readonly name: RunChartName;
  readonly svg: string;
  readonly caption: string;
}

/**
 * One chart of a run's report as SVG.
 *
 * @throws  E_NOT_FOUND when the run has nothing to show in it: no epochs, no model, no linear dynamics, no search
 */
export async function runChart(folder: RunFolder, name: RunChartName, files: Files = machineFiles): Promise<RunChart> {
  const { data } = gatherReport(folder, files);
  const drawn = charts[name](data);
  if (drawn) return { name, svg: await renderSvg(drawn.spec), caption: drawn.caption };
  const others = runChartNames.filter((one) => charts[one](data) !== undefined);
  throw new DymadError("E_NOT_FOUND", `the run (${data.status}) has nothing to show as ${name}`, {
    hint: others.length === 0 ? "wait for its end" : `it has ${others.join(", ")}`,
  });
}
