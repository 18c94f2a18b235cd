import type { Eigenvalue, SpectrumData } from "../../charts/spectrum.js";
import type { Dataset } from "../../dynamics/data/series.js";
import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { modelSpectrum } from "../../dynamics/spectral/model-spectrum.js";
import type { Spectrum, SpectrumPoint } from "../../dynamics/spectral/spectrum.js";
import { DymadError } from "../../errors.js";

/**
 * The Koopman spectrum of a model as a chart takes it, with residuals on the given data; null for models that have none, and
 * for data that cannot tell (uneven sampling, control in continuous time, fewer samples than observables).
 */
export function spectrumOf(model: TrainedModel, data: Dataset): SpectrumData | null {
  try {
    return drawnSpectrum(modelSpectrum(model, data));
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
