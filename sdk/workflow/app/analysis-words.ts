import { formatNumber } from "../../charts/numbers.js";
import type { PlaneField } from "../executor/plane-field.js";
import type { ResolventResponse } from "../executor/resolvent-response.js";
import { namedResolvent } from "./analysis-content.js";
import type { RunAnalysis } from "./analyze.js";
import { modeForecastTitle } from "./mode-forecast-content.js";

export function pseudospectrumWords({ plane, method, grid, epsilon }: PlaneField): string {
  const least = epsilon.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return `Pseudospectrum ${method}, ${plane} plane, ${grid.re.length} x ${grid.im.length} points, least epsilon ${formatNumber(least)}`;
}

export const resolventWords = ({ angularFrequencies, forcing, atPeaks }: ResolventResponse): string =>
  `Resolvent over ${angularFrequencies.length} angular frequencies, ${forcing === "control" ? "control" : "latent coordinates"} forced; ${atPeaks ? "peaks" : "gains"}:`;

/** What an analysis has beside its eigenvalues, a line each: what was asked for and is there, and the files. */
export function furtherWords(analysis: RunAnalysis): string[] {
  const { result, names, artifacts } = analysis;
  const { forecast } = result;
  const resolvent = namedResolvent(result, names);
  const lines = fieldWords(analysis);
  if (resolvent !== null) {
    const peaks = resolvent.responses.map(
      ({ angularFrequency, gain }) => `${formatNumber(gain)} at ${formatNumber(angularFrequency)}`,
    );
    lines.push(`${resolventWords(resolvent)} ${peaks.join(", ")}`);
  }
  if (forecast !== null) lines.push(modeForecastTitle(forecast));
  return [...lines, filesWords(artifacts)];
}

/** Those of them that are fields, too large for a table. */
export function fieldWords({ result, compiled }: Pick<RunAnalysis, "result" | "compiled">): string[] {
  const { pseudospectrum, eigenfunctions, measure } = result;
  const lines: string[] = [];
  if (pseudospectrum !== null) lines.push(pseudospectrumWords(pseudospectrum));
  if (eigenfunctions !== null) {
    const { which, columns, across, up } = eigenfunctions;
    lines.push(`Eigenfunctions ${which.length} over ${columns.join(" and ")}, ${across.length} x ${up.length} points`);
  }
  if (measure !== null && compiled.parameters.measure !== null) {
    const { observable } = compiled.parameters.measure;
    lines.push(`Spectral measure of ${observable} at ${measure.angles.length} angles, total ${formatNumber(measure.total)}`);
  }
  return lines;
}

/** All files of an analysis share a folder and the hash before their names. `place`: what stands before their paths. */
export function filesWords(artifacts: RunAnalysis["artifacts"], place = ""): string {
  const start = artifacts.summary.slice(0, -"summary.json".length);
  return `Files ${place}${start}{${Object.values(artifacts)
    .map((path) => path.slice(start.length))
    .join(",")}}`;
}
