import { spectrumTable } from "../../charts/spectrum-table.js";
import type { Cell } from "../../charts/table.js";
import type { Spectrum, SpectrumPoint } from "../../dynamics/spectral/spectrum.js";
import { ComplexMatrix, modulus } from "../../numerics/linalg/complex.js";
import { finite } from "../../workflow/app/analysis-arrays.js";
import { furtherWords, pseudospectrumWords, resolventWords } from "../../workflow/app/analysis-words.js";
import { analysisTable, type RunAnalysis } from "../../workflow/app/analyze.js";
import { modeForecastTable, modeForecastTitle } from "../../workflow/app/mode-forecast-content.js";
import { type NamedResolvent, resolventTable } from "../../workflow/app/resolvent-content.js";
import { drawnSpectrum } from "../../workflow/app/run-spectrum.js";
import type { ModeForecast } from "../../workflow/executor/mode-forecast.js";
import type { PlaneField } from "../../workflow/executor/plane-field.js";
import { ResultKind } from "./kind.js";

/** epsilon over the complex plane, and the spectrum it surrounds. */
export interface Pseudospectrum extends PlaneField {
  readonly spectrum: Spectrum;
}

/** Koopman modes as rows, and the eigenvalue that each belongs to. */
export interface Modes extends ComplexMatrix {
  /** shape [r] */
  readonly points: readonly SpectrumPoint[];
  readonly space: "latent" | "state";
  /** of the coordinates, shape [n] */
  readonly names: readonly string[];
}

export const spectrumKind: ResultKind<Spectrum> = new ResultKind({
  headline: (spectrum) => `Spectrum ${spectrumWords(spectrum)}`,
  table: (spectrum) => spectrumTable(drawnSpectrum(spectrum)),
});

export const pseudospectrumKind: ResultKind<Pseudospectrum> = new ResultKind<Pseudospectrum>({
  headline: pseudospectrumWords,
  // least epsilon first: there the operator is nearest to an eigenvalue
  table: ({ grid, epsilon }) => ({
    columns: [{ title: "Re z" }, { title: "Im z" }, { title: "epsilon" }],
    rows: [...epsilon.keys()]
      .sort((a, b) => epsilon[a] - epsilon[b])
      .map((k): Cell[] => [grid.re[k % grid.re.length], grid.im[Math.floor(k / grid.re.length)], epsilon[k]]),
  }),
});

export const resolventKind: ResultKind<NamedResolvent> = new ResultKind<NamedResolvent>({
  headline: resolventWords,
  table: resolventTable,
});

export const modeForecastKind: ResultKind<ModeForecast> = new ResultKind<ModeForecast>({
  headline: modeForecastTitle,
  table: modeForecastTable,
});

/** One row a mode: its motion, how far that can be believed, and the size of its part in each coordinate. */
export const modesKind: ResultKind<Modes> = new ResultKind(
  {
    headline: ({ rows, cols, space }) => `${rows} modes in ${cols} ${space === "latent" ? "latent coordinates" : "states"}`,
    table: ({ rows, cols, re, im, points, names }) => ({
      columns: ["growth rate", "frequency", "residual", ...names.map((name) => `|${name}|`)].map((title) => ({ title })),
      rows: Array.from({ length: rows }, (_, i): Cell[] => [
        points[i].growth,
        points[i].frequency,
        finite(points[i].residual),
        ...Array.from({ length: cols }, (_, j) => modulus(re[i * cols + j], im[i * cols + j])),
      ]),
    }),
  },
  ComplexMatrix.prototype,
);

export const analysisKind: ResultKind<RunAnalysis> = new ResultKind<RunAnalysis>({
  headline: ({ analysis_handle, compiled, on, result }) => {
    const { retained, spectrum } = result;
    const kept = retained.indices.length;
    const part = kept === spectrum.points.length ? "" : `, ${kept} kept`;
    return `Analysis ${compiled.workflow_key} ${analysis_handle} on ${on} data: ${spectrumWords(spectrum)}${part}`;
  },
  table: analysisTable,
  further: furtherWords,
});

function spectrumWords({ points, timeDomain }: Spectrum): string {
  const confirmed = points.filter(({ flag }) => flag === "ok").length;
  return `of ${points.length} eigenvalues in ${timeDomain} time, ${confirmed} confirmed by the data`;
}
