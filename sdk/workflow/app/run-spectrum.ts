import type { Eigenvalue, SpectrumData } from "../../charts/spectrum.js";
import type { Dataset } from "../../dynamics/data/series.js";
import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { diagnosisWords } from "../../dynamics/spectral/dmd/diagnostic.js";
import { diagnoseModel } from "../../dynamics/spectral/model-diagnostics.js";
import { latentPairs } from "../../dynamics/spectral/model-spectrum.js";
import { koopmanSpectrum, type Spectrum, type SpectrumPoint } from "../../dynamics/spectral/spectrum.js";
import { DymadError } from "../../errors.js";

/** A spectrum as a chart takes it, and what to know of it, a sentence each. */
export interface ToldSpectrum {
  readonly spectrum: SpectrumData;
  readonly warnings: readonly string[];
}

/**
 * The Koopman spectrum of a model with residuals on the given data; null for models that have none, and for data that cannot tell (uneven
 * sampling, another step than that of a discrete model).
 */
export function spectrumOf(model: TrainedModel, data: Dataset): ToldSpectrum | null {
  try {
    const pairs = latentPairs(model, data);
    const spectrum = koopmanSpectrum(pairs);
    return { spectrum: drawnSpectrum(spectrum), warnings: diagnosisWords(diagnoseModel(pairs, spectrum)) };
  } catch (error) {
    if (error instanceof DymadError && error.code !== "E_INTERNAL") return null;
    throw error;
  }
}

/** A spectrum as a chart takes it; `plane` is where it is drawn, default that of the model's time. */
export function drawnSpectrum(
  { points, timeDomain }: Pick<Spectrum, "points" | "timeDomain">,
  plane: SpectrumData["timeDomain"] = timeDomain,
): SpectrumData {
  return { timeDomain: plane, eigenvalues: points.map((point) => drawnEigenvalue(point, plane)) };
}

/** In the continuous plane a point is growth and angular frequency, in the discrete plane the multiplier of a step. */
export function drawnEigenvalue(point: SpectrumPoint, timeDomain: SpectrumData["timeDomain"]): Eigenvalue {
  const { re, im, frequency, growth, angularFrequency, amplitude, residual, flag } = point;
  const place = timeDomain === "continuous" ? { re: growth, im: angularFrequency } : { re, im };
  // A constant observable has its eigenvalue by construction: nothing to warn of.
  const warning = flag === "ok" || flag === "constant" ? null : flag;
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return { ...place, frequency, growth, amplitude: known(amplitude), residual: known(residual), flag: warning };
}
