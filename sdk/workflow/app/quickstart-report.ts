import type { Candidate } from "../../charts/leaderboard.js";
import type { ReportData } from "../../charts/report-data.js";
import type { Eigenvalue } from "../../charts/spectrum.js";
import type { Table } from "../../charts/table.js";
import { candidateText } from "../executor/run-event.js";
import type { CandidateResult } from "../executor/search-results.js";
import { asColumn, type CarbonDioxide, horizonMonths } from "./carbon-dioxide.js";
import type { CandidateScore, QuickstartResult, SpectrumRow } from "./quickstart-result.js";

export interface QuickstartParts {
  readonly study: CarbonDioxide;
  readonly base: ReportData;
  readonly candidates: readonly CandidateScore[];
  readonly recipes: readonly CandidateResult[];
  readonly metrics: QuickstartResult["metrics"];
  readonly spectrum: readonly SpectrumRow[];
  /** ppm for the held-out months */
  readonly forecasts: { readonly koopman: Float64Array; readonly linear: Float64Array; readonly baseline: Float64Array };
}

/** The report of the quick start: three forecasts side by side, the spectrum, and what was tried. */
export function quickstartReport({
  study,
  base,
  candidates,
  recipes,
  metrics,
  spectrum,
  forecasts,
}: QuickstartParts): ReportData {
  const { series, testStart, months } = study;
  const t = series.t.slice(testStart, months);
  const named = [
    { name: "Koopman model", role: "model", x: forecasts.koopman, rmse: metrics.rmse },
    { name: "linear delay model", role: "model", x: forecasts.linear, rmse: metrics.rmse_linear },
    { name: "last year plus drift", role: "baseline", x: forecasts.baseline, rmse: metrics.rmse_baseline },
  ] as const;
  return {
    ...base,
    model: "Discrete Koopman model with learned observables",
    data: "monthly CO2 at Mauna Loa",
    headline: {
      metric: "RMSE of a ten-year free forecast",
      value: metrics.rmse,
      unit: "ppm",
      on: `${horizonMonths} held-out months (linear delay model: ${metrics.rmse_linear.toFixed(3)} ppm)`,
      baseline: { name: "last year repeated plus its drift", value: metrics.rmse_baseline },
    },
    forecast: {
      t: series.t,
      truth: series.x,
      names: ["CO2"],
      units: ["ppm"],
      timeName: "year",
      trainEnd: series.t[testStart - 1],
      forecasts: named.map(({ name, role, x }) => ({ name, role, t, x: asColumn(x) })),
    },
    horizon: {
      horizons: Float64Array.from(t, (_, k) => (k + 1) / 12),
      horizonUnit: "years",
      metric: "RMSE so far",
      unit: "ppm",
      series: named.map(({ name, role, x }) => ({ name, role, errors: errorSoFar(study, x) })),
    },
    spectrum: { timeDomain: "discrete", timeUnit: "year", eigenvalues: spectrum.map(drawn) },
    leaderboard: {
      metric: "RMSE on the last ten training years",
      unit: "ppm",
      candidates: candidates.map(
        ({ delay, rank, rmse }): Candidate => ({ name: `${delay + 1} months, rank ${rank}`, value: rmse }),
      ),
    },
    tables: [{ title: "Ways to train the Koopman model, on the same ten years", table: recipeTable(recipes) }],
    reproduce: "npx dymad quickstart",
  };
}

function recipeTable(recipes: readonly CandidateResult[]): Table {
  return {
    columns: [{ title: "recipe" }, { title: "RMSE", unit: "ppm", digits: 4, best: "min" }],
    rows: recipes.map(({ params, mean }) => [candidateText(params), mean ?? Number.NaN]),
  };
}

/** The constant observable has eigenvalue 1 by construction: nothing to warn of. */
const drawn = (row: SpectrumRow): Eigenvalue => ({ ...row, flag: row.flag === "constant" ? null : row.flag });

/** Root mean square error from the start of the forecast to each month. */
function errorSoFar({ series, testStart }: CarbonDioxide, forecast: Float64Array): Float64Array {
  let sum = 0;
  return forecast.map((value, k) => {
    const e = value - series.x.data[testStart + k];
    sum += e * e;
    return Math.sqrt(sum / (k + 1));
  });
}
