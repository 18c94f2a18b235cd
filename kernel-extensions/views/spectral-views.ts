import { spectrumCaption } from "../../sdk/charts/captions.js";
import { modesChart } from "../../sdk/charts/modes.js";
import { formatNumber } from "../../sdk/charts/numbers.js";
import { pseudospectrumChart } from "../../sdk/charts/pseudospectrum.js";
import { spectrumChart } from "../../sdk/charts/spectrum.js";
import type { Spectrum, SpectrumPoint } from "../../sdk/dynamics/spectral/spectrum.js";
import type { Telling } from "../../sdk/fluent/results/kind.js";
import type { Modes, Pseudospectrum } from "../../sdk/fluent/results/spectral.js";
import { modulus } from "../../sdk/numerics/linalg/complex.js";
import { chartsOf } from "../../sdk/workflow/app/analysis-content.js";
import type { RunAnalysis } from "../../sdk/workflow/app/analyze.js";
import { drawnSpectrum } from "../../sdk/workflow/app/run-spectrum.js";
import type { Figure, View } from "../bundle.js";
import { toldView } from "./told-view.js";

/** Eigenvalues in the plane, coloured by residual, and their rates. */
export function spectrumView(spectrum: Spectrum & Telling): View {
  const data = drawnSpectrum(spectrum);
  const figure: Figure = { chart: (options) => spectrumChart(data, options), caption: spectrumCaption(data) };
  return toldView(spectrum, "Eigenvalues, most trustworthy first", [figure]);
}

const fieldCaption =
  "How certain are the eigenvalues? A contour encloses all points that are eigenvalues of an operator within epsilon of the model's.";
const measureCaption = "Where is the energy of the observable? Peaks are motions, the width of a peak is that of the smoothing.";

export function pseudospectrumView(field: Pseudospectrum & Telling): View {
  const { plane, grid, epsilon, spectrum } = field;
  const data = { ...drawnSpectrum(spectrum, plane), field: { ...grid, values: epsilon } };
  const figure: Figure = { chart: (options) => pseudospectrumChart(data, options), caption: fieldCaption };
  return { ...toldView(field, "", [figure]), tables: [] };
}

/** Sizes of the modes by coordinate. */
export function modesView(modes: Modes & Telling): View {
  const { re, im, cols, points } = modes;
  const data = {
    modes: points.map(modeName),
    coordinates: Array.from({ length: cols }, (_, j) => `z${j + 1}`),
    sizes: Float64Array.from(re, (value, k) => modulus(value, im[k])),
  };
  const caption = "Which coordinates does each mode move? Bright cells move most.";
  return toldView(modes, "Modes", [{ chart: (options) => modesChart(data, options), caption }]);
}

/** Everything that an analysis was asked for. */
export function analysisView(analysis: RunAnalysis & Telling): View {
  const { compiled, result } = analysis;
  const captions: Record<string, string> = {
    spectrum: spectrumCaption(drawnSpectrum(result.spectrum)),
    pseudospectrum: fieldCaption,
    measure: measureCaption,
  };
  const figures = Object.keys(chartsOf(compiled, result)).map(
    (name): Figure => ({ chart: (options) => chartsOf(compiled, result, options)[name], caption: captions[name] }),
  );
  return toldView(analysis, "Eigenvalues", figures);
}

const modeName = ({ growth, frequency }: SpectrumPoint): string =>
  `growth ${formatNumber(growth, 3)}, frequency ${formatNumber(frequency, 3)}`;
