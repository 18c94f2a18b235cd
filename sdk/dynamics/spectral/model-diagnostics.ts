import { type Diagnostic, diagnoseSpectrum } from "./dmd/diagnostic.js";
import { diagnoseState } from "./dmd/hidden-state.js";
import type { LatentPairs } from "./model-spectrum.js";
import type { Spectrum } from "./spectrum.js";

/**
 * What to know of the spectrum of a trained model before it is believed: ranks and samples that are too few, eigenvalues without support, and
 * states that one sample does not make; control could hide the latter, and then they are not looked for.
 *
 * @param pairs     from latentPairs, shape of P0 [M, k]
 * @param spectrum  of them
 * @returns         nothing when nothing was found
 * @see             docs/spectral.md, "Warnings"
 */
export function diagnoseModel({ P0, control, series, rest }: LatentPairs, spectrum: Spectrum): Diagnostic[] {
  const found = diagnoseSpectrum(spectrum, spectrum.rank, Math.min(P0.rows, P0.cols));
  return control.rows > 0 ? found : [...found, ...diagnoseState(series, rest !== null)];
}
