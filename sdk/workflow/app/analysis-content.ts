import { amplitudeChart } from "../../charts/amplitudes.js";
import { eigenfunctionChart } from "../../charts/eigenfunctions.js";
import { type MeasureData, measureChart } from "../../charts/measure.js";
import { type ModePanel, modesChart } from "../../charts/modes.js";
import { pseudospectrumChart } from "../../charts/pseudospectrum.js";
import type { ChartSpec } from "../../charts/spec.js";
import { type Eigenvalue, spectrumChart } from "../../charts/spectrum.js";
import type { ChartOptions } from "../../charts/theme.js";
import { diagnosisWords } from "../../dynamics/spectral/dmd/diagnostic.js";
import { modes } from "../../dynamics/spectral/modes.js";
import type { SpectrumPoint } from "../../dynamics/spectral/spectrum.js";
import type { ShapedArray } from "../../formats/npy.js";
import type { ComplexMatrix } from "../../numerics/linalg/complex.js";
import type { CompiledFor } from "../compiler/compile-analysis.js";
import type { EigenfunctionField } from "../executor/eigenfunction-field.js";
import { analysisParts } from "../executor/missing-part.js";
import type { SpectralResult } from "../executor/spectral-koopman.js";
import type { AnalysisRecord } from "../facade/records.js";
import { complexArrays, finite } from "./analysis-arrays.js";
import type { Findings } from "./analysis-files.js";
import { modeForecastArrays, modeForecastDetails, modeForecastPicture } from "./mode-forecast-content.js";
import { type NamedResolvent, resolventArrays, resolventPicture, responseRecords } from "./resolvent-content.js";
import { drawnEigenvalue, drawnSpectrum } from "./run-spectrum.js";
import { eigenvalueArrays, eigenvalueCounts, eigenvalueRecords, pointRows } from "./spectrum-content.js";

/** Modes drawn at most. */
const mostModes = 6;

/** What a spectral analysis has found. `on`: which data it was judged by. */
export function spectralFindings(
  compiled: CompiledFor<"spectral_koopman">,
  result: SpectralResult,
  { on, names }: { readonly on: "test" | "valid"; readonly names: readonly string[] },
): Findings {
  const resolvent = namedResolvent(result, names);
  return {
    summary: summaryOf(result),
    eigenvalues: eigenvalueRecords(result.spectrum, result.retained.indices),
    ...(resolvent === null ? {} : { responses: responseRecords(resolvent) }),
    details: {
      on,
      points: pointRows(result.spectrum),
      kept: result.retained.indices,
      missing: result.missing,
      diagnostics: result.diagnostics,
      ...(result.forecast === null ? {} : { forecast: modeForecastDetails(result.forecast) }),
    },
    warnings: analysisWarnings(result),
    arrays: arraysOf(result),
    charts: compiled.parameters.figures ? chartsOf(compiled, result, names) : {},
  };
}

/** The resolvent of an analysis with what its table and picture are made of beside; null where none was asked for. */
export const namedResolvent = (
  { resolvent, retained }: Pick<SpectralResult, "resolvent" | "retained">,
  names: readonly string[],
): NamedResolvent | null => (resolvent === null ? null : { ...resolvent, spectrum: retained.spectrum, names });

/** What a reader must know of an analysis, a sentence each: the numbers that mean less than they seem to, and what there is not. */
export function analysisWarnings(result: SpectralResult): string[] {
  const without = result.missing.map(
    ({ part, message, hint }) => `no ${analysisParts[part]}: ${message}${hint === undefined ? "" : `; ${hint}`}`,
  );
  return [...diagnosisWords(result.diagnostics), ...without];
}

/** Everything a later reader needs to go on: values, vectors, what is kept, fields. */
function arraysOf({
  spectrum,
  retained,
  stateModes,
  eigenfunctions,
  pseudospectrum,
  measure,
  resolvent,
  forecast,
  pairs,
}: SpectralResult): Record<string, ShapedArray> {
  const { points, functions, duals } = spectrum;
  const kept = new Float64Array(points.length);
  for (const i of retained.indices) kept[i] = 1;
  const shapes = modes(spectrum);
  const square: readonly number[] = [functions.rows, functions.cols];
  return {
    ...eigenvalueArrays(spectrum),
    kept: { shape: [points.length], data: kept },
    functions_re: { shape: square, data: functions.re },
    functions_im: { shape: square, data: functions.im },
    duals_re: { shape: square, data: duals.re },
    duals_im: { shape: square, data: duals.im },
    modes_re: { shape: [shapes.rows, shapes.cols], data: shapes.re },
    modes_im: { shape: [shapes.rows, shapes.cols], data: shapes.im },
    ...(pairs.control.rows === 0
      ? {}
      : { control: { shape: [pairs.control.rows, pairs.control.cols], data: pairs.control.data } }),
    ...(stateModes === null ? {} : complexArrays("state_modes", stateModes, [stateModes.rows, stateModes.cols])),
    ...(eigenfunctions === null ? {} : eigenfunctionArrays(eigenfunctions)),
    ...(pseudospectrum === null
      ? {}
      : {
          plane_re: { shape: [pseudospectrum.grid.re.length], data: pseudospectrum.grid.re },
          plane_im: { shape: [pseudospectrum.grid.im.length], data: pseudospectrum.grid.im },
          epsilon: { shape: [pseudospectrum.grid.im.length, pseudospectrum.grid.re.length], data: pseudospectrum.epsilon },
        }),
    ...(measure === null
      ? {}
      : {
          measure_angles: { shape: [measure.angles.length], data: measure.angles },
          measure_density: { shape: [measure.density.length], data: measure.density },
        }),
    ...(resolvent === null ? {} : resolventArrays(resolvent)),
    ...(forecast === null ? {} : modeForecastArrays(forecast)),
  };
}

