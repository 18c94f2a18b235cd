import type { Dataset } from "../../dynamics/data/series.js";
import type { TrainedModel } from "../../dynamics/evaluation/trained-model.js";
import { snapshotsOf } from "../../dynamics/spectral/dmd/snapshots.js";
import { type SpectralMeasure, spectralMeasure } from "../../dynamics/spectral/measure.js";
import { type LatentPairs, latentPairs } from "../../dynamics/spectral/model-spectrum.js";
import { type PlaneGrid, planeGrid, pseudospectrum } from "../../dynamics/spectral/pseudospectrum.js";
import { operatorPseudospectrum } from "../../dynamics/spectral/resolvent.js";
import { type Retained, retainPoints } from "../../dynamics/spectral/retained.js";
import { koopmanSpectrum, type Spectrum } from "../../dynamics/spectral/spectrum.js";
import { DymadError } from "../../errors.js";
import { expm } from "../../numerics/linalg/expm.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { SpectralOptions } from "../registry/analysis-request.js";
import { nearest } from "../registry/nearest.js";

/** A pseudospectrum and the points it was computed at. */
export interface PlaneField {
  readonly plane: "discrete" | "continuous";
  readonly method: "residual" | "operator";
  readonly grid: PlaneGrid;
  /** row per imaginary part, shape [I, R] */
  readonly epsilon: Float64Array;
}

export interface SpectralResult {
  readonly spectrum: Spectrum;
  readonly retained: Retained;
  readonly pseudospectrum: PlaneField | null;
  readonly measure: SpectralMeasure | null;
  readonly pairs: LatentPairs;
}

/**
 * The analysis `spectral_koopman`: spectrum with residuals, the part of it that is kept, and what else was asked for.
 *
 * @throws  E_UNSUPPORTED for models without linear dynamics; E_DATA when the step is uneven or not the one given; E_NOT_FOUND when the
 *          observable is no column
 */
export function runSpectralKoopman(model: TrainedModel, data: Dataset, options: SpectralOptions): SpectralResult {
  if (options.dt !== null) snapshotsOf(data, options.dt);
  const pairs = latentPairs(model, data);
  const { threshold, order, keep, remove_one } = options;
  const spectrum = koopmanSpectrum({ ...pairs, threshold, order });
  const retained = retainPoints(spectrum, { keep, ...(remove_one === null ? {} : { removeOne: remove_one }) });
  return {
    spectrum,
    retained,
    pseudospectrum: options.pseudospectrum === null ? null : planeField(pairs, spectrum, options.pseudospectrum),
    measure: options.measure === null ? null : measureOf(pairs, data, options.measure),
    pairs,
  };
}

function planeField(
  pairs: LatentPairs,
  spectrum: Spectrum,
  { method, plane, re, im, points }: NonNullable<SpectralOptions["pseudospectrum"]>,
): PlaneField {
  const around = surroundings(spectrum, plane, points);
  const grid = planeGrid(re ?? around.re, im ?? around.im);
  if (method === "residual") return { plane, method, grid, epsilon: pseudospectrum({ ...pairs, grid, plane }) };
  return { plane, method, grid, epsilon: operatorPseudospectrum(operatorOf(pairs, plane), grid) };
}

/** The latent operator in the plane it is looked at in. */
function operatorOf({ A, dt, timeDomain }: LatentPairs, plane: "discrete" | "continuous"): Matrix {
  if (plane === timeDomain) return A;
  if (plane === "discrete")
    return expm(
      new Matrix(
        A.rows,
        A.cols,
        A.data.map((value) => value * dt),
      ),
    );
  throw new DymadError("E_UNSUPPORTED", "a discrete model has no generator to look at in the continuous plane", {
    path: ["parameters", "pseudospectrum", "plane"],
    hint: "use plane: discrete, or method: residual",
  });
}

type Line = readonly [number, number, number];

/** A rectangle with room around the eigenvalues; for multipliers it holds the unit circle. */
function surroundings({ points }: Spectrum, plane: "discrete" | "continuous", count: number): { re: Line; im: Line } {
  const finite = points.filter(({ growth }) => Number.isFinite(growth));
  const reach = (values: readonly number[], least: number): number =>
    values.reduce((most, v) => Math.max(most, Math.abs(v)), least);
  if (plane === "discrete") {
    const size =
      1.25 *
      reach(
        points.flatMap(({ re, im }) => [re, im]),
        1,
      );
    return { re: [-size, size, count], im: [-size, size, count] };
  }
  const growths = finite.map(({ growth }) => growth);
  const [low, high] = [Math.min(0, ...growths), Math.max(0, ...growths)];
  const height =
    1.25 *
    reach(
      finite.map(({ angularFrequency }) => angularFrequency),
      (high - low || 1) / 2,
    );
  const room = (high - low || 2 * height) / 4;
  return { re: [low - room, high + room, count], im: [-height, height, count] };
}

function measureOf(
  { P0, P1, x0 }: LatentPairs,
  data: Dataset,
  { observable, order, eps, angles }: NonNullable<SpectralOptions["measure"]>,
): SpectralMeasure {
  const column = data.names.x.indexOf(observable);
  if (column < 0) {
    const close = nearest(observable, data.names.x);
    throw new DymadError("E_NOT_FOUND", `there is no column ${JSON.stringify(observable)}`, {
      path: ["parameters", "measure", "observable"],
      hint: close === null ? `the columns are ${data.names.x.join(", ")}` : `did you mean ${close}?`,
    });
  }
  if (column >= x0.cols) {
    throw new DymadError("E_UNSUPPORTED", `${observable} belongs to one node, the measure is over all`, {
      path: ["parameters", "measure", "observable"],
      hint: "name a column of the first node: it stands for the same column of every node",
    });
  }
  return spectralMeasure({ P0, P1, observable: x0.column(column), order, eps, angles });
}
