import { delayCoordinatesChart } from "../../charts/delay-coordinates.js";
import { forcingChart } from "../../charts/forcing.js";
import { forcingDistributionChart } from "../../charts/forcing-distribution.js";
import { formatNumber, listWords } from "../../charts/numbers.js";
import type { ChartSpec } from "../../charts/spec.js";
import { spectrumChart } from "../../charts/spectrum.js";
import type { Cell, Table } from "../../charts/table.js";
import type { ChartOptions } from "../../charts/theme.js";
import { diagnosisWords } from "../../dynamics/spectral/dmd/diagnostic.js";
import type { ShapedArray } from "../../formats/npy.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { CompiledFor } from "../compiler/compile-analysis.js";
import type { HavokResult, TimedBurst } from "../executor/havok.js";
import { finite, lineArray, matrixArray } from "./analysis-arrays.js";
import type { Findings } from "./analysis-files.js";
import { drawnSpectrum } from "./run-spectrum.js";
import { eigenvalueArrays, eigenvalueCounts, eigenvalueRecords, eigenvalueTable, pointRows } from "./spectrum-content.js";

/** Windows drawn at most: a push is seen in its neighbourhood, not over a thousand orbits. */
const mostWindows = 3000;

/** What a HAVOK analysis has found. */
export function havokFindings({ parameters }: CompiledFor<"havok">, result: HavokResult): Findings {
  const { bursts, diagnostics, trajectories, names, activity } = result;
  return {
    summary: summaryOf(result),
    eigenvalues: eigenvalueRecords(result.spectrum),
    details: {
      observed: names,
      trajectories,
      points: pointRows(result.spectrum),
      push_mean: finite(activity.mean),
      push_deviation: finite(activity.deviation),
      bursts,
      diagnostics,
    },
    warnings: diagnosisWords(diagnostics),
    arrays: arraysOf(result),
    charts: parameters.figures ? havokCharts(result, parameters.threshold) : {},
  };
}

function summaryOf(result: HavokResult): Findings["summary"] {
  const { spectrum, dt, delay, basis, spanned, kurtosis, misfit, errors, activity, bursts, trajectories } = result;
  return {
    dt,
    delay,
    window: delay * dt,
    rank: basis.cols,
    spanned,
    n_trajectories: trajectories.length,
    sample_count: spectrum.samples,
    ...eigenvalueCounts(spectrum),
    kurtosis: finite(kurtosis),
    active_share: finite(activity.share),
    n_bursts: bursts.length,
    misfit_driven: finite(misfit.driven),
    misfit_undriven: finite(misfit.undriven),
    error_restored: finite(errors.restored),
    error_driven: finite(errors.driven),
    error_undriven: finite(errors.undriven),
  };
}

/** The system, and of each trajectory its windows' times, coordinates and push, and what the linear system makes of it. */
function arraysOf(result: HavokResult): Record<string, ShapedArray> {
  const { basis, singularValues, step, push, trajectories, times, coordinates, forcing, driven, undriven, bursts } = result;
  const series = trajectories.map((which, i) => ({
    [`times_${which}`]: lineArray(times[i]),
    [`coordinates_${which}`]: matrixArray(coordinates[i]),
    [`forcing_${which}`]: lineArray(forcing[i]),
    [`driven_${which}`]: matrixArray(driven[i]),
    [`undriven_${which}`]: matrixArray(undriven[i]),
  }));
  const columns = ["trajectory", "start", "end", "peak_time", "peak"] as const;
  return {
    basis: matrixArray(basis),
    singular_values: lineArray(singularValues),
    step: matrixArray(step),
    push: matrixArray(push),
    ...eigenvalueArrays(result.spectrum),
    bursts: {
      shape: [bursts.length, columns.length],
      data: Float64Array.from(bursts.flatMap((burst) => columns.map((name) => burst[name]))),
    },
    ...Object.assign({}, ...series),
  };
}