/** One field a function, `eigenfunctions` [count, Y, X], on the places `plane_across` [X] and `plane_up` [Y]. */
function eigenfunctionArrays({ across, up, which, values }: EigenfunctionField): Record<string, ShapedArray> {
  return {
    eigenfunction_points: { shape: [which.length], data: Float64Array.from(which) },
    plane_across: { shape: [across.length], data: across },
    plane_up: { shape: [up.length], data: up },
    ...complexArrays("eigenfunctions", values.transpose(), [which.length, up.length, across.length]),
  };
}

/** Charts of an analysis by name. */
export function chartsOf(
  { parameters }: CompiledFor<"spectral_koopman">,
  result: SpectralResult,
  names: readonly string[],
  options: ChartOptions = {},
): Record<string, ChartSpec> {
  const { spectrum, retained, stateModes, eigenfunctions, pseudospectrum, measure } = result;
  const own = drawnSpectrum(spectrum);
  const charts: Record<string, ChartSpec> = { spectrum: spectrumChart(own, options), amplitudes: amplitudeChart(own, options) };
  const eigenvalueAt = (i: number): Eigenvalue => drawnEigenvalue(retained.spectrum.points[i], "continuous");
  if (stateModes !== null) {
    charts.modes = modesChart({ names, modes: modePanels(stateModes, retained.spectrum.points) }, options);
  }
  if (eigenfunctions !== null) {
    const { columns, across, up, which, values } = eigenfunctions;
    const functions = which.map((i, k) => ({ eigenvalue: eigenvalueAt(i), ...values.column(k) }));
    charts.eigenfunctions = eigenfunctionChart({ columns, across, up, functions }, options);
  }
  if (pseudospectrum !== null) {
    const { plane, grid, epsilon } = pseudospectrum;
    charts.pseudospectrum = pseudospectrumChart(
      { ...drawnSpectrum(spectrum, plane), field: { ...grid, values: epsilon } },
      options,
    );
  }
  if (measure !== null && parameters.measure !== null) {
    const data: MeasureData = { ...measure, observable: parameters.measure.observable, eps: parameters.measure.eps };
    charts.measure = measureChart(data, options);
  }
  const resolvent = namedResolvent(result, names);
  if (resolvent !== null) charts.resolvent = resolventPicture(resolvent, options);
  if (result.forecast !== null) charts.forecast = modeForecastPicture(result.forecast, options);
  return charts;
}

/** The first modes for a chart, a pair once. `shapes`: row per point. */
export function modePanels(shapes: ComplexMatrix, points: readonly SpectrumPoint[]): ModePanel[] {
  const turned = shapes.transpose();
  const leading = Array.from(points.keys()).filter((i) => points[i].angularFrequency >= 0);
  return leading.slice(0, mostModes).map((i) => ({ eigenvalue: drawnEigenvalue(points[i], "continuous"), ...turned.column(i) }));
}

/** The counts of an analysis. */
function summaryOf({
  spectrum,
  retained,
  pseudospectrum,
  measure,
  resolvent,
  forecast,
}: SpectralResult): AnalysisRecord["summary"] {
  const { points, rank, samples, dt, timeDomain } = spectrum;
  return {
    n_eigs: retained.indices.length,
    ...eigenvalueCounts(spectrum),
    removed_as_one: retained.ones.length,
    obs_dim: points.length,
    observed_rank: rank,
    sample_count: samples,
    dt,
    time_domain: timeDomain,
    smallest_epsilon:
      pseudospectrum === null ? null : pseudospectrum.epsilon.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    measure_total: measure?.total ?? null,
    highest_gain:
      resolvent === null ? null : finite(resolvent.gains.reduce((a, b) => Math.max(a, b), resolvent.responses[0].gain)),
    forecast_rmse: forecast === null ? null : finite(forecast.result.rmse_mean),
  };
}
