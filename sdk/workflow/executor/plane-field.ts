import type { LatentPairs } from "../../dynamics/spectral/model-spectrum.js";
import { type PlaneGrid, planeGrid, pseudospectrumRows, type Rows } from "../../dynamics/spectral/pseudospectrum.js";
import { operatorRows } from "../../dynamics/spectral/resolvent.js";
import type { Spectrum } from "../../dynamics/spectral/spectrum.js";
import { DymadError } from "../../errors.js";
import { expm } from "../../numerics/linalg/expm.js";
import { Matrix } from "../../numerics/linalg/matrix.js";
import type { Line, SpectralOptions } from "../registry/analysis-request.js";
import { withPlaces } from "./error-place.js";

/** A pseudospectrum and the points it was computed at. */
export interface PlaneField {
  readonly plane: "discrete" | "continuous";
  readonly method: "residual" | "operator";
  readonly grid: PlaneGrid;
  /** row per imaginary part, shape [I, R] */
  readonly epsilon: Float64Array;
}

/**
 * The pseudospectrum that was asked for, around the eigenvalues where no grid was given; says how many rows are done.
 *
 * @throws  E_UNSUPPORTED at once, when the operator has no such plane
 */
export function planeField(
  pairs: LatentPairs,
  spectrum: Spectrum,
  { method, plane, re, im, points }: NonNullable<SpectralOptions["pseudospectrum"]>,
): Generator<{ readonly done: number; readonly of: number }, PlaneField> {
  const around = surroundings(spectrum, plane, points);
  const grid = planeGrid(re ?? around.re, im ?? around.im);
  const rows =
    method === "residual"
      ? atPlane(() => pseudospectrumRows({ ...pairs, grid, plane }))
      : operatorRows(operatorOf(pairs, plane), grid);
  return counted(rows, { plane, method, grid });
}

/** An axis that reaches too far is an option of the request. */
const atPlane = <T>(work: () => T): T =>
  withPlaces(work, (path) => (path.length === 0 ? path : ["parameters", "pseudospectrum", ...path]));

function* counted(
  rows: Rows,
  field: Omit<PlaneField, "epsilon">,
): Generator<{ readonly done: number; readonly of: number }, PlaneField> {
  const of = field.grid.im.length;
  for (let done = 1; ; done++) {
    const step = rows.next();
    if (step.done) return { ...field, epsilon: step.value };
    yield { done, of };
  }
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

/**
 * A square with room around the eigenvalues; for multipliers it holds the unit circle. Those that the data do not observe are rounding, whose
 * logarithms lie far off: where there are others, these alone are looked at.
 */
function surroundings(spectrum: Spectrum, plane: "discrete" | "continuous", count: number): { re: Line; im: Line } {
  const observed = spectrum.points.filter(({ residual }) => !Number.isNaN(residual));
  const points = observed.length > 0 ? observed : spectrum.points;
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
  const half =
    1.25 *
    reach(
      finite.map(({ angularFrequency }) => angularFrequency),
      0.65 * (high - low || 1),
    );
  const middle = (low + high) / 2;
  return { re: [middle - half, middle + half, count], im: [-half, half, count] };
}