/** Charts by name: of the longest trajectory where they are over time. `threshold`: deviations beyond which the push is active. */
export function havokCharts(result: HavokResult, threshold: number, options: ChartOptions = {}): Record<string, ChartSpec> {
  const { spectrum, names, trajectories, times, samples, driven, forcing, coordinates, activity, bursts, kurtosis } = result;
  const rated = drawnSpectrum(spectrum, "continuous");
  const charts: Record<string, ChartSpec> = { spectrum: spectrumChart(rated, options) };
  // rounding has no bursts to draw, and no distribution
  if (Number.isNaN(kurtosis)) return charts;
  const longest = times.reduce((best, t, i) => (t.length > times[best].length ? i : best), 0);
  const t = times[longest].subarray(0, mostWindows);
  const last = t[t.length - 1];
  const part = (x: Matrix, j: number): Float64Array => x.slice(0, t.length).column(j);
  const [f, v] = [forcing[longest].subarray(0, t.length), coordinates[longest]];
  charts.forcing = forcingChart(
    {
      t,
      columns: names.map((name, j) => ({ name, measured: part(samples[longest], j), driven: part(driven[longest], j) })),
      forcing: { values: f, mean: activity.mean, level: activity.level },
      bursts: bursts.filter(({ trajectory, start }) => trajectory === trajectories[longest] && start <= last),
    },
    options,
  );
  const deviations = forcing.flatMap((series) => Array.from(series, (value) => (value - activity.mean) / activity.deviation));
  charts.distribution = forcingDistributionChart({ values: deviations, threshold }, options);
  const plane = v.cols > 1 ? { name: "v2", values: part(v, 1) } : { name: "push", values: f };
  charts.coordinates = delayCoordinatesChart(
    {
      names: ["v1", plane.name],
      across: part(v, 0),
      up: plane.values,
      active: Array.from(f, (value) => Math.abs(value - activity.mean) > activity.level),
    },
    options,
  );
  return charts;
}

/** What the pictures are about. */
export const havokCaptions: Readonly<Record<string, string>> = {
  forcing:
    "When is it pushed, and does that explain the series? Shaded are bursts of the push; the linear system is given the first window and the push, nothing else.",
  distribution: "Does the push come in bursts? Tails above those of normal numbers are rare and large pushes.",
  coordinates: "Where is it pushed? The path of the first two coordinates, orange where the push is active.",
};

/** The eigenvalues, and the strongest bursts. */
export const havokTables = (result: HavokResult): Record<string, Table> => ({
  Eigenvalues: eigenvalueTable(result.spectrum),
  ...(result.bursts.length === 0 ? {} : { "Bursts, the strongest first": burstTable(result) }),
});

function burstTable({ bursts, trajectories, activity }: HavokResult): Table {
  const away = ({ peak }: TimedBurst): number => (peak - activity.mean) / activity.deviation;
  const several = trajectories.length > 1;
  const rows = [...bursts]
    .sort((a, b) => Math.abs(away(b)) - Math.abs(away(a)))
    .map((one): Cell[] => [...(several ? [one.trajectory] : []), one.start, one.end, one.peak_time, away(one)]);
  const titles = [...(several ? ["trajectory"] : []), "start", "end", "peak at"];
  return { columns: [...titles.map((title) => ({ title })), { title: "peak", unit: "deviations" }], rows };
}

/** What was found, a sentence a line. */
export function havokLines({ parameters }: CompiledFor<"havok">, result: HavokResult): string[] {
  const { delay, dt, basis, spanned, singularValues, kurtosis, activity, bursts, misfit, errors, names, spectrum } = result;
  const [r, short] = [basis.cols, (value: number): string => formatNumber(value, 3)];
  const { n_confirmed, n_eigs_full } = eigenvalueCounts(spectrum);
  const pushed = !Number.isNaN(kurtosis);
  const what = listWords(names.slice(0, 3)) + (names.length > 3 ? ` and ${names.length - 3} more` : "");
  const coordinates = r === 2 ? "1 coordinate" : `${r - 1} coordinates`;
  return [
    `windows of ${delay + 1} samples, ${short(delay * dt)} units of t: ${coordinates} and the push, of ${spanned} ${spanned === 1 ? "direction" : "directions"} among ${singularValues.length}`,
    pushed
      ? `push: kurtosis ${short(kurtosis)} (normal numbers: 3), beyond ${parameters.threshold} deviations for ${short(activity.share)} of the time, in ${bursts.length} ${bursts.length === 1 ? "burst" : "bursts"}`
      : "push: none beyond rounding",
    `one step: misfit ${short(misfit.driven)} of the change with the push, ${short(misfit.undriven)} without`,
    `${what} brought back: relative error ${short(errors.restored)} from the coordinates, ${short(errors.driven)} simulated with the push, ${short(errors.undriven)} without`,
    `eigenvalues of the linear part: ${n_confirmed} of ${n_eigs_full} confirmed by ${spectrum.samples} pairs of windows`,
  ];
}
