import { spectrumCaption } from "../../sdk/charts/captions.js";
import { modesChart } from "../../sdk/charts/modes.js";
import { pseudospectrumChart } from "../../sdk/charts/pseudospectrum.js";
import { spectrumChart } from "../../sdk/charts/spectrum.js";
import type { Spectrum } from "../../sdk/dynamics/spectral/spectrum.js";
import type { Telling } from "../../sdk/fluent/results/kind.js";
import type { Modes, Pseudospectrum } from "../../sdk/fluent/results/spectral.js";
import { chartsOf, modePanels } from "../../sdk/workflow/app/analysis-content.js";
import { furtherTables, type RunAnalysis } from "../../sdk/workflow/app/analyze.js";
import { modeForecastPicture } from "../../sdk/workflow/app/mode-forecast-content.js";
import { type NamedResolvent, resolventPicture } from "../../sdk/workflow/app/resolvent-content.js";
import { drawnSpectrum } from "../../sdk/workflow/app/run-spectrum.js";
import type { ModeForecast } from "../../sdk/workflow/executor/mode-forecast.js";
import type { Figure, View } from "../bundle.js";
import { toldView } from "./told-view.js";

/** Eigenvalues in the plane, coloured by residual, and their rates. */
export function spectrumView(spectrum: Spectrum & Telling): View {
  const data = drawnSpectrum(spectrum);
  const figure: Figure = { chart: (options) => spectrumChart(data, options), caption: spectrumCaption(data) };
  return toldView(spectrum, "Eigenvalues, most trustworthy first", [figure]);
}

const captions = {
  pseudospectrum:
    "How certain are the eigenvalues? A contour encloses all points that are eigenvalues of an operator within epsilon of the model's.",
  resolvent:
    "Which forcing is answered most? Circles are eigenvalues; a peak without one near comes from vectors that are not orthogonal.",
  forecast:
    "How far do the kept eigenvalues alone carry? The trajectory of median error, measured and forecast from its beginning.",
  measure: "Where is the energy of the observable? Peaks are motions, the width of a peak is that of the smoothing.",
  amplitudes: "Which motions are strong in the data?",
  modes: "Which coordinates does each motion move, and with which phase?",
  eigenfunctions: "How does each motion depend on where the system starts?",
};

export function pseudospectrumView(field: Pseudospectrum & Telling): View {
  const { plane, grid, epsilon, spectrum } = field;
  const data = { ...drawnSpectrum(spectrum, plane), field: { ...grid, values: epsilon } };
  const figure: Figure = { chart: (options) => pseudospectrumChart(data, options), caption: captions.pseudospectrum };
  return { ...toldView(field, "", [figure]), tables: [] };
}

/** Gains over frequencies, and the strongest responses. */
export function resolventView(response: NamedResolvent & Telling): View {
  return toldView(response, "Strongest responses", [
    { chart: (options) => resolventPicture(response, options), caption: captions.resolvent },
  ]);
}

/** The trajectory of median error beside its forecast, and errors at times since the start. */
export function modeForecastView(forecast: ModeForecast & Telling): View {
  return toldView(forecast, "Errors", [
    { chart: (options) => modeForecastPicture(forecast, options), caption: captions.forecast },
  ]);
}

/** The first modes as patterns. */
export function modesView(modes: Modes & Telling): View {
  const data = { names: modes.names, modes: modePanels(modes, modes.points) };
  return toldView(modes, "Modes", [{ chart: (options) => modesChart(data, options), caption: captions.modes }]);
}

/** Everything that an analysis was asked for. */
export function analysisView(analysis: RunAnalysis & Telling): View {
  const { compiled, result, names } = analysis;
  const told: Record<string, string> = { ...captions, spectrum: spectrumCaption(drawnSpectrum(result.spectrum)) };
  const figures = Object.keys(chartsOf(compiled, result, names)).map(
    (name): Figure => ({ chart: (options) => chartsOf(compiled, result, names, options)[name], caption: told[name] }),
  );
  const view = toldView(analysis, "Eigenvalues", figures);
  const further = Object.entries(furtherTables(analysis)).map(([title, table]) => ({ title, table }));
  return { ...view, tables: [...(view.tables ?? []), ...further] };
}
