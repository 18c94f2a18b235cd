import { forecastChart } from "../../charts/forecast.js";
import { renderSvg } from "../../charts/svg.js";
import { noMedianPrediction } from "../../dynamics/tuning/convergence-diagnostics.js";
import type { ConvergenceResult, MedianPrediction } from "../../dynamics/tuning/convergence-study.js";
import { Matrix } from "../../numerics/linalg/matrix.js";

/**
 * Draws what the median trials of a study predict.
 *
 * @returns  an SVG for each median, null where there is none, and the study, which says what could not be drawn: a study without a
 *           picture is a study all the same
 */
export async function medianPictures(
  study: ConvergenceResult,
): Promise<{ readonly pictures: readonly (string | null)[]; readonly study: ConvergenceResult }> {
  const pictures: (string | null)[] = [];
  const medians: MedianPrediction[] = [];
  const diagnostics = [...study.diagnostics];
  for (const median of study.medians) {
    try {
      pictures.push(median.prediction === null ? null : await picture(median, median.prediction));
      medians.push(median);
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      diagnostics.push(noMedianPrediction(median, failure));
      pictures.push(null);
      medians.push({ ...median, failure });
    }
  }
  return { pictures, study: { ...study, medians, diagnostics } };
}

function picture({ method, refinement }: MedianPrediction, found: NonNullable<MedianPrediction["prediction"]>): Promise<string> {
  const { at, truth, prediction } = found;
  const forecast = { name: `${method} at ${refinement}`, t: at, x: column(prediction) };
  const data = { t: at, truth: column(truth), names: ["value"], timeName: "at", trainEnd: null, forecasts: [forecast] };
  return renderSvg(forecastChart(data));
}

const column = (values: ArrayLike<number>): Matrix => new Matrix(values.length, 1, Float64Array.from(values));
