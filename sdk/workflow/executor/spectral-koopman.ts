import type { Dataset } from "../../dynamics/data/series.js";
import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { type Diagnostic, diagnoseMeasure, diagnoseResponse } from "../../dynamics/spectral/dmd/diagnostic.js";
import { snapshotsOf } from "../../dynamics/spectral/dmd/snapshots.js";
import { type SpectralMeasure, spectralMeasure } from "../../dynamics/spectral/measure.js";
import { diagnoseModel } from "../../dynamics/spectral/model-diagnostics.js";
import { type LatentPairs, latentPairs } from "../../dynamics/spectral/model-spectrum.js";
import { type Retained, retainPoints } from "../../dynamics/spectral/retained.js";
import { koopmanSpectrum, type Spectrum } from "../../dynamics/spectral/spectrum.js";
import { stateModes } from "../../dynamics/spectral/state-spectrum.js";
import { DymadError } from "../../errors.js";
import type { ComplexMatrix } from "../../numerics/linalg/complex.js";
import type { Matrix } from "../../numerics/linalg/matrix.js";
import type { SpectralOptions } from "../registry/analysis-request.js";
import { columnOf, type EigenfunctionField, eigenfunctionField } from "./eigenfunction-field.js";
import { atParameters } from "./error-place.js";
import { type AnalysisPart, type MissingPart, orMissing } from "./missing-part.js";
import { type ModeForecast, modeForecast } from "./mode-forecast.js";
import { type PlaneField, planeField } from "./plane-field.js";
import { type ResolventResponse, resolventResponse } from "./resolvent-response.js";

export interface SpectralResult {
  readonly spectrum: Spectrum;
  readonly retained: Retained;
  /** patterns of the kept modes in the states, at the sample nearest to the mean, shape [r, n] */
  readonly stateModes: ComplexMatrix | null;
  readonly eigenfunctions: EigenfunctionField | null;
  readonly pseudospectrum: PlaneField | null;
  readonly measure: SpectralMeasure | null;
  readonly resolvent: ResolventResponse | null;
  readonly forecast: ModeForecast | null;
  /** which of these parts are null because the model does not have them, and why; the others were not asked for */
  readonly missing: readonly MissingPart[];
  readonly pairs: LatentPairs;
  /** what to know before the numbers are believed; empty when nothing was found */
  readonly diagnostics: readonly Diagnostic[];
}

/** How far an analysis is. */
export interface AnalysisProgress {
  readonly done: number;
  readonly of: number;
}

/**
 * The analysis `spectral_koopman`: spectrum with residuals, the part of it that is kept, and what else was asked for, as far as the
 * model has it.
 *
 * @throws  E_UNSUPPORTED for models without linear dynamics; E_DATA when the step is uneven or not the one given; E_NOT_FOUND when the
 *          observable is no column; E_SPEC when a frequency is not the model's
 */
export function* runSpectralKoopman(
  model: TrainedModel,
  data: Dataset,
  options: SpectralOptions,
): Generator<AnalysisProgress, SpectralResult> {
  const { dt } = options;
  if (dt !== null) atParameters(() => snapshotsOf(data, dt));
  const pairs = latentPairs(model, data);
  const { threshold, order, keep, remove_one } = options;
  const spectrum = koopmanSpectrum({ ...pairs, threshold, order });
  const kept = { keep, ...(remove_one === null ? {} : { removeOne: remove_one }) };
  const retained = atParameters(() => retainPoints(spectrum, kept));
  const middle = nearestToMean(pairs.x0);
  const z = pairs.P0.row(middle);
  const missing: MissingPart[] = [];
  /** a part that was asked for by its options; null when it was not, or cannot be had */
  const part = <O, T>(name: AnalysisPart, wanted: O | null, work: (wanted: O) => T): T | null =>
    wanted === null ? null : orMissing(name, missing, () => work(wanted));
  const patterns = orMissing("state_modes", missing, () => stateModes(model, retained.spectrum, z));
  const eigenfunctions = part("eigenfunctions", options.eigenfunctions, (wanted) =>
    eigenfunctionField(model, retained.spectrum, pairs.x0, middle, data, wanted),
  );
  const measure = part("measure", options.measure, (wanted) => measureOf(pairs, data, wanted));
  const resolvent = part("resolvent", options.resolvent, (wanted) =>
    atParameters(() => resolventResponse(model, pairs, retained, z, wanted, patterns !== null)),
  );
  const forecast = part("forecast", options.forecast || null, () => modeForecast(model, spectrum, retained, data));
  // the longest comes last, when nothing can be refused any more
  const rows = part("pseudospectrum", options.pseudospectrum, (wanted) => planeField(pairs, spectrum, wanted));
  return {
    spectrum,
    retained,
    stateModes: patterns,
    eigenfunctions,
    pseudospectrum: rows === null ? null : yield* rows,
    measure,
    resolvent,
    forecast,
    missing,
    pairs,
    diagnostics: [
      ...diagnoseModel(pairs, spectrum),
      ...(options.measure === null || measure === null ? [] : diagnoseMeasure(spectrum, measure, options.measure.eps)),
      ...(resolvent === null ? [] : diagnoseResponse(retained.spectrum)),
    ],
  };
}

/** The sample nearest to the mean of all. */
function nearestToMean(x: Matrix): number {
  const mean = new Float64Array(x.cols);
  for (let i = 0; i < x.rows; i++) for (let j = 0; j < x.cols; j++) mean[j] += x.get(i, j) / x.rows;
  const distance = (i: number): number => x.row(i).reduce((sum, value, j) => sum + (value - mean[j]) * (value - mean[j]), 0);
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < x.rows; i++) {
    const here = distance(i);
    if (here < least) [best, least] = [i, here];
  }
  return best;
}

function measureOf(
  { P0, P1, x0 }: LatentPairs,
  data: Dataset,
  { observable, order, eps, angles }: NonNullable<SpectralOptions["measure"]>,
): SpectralMeasure {
  const column = columnOf(data, observable, ["parameters", "measure", "observable"]);
  if (column >= x0.cols) {
    throw new DymadError("E_UNSUPPORTED", `${observable} belongs to one node, the measure is over all`, {
      path: ["parameters", "measure", "observable"],
      hint: "name a column of the first node: it stands for the same column of every node",
    });
  }
  return spectralMeasure({ P0, P1, observable: x0.column(column), order, eps, angles });
}
